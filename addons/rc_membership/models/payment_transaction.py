import requests

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools import str2bool


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["payment.transaction", "rc.fact.mixin"]

    _rc_facts = ("rc_is_unanswered", "rc_was_asked")

    rc_is_unanswered = fields.Boolean(
        "Not Answered",
        readonly=True,
        help="The connection broke: the provider may or may not have taken the money.",
    )
    rc_was_asked = fields.Boolean("Was Asked", readonly=True)

    def _send_api_request(self, method, endpoint, **kwargs):
        """Tell a broken connection (nobody knows) from a refusal (nothing was taken)."""
        try:
            return super()._send_api_request(method, endpoint, **kwargs)
        except ValidationError as error:
            broken = (requests.exceptions.ConnectionError, requests.exceptions.Timeout)
            if isinstance(error.__context__, broken):
                # whoever pays: what is known of the answer is the system's fact
                self.sudo().rc_is_unanswered = True
            raise

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
        result = super()._post_process()
        attempts = self.env["rc.subscription.attempt"].sudo()  # whoever polls for the payment
        attempts.search([("transaction_id", "in", self.ids)])._follow_transaction()
        return result
