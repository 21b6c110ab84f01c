"""Points spent in orders: every change Odoo makes to a card knows which order it is for."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..points_cause import Cause, points_cause


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _rc_facts = ("rc_confirmed_points",)

    rc_confirmed_points = fields.Integer(
        "Points Confirmed",
        readonly=True,
        copy=False,
        help="So many points the buyer said yes to a second time.",
    )
    rc_points_to_confirm = fields.Integer(
        "Points to Confirm", compute="_compute_rc_points_to_confirm", compute_sudo=True
    )

    @api.depends("order_line.points_cost", "order_line.coupon_id", "rc_confirmed_points", "state")
    def _compute_rc_points_to_confirm(self):
        """Points of an order that is still open and needs a second yes."""
        for order in self:
            costs = order._rc_get_points_costs() if order.state in ("draft", "sent") else {}
            order.rc_points_to_confirm = sum(
                cost
                for account, cost in costs.items()
                if (above := account.program_id.point_confirm_above)
                and cost > above
                and cost > order.rc_confirmed_points
            )

    def _rc_get_points_costs(self):
        """Return points account → whole points that the order's rewards cost."""
        self.ensure_one()
        cards = self.order_line.coupon_id.filtered(lambda c: c.program_id.rc_program_ids)
        if not cards:
            return {}
        # buyers and salespeople need no rights on accounts to spend points
        accounts = self.env["rc.point.account"].sudo().search([("card_id", "in", cards.ids)])
        return {
            account: int(
                sum(
                    line.points_cost
                    for line in self.order_line
                    if line.coupon_id == account.card_id
                )
            )
            for account in accounts
        }

    @api.private
    def _rc_check_points(self):
        """Refuse an open order whose points cannot be spent: debt, limits, second confirmation."""
        now = fields.Datetime.now()
        for order in self.filtered(lambda o: o.state in ("draft", "sent")):
            for account, cost in order._rc_get_points_costs().items():
                if cost > 0:
                    held = order._rc_get_held(account)
                    account._check_spend(cost, now, order.rc_confirmed_points >= cost, held)

    @api.private
    def _rc_confirm_points(self):
        """The buyer says yes to what the order costs in points now."""
        self.ensure_one()
        cost = max(self._rc_get_points_costs().values(), default=0)
        self.sudo().rc_confirmed_points = cost  # a fact that only this door writes

    def action_rc_confirm_points(self):
        """Staff record that the buyer said yes a second time."""
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only salespeople can confirm this for the buyer."))
        self.check_access("write")
        for order in self:
            order._rc_confirm_points()
            order.message_post(
                body=self.env._("%s points confirmed for the buyer.", order.rc_confirmed_points)
            )

    def _rc_cause(self, kind="order"):
        self.ensure_one()
        return Cause(kind, ("sale.order", self.id), self.name or "", self.rc_confirmed_points)

    def action_confirm(self):
        if len(self) > 1 and self.order_line.coupon_id.program_id.rc_program_ids:
            # each order is the cause of its own points
            return all([order.action_confirm() for order in self])
        if len(self) != 1:
            return super().action_confirm()
        self._rc_free_points("spent")  # what was held is spent by what follows
        with points_cause(self.env, self._rc_cause()):
            return super().action_confirm()

    def _action_cancel(self):
        if len(self) != 1:
            return all([order._action_cancel() for order in self])
        self._rc_free_points("freed")
        with points_cause(self.env, self._rc_cause("cancel")):
            return super()._action_cancel()

    def _add_points_for_coupon(self, coupon_points):
        self.ensure_one()
        with points_cause(self.env, self._rc_cause()):
            return super()._add_points_for_coupon(coupon_points)

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """A points debt blocks spending: the shop offers nothing for points until it is cleared."""
        points = super()._get_real_points_for_coupon(coupon, post_confirm)
        if coupon.program_id.rc_program_ids:
            points += float(self._rc_get_held_of_card(coupon))
        if points > 0 and coupon.program_id.rc_program_ids:
            # whoever shops needs no rights on accounts
            account = self.env["rc.point.account"].sudo().search([("card_id", "=", coupon.id)])
            if account.debt:
                return 0
        return points

    def _check_cart_is_ready_to_be_paid(self):
        """What would be refused at confirmation is refused before money moves."""
        super()._check_cart_is_ready_to_be_paid()
        self._rc_check_points()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        orders = {vals.get("order_id") for vals in vals_list if vals.get("points_cost")}
        if len(orders) != 1 or not all(orders):
            return super().create(vals_list)
        order = self.env["sale.order"].browse(orders.pop())
        with points_cause(self.env, order._rc_cause()):
            return super().create(vals_list)

    def write(self, vals):
        if "points_cost" not in vals or not self:
            return super().write(vals)
        if len(self.order_id) > 1:
            return all([lines.write(vals) for lines in self.grouped("order_id").values()])
        with points_cause(self.env, self.order_id._rc_cause()):
            return super().write(vals)

    def unlink(self):
        if not self.coupon_id:
            return super().unlink()
        if len(self.order_id) > 1:
            return all([lines.unlink() for lines in self.grouped("order_id").values()])
        with points_cause(self.env, self.order_id._rc_cause()):
            return super().unlink()
