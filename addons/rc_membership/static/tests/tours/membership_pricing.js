/* A visitor compares the tiers, by month and by year, and puts one in the cart. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_membership_pricing", {
    url: "/membership",
    steps: () => [
        {
            content: "Everything stands beside each other",
            trigger: ".rc_pricing_card[data-name=premium]:contains(25.00)",
        },
        {
            content: "By the year instead",
            trigger: ".rc_segment[data-key=year]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Ten months are paid, two are free",
            trigger: ".rc_pricing_card[data-name=premium]:contains(250.00):contains(2 months free)",
        },
        {
            content: "Ultimate first",
            trigger: ".rc_pricing_card[data-name=ultimate] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is in the cart: on second thoughts, Premium",
            trigger: ".oe_currency_value:contains(500.00)",
            run: () => {
                window.location.href = "/membership?period=year";
            },
            expectUnloadPage: true,
        },
        {
            trigger: ".rc_pricing_card[data-name=premium] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "One plan is in the cart, the other made way",
            trigger: "body:not(:contains(500.00)):has(.oe_currency_value:contains(250.00))",
        },
    ],
});
