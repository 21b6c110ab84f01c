import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/**
 * The block "Personal Invitation" of campaign pages: says who invited the visitor. The page itself is
 * the same for everybody, so it can be cached; what comes from the server is put in as text.
 */
export class Inviter extends Interaction {
    static selector = ".s_rc_invitation";

    async willStart() {
        const code = new URL(window.location.href).searchParams.get("ref") || "";
        const answer = await this.waitFor(
            fetch(`/invite.json?${new URLSearchParams({ref: code})}`, {credentials: "same-origin"})
        );
        this.inviter = answer.ok ? await this.waitFor(answer.json()) : {};
    }

    start() {
        const {name, greeting, picture, code} = this.inviter;
        if (!name) {
            return;
        }
        this.fill(".rc_inviter_name", name);
        if (greeting) {
            this.fill(".rc_inviter_greeting", greeting);
        }
        if (picture) {
            for (const img of this.el.querySelectorAll("img.rc_inviter_picture")) {
                img.src = picture;
            }
        }
        for (const link of this.el.querySelectorAll("a[href='/web/signup']")) {
            link.href = `/web/signup?${new URLSearchParams({ref: code})}`;
        }
    }

    fill(selector, text) {
        for (const el of this.el.querySelectorAll(selector)) {
            el.textContent = text;
        }
    }
}

registry.category("public.interactions").add("rc_referral.inviter", Inviter);
