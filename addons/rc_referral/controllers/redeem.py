"""Redeeming activation and gift codes: one page, one answer to every code that does not work."""

from odoo import fields
from odoo.http import Controller, request, route

from odoo.addons.rc_membership.exceptions import Refusal

from ..challenge import get_puzzle, has_proof, is_typing_challenged
from ..errors import CodeError
from ..limits import WINDOW_SECONDS, WRONG_MAX, check_not_locked, note_failure

BUCKET = "redeem"
_CODE_MAX = 100
_PENDING = "rc_redeem_code"
_DONE = "rc_redeemed"


class RedeemPage(Controller):
    @route("/redeem", type="http", auth="public", website=True, sitemap=True, methods=["GET"])
    def rc_redeem(self, **_params):
        """The form, or what the code gave a moment ago."""
        env = request.env
        done = request.session.pop(_DONE, None)
        # a member has no rights on redemptions; this one is their own
        redemption = env["rc.activation.redemption"].sudo().browse(done).exists()
        if redemption.partner_id != env.user.partner_id:
            redemption = redemption.browse()
        return self._rc_show(redemption=redemption, typed=request.session.get(_PENDING, ""))

    @route("/redeem", type="http", auth="public", website=True, sitemap=False, methods=["POST"])
    def rc_redeem_code(self, code="", is_named="", **_params):
        """Redeem a code; a visitor makes an account first, the code waits in the session."""
        typed = code.strip()[:_CODE_MAX]
        env = request.env
        if env.user._is_public():
            request.session[_PENDING] = typed
            return request.redirect("/web/signup?redirect=/redeem")
        request.session.pop(_PENDING, None)
        try:
            self._rc_check_rate()
            with env.cr.savepoint():  # what was written before a refusal does not stay
                redemption = env["rc.code"]._redeem(
                    typed, env.user.partner_id, fields.Datetime.now(), is_named=bool(is_named)
                )
        except (CodeError, Refusal) as error:
            if error.code == "unknown_code":
                note_failure(BUCKET)
            return self._rc_show(error=error.args[0], typed=typed)
        request.session[_DONE] = redemption.id
        return request.redirect("/redeem")

    def _rc_check_rate(self):
        """Refuse who tries too often: by address for wrong codes, by account for all."""
        check_not_locked(BUCKET)
        if is_typing_challenged(BUCKET) and not has_proof():
            raise CodeError(
                "limit_reached",
                request.env._(
                    "Please wait a second until your browser is checked, then try again."
                ),
            )
        who = f"user:{request.env.uid}"
        if not request.env["rc.attempt"]._hit(BUCKET, who, WRONG_MAX, WINDOW_SECONDS):
            raise CodeError(
                "limit_reached",
                request.env._(
                    "That were many codes at once. Wait %s minutes, then go on.",
                    WINDOW_SECONDS // 60,
                ),
            )

    def _rc_show(self, redemption=None, typed="", error=None):
        response = request.render(
            "rc_referral.redeem_page",
            {
                "redemption": redemption,
                "typed": typed,
                "error": error,
                "rc_puzzle": is_typing_challenged(BUCKET) and get_puzzle(),
            },
        )
        response.headers["Cache-Control"] = "no-store"
        return response
