/* A program manager looks how the memberships do, and who is new. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_membership_dashboard", {
    url: "/odoo/membership-dashboard",
    steps: () => [
        {
            content: "Another program",
            trigger: ".o_rc_dashboard_program",
            run() {
                const select = document.querySelector(".o_rc_dashboard_program");
                const option = [...select.options].find((o) => o.text === "studio");
                select.value = option.value;
                select.dispatchEvent(new Event("change"));
            },
        },
        {
            content: "Two members pay 40 a month",
            trigger: "[data-figure=mrr] .o_rc_dashboard_value:contains(40.00)",
        },
        {trigger: "[data-figure=active] .o_rc_dashboard_value:contains(2)"},
        {trigger: ".o_rc_dashboard_mix:contains(gold):contains(30.00)"},
        {
            content: "Of the two of January one is left",
            trigger: ".o_rc_dashboard_cohorts tr:contains(2026) td:contains(50 %)",
        },
        {trigger: ".o_rc_dashboard_chart canvas"},
        {
            content: "A shorter time",
            trigger: "button:contains(6 months)",
            run: "click",
        },
        {trigger: "button.active:contains(6 months)"},
        {
            content: "Who is behind a figure",
            trigger: "[data-figure=new]",
            run: "click",
        },
        {trigger: ".o_list_view .o_data_cell:contains(Ann)"},
    ],
});

registry.category("web_tour.tours").add("rc_membership_dashboard_empty", {
    url: "/odoo/membership-dashboard",
    steps: () => [
        {trigger: ".o_rc_dashboard_program"},
        {
            trigger: ".o_rc_dashboard",
            run() {
                const select = document.querySelector(".o_rc_dashboard_program");
                const option = [...select.options].find((o) => o.text === "nobody");
                select.value = option.value;
                select.dispatchEvent(new Event("change"));
            },
        },
        {
            content: "It says what to do first",
            trigger: ".o_rc_dashboard_empty button:contains(Membership Plans)",
            run: "click",
        },
        {trigger: ".o_kanban_view, .o_list_view"},
    ],
});
