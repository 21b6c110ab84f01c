from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request, route

from .portal import ReferralPortal

_TRIES, _SECONDS = 10, 3600


class SponsorCorrection(ReferralPortal):
    """Members see who invited them, and put it right in the first days."""

    def _rc_referral_values(self, partner, code):
        return {
            **super()._rc_referral_values(partner, code),
            "own_sponsor": self._rc_own_sponsor(partner),
        }

    def _rc_own_sponsor(self, partner):
        """Return the sponsor's first name and until when another can be named, or None."""
        # no portal rights on the tree: the reads name the member
        changes = request.env["rc.sponsor.change"].sudo()
        deadline = changes._get_member_deadline(partner)
        is_open = deadline is not None and fields.Datetime.now() < deadline
        sponsor = partner.sudo().rc_sponsor_id
        if not (sponsor or is_open):
            return None
        day = is_open and fields.Datetime.context_timestamp(request.env.user, deadline).date()
        return {
            "name": sponsor._rc_get_first_name() if sponsor else None,
            "until": day and request.env["ir.qweb.field.date"].value_to_html(day, {}),
            "problem": request.session.pop("rc_sponsor_problem", None),
            "is_done": request.session.pop("rc_sponsor_done", False),
            "typed": request.session.pop("rc_sponsor_typed", ""),
        }

    @route(
        "/my/referrals/sponsor",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_my_referrals_sponsor(self, code="", **_params):
        """The member names the code of who really invited them."""
        user = request.env.user
        text = code.strip()[:200]
        try:
            allowed = request.env["rc.attempt"]._hit("typed_code", user.login, _TRIES, _SECONDS)
            if not allowed:
                raise UserError(
                    request.env._("Too many tries. Wait an hour, then type the code again.")
                )
            with request.env.cr.savepoint():
                request.env["rc.sponsor.change"]._correct_by_member(
                    user.partner_id, user, text, fields.Datetime.now()
                )
        except UserError as error:
            request.session["rc_sponsor_problem"] = error.args[0]
            request.session["rc_sponsor_typed"] = text
        else:
            request.session["rc_sponsor_done"] = True
        return request.redirect("/my/referrals#rc_own_sponsor")
