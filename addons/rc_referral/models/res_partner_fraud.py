"""Frozen participants: nothing new is given or paid until somebody has looked."""

from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_get_frozen(self, company):
        """Return those of ``self`` who are frozen in a company, in one query."""
        return self & self.env["rc.fraud.freeze"]._get_live(self, company).partner_id

    @api.private
    def _rc_get_screened_members(self, company, states=("open", "confirmed")):
        """Return participant id → ids of members whose referral is being checked, or did not pass.

        What a sale to one of them earns that participant waits (open), or is nothing (confirmed).
        """
        cases = self.env["rc.fraud.case"].sudo()  # whoever pays asks
        rows = cases._read_group(
            [
                ("partner_id", "in", self.ids),
                ("company_id", "=", company.id),
                ("kind", "=", "referral"),
                ("state", "in", states),
            ],
            ["partner_id", "member_id"],
        )
        found = {}
        for partner, member in rows:
            found.setdefault(partner.id, set()).add(member.id)
        return found

    @api.private
    def _rc_release_frozen(self, company, at):
        """Give what waited while a participant was frozen."""
        rewards = self.env["rc.reward"].sudo()  # rewards are the system's
        rewards.search(
            [
                ("partner_id", "in", self.ids),
                ("company_id", "=", company.id),
                ("state", "=", "held"),
            ]
        )._review(at)

    @api.model
    def _rc_before_merge(self, sources, target):
        super()._rc_before_merge(sources, target)
        self.env["rc.fraud.mark"]._merge_members(sources, target)
        self.env["rc.fraud.freeze"]._merge_members(sources, target)
        self.env["rc.fraud.case"]._merge_members(sources, target)
