from odoo import models
from odoo.tools import str2bool


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """Invoice paid membership orders at once, whatever the shop's own invoicing setting.

        Every billing of a membership is a real invoice; rights and rewards follow from it.
        """
        auto = str2bool(
            # a system setting, read as Odoo's own post-processing reads it
            self.env["ir.config_parameter"].sudo().get_param("sale.automatic_invoice")
        )
        if not auto:
            done = self.filtered(
                lambda tx: (
                    tx.state == "done"
                    and tx.operation != "validation"
                    and tx.sale_order_ids._rc_is_membership_order()
                )
            )
            done._check_amount_and_confirm_order()
            done._invoice_sale_orders()
        return super()._post_process()
