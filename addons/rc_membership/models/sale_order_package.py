from fractions import Fraction

from odoo import api, fields, models
from odoo.tools import format_date

from ..adapters import exact, local_day
from ..exceptions import Refusal
from ..kernel.packages import check_limits


class SaleOrder(models.Model):
    """Orders that sell packages: limits before anybody pays, the group they are bought in."""

    _inherit = "sale.order"

    rc_package_group_id = fields.Many2one(
        "rc.package.group",
        "Group Buy",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    def _rc_is_membership_order(self):
        return super()._rc_is_membership_order() or bool(self._rc_get_package_lines())

    def _rc_get_package_lines(self):
        # whoever buys or sells needs no rights on packages
        return self.order_line.filtered(
            lambda line: not line.display_type and line.product_id.sudo().rc_package_id
        )

    def action_confirm(self):
        for order in self:
            if not order._rc_is_paid_online():  # money that came is reviewed, not refused
                order._rc_check_packages(fields.Datetime.now())
        return super().action_confirm()

    def _rc_is_paid_online(self):
        # a transaction is the provider's fact, read for whoever confirms
        states = self.sudo().transaction_ids.mapped("state")
        return bool({"done", "authorized"} & set(states))

    def _check_cart_is_ready_to_be_paid(self):
        super()._check_cart_is_ready_to_be_paid()
        self._rc_check_packages(fields.Datetime.now())

    @api.private
    def _rc_check_packages(self, at):
        """Refuse what cannot be bought: bad quantities, points for points, no rate, over a limit.

        :raise Refusal: ``not_eligible``, ``not_available``, ``limit_reached``
        """
        for order in self:
            lines = order._rc_get_package_lines()
            if lines:
                order._rc_check_package_lines(lines)
                order._rc_check_paid_in_money()
                packages = lines.product_id.sudo().rc_package_id  # see _rc_get_package_lines
                for program in packages.program_id:
                    order._rc_check_package_limit(program, lines, at)

    def _rc_check_package_lines(self, lines):
        for line in lines:
            quantity = exact(line.product_uom_qty)
            if quantity <= 0 or quantity != int(quantity) or line.price_subtotal < 0:
                raise Refusal(
                    self.env._("Packages are bought in whole numbers: change %s.", line.name),
                    "not_eligible",
                )
            package = line.product_id.sudo().rc_package_id  # see _rc_get_package_lines
            if not package._has_rate(self.company_id):
                raise Refusal(
                    self.env._(
                        "%(package)s is priced in %(currency)s, and there is no exchange rate "
                        "for it yet. Enter one in Accounting.",
                        package=package.name,
                        currency=package.currency_id.name,
                    ),
                    "not_available",
                )

    def _rc_check_paid_in_money(self):
        """Bought points come back as money: so what they cost is money, never other points."""
        if any(cost > 0 for cost in self._rc_get_points_costs().values()):
            raise Refusal(
                self.env._("Packages are bought with money: take the points off this order."),
                "not_eligible",
            )

    def _rc_check_package_limit(self, program, lines, at):
        """READ what the member bought → DECIDE → refuse what passes a limit."""
        purchases = self.env["rc.package.purchase"].sudo()  # limits count for any buyer
        purchases._claim(self.partner_id, program)
        today = local_day(at, self.company_id)
        amount = sum(
            (
                program._to_package_currency(line.price_total, line.currency_id, today)
                for line in lines
                if line.product_id.sudo().rc_package_id.program_id == program
            ),
            Fraction(0),
        )
        bought = self._rc_read_bought(program)
        hit = check_limits(bought, today, amount, program._get_package_limits())
        if hit is None:
            return
        periods = {
            "day": self.env._("a day"),
            "month": self.env._("a month"),
            "year": self.env._("a year"),
        }
        values = {
            "limit": program.package_currency_id.format(float(hit.limit)),
            "period": periods[hit.period],
            "bought": program.package_currency_id.format(float(hit.bought)),
        }
        if hit.possible_on:
            sentence = self.env._(
                "Packages for at most %(limit)s can be bought in %(period)s; %(bought)s were "
                "bought already. You can buy this from %(day)s on.",
                day=format_date(self.env, hit.possible_on),
                **values,
            )
        else:
            sentence = self.env._(
                "Packages for at most %(limit)s can be bought in %(period)s. Choose less.", **values
            )
        raise Refusal(sentence, "limit_reached", possible_on=hit.possible_on)

    def _rc_read_bought(self, program):
        """Return [(day, amount)] of the member's other confirmed packages in a program."""
        lines = self.env["sale.order.line"].sudo()  # see _rc_check_package_limit
        ordered = lines.search(
            [
                ("order_id.partner_id", "=", self.partner_id.id),
                ("order_id.state", "=", "sale"),
                ("order_id", "!=", self._origin.id),
                ("product_id.rc_package_id.program_id", "=", program.id),
            ]
        )
        direct = (
            self.env["rc.package.purchase"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("program_id", "=", program.id),
                    ("invoice_line_id.sale_line_ids", "=", False),
                ]
            )
        )
        found = []
        for line in ordered:
            day = local_day(line.order_id.date_order, self.company_id)
            amount = program._to_package_currency(line.price_total, line.currency_id, day)
            found.append((day, amount))
        found += [
            (local_day(p.ordered_at, self.company_id), Fraction(exact(p.limit_amount)))
            for p in direct
        ]
        return found

    @api.private
    def _rc_join_group(self, group):
        """Let a cart or quotation be part of a group buy (empty: of none)."""
        self.ensure_one()
        self.sudo().rc_package_group_id = group  # the code was resolved: who knows it may join
