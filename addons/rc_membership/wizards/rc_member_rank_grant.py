from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..adapters import local_day


class RcMemberRankGrant(models.TransientModel):
    """A program manager gives a member a rank, or takes it away, with the reason that is kept."""

    _name = "rc.member.rank.grant"
    _description = "Grant a Rank"

    ladder_id = fields.Many2one("rc.ladder", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Member", required=True, ondelete="cascade")
    rank_id = fields.Many2one(
        "rc.ladder.rank",
        domain="[('ladder_id', '=', ladder_id), ('is_grantable', '=', True)]",
        ondelete="cascade",
        help="Empty: take the granted rank away.",
    )
    reason = fields.Char(required=True)

    def action_grant(self):
        self.ensure_one()
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can grant a rank."))
        self.ladder_id.check_access("write")
        self.partner_id.check_access("read")
        if self.rank_id and (
            self.rank_id.ladder_id != self.ladder_id or not self.rank_id.is_grantable
        ):
            raise UserError(self.env._("This rank is reached or bought, not granted."))
        self.ladder_id._grant(
            self.partner_id,
            self.rank_id.code or None,
            "grant",
            f"grant:{self.ladder_id.id}:{self.partner_id.id}:{self.id}",
            local_day(fields.Datetime.now(), self.ladder_id.company_id),
            self.reason,
        )
        return {"type": "ir.actions.act_window_close"}
