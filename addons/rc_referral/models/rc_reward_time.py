"""What is held is looked at again; managers look, or take back, by hand."""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class RcReward(models.Model):
    _inherit = "rc.reward"

    @api.model
    def _cron_review(self):
        """Look again at what is held; a bad one never stops the others."""
        now = fields.Datetime.now()
        held = self.search([("state", "=", "held")], order="id")
        inbox = self.env["rc.event"]
        inbox._serve_each(held, "reward_due", now, lambda reward: reward._review_at(now))

    def _review_at(self, now):
        self.with_company(self.company_id)._review(now)

    def action_review(self):
        """Program manager: look again now."""
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager reviews rewards."))
        self.check_access("read")
        self.sudo()._review(fields.Datetime.now())  # rewards have no write access for anybody

    def action_take_back(self):
        """Program manager: take a reward back that should not have been given."""
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager takes rewards back."))
        self.check_access("read")
        rewards = self.sudo()  # as above
        rewards._undo(fields.Datetime.now())
        # nobody gives again by an event what somebody took back by hand
        rewards.filtered(lambda r: r.state == "taken_back").write(
            {"state": "refused", "why": "manager"}
        )
