/* A program manager works off the review queue: reads the reasons, clears, and says why. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_referral_review_queue", {
    url: "/odoo/action-rc_referral.rc_fraud_case_action",
    steps: () => [
        {trigger: ".o_list_view .o_data_cell:contains(faster than a person)"},
        {
            content: "The case",
            trigger: ".o_data_row:contains(Fa St) .o_data_cell:contains(Studio Test)",
            run: "click",
        },
        {trigger: ".o_field_widget[name=signal_ids] .o_data_cell:contains(faster than a person)"},
        {content: "Clear it", trigger: "button[name=action_clear]", run: "click"},
        {
            content: "Why",
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit I asked both of them.",
        },
        {trigger: ".modal button[name=action_apply]", run: "click"},
        {trigger: ".o_statusbar_status .o_arrow_button_current:contains(Cleared)"},
        {trigger: ".o_field_widget[name=decision_note]:contains(I asked both)"},
        {content: "Freeze", trigger: "button[name=action_freeze]", run: "click"},
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit Many of these lately.",
        },
        {trigger: ".modal button[name=action_apply]", run: "click"},
        {trigger: "button[name=action_unfreeze]"},
        {trigger: ".ribbon:contains(Frozen)"},
    ],
});
