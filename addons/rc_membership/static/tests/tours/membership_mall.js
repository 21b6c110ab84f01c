/* A member checks in, finds the mall and redeems points. Works on any screen size. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_membership_mall", {
    url: "/my/membership",
    steps: () => [
        {
            content: "Earn",
            trigger: "li[data-name=earn] a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Check in",
            trigger: "button[name=check_in]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A point for today",
            trigger: "[data-name=gained]:contains(1)",
        },
        {
            content: "A streak of one day",
            trigger: "[data-name=streak]:contains(1)",
        },
        {
            content: "To the mall",
            trigger: "li[data-name=mall] a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A title",
            trigger: "a[data-code=title-lightbringer]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Redeem",
            trigger: "button[name=buy]:contains(200)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is there",
            trigger: "[data-name=bought]:contains(Lightbringer)",
        },
    ],
});
