from odoo import api, fields, models
from odoo.tools import email_normalize


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "rc.fact.mixin"]

    _rc_facts = ("rc_credit_subscription_id", "rc_credit_charge_count")

    rc_credit_subscription_id = fields.Many2one(
        "rc.subscription",
        "Unused Days of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The line credits days of a former plan.",
    )
    rc_credit_charge_count = fields.Integer(readonly=True, copy=False)
    rc_recipient_id = fields.Many2one(
        "res.partner",
        "Membership for",
        index="btree_not_null",
        ondelete="restrict",
        help="Who gets the membership, if not the customer.",
    )
    rc_recipient_email = fields.Char(
        "Give to", help="Mail address of whoever gets the membership, if not the customer."
    )

    @api.private
    def _rc_get_recipient(self):
        """Return who gets the membership of a line: a contact found or made by its address."""
        self.ensure_one()
        email = email_normalize(self.rc_recipient_email or "")
        if self.rc_recipient_id or not email:
            return self.rc_recipient_id
        partners = self.env["res.partner"]
        domain = [
            ("email_normalized", "=", email),
            ("company_id", "in", (False, self.company_id.id)),
        ]
        users = self.env["res.users"].search([("login", "=", email)], limit=1)
        found = users.partner_id or partners.search(domain, order="id", limit=1)
        self.rc_recipient_id = found or partners.create(
            {"name": self.rc_gift_name or self.rc_recipient_email.strip(), "email": email}
        )
        return self.rc_recipient_id
