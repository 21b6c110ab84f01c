import {registry} from "@web/core/registry";

/** The page may not be wider than the screen, on no device. */
function fitsTheScreen() {
    const {scrollWidth, clientWidth} = document.scrollingElement;
    if (scrollWidth > clientWidth) {
        throw new Error(`The page is ${scrollWidth} px wide, the screen ${clientWidth} px`);
    }
}

registry.category("web_tour.tours").add("rc_partner_portal_dashboard", {
    steps: () => [
        {
            content: "The dashboard is on the portal home",
            trigger: ".o_portal_index_card a[href='/my/network']",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: ".rc_kpi[data-name='next_settlement']", run: fitsTheScreen},
        {
            content: "This month: nothing was sold",
            trigger: ".rc_kpi[data-name='revenue']:contains('0.00')",
        },
        {
            content: "Look at the year",
            trigger: ".rc_segment[data-key='year']",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: ".rc_segment[data-key='year'][aria-current='true']"},
        {trigger: ".rc_kpi[data-name='revenue']:contains('25.00')", run: fitsTheScreen},
        {
            content: "The chart is drawn",
            trigger: ".rc_chart[data-name='money'] canvas[width]",
        },
        {trigger: ".rc_share_copy", run: "click"},
        {trigger: ".rc_share_copy_label:contains('Copied')"},
        {
            content: "Follow one customer",
            trigger: "[data-name='customers'] a.rc_item:contains('Mia C.')",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: "[data-name='journey'] .rc_journey_done:contains('Paid out')"},
        {
            content: "Why this commission?",
            trigger: "[data-name='accrual'] a.rc_item",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: "[data-name='explanation']:contains('20 %')", run: fitsTheScreen},
        {
            content: "Open the statement it was billed with",
            trigger: "[data-name='settlement'] a.rc_item",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".rc_page:contains('5.00'):not(:has([data-name='explanation']))",
            run: fitsTheScreen,
        },
    ],
});

registry.category("web_tour.tours").add("rc_partner_portal_activate", {
    steps: () => [
        {
            content: "The list of partners",
            trigger: ".o_data_row:contains('Tour Venue')",
        },
        {
            content: "Activate the new one",
            trigger: ".o_data_row:contains('Tour Venue') button[name='action_rc_activate_partner']",
            run: "click",
        },
        {trigger: ".o_data_row:contains('Tour Venue'):contains('Invited')"},
        {
            content: "Open it",
            trigger: ".o_data_row:contains('Tour Venue') td[name='complete_name']",
            run: "click",
        },
        {trigger: ".o_form_view button[name='action_rc_view_clicks']"},
    ],
});
