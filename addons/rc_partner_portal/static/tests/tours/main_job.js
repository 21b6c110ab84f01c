/* The main job through the real screens, one tour per person. */
import {go, signUp} from "@rc_referral/../tests/tours/sign_up";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("rc_main_job_visitor", {
    steps: () => [
        go("/shop"),
        go("/web/signup", "#wrapwrap:has(.oe_website_sale)"),
        {
            content: "The form knows who invited; nothing has to be typed",
            trigger: ".rc_invited_by:contains(Lotus)",
        },
        ...signUp("Nora Newcomer", "nora@example.com", "/my/membership"),
        {
            content: "A member, Free so far",
            trigger: "[data-name=tier]:contains(Free)",
        },
    ],
});

tours.add("rc_main_job_partner_earns", {
    steps: () => [
        {
            content: "The sale of the new member is on the dashboard",
            trigger: ".rc_page:contains(Nora N.)",
        },
        go("/my/commissions"),
        {
            content: "The commission, on hold, with its member",
            trigger: ".rc_item:contains(Nora N.):contains(5.00)",
        },
    ],
});

tours.add("rc_main_job_accountant", {
    steps: () => [
        {
            content: "Settle",
            trigger: ".o_control_panel button:contains(Settle Now)",
            run: "click",
        },
        {
            content: "Everything payable in a month",
            trigger: ".modal .o_field_widget[name=as_of] button",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=as_of] input",
            async run(helpers) {
                const day = luxon.DateTime.now().plus({days: 31});
                await helpers.edit(day.toFormat("MM/dd/yyyy"));
                await helpers.press("Enter");
            },
        },
        {
            content: "The preview names the payee",
            trigger: ".modal .o_data_row:contains(Lotus Yoga Studio)",
        },
        {
            trigger: ".modal button[name=action_settle]",
            run: "click",
        },
        {
            content: "The run is done; to its bills",
            trigger: ".o_form_view .oe_stat_button:contains(Bills)",
            run: "click",
        },
        {
            content: "The studio's bill",
            trigger:
                ".o_action_manager:has(.o_breadcrumb .active:contains(Bills)) .o_data_cell:contains(Lotus Yoga Studio)",
            run: "click",
        },
        {
            content: "Post it",
            trigger: ".o_form_view button[name=action_post]:visible:enabled",
            run: "click",
        },
        {
            content: "Pay it",
            trigger: ".o_form_view button[name=action_register_payment]:visible:enabled",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_create_payments]:enabled",
            run: "click",
        },
        {
            content: "Paid",
            trigger: ".o_form_view .ribbon:contains(/paid/i)",
        },
    ],
});

tours.add("rc_main_job_partner_is_paid", {
    steps: () => [
        {
            content: "The statement is paid",
            trigger: ".rc_item:contains(Paid)",
        },
    ],
});

tours.add("rc_main_job_guild", {
    steps: () => [
        {
            content: "The new member is in the guild, and the guild has its points",
            trigger: ".rc_page:contains(Nora)",
        },
    ],
});
