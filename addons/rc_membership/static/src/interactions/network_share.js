import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

/**
 * The copy-link box (`rc_membership.rc_copy_link`): copies the link, selects it on focus, and on
 * devices that can, hands it to the system's share sheet. Words come from the page (data-…), so
 * they are in the page's language.
 */
export class NetworkShare extends Interaction {
    static selector = ".rc_share";
    dynamicContent = {
        ".rc_share_link": {"t-on-focus": (ev) => ev.currentTarget.select()},
        ".rc_share_copy": {
            "t-on-click.prevent": () => this.copy(),
            "t-att-class": () => ({rc_is_copied: this.isCopied}),
        },
        ".rc_share_copy_label": {"t-out": () => this.getCopyLabel()},
        ".rc_share_status": {"t-out": () => (this.isCopied ? this.getCopyLabel() : "")},
        ".rc_share_native": {
            "t-on-click.prevent": () => this.share(),
            "t-att-class": () => ({"d-none": !this.canShare}),
        },
    };

    setup() {
        this.isCopied = false;
        this.canShare = Boolean(browser.navigator.share);
        this.linkEl = this.el.querySelector(".rc_share_link");
    }

    getCopyLabel() {
        const {copyLabel, copiedLabel} = this.el.dataset;
        return this.isCopied ? copiedLabel : copyLabel;
    }

    async copy() {
        try {
            await this.waitFor(browser.navigator.clipboard.writeText(this.linkEl.value));
        } catch {
            // no clipboard outside https: the old way still works on a selected field
            this.linkEl.select();
            document.execCommand("copy");
        }
        this.isCopied = true;
        this.waitForTimeout(() => (this.isCopied = false), 2500);
    }

    async share() {
        try {
            await browser.navigator.share({url: this.linkEl.value, title: document.title});
        } catch {
            // the person closed the share sheet
        }
    }
}

registry.category("public.interactions").add("rc_membership.network_share", NetworkShare);
