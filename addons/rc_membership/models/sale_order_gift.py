"""Memberships bought for somebody else: to whom, with which words, from which day."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..adapters import local_day


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.private
    def _rc_add_gift(self, product, vals):
        """Put a plan for somebody else in a cart, as a line of its own; return the line.

        :param vals: ``rc_recipient_email``, ``rc_gift_name``, ``rc_gift_from``,
            ``rc_gift_message``, ``rc_gift_on`` of the line
        """
        self.ensure_one()
        line = self._create_new_cart_line(product.id, 1, product.uom_id.id)
        line.write(vals)
        line.name = f"{line.name}\n{line._rc_get_gift_text()}"
        self._verify_cart_after_update()
        return line

    def _cart_find_product_line(self, *args, **kwargs):
        """A plan for oneself is not put on the line of a gift."""
        lines = super()._cart_find_product_line(*args, **kwargs)
        return lines.filtered(lambda line: not line.rc_recipient_email)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"
    _rc_facts = ("rc_gift_given_on",)

    rc_gift_name = fields.Char("Recipient's Name")
    rc_gift_from = fields.Char("Given by", help="As the recipient reads it.")
    rc_gift_message = fields.Text("Words to the Recipient")
    rc_gift_on = fields.Date(
        "Give on",
        help="The day the membership starts and the mail goes out. Empty: when it is paid.",
    )
    rc_gift_given_on = fields.Date("Given on", readonly=True, copy=False)

    def _rc_get_gift_text(self):
        """Return the line that says for whom and when, as the buyer reads it."""
        self.ensure_one()
        who = self.rc_gift_name or self.rc_recipient_email
        if not self.rc_gift_on:
            return self.env._("Gift for %s", who)
        day = format_date(self.env, self.rc_gift_on)
        return self.env._("Gift for %(who)s, starts on %(day)s", who=who, day=day)

    def _rc_get_giver(self):
        """Return the giver's name as the recipient reads it."""
        self.ensure_one()
        return self.rc_gift_from or self.order_id.partner_id.name or ""

    def _rc_get_gift_link(self):
        """Return where the recipient finds the gift: the sign-up for somebody without a login."""
        self.ensure_one()
        partner = self.rc_recipient_id
        if not partner or partner.user_ids:
            return f"{self.get_base_url()}/my/membership"
        partner.signup_prepare()
        return partner._get_signup_url_for_action()[partner.id]

    @api.private
    def _rc_give(self, on):
        """Put on record that the gift was given, once, and write to whoever it is for."""
        template = self.env.ref("rc_membership.mail_template_gift", raise_if_not_found=False)
        for line in self.filtered(lambda one: not one.rc_gift_given_on):
            line.rc_gift_given_on = on
            if template and line.rc_recipient_email and line.rc_recipient_id.email:
                template.send_mail(line.id, force_send=False)

    @api.model
    @api.private
    def _rc_push_gifts(self, now):
        """Put the paid bills of gifts whose day has come in the inbox; once a day for each."""
        waiting = self.search(
            [
                ("rc_gift_on", "<=", fields.Date.add(now.date(), days=1)),
                ("rc_gift_given_on", "=", False),
                ("state", "=", "sale"),
                ("invoice_lines.move_id.payment_state", "in", ("paid", "in_payment")),
            ],
            order="rc_gift_on, id",
        )
        for line in waiting:
            today = local_day(now, line.company_id)
            if line.rc_gift_on <= today:
                for move in line.invoice_lines.move_id:
                    self.env["account.move"]._rc_push_payment_changed(
                        move, f"gift:{line.id}:{today}"
                    )
