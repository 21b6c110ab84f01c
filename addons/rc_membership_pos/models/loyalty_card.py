from odoo import models
from odoo.exceptions import AccessError

# who corrects balances; Odoo's point of sale lets every cashier write cards
_CORRECTORS = (
    "sales_team.group_sale_salesman",
    "point_of_sale.group_pos_manager",
    "rc_membership.group_program_manager",
)


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    def write(self, vals):
        """A cashier moves points by orders only: nobody gives away what is not theirs."""
        if (
            "points" in vals
            and not self.env.su
            and self.filtered("program_id.rc_is_face")
            and not any(self.env.user.has_group(group) for group in _CORRECTORS)
        ):
            raise AccessError(
                self.env._("Points move with orders. Ask a manager to correct a balance.")
            )
        return super().write(vals)
