import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/**
 * A visitor who came by a link before allowing optional cookies: once they allow them, the page is
 * asked for again in the background, so that the visit counts. `ref` stays in the address until then.
 */
export class ConsentTouch extends Interaction {
    static selector = "#wrapwrap";
    dynamicContent = {
        _document: {"t-on-optionalCookiesAccepted": this.onConsent},
    };

    async onConsent() {
        if (new URL(window.location.href).searchParams.has("ref")) {
            await this.waitFor(fetch(window.location.href, {credentials: "same-origin"}));
        }
    }
}

registry.category("public.interactions").add("rc_referral.consent_touch", ConsentTouch);
