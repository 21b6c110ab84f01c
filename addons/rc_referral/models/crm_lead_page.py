from odoo import api, fields, models


class CrmLead(models.Model):
    """What a salesperson sees of a lead that came by referral, and does about it."""

    _inherit = "crm.lead"

    rc_is_paid = fields.Boolean(
        "Paid",
        compute="_compute_rc_is_paid",
        search="_search_rc_is_paid",
        compute_sudo=True,
        help="The customer has paid an invoice.",
    )

    @api.depends("partner_id")
    def _compute_rc_is_paid(self):
        paying = self.partner_id._rc_get_paying()
        for lead in self:
            lead.rc_is_paid = lead.partner_id in paying

    @api.model
    def _search_rc_is_paid(self, operator, value):
        if operator != "in":
            return NotImplemented
        payers = self.env["account.move"].sudo()  # only who has paid, no amount
        paid = payers._search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("paid", "in_payment")),
                ("amount_total", ">", 0),
            ]
        )
        return [("partner_id", "in", paid.subselect("partner_id"))]

    def action_rc_claim(self):
        """Claim an order of this customer: the form opens with what is known."""
        self.ensure_one()
        self.check_access("read")
        orders = self.order_ids.filtered(lambda order: order.state == "sale")
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.attribution.claim",
            "views": [(False, "form")],
            "context": {"default_order_id": orders[-1:].id},
        }

    def action_rc_register_deal(self):
        """Register the customer of this lead as a deal."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.deal",
            "views": [(False, "form")],
            "context": {
                "default_name": self.partner_name or self.contact_name or self.name,
                "default_customer_id": self.partner_id.id,
                "default_email": self.email_from,
                "default_phone": self.phone,
                "default_lead_id": self.id,
                "default_partner_id": self.rc_partner_id.id,
            },
        }
