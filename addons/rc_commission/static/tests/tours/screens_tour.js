import {registry} from "@web/core/registry";

// From a quotation to who would earn by it, and why others would not.
registry.category("web_tour.tours").add("rc_commission_estimate", {
    steps: () => [
        {
            content: "The quotation says what it pays",
            trigger: "button[name=action_rc_why] .o_stat_value:contains(2.50)",
            run: "click",
        },
        {
            content: "Who earns",
            trigger: ".modal .o_rc_why_paid:contains(You earn 10 %)",
        },
        {
            content: "Who does not, and why",
            trigger: ".modal .o_rc_why_missed:contains(Only on: renewal)",
        },
        {
            content: "Close",
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            content: "Back on the quotation",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});

// From who stands where to a granted rank and its history.
registry.category("web_tour.tours").add("rc_commission_grant", {
    steps: () => [
        {
            content: "The way to the next rank",
            trigger: ".o_rc_progress:contains(of 1000)",
        },
        {
            content: "Grant",
            trigger: "button[name=action_grant]",
            run: "click",
        },
        {
            content: "Why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Board of 3 March",
        },
        {
            content: "Another rank",
            trigger: ".modal .o_field_widget[name=step_id] input",
            run: "edit Elite",
        },
        {
            content: "Choose it",
            trigger: ".ui-menu-item a:contains(Promoters: Elite)",
            run: "click",
        },
        {
            content: "Do it",
            trigger: ".modal-footer button:contains(Grant)",
            run: "click",
        },
        {
            content: "The change is kept with its reason",
            trigger: ".o_form_view .o_field_widget[name=reason]:contains(Board of 3 March)",
        },
    ],
});
