import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/**
 * A code typed into the sign-up form goes along when the visitor signs up with an identity provider
 * instead: it is put into the `state` that the provider sends back.
 */
export class SignupCode extends Interaction {
    static selector = ".oe_signup_form";
    dynamicContent = {
        "a[href*='state=']": {"t-on-click": this.onProviderClick},
    };

    onProviderClick(ev) {
        const code = this.el.querySelector("input[name='rc_code']").value.trim();
        const link = ev.currentTarget;
        const url = new URL(link.href);
        const state = JSON.parse(url.searchParams.get("state"));
        if (code) {
            state.rc_code = code;
        } else {
            delete state.rc_code;
        }
        url.searchParams.set("state", JSON.stringify(state));
        link.href = url.toString();
    }
}

registry.category("public.interactions").add("rc_referral.signup_code", SignupCode);
