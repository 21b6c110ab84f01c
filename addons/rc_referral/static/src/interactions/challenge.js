import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {startsWithZeroBits} from "@rc_referral/challenge/sha256";

const SLICE = 2000;

/**
 * Solves the puzzle of a form: the number that, written behind it, gives a hash with enough zero
 * bits. It works in slices, so the page stays alive; the form is sent when the number is found.
 */
export class Challenge extends Interaction {
    static selector = ".rc_challenge";

    start() {
        this.puzzle = this.el.querySelector("input[name='rc_puzzle']").value;
        this.bits = Number(this.puzzle.split(".")[1]);
        this.button = this.el.closest("form").querySelector("button[type='submit'], button");
        this.button.disabled = true;
        this.number = 0;
        this.search();
    }

    search() {
        for (const last = this.number + SLICE; this.number < last; this.number++) {
            if (startsWithZeroBits(`${this.puzzle}:${this.number}`, this.bits)) {
                this.finish();
                return;
            }
        }
        this.waitForTimeout(() => this.search(), 0);
    }

    finish() {
        this.el.querySelector("input[name='rc_answer']").value = String(this.number);
        this.el.querySelector(".rc_challenge_busy").classList.add("d-none");
        this.el.querySelector(".rc_challenge_done").classList.remove("d-none");
        this.button.disabled = false;
        if (this.el.dataset.send) {
            this.el.closest("form").submit();
        }
    }
}

registry.category("public.interactions").add("rc_referral.challenge", Challenge);
