/* A new member buys the Starter package with the first-purchase bonus. Works on any screen size. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_membership_buy_package", {
    url: "/my/packages",
    steps: () => [
        {
            content: "The card says what it gives this member, and why",
            trigger: "[data-name=starter]:contains(1,650):contains(first purchase)",
        },
        {
            content: "Buy it",
            trigger: "[data-name=starter] button[name=package]:contains(Buy Starter)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Check out",
            trigger: 'a[name="website_sale_main_button"][href^="/shop/checkout"]',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Card number of the demo provider",
            trigger: 'input[name="customer_input"]',
            run: "edit 4242424242424242",
        },
        {
            content: "Pay",
            trigger: 'button[name="o_payment_submit_button"]:enabled',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Paid",
            trigger: '[name="order_confirmation"]:contains(Your payment has been processed.)',
            timeout: 60000,
        },
    ],
});

registry.category("web_tour.tours").add("rc_membership_refund_package", {
    url: "/my/packages",
    steps: () => [
        {
            content: "The purchase is there with what is left",
            trigger: "[data-name=purchase] summary:contains(1,650 of 1,650 left)",
            run: "click",
        },
        {
            content: "It says how its points came about",
            trigger: "[data-name=purchase] p:contains(50 % first purchase)",
        },
        {
            content: "Say why it is to be refunded",
            trigger: "[data-name=purchase] input[name=reason]",
            run: "edit Changed my mind",
        },
        {
            content: "Ask for the refund",
            trigger: "[data-name=purchase] button[name=purchase_id]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is asked for",
            trigger: ".rc_notice:contains(Your refund is asked for)",
        },
    ],
});
