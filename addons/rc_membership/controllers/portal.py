"""The member's own page. Portal users have no rights on our models: reads are sudo, always by owner."""

from odoo import fields, http
from odoo.http import request
from odoo.tools import format_date

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..adapters import local_day

ENTRIES_SHOWN = 4


class MembershipPortal(CustomerPortal):
    def _rc_membership_values(self):
        """READ what the member sees of themselves; every search names the owner."""
        partner = request.env.user.partner_id
        # portal users have no rights on our models: the system reads, and each search has the owner
        env = request.env(su=True)
        programs = env["rc.program"]._get_programs_of(partner)
        program = self._rc_get_program_shown(programs)
        today = local_day(fields.Datetime.now(), program.company_id or request.env.company)
        subscription = env["rc.subscription"]._get_running(partner, program)
        account = env["rc.point.account"].search(
            [("partner_id", "=", partner.id), ("program_id", "=", program.id)], limit=1
        )
        tier = env["rc.subscription"]._get_tiers(partner, program, today)[partner.id]
        entries = env["rc.point.entry"]
        if account:
            entries = entries.search(entries._get_domain_of(account), limit=ENTRIES_SHOWN)
        return {
            "page_name": "rc_membership",
            "program": program,
            "programs": programs,
            "subscription": subscription,
            "tier": tier,
            "rights": tier.entitlement_line_ids,
            "account": account,
            "entries": entries,
            # what was paid before go-live has no invoice here
            "charges": subscription.charge_ids.filtered("invoice_line_id"),
            "period_end_text": subscription
            and format_date(request.env, subscription.period_end, date_format="medium"),
            "debt_text": request.env._("debt: %s", int(account.debt)) if account.debt else "",
            "plans_url": self._rc_get_plans_url(program),
        }

    def _rc_get_program_shown(self, programs):
        """Return the program of one's own that the address names, else the first: the platform's."""
        code = request.params.get("program")
        return programs.filtered(lambda p: p.code == code)[:1] or programs[:1]

    def _rc_get_plans_url(self, program):
        return f"/membership?program={program.code}" if program.owner_id else "/membership"

    @http.route("/my/membership", type="http", auth="user", website=True)
    def rc_my_membership(self, error=None, **kwargs):
        values = self._rc_membership_values()
        return request.render("rc_membership.portal_my_membership", values)
