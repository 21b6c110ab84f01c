"""What is held is looked at again; managers look, or take back, by hand."""

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

REVIEW_BATCH = 200


class RcReward(models.Model):
    _inherit = "rc.reward"

    @api.model
    def _cron_review(self):
        """Look again at what is held; a bad one never stops the others."""
        now = fields.Datetime.now()
        cron = self.env["ir.cron"]
        held = self.search([("state", "=", "held")], order="id", limit=None)
        for batch in range(0, len(held), REVIEW_BATCH):
            for reward in held[batch : batch + REVIEW_BATCH]:
                try:
                    with self.env.cr.savepoint():
                        reward.with_company(reward.company_id)._review(now)
                except psycopg2.OperationalError:
                    raise
                except UserError:
                    self.env.invalidate_all(flush=False)
            if not cron._commit_progress(len(held[batch : batch + REVIEW_BATCH])):
                return

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
