/* A member upgrades with the credit for unused days, cancels and takes it back. Any screen size. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_membership_upgrade", {
    url: "/my/membership",
    steps: () => [
        {
            content: "To the own plan",
            trigger: "a[name=my_plan]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Ultimate, by the month, at once",
            trigger: "[data-plan=ultimate-month] a[name=change]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The credit for the unused days is shown",
            trigger: "[data-name=credit]:contains(25.00)",
        },
        {
            content: "And what is to be paid",
            trigger: "[data-name=total]:contains(25.00)",
        },
        {
            content: "Go to the payment",
            trigger: "button[name=confirm]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The order, with the credit as a line of its own",
            trigger: "body:contains(Credit for unused days of)",
        },
        {
            content: "Pay it",
            trigger: "a[data-bs-target='#modalaccept']:visible",
            run: "click",
        },
        {
            content: "Card number of the demo provider",
            trigger: '.modal.show input[name="customer_input"]',
            run: "edit 4242424242424242",
        },
        {
            content: "Pay",
            trigger: '.modal.show button[name="o_payment_submit_button"]:enabled',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Paid",
            trigger: "body:contains(Your payment has been processed.)",
            timeout: 60000,
        },
    ],
});

registry.category("web_tour.tours").add("rc_membership_cancel", {
    url: "/my/membership/plan",
    steps: () => [
        {
            content: "The new plan",
            trigger: "[data-name=plan]:contains(Ultimate)",
        },
        {
            content: "Cancel",
            trigger: "a[name=cancel]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What it means is said first",
            trigger: "[data-name=cancel]:contains(Your account, your points)",
        },
        {
            content: "At the period's end",
            trigger: "button[name=when][value=period_end]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It ends; take it back",
            trigger: "[data-name=period_end]:contains(Ends on)",
        },
        {
            trigger: "button[name=keep]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "[data-name=period_end]:contains(Renews on)",
        },
    ],
});
