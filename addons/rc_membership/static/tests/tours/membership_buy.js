/* A member chooses Premium, pays, and reads what it gives. Works on any screen size. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_membership_buy", {
    url: "/my/membership",
    steps: () => [
        {
            content: "Free so far: choose a plan",
            trigger: "a.btn:contains(Choose a plan)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Premium, by the month: it goes into the cart",
            trigger: ".rc_pricing_card[data-name=premium] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The price is the plan's",
            trigger: ".oe_currency_value:contains(25.00)",
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
            content: "Paid: Odoo's status page polls for it",
            trigger: '[name="order_confirmation"]:contains(Your payment has been processed.)',
            timeout: 60000,
        },
    ],
});

registry.category("web_tour.tours").add("rc_membership_read", {
    url: "/my/membership",
    steps: () => [
        {
            content: "The tier is there",
            trigger: "[data-name=tier]:contains(Premium)",
        },
        {
            content: "With its rights",
            trigger: ".rc_usage_line:contains(Chat):contains(/unlimited/i)",
        },
        {
            content: "And the points of the payment",
            trigger: ".rc_item:contains(+25)",
        },
        {
            content: "The payment is listed",
            trigger: ".rc_item:contains(25.00)",
        },
    ],
});
