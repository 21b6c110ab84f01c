from odoo import models

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.exceptions import Refusal


class PosOrder(models.Model):
    """Orders of the counter that sell something of a membership.

    Plans, add-ons and packages follow money received for an invoice, wherever they were sold. So
    the counter makes that invoice, whether or not the customer asks for the paper.
    """

    _inherit = "pos.order"

    def _rc_get_member_lines(self):
        return self.lines.filtered(lambda line: line.product_id.rc_needs_customer)

    def _process_saved_order(self, draft):
        if draft or self.state == "cancel":
            return super()._process_saved_order(draft)
        order = self
        if not self.partner_id and self.refunded_order_id:
            self.partner_id = self.refunded_order_id.partner_id
        self._rc_check_member_lines()
        if not self.to_invoice and self._rc_is_invoiced():
            self.to_invoice = True
            # nobody asked for the paper: it is printed when somebody does
            order = self.with_context(generate_pdf=False)
        self._rc_move_points()
        return super(PosOrder, order)._process_saved_order(draft)

    def _rc_is_invoiced(self):
        """True for what gives somebody something, what a member buys, and what is taken back."""
        if not self.partner_id:
            return False
        if self._rc_get_member_lines() or self.refunded_order_id.account_move:
            return True
        # cashiers need no rights on accounts
        accounts = self.env["rc.point.account"].sudo()
        return self.config_id.rc_invoice_members and bool(
            accounts.search_count(
                [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)],
                limit=1,
            )
        )

    def _rc_check_member_lines(self):
        """Refuse what cannot be given to anybody, before the order is paid.

        :raise Refusal: ``not_eligible``, ``not_available``
        """
        lines = self._rc_get_member_lines()
        if not lines:
            return
        if not self.partner_id:
            raise Refusal(
                self.env._(
                    "%s is for a member: choose the customer first.",
                    ", ".join(lines.product_id.mapped("name")),
                ),
                "not_eligible",
            )
        # cashiers need no rights on packages
        packages = lines.product_id.sudo().rc_package_id
        if packages and self.lines.filtered(lambda line: line._rc_is_paid_in_points()):
            raise Refusal(
                self.env._("Packages are bought with money: take the points off this order."),
                "not_eligible",
            )
        for line in lines:
            quantity = exact(line.qty)
            if quantity != int(quantity):
                raise Refusal(
                    self.env._("%s is sold in whole numbers.", line.product_id.name),
                    "not_eligible",
                )
            package = line.product_id.sudo().rc_package_id  # see above
            if package and not package._has_rate(self.company_id):
                raise Refusal(
                    self.env._(
                        "%(package)s is priced in %(currency)s, and there is no exchange rate "
                        "for it yet. Enter one in Accounting.",
                        package=package.name,
                        currency=package.currency_id.name,
                    ),
                    "not_available",
                )
