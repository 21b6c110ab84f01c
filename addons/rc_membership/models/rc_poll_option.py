from odoo import api, fields, models
from odoo.exceptions import UserError


class RcPollOption(models.Model):
    """One answer to a poll; fixed from the day the poll opens."""

    _name = "rc.poll.option"
    _description = "Answer of a Poll"
    _order = "poll_id, sequence, id"

    name = fields.Char("Answer", required=True, translate=True)
    sequence = fields.Integer(default=10)
    poll_id = fields.Many2one("rc.poll", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="poll_id.company_id", store=True, index=True)
    vote_count = fields.Integer("Votes", compute="_compute_vote_count", compute_sudo=True)

    def _compute_vote_count(self):
        counts = dict(
            self.env["rc.poll.vote"]._read_group(
                [("option_id", "in", self.ids), ("is_void", "=", False)], ["option_id"], ["__count"]
            )
        )
        for option in self:
            option.vote_count = counts.get(option, 0)

    @api.model_create_multi
    def create(self, vals_list):
        options = super().create(vals_list)
        options._check_draft()
        return options

    def write(self, vals):
        if vals.keys() & {"name", "poll_id"}:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _check_draft(self):
        if self.poll_id.filtered(lambda poll: poll.state != "draft"):
            raise UserError(self.env._("The answers are fixed once a poll is open."))
