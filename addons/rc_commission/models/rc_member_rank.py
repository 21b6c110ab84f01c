from odoo import api, models

from odoo.addons.rc_membership.models.rc_member_rank import TOLD


class RcMemberRank(models.Model):
    _inherit = "rc.member.rank"

    @api.private
    def _tell_plans(self):
        """A member's rank that was given, bought or taken back holds in plans with that ladder.

        What plans gave themselves, and what each side reads off the same figures, is not told.
        """
        self.ensure_one()
        is_given = self.cause in TOLD and not self.is_mirror
        if not is_given or self.ladder_id.program_id.owner_id:
            return
        self.env["rc.commission.engine"]._grant_rank(
            self.company_id,
            self.partner_id,
            self.ladder_id.code,
            self.rank_id.code or None,
            self.since,
            "purchase" if self.cause == "purchase" else "grant",
            self.reason or "",
        )
