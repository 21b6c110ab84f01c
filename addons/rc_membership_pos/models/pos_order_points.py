"""Points spent at the counter: in the transaction that pays the order, through the one door."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_membership.kernel.money import round_half_up, to_fraction


class PosOrder(models.Model):
    _inherit = "pos.order"

    rc_confirmed_points = fields.Integer(
        "Points Confirmed",
        copy=False,
        help="So many points the customer said yes to a second time at the counter.",
    )

    # ------------------------------------------------------------------
    # Out
    # ------------------------------------------------------------------

    def _rc_move_points(self):
        """READ what the rewards cost → the door decides → WRITE: spent once, given back once."""
        at = fields.Datetime.now()
        for account, cost in self._rc_get_points_costs().items():
            account._spend(
                cost,
                self._rc_get_spend_key(account),
                self.pos_reference or self.name,
                origin=self,
                occurred_at=at,
                confirmed=self.rc_confirmed_points >= cost,
                kind="shop",
            )
        for line in self.lines.filtered("refunded_orderline_id"):
            line._rc_return_points(at)

    def _rc_get_spend_key(self, account):
        return f"pos.order:{self.id}|spent|{account.card_id.id}"

    def _rc_get_points_costs(self):
        """Return points account → what the rewards of an order cost; cards of the customer only.

        :raise Refusal: ``not_eligible``
        """
        costs = defaultdict(Decimal)
        for line in self.lines.filtered(lambda line: line._rc_is_paid_in_points()):
            costs[line._rc_get_account()] += line._rc_get_cost()
        for account in costs:
            if account.partner_id != self.partner_id:
                raise Refusal(
                    self.env._(
                        "These points are those of %s: choose them as the customer.",
                        account.partner_id.name,
                    ),
                    "not_eligible",
                )
        return {account: cost for account, cost in costs.items() if cost}

    # ------------------------------------------------------------------
    # The doors of Odoo's point of sale
    # ------------------------------------------------------------------

    def validate_coupon_programs(self, point_changes, new_codes):
        """What would be refused when the order is paid is refused before money moves."""
        result = super().validate_coupon_programs(point_changes, new_codes)
        if not result["successful"]:
            return result
        spent = {int(card): -exact(change) for card, change in point_changes.items() if change < 0}
        # cashiers need no rights on accounts; who may ask was checked above
        accounts = self.env["rc.point.account"].sudo().search([("card_id", "in", list(spent))])
        now = fields.Datetime.now()
        for account in accounts:
            try:
                # the second yes is asked for on the screen and checked with the order
                account._check_spend(spent[account.card_id.id], now, confirmed=True)
            except Refusal as refusal:
                return {
                    "successful": False,
                    "payload": {
                        "message": str(refusal),
                        "updated_points": {a.card_id.id: a.card_id.points for a in accounts},
                    },
                }
        return result

    def confirm_coupon_programs(self, coupon_data):
        """Points of members moved when the order was paid; only other cards change here.

        Whatever the screen reckoned for a member's card, and however often it is sent, moves
        nothing: what members earn follows from their invoices.
        """
        programs = self.env["loyalty.program"].browse(
            {d["program_id"] for d in coupon_data.values()}
        )
        faces = programs.exists().filtered("rc_is_face")
        others = {k: d for k, d in coupon_data.items() if d["program_id"] not in faces.ids}
        result = super().confirm_coupon_programs(others)
        for key, data in coupon_data.items():
            program = faces.filtered(lambda p, data=data: p.id == data["program_id"])
            if program and self.partner_id:
                result["coupon_updates"].append(self._rc_show_card(int(key), program))
        return result

    def _rc_show_card(self, old_id, program):
        """Return what the screen needs to know of the customer's card now."""
        # cashiers need no rights on accounts
        accounts = self.env["rc.point.account"].sudo()
        card = accounts._get_or_create(self.partner_id, program.sudo().rc_program_ids[:1]).card_id
        return {
            "old_id": old_id,
            "id": card.id,
            "points": card.points,
            "code": card.code,
            "program_id": program.id,
            "partner_id": card.partner_id.id,
        }


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _rc_is_paid_in_points(self):
        """True for a reward that points of a membership program paid for."""
        self.ensure_one()
        is_face = self.coupon_id.program_id.rc_is_face
        return bool(is_face and self.points_cost and not self.refunded_orderline_id)

    def _rc_get_account(self):
        # cashiers need no rights on accounts
        accounts = self.env["rc.point.account"].sudo().with_context(active_test=False)
        return accounts.search([("card_id", "=", self.coupon_id.id)], limit=1)._get_heir()

    def _rc_get_cost(self):
        """Return the whole points of a reward; the screen reckons them in binary numbers."""
        cost = exact(self.points_cost)
        whole = round_half_up(to_fraction(cost), 0)
        return whole if abs(cost - whole) < Decimal("0.000001") else cost

    @api.private
    def _rc_return_points(self, at):
        """Points come back with the reward they paid for: the share of it that is refunded.

        Several refunds of a reward are rounded as one, so that all of it is all of its points.
        """
        self.ensure_one()
        spent = self.refunded_orderline_id
        if not (spent._rc_is_paid_in_points() and spent.qty):
            return
        before = (spent.refund_orderline_ids - self).filtered(
            lambda line: line.order_id.state not in ("draft", "cancel")
        )
        quantities = [sum(abs(exact(x.qty)) for x in lines) for lines in (before, before | self)]
        price = to_fraction(spent._rc_get_cost()) / abs(to_fraction(exact(spent.qty)))
        given, due = (round_half_up(price * to_fraction(exact(q)), 0) for q in quantities)
        points = due - given
        if not points:
            return
        order = spent.order_id
        account = spent._rc_get_account()
        card = spent.coupon_id
        account._give_back(
            f"pos.order:{order.id}|spent|{card.id}",
            points,
            f"pos.order.line:{self.id}|points_returned",
            self.env._("Refund of %s", order.pos_reference or order.name),
            origin=order,
            occurred_at=at,
        )
