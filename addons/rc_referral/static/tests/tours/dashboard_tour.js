/* A program manager looks how referrals do, and who is behind the figures. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_referral_dashboard", {
    url: "/odoo/referral-dashboard",
    steps: () => [
        {trigger: "button.active:contains(90 days)"},
        {trigger: "[data-step=sign_up_count]:contains(Sign-ups)"},
        {trigger: ".o_rc_dashboard_chart canvas"},
        {content: "A shorter time", trigger: "button:contains(30 days)", run: "click"},
        {trigger: "button.active:contains(30 days)"},
        {
            content: "Who brings most",
            trigger: ".o_rc_dashboard_people td:contains(Studio Test)",
            run: "click",
        },
        {trigger: ".o_graph_renderer canvas"},
        {trigger: ".o_switch_view.o_list", run: "click"},
        {trigger: ".o_list_view .o_data_cell:contains(Studio Test)"},
    ],
});
