from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_commission.adapters.time import local_day


class RcGuildCloseWizard(models.TransientModel):
    """Close the months that are over, by hand instead of waiting for the night."""

    _name = "rc.guild.close.wizard"
    _description = "Close Growth Funds"

    program_id = fields.Many2one(
        "rc.program",
        required=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    rate = fields.Float(related="program_id.rc_guild_fund_rate")
    months = fields.Char("Months to Close", compute="_compute_months")

    @api.depends("program_id")
    def _compute_months(self):
        for wizard in self:
            periods = wizard._get_open_months(self.env.cr.now()) if wizard.program_id else []
            wizard.months = ", ".join(f"{period.start:%Y-%m}" for period in periods)

    def _get_open_months(self, now):
        program = self.program_id
        today = local_day(now, program.company_id)
        return self.env["rc.guild.fund.close"]._get_open_months(program, today)

    def action_close(self):
        self.ensure_one()
        Close = self.env["rc.guild.fund.close"]
        Close._check_closer()
        self.program_id.check_access("read")
        # the closer has no rights on ledgers; the door writes, with the month as its key
        closes = Close.sudo()._close_due(self.program_id.sudo(), self.env.cr.now())
        if not closes:
            raise UserError(
                self.env._("There is nothing to close: a month can be closed when it is over.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_guild.rc_guild_fund_close_action"
        )
        return {**action, "domain": [("id", "in", closes.ids)]}
