from odoo import fields, models
from odoo.exceptions import AccessError


class RcCommissionGrant(models.TransientModel):
    """Put a participant on a rank by decision, or take it away, with the reason that is kept."""

    _name = "rc.commission.grant"
    _description = "Grant a Rank"

    partner_id = fields.Many2one("res.partner", "Participant", required=True)
    step_id = fields.Many2one("rc.commission.ladder", "Rank", required=True)
    take_away = fields.Boolean(
        "Take it away", help="The participant holds no rank of the ladder then."
    )
    reason = fields.Char(required=True)

    def action_grant(self):
        self.ensure_one()
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can grant a rank."))
        ranks = self.env["rc.commission.rank"].with_company(self.step_id.company_id)
        return ranks.action_grant(
            self.partner_id.id,
            self.step_id.ladder,
            None if self.take_away else self.step_id.rank,
            self.reason,
        )
