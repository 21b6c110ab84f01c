import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_referral_click_to_sign_up", {
    steps: () => [
        {
            content: "The link leads to a page of the site; look around",
            trigger: "body:has(#wrapwrap)",
            run: () => {
                window.location.href = "/shop";
            },
            expectUnloadPage: true,
        },
        {
            content: "On to the sign-up form",
            trigger: ".o_wsale_products_page, #wrapwrap.o_wsale_products_page, #products_grid",
            run: () => {
                window.location.href = "/web/signup";
            },
            expectUnloadPage: true,
        },
        {
            content: "The form says who invited",
            trigger: ".rc_invited_by:contains('Studio Test')",
        },
        {
            content: "The code is filled in",
            trigger: "input[name='rc_code']:value('STUDIOTEST')",
        },
        {trigger: "input[name='name']", run: "edit Tour Visitor"},
        {trigger: "input[name='login']", run: "edit tour.visitor@example.com"},
        {trigger: "input[name='password']", run: "edit tour-visitor-1"},
        {trigger: "input[name='confirm_password']", run: "edit tour-visitor-1"},
        {
            content: "Sign up",
            trigger: ".oe_signup_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Signed in: go to my referrals",
            trigger: "body:not(:has(.oe_signup_form)) #wrapwrap",
            run: () => {
                window.location.href = "/my/referrals";
            },
            expectUnloadPage: true,
        },
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
