from odoo import api, models
from odoo.tools import format_amount

from ..adapters import company_today

_READERS = ("rc_membership.group_salesperson", "rc_membership.group_accountant")


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_get_360_sections(self):
        sections = super()._rc_get_360_sections()
        if any(self.env.user.has_group(group) for group in _READERS):
            sections.append(self._rc_get_360_commissions())
        return sections

    def _rc_get_360_commissions(self):
        """What plans gave, by currency and state."""
        labels = {
            "held": self.env._("Held"),
            "payable": self.env._("Payable"),
            "settled": self.env._("Settled"),
            "paid": self.env._("Paid"),
            "reserve": self.env._("Reserve"),
            "debt": self.env._("Debt"),
        }
        summary = self._rc_get_commission_summary(company_today(self.env.company))
        rows = [
            (
                labels[state],
                currency.name,
                format_amount(self.env, float(amount), currency),
                "muted",
            )
            for currency, amounts in summary.items()
            for state, amount in amounts.items()
            if state in labels and amount
        ]
        return {
            "title": self.env._("Commissions"),
            "icon": "fa-money",
            "figures": [
                (
                    self.env._("Accrued"),
                    format_amount(self.env, float(amounts["accrued"]), currency),
                )
                for currency, amounts in summary.items()
            ],
            "rows": rows,
        }
