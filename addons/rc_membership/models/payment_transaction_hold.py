"""A payment that begins holds the points of its order; one that fails lets them go."""

from odoo import api, fields, models

from .rc_point_hold import until_of

LIVE = ("pending", "authorized", "done")


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        for transaction in transactions:
            if transaction.state == "draft" and (transaction.operation or "").startswith("online"):
                transaction.sale_order_ids._rc_hold_points()
        return transactions

    def _set_pending(self, *args, **kwargs):
        return super()._set_pending(*args, **kwargs)._rc_keep_points()

    def _set_authorized(self, *args, **kwargs):
        return super()._set_authorized(*args, **kwargs)._rc_keep_points()

    def _set_canceled(self, *args, **kwargs):
        return super()._set_canceled(*args, **kwargs)._rc_let_points_go()

    def _set_error(self, *args, **kwargs):
        return super()._set_error(*args, **kwargs)._rc_let_points_go()

    def _rc_keep_points(self):
        """What is promised takes longer than what is begun."""
        for hold in self.sale_order_ids._rc_get_holds():
            hold.until = until_of(fields.Datetime.now(), True)
        return self

    def _rc_let_points_go(self):
        """Free the points of orders that nobody else is paying; an unknown answer keeps them."""
        failed = self.filtered(lambda tx: not tx.rc_is_unanswered)
        for order in failed.sale_order_ids:
            others = order.transaction_ids - self
            if not others.filtered(lambda tx: tx.state in LIVE):
                order._rc_free_points("freed")
        return self

    def _check_amount_and_confirm_order(self):
        """Do not lose a payment over points that were spent while nobody held them."""
        blocked = self.browse()
        for transaction in self:
            orders = transaction.sale_order_ids
            if len(orders) == 1 and orders._rc_are_points_gone():
                orders._rc_report_points_gone()
                blocked |= transaction
        return super(PaymentTransaction, self - blocked)._check_amount_and_confirm_order()
