"""The member's own page. Portal users have no rights on our models: reads are sudo, always by owner."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date

from odoo.addons.portal.controllers.portal import CustomerPortal

ENTRIES_SHOWN = 6


class MembershipPortal(CustomerPortal):
    def _rc_membership_values(self):
        """READ what the member sees of themselves; every search names the owner."""
        partner = request.env.user.partner_id
        # portal users have no rights on our models: the system reads, and each search has the owner
        env = request.env(su=True)
        program = env["rc.program"]._get_platform()
        subscription = env["rc.subscription"]._get_running(partner, program)
        account = env["rc.point.account"].search(
            [("partner_id", "=", partner.id), ("program_id", "=", program.id)], limit=1
        )
        entries = env["rc.point.entry"]
        if account:
            entries = entries.search(entries._get_domain_of(account), limit=ENTRIES_SHOWN)
        return {
            "page_name": "rc_membership",
            "program": program,
            "subscription": subscription,
            "tier": env["res.partner"].browse(partner.id).rc_tier_id,
            "account": account,
            "entries": entries,
            "charges": subscription.charge_ids,
            "period_end_text": subscription
            and format_date(request.env, subscription.period_end, date_format="medium"),
            "debt_text": request.env._("debt: %s", int(account.debt)) if account.debt else "",
            "plans_url": "/shop/category/%s"
            % request.env["ir.http"]._slug(
                request.env.ref("rc_membership.public_category_membership")
            ),
        }

    @http.route("/my/membership", type="http", auth="user", website=True)
    def rc_my_membership(self, error=None, **kwargs):
        values = self._rc_membership_values()
        return request.render("rc_membership.portal_my_membership", values)

    @http.route("/my/membership/ending", type="http", auth="user", website=True, methods=["POST"])
    def rc_set_ending(self, ending="", **kwargs):
        """The member cancels at the period's end, or takes that back."""
        values = self._rc_membership_values()
        try:
            values["subscription"]._set_ending(ending == "1")
        except UserError as error:
            values["error"] = str(error)
            return request.render("rc_membership.portal_my_membership", values)
        return request.redirect("/my/membership")
