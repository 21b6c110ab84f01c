import {registry} from "@web/core/registry";

// A draft's rule is opened from its sentence, changed, saved; sentence and file follow.
registry.category("web_tour.tours").add("rc_commission_plan_editor", {
    steps: () => [
        {
            content: "The rules read as sentences",
            trigger: ".o_rc_rule[data-id=second] .o_rc_edit:contains(5 % of the net amount)",
            run: "click",
        },
        {
            content: "The sentence stands above the form",
            trigger: ".modal .alert-info:contains(Pay the level-2 sponsor 5 %)",
        },
        {
            content: "Another rate",
            trigger: ".modal .o_field_widget[name=rate] input",
            run: "edit 4%",
        },
        {
            content: "Not on plan changes",
            trigger: ".modal .o_rc_words button[data-word=first]",
            run: "click",
        },
        {
            content: "The sentence follows while it is written",
            trigger: ".modal .alert-info:contains(4 % of the net amount on: first payment)",
        },
        {
            content: "Save",
            trigger: ".modal button[name=action_save]",
            run: "click",
        },
        {
            content: "The list says it",
            trigger: "body:not(:has(.modal)) .o_rc_rule[data-id=second]:contains(4 % of)",
        },
        {
            content: "The settings are fields",
            trigger: "a[name=settings]",
            run: "click",
        },
        {
            content: "Hold for two weeks",
            trigger: ".o_field_widget[name=plan_hold_days] input",
            run: "edit 14",
        },
        {
            content: "To the file",
            trigger: "a[name=file]",
            run: "click",
        },
        {
            content: "The file follows before it is saved",
            trigger: ".ace_line:contains(hold_days: 14)",
        },
        {
            content: "Save the version",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Saved",
            trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_dirty))",
        },
        {
            content: "The rules say it too",
            trigger: "a[name=rules]",
            run: "click",
        },
        {
            content: "Held 14 days",
            trigger: ".o_rc_rule[data-id=second]:contains(held 14 days)",
        },
    ],
});
