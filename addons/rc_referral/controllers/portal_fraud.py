"""Whom a check concerns reads about it on their page, and may ask for a second look."""

import werkzeug.exceptions

from odoo import fields
from odoo.http import request, route

from odoo.addons.rc_membership.exceptions import Refusal

from .portal import ReferralPortal

_TONES = {"open": "warning", "confirmed": "danger", "cleared": "success"}


class FraudPortal(ReferralPortal):
    def _rc_referral_values(self, partner, code):
        cases = request.env["rc.fraud.case"]._get_notices(partner, fields.Datetime.now())
        return {
            **super()._rc_referral_values(partner, code),
            "fraud_notices": [self._rc_fraud_notice(case, partner) for case in cases],
            "fraud_problem": request.session.pop("rc_fraud_problem", None),
        }

    def _rc_fraud_notice(self, case, partner):
        """Return what somebody whom a case concerns may know of it."""
        env = request.env
        appeals = {
            "waiting": env._("You asked for a second look. Somebody else will answer."),
            "granted": env._("You were right, it is put in order."),
            "denied": env._("Somebody else has looked at it, and it stays as it is."),
        }
        is_own = case.appealed_by_id == partner
        return {
            "id": case.id,
            "text": case.public_text,
            "tone": "info" if case.kind == "refusal" else _TONES[case.state],
            "can_appeal": case._can_appeal(partner),
            "appeal": appeals.get(case.appeal_state) if is_own else None,
            "answer": case.appeal_answer if is_own else None,
        }

    @route(
        "/my/referrals/checks/<int:case_id>/appeal",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_my_check_appeal(self, case_id, text="", **_params):
        """Ask for a second look, once; a case of others is as missing as one there never was."""
        partner = request.env.user.partner_id
        now = fields.Datetime.now()
        case = (
            request.env["rc.fraud.case"]
            ._get_notices(partner, now)
            .filtered(lambda case: case.id == case_id)
        )
        if not case:
            raise werkzeug.exceptions.NotFound()
        try:
            with request.env.cr.savepoint():
                case._appeal(partner, text, now)
        except Refusal as error:
            request.session["rc_fraud_problem"] = error.args[0]
        return request.redirect("/my/referrals#rc_checks")
