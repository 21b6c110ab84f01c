from odoo import fields, models

from ..adapters_rewards import read_paid_counts


class RcLadderRequirement(models.Model):
    _inherit = "rc.ladder.requirement"

    metric = fields.Selection(
        selection_add=[("paid_referrals", "Paying referrals")],
        ondelete={"paid_referrals": "cascade"},
    )

    def _read_metric_paid_referrals(self, program, partner_ids, since, until):
        """People somebody brought who pay for a membership."""
        return read_paid_counts(self.env, program.company_id, partner_ids, since, until)
