from odoo import models

from .rc_reward_rule import KEY_PREFIX


class RcPointEntry(models.Model):
    _inherit = "rc.point.entry"

    def _get_label(self):
        """The ledger keeps the words of the day; a member reads them in the own language."""
        self.ensure_one()
        prefix, _bar, rest = self.key.partition("|")
        if prefix == KEY_PREFIX:
            return self.env["rc.reward.rule"]._get_reason(rest.partition("|")[0])
        return super()._get_label()
