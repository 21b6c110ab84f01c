import requests

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools import str2bool


def _read_failure_code(response):
    """Return the codes in a provider's refusal (``{"error": {"code", "decline_code"}}``), or none."""
    try:
        error = response.json().get("error")
    except (ValueError, AttributeError):  # not JSON, or no object
        return False
    if not isinstance(error, dict):
        return False
    codes = [str(error[key])[:64] for key in ("code", "decline_code") if error.get(key)]
    return " ".join(codes) or False


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["payment.transaction", "rc.fact.mixin"]

    _rc_facts = ("rc_is_unanswered", "rc_was_asked", "rc_failure_code")

    rc_is_unanswered = fields.Boolean(
        "Not Answered",
        readonly=True,
        help="The connection broke: the provider may or may not have taken the money.",
    )
    rc_was_asked = fields.Boolean("Was Asked", readonly=True)
    rc_failure_code = fields.Char(
        "Provider's Code",
        readonly=True,
        help="What the provider calls the refusal; its sentences depend on its language.",
    )

    def _send_api_request(self, method, endpoint, **kwargs):
        """Tell what nobody knows (connection broken, provider failed) from a refusal."""
        try:
            return super()._send_api_request(method, endpoint, **kwargs)
        except ValidationError as error:
            # whoever pays: what is known of the answer is the system's fact
            self.sudo()._rc_note_failure(error.__context__)
            raise

    def _rc_note_failure(self, cause):
        """Keep what a failed request says: unanswered, or refused under the provider's code."""
        response = getattr(cause, "response", None)
        broken = (requests.exceptions.ConnectionError, requests.exceptions.Timeout)
        if isinstance(cause, broken) or (
            response is not None and (response.status_code >= 500 or response.status_code == 409)
        ):
            self.rc_is_unanswered = True
        elif response is not None:
            self.rc_failure_code = _read_failure_code(response)

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
