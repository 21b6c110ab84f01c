from odoo import fields, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "rc.fact.mixin"]

    _rc_facts = ("rc_seat_subscription_id", "rc_seat_quantity")

    rc_seat_subscription_id = fields.Many2one(
        "rc.subscription",
        "Seats for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    rc_seat_quantity = fields.Integer("Seats Added", readonly=True, copy=False)

    def _rc_is_membership_order(self):
        return bool(self.rc_seat_subscription_id) or super()._rc_is_membership_order()
