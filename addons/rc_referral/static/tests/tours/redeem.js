import {registry} from "@web/core/registry";

/** A studio looks at the codes it bought. */
registry.category("web_tour.tours").add("rc_referral_studio_codes", {
    steps: () => [
        {
            content: "Open the batch",
            trigger: "[data-name=batches] a.rc_item",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Ask for the codes",
            trigger: "[data-name=progress] button[value=page]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The codes are there, and no mask",
            trigger: "[data-name=codes] .rc_item_title:contains(ACT-):not(:contains(*))",
        },
        {
            content: "The sheet can be printed",
            trigger: "[data-name=progress] button[value=pdf]",
        },
    ],
});

/** A student came by the QR code of the sheet: the form is filled in. */
registry.category("web_tour.tours").add("rc_referral_redeem", {
    steps: () => [
        {
            content: "The code is filled in",
            trigger: ".rc_redeem input[name=code]",
        },
        {
            content: "Let the studio know",
            trigger: ".rc_redeem input[name=is_named]",
            run: "click",
        },
        {
            content: "Redeem",
            trigger: ".rc_redeem button[name=redeem]",
            run: "click",
            expectUnloadPage: true,
        },
        {content: "It worked", trigger: "[data-name=redeemed] .rc_title"},
    ],
});
