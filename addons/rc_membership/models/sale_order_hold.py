"""Points of a cart are held while it is being paid."""

from decimal import Decimal

from odoo import api, fields, models

from ..adapters import exact
from ..exceptions import Refusal
from .rc_point_hold import until_of


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _rc_get_holds(self):
        # buyers have no rights on holds; these are the order's own
        return (
            self.env["rc.point.hold"]
            .sudo()
            .search([("order_id", "in", self.ids), ("state", "=", "held")])
        )

    @api.private
    def _rc_get_held(self, account):
        """Return the points of an account that are held for this order."""
        holds = self._rc_get_holds().filtered(lambda hold: hold.account_id == account)
        return sum((exact(hold.amount) for hold in holds), Decimal(0))

    @api.private
    def _rc_get_held_of_card(self, card):
        """Return what is held for this order of the points a card shows."""
        holds = self._rc_get_holds().filtered(lambda hold: hold.account_id.card_id == card)
        return sum((exact(hold.amount) for hold in holds), Decimal(0))

    @api.private
    def _rc_hold_points(self):
        """Hold what the order costs in points, for a payment that begins now.

        :raise Refusal: somebody was quicker, or a limit
        """
        now = fields.Datetime.now()
        for order in self.filtered(lambda o: o.state in ("draft", "sent")):
            costs = order._rc_get_points_costs()
            known = order._rc_get_holds()
            for hold in known:
                if costs.get(hold.account_id) == hold.amount:
                    hold.until = max(hold.until, until_of(now, False))
                else:
                    hold._free(now)
            held = known.filtered(lambda hold: hold.state == "held").account_id
            for account, cost in costs.items():
                if cost > 0 and account not in held:
                    holds = self.env["rc.point.hold"].sudo()  # as in _rc_get_holds
                    holds._take(account, Decimal(cost), order, now, until_of(now, False))

    @api.private
    def _rc_free_points(self, state):
        """Give back what is held; ``state``: spent (the order spends it now), freed."""
        self._rc_get_holds()._free(fields.Datetime.now(), state)

    @api.private
    def _rc_are_points_gone(self):
        """True when an open order's points cannot be spent any more."""
        try:
            self._rc_check_points()
        except Refusal:
            return True
        return False

    @api.private
    def _rc_report_points_gone(self):
        """The money came after the points were let go and spent elsewhere: a person decides."""
        self.ensure_one()
        summary = self.env._("Paid, but its points were spent elsewhere")
        if summary in self.activity_ids.mapped("summary"):
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=self.env._(
                "The payment came after the points were no longer held. Take the reward off and ask "
                "for the difference, or give the money back."
            ),
            user_id=self.user_id.id or self.env.ref("base.user_admin").id,
        )
