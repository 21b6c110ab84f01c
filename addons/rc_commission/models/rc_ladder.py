from odoo import api, models


class RcLadder(models.Model):
    _inherit = "rc.ladder"

    @api.model
    @api.private
    def _tell_of_plan(self, given):
        """A rank given on a plan's ladder is given on the members' ladder of the same code, once.

        :param given: the ``rc.commission.rank`` row of a grant or purchase
        """
        program = self.env["rc.program"].sudo()._get_platform(given.company_id)  # no secret
        ladder = self._find(given.ladder, program) if program else self.browse()
        if not ladder or given.rank and given.rank not in ladder.rank_ids.mapped("code"):
            return
        ladder._grant(
            given.partner_id,
            given.rank or None,
            given.cause,
            f"rc.commission.rank:{given.id}",
            given.since,
            given.reason or "",
            origin=given,
            is_mirror=True,
        )
