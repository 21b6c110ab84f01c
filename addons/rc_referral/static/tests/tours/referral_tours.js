import {go, signUp} from "@rc_referral/../tests/tours/sign_up";
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_referral_click_to_sign_up", {
    steps: () => [
        go("/shop"),
        go("/web/signup", "#wrapwrap:has(.oe_website_sale)"),
        {
            content: "The form says who invited",
            trigger: ".rc_invited_by:contains('Studio Test')",
        },
        {
            content: "The code is filled in",
            trigger: "input[name='rc_code']:value('STUDIOTEST')",
        },
        ...signUp("Tour Visitor", "tour.visitor@example.com", "/my/referrals"),
        {
            content: "The new member has a code of their own",
            trigger: ".rc_share_code:contains('INVITE-')",
        },
        {
            content: "And a link to copy",
            trigger: ".rc_share_copy",
            run: "click",
        },
    ],
});

registry.category("web_tour.tours").add("rc_referral_code_on_quotation", {
    steps: () => [
        {trigger: ".o_form_view .nav-link[name='other_information']", run: "click"},
        {
            content: "A code heard on the phone",
            trigger: ".o_field_widget[name='rc_code_text'] input",
            run: "edit studio test && press Tab",
        },
        {
            content: "It shows whose it is",
            trigger: ".o_field_widget[name='rc_typed_partner_id']:contains('Studio Test')",
        },
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".o_form_saved"},
    ],
});
