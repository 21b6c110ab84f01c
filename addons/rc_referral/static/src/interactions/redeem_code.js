import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

/** A QR code carries the code behind the #, which no server logs: it fills the form in. */
export class RedeemCode extends Interaction {
    static selector = ".rc_redeem";

    start() {
        const code = decodeURIComponent(window.location.hash.slice(1));
        const input = this.el.querySelector("input[name='code']");
        if (/^(ACT|GIFT)[-0-9A-Z]+$/.test(code)) {
            input.value = code;
            window.history.replaceState(null, "", window.location.pathname);
        }
    }
}

registry.category("public.interactions").add("rc_referral.redeem_code", RedeemCode);
