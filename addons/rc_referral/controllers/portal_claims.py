"""Participants say that a customer came by them, and read what was decided."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.rc_membership.controllers.evidence import read_evidence

_TRIES, _SECONDS = 10, 86400
SHOWN = 40
TONES = {
    "submitted": "warning",
    "in_review": "info",
    "accepted": "success",
    "refused": "neutral",
    "withdrawn": "neutral",
}


class ClaimPortal(CustomerPortal):
    @route("/my/referrals/claims", type="http", auth="user", website=True, sitemap=False)
    def rc_my_claims(self, **_params):
        return request.render("rc_referral.portal_my_claims", self._rc_claim_values())

    @route(
        "/my/referrals/claims/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_submit_claim(self, customer="", reason="", proof=None, **_params):
        user = request.env.user
        try:
            allowed = request.env["rc.attempt"]._hit("claim", user.login, _TRIES, _SECONDS)
            if not allowed:
                raise UserError(request.env._("That is enough for one day. Write again tomorrow."))
            with request.env.cr.savepoint():
                request.env["rc.attribution.claim"]._submit(
                    user.partner_id, customer, reason, fields.Datetime.now(), read_evidence(proof)
                )
        except UserError as error:
            typed = {"customer": customer[:200], "reason": reason[:2000]}
            values = {**self._rc_claim_values(), "problem": error.args[0], "typed": typed}
            return request.render("rc_referral.portal_my_claims", values)
        request.session["rc_claim_done"] = True
        return request.redirect("/my/referrals/claims")

    def _rc_claim_values(self):
        # participants have no rights on claims: the search names the claimant
        claims = request.env["rc.attribution.claim"].sudo()
        claims = claims.search([("claimant_id", "=", request.env.user.partner_id.id)], limit=SHOWN)
        return {
            "page_name": "referrals",
            "claims": claims,
            "labels": dict(claims._fields["state"]._description_selection(request.env)),
            "tones": TONES,
            "typed": {},
            "problem": None,
            "is_done": request.session.pop("rc_claim_done", False),
        }
