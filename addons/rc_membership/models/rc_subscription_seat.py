from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..adapters import exact, local_day
from ..exceptions import Refusal
from ..kernel.seats import OWNER_SEAT, periods_until, price_until_renewal, seats_to_pause
from ..kernel.subscription import RUNNING
from .rc_seat import LIVE

SEATS_PER_ORDER_MAX = 1000


class RcSubscription(models.Model):
    """Seats of a team: the tier's, and those bought on top."""

    _inherit = "rc.subscription"

    _rc_facts = ("seat_version",)

    seat_ids = fields.One2many("rc.seat", "subscription_id", "Seats")
    seat_change_ids = fields.One2many("rc.seat.change", "subscription_id", "Seats Bought")
    seat_count = fields.Integer("Seats in All", compute="_compute_seat_count")
    seat_taken_count = fields.Integer("Seats Given", compute="_compute_seat_count")
    extra_seat_count = fields.Integer(
        "Extra Seats", compute="_compute_seat_count", help="Bought on top of the tier's seats."
    )
    seat_version = fields.Integer(
        readonly=True, help="Written by whoever gives or takes a seat, so that they do it in turn."
    )

    @api.depends("tier_id.seat_count", "seat_change_ids.quantity", "seat_ids.state")
    def _compute_seat_count(self):
        extra = dict(
            self.env["rc.seat.change"]._read_group(
                [("subscription_id", "in", self.ids)], ["subscription_id"], ["quantity:sum"]
            )
        )
        live = dict(
            self.env["rc.seat"]._read_group(
                [("subscription_id", "in", self.ids), ("state", "in", LIVE)],
                ["subscription_id"],
                ["__count"],
            )
        )
        for subscription in self:
            subscription.extra_seat_count = extra.get(subscription._origin, 0)
            subscription.seat_count = (
                subscription.tier_id.seat_count + subscription.extra_seat_count
            )
            subscription.seat_taken_count = live.get(subscription._origin, 0) + OWNER_SEAT

    def write(self, vals):
        """What a team's plan does, its seats follow."""
        result = super().write(vals)
        if {"state", "tier_id"} & set(vals):
            for subscription in self.filtered("seat_ids"):
                on = subscription.ended_on or local_day(
                    fields.Datetime.now(), subscription.company_id
                )
                subscription._sync_seats(on)
        return result

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _is_running(self):
        self.ensure_one()
        return self.state in RUNNING

    def _check_team(self):
        """:raise Refusal: ``not_eligible`` without a running plan that has seats to give"""
        if not self or not self._is_running() or self.seat_count <= OWNER_SEAT:
            raise Refusal(
                self.env._("Seats come with a running Team plan. Choose one first."),
                "not_eligible",
            )

    def _lock_seats(self):
        """Write the team's row: of two who change seats at once, one is done after the other."""
        self.flush_model()
        self.env.execute_query(
            SQL(
                "UPDATE rc_subscription SET seat_version = COALESCE(seat_version, 0) + 1"
                " WHERE id IN %s RETURNING id",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["seat_version"], flush=False)

    def _get_seat_product(self, plan=None):
        """Return the product that adds a seat to a plan (empty: none is sold).

        :param plan: product.product, default: the running plan
        """
        self.ensure_one()
        return (plan or self.product_id).product_tmpl_id.rc_seat_product_id

    def _get_seat_currency(self):
        return self._get_renewal_currency()

    def _get_plan_seat_price(self, plan):
        """Return the price of a seat for a whole period of a plan, as renewals are priced."""
        product = self._get_seat_product(plan)
        return exact(self._get_list_price(product)) if product else Decimal(0)

    def _get_seat_price(self, quantity, on):
        """Return (price of a seat for a whole period, price of ``quantity`` until the renewal)."""
        price = self._get_plan_seat_price(self.product_id)
        months = self.product_id.product_tmpl_id._rc_get_months()
        left = periods_until(self.period_end, months, on, self.anchor_on.day)
        digits = self._get_seat_currency().decimal_places
        return price, price_until_renewal(price, quantity, left, digits)

    def _get_seat_usage(self, at):
        """Return [(what, how much)] that the team used this month; extended by what counts use."""
        self.ensure_one()
        return []

    # ------------------------------------------------------------------
    # Seats follow the plan
    # ------------------------------------------------------------------

    def _sync_seats(self, on):
        """Pause seats the plan does not carry any more, let the others have its tier."""
        self.ensure_one()
        live = self.seat_ids.filtered(lambda s: s.state in LIVE)
        over = set(seats_to_pause(self.seat_count, live.mapped("number")))
        for seat in live.filtered("partner_id"):
            carried = self._is_running() and seat.number not in over
            covered = seat.cover_id
            if covered and (not carried or covered.tier_id != self.tier_id):
                seat._end_cover(on)
            if carried and not seat.cover_id:
                seat._give_cover(on)
            seat.state = "taken" if carried else "paused"
        # an open invitation to a seat that is no more cannot be accepted
        live.filtered(lambda s: s.state == "invited" and s.number in over).write(
            {"state": "ended", "ended_at": fields.Datetime.now()}
        )

    # ------------------------------------------------------------------
    # Buying and giving back
    # ------------------------------------------------------------------

    @api.private
    def _order_seats(self, quantity, on):
        """Return an order for more seats until the renewal; they come when it is paid.

        :raise Refusal: ``not_eligible`` (no team, nothing sold), ``below_minimum``,
            ``limit_reached``
        """
        self._check_team()
        product = self._get_seat_product()
        if not product:
            raise Refusal(
                self.env._("No extra seats are sold for this plan. Ask us for an offer."),
                "not_eligible",
            )
        if quantity < 1:
            raise Refusal(self.env._("Add at least one seat."), "below_minimum")
        if quantity > SEATS_PER_ORDER_MAX:
            raise Refusal(
                self.env._("Up to %s seats can be added at once.", SEATS_PER_ORDER_MAX),
                "limit_reached",
            )
        _price, amount = self._get_seat_price(quantity, on)
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "pricelist_id": self._get_renewal_pricelist().id,
                "rc_seat_subscription_id": self.id,
                "rc_seat_quantity": quantity,
                "require_payment": True,
                "require_signature": False,
                "state": "sent",
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            # one line with the exact sum: a share of a cent is nobody's loss
                            "product_uom_qty": 1,
                            "price_unit": float(amount),
                            "name": self.env._(
                                "%(count)s × %(seat)s until %(end)s",
                                count=quantity,
                                seat=product.name,
                                end=self.period_end,
                            ),
                        }
                    )
                ],
            }
        )

    @api.private
    def _give_back_seats(self, quantity, at):
        """Give extra seats back: fewer from today, unused days are taken off the next renewal.

        :raise Refusal: ``limit_reached`` (more than were bought), ``not_eligible`` (still given)
        """
        self._check_team()
        self._lock_seats()
        self.invalidate_recordset(["extra_seat_count", "seat_count"])
        if not 1 <= quantity <= self.extra_seat_count:
            raise Refusal(
                self.env._(
                    "%s extra seats were bought; no more than that can be given back.",
                    self.extra_seat_count,
                ),
                "limit_reached",
            )
        if self.seat_taken_count > self.seat_count - quantity:
            raise Refusal(
                self.env._(
                    "%(taken)s seats are given. Take %(more)s back first.",
                    taken=self.seat_taken_count,
                    more=self.seat_taken_count - (self.seat_count - quantity),
                ),
                "not_eligible",
            )
        on = local_day(at, self.company_id)
        _price, credit = self._get_seat_price(quantity, on)
        self.env["rc.seat.change"].create(
            {
                "key": f"rc.subscription:{self.id}:back:{self.seat_version}",
                "subscription_id": self.id,
                "company_id": self.company_id.id,
                "quantity": -quantity,
                "on": on,
                "currency_id": self._get_seat_currency().id,
                "credit": float(credit),
                "reason": self.env._("Given back by the owner"),
            }
        )
        self._compact_seats()

    def _compact_seats(self):
        """Let live seats move to the lowest numbers, so that none is over the count."""
        self.invalidate_recordset(["extra_seat_count", "seat_count", "seat_taken_count"])
        live = self.seat_ids.filtered(lambda s: s.state in LIVE).sorted("number")
        for number, seat in enumerate(live, OWNER_SEAT + 1):
            if seat.number != number:
                seat.number = number
                seat.flush_recordset()  # the next may take the number that is free now

    # ------------------------------------------------------------------
    # Renewal
    # ------------------------------------------------------------------

    def _prepare_renewal_vals(self, *args, **kwargs):
        """A renewal bills the extra seats too, less the unused days of those given back."""
        vals = super()._prepare_renewal_vals(*args, **kwargs)
        lines = [*vals["invoice_line_ids"], *self._prepare_seat_lines()]
        return {**vals, "invoice_line_ids": lines}

    def _bill_next_period(self, *args, **kwargs):
        credits = self._get_seat_credits()
        invoice = super()._bill_next_period(*args, **kwargs)
        if invoice:
            credits.credit_invoice_id = invoice
        return invoice

    def _prepare_seat_lines(self):
        self.ensure_one()
        plan, lines = self._get_next_plan(), []
        product = self._get_seat_product(plan) or self._get_seat_product()
        if self.extra_seat_count > 0 and self._get_seat_product(plan):
            price = self._get_plan_seat_price(plan)
            lines.append({"quantity": self.extra_seat_count, "price_unit": float(price)})
        for change in self._get_seat_credits():
            lines.append(
                {
                    "quantity": 1,
                    "price_unit": -change.credit,
                    "name": self.env._(
                        "Credit: %(count)s × %(seat)s given back on %(on)s",
                        count=-change.quantity,
                        seat=product.name,
                        on=change.on,
                    ),
                }
            )
        return [Command.create({"product_id": product.id, **line}) for line in lines]

    def _get_seat_credits(self):
        """Return changes whose credit the next bill gives: what it has no room for waits."""
        waiting = self.seat_change_ids.filtered(lambda c: c.credit and not c.credit_invoice_id)
        if not waiting:
            return waiting
        price = self._get_plan_seat_price(self._get_next_plan())
        room = exact(self._get_renewal_price()) + max(self.extra_seat_count, 0) * exact(price)
        fitting = waiting.browse()
        for change in waiting.sorted("id"):
            if exact(change.credit) <= room:
                fitting |= change
                room -= exact(change.credit)
        return fitting

    # ------------------------------------------------------------------
    # Money
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _apply_seat_orders(self, move):
        """READ what is paid of seat lines → DECIDE the seats due → WRITE the difference.

        Idempotent: changes are keyed by invoice line and running number.
        """
        changes = self.env["rc.seat.change"]
        is_paid = move._rc_is_paid_and_kept()
        on = local_day(fields.Datetime.now(), move.company_id)
        for line in move.invoice_line_ids:
            order = line.sale_line_ids.order_id[:1]
            subscription = order.rc_seat_subscription_id
            if not subscription or line.product_id != subscription._get_seat_product():
                continue
            earlier = changes.search([("invoice_line_id", "=", line.id)])
            due = order.rc_seat_quantity if is_paid else 0
            difference = due - sum(earlier.mapped("quantity"))
            if not difference:
                continue
            subscription._lock_seats()
            changes.create(
                {
                    "key": f"account.move.line:{line.id}:seats:{len(earlier)}",
                    "subscription_id": subscription.id,
                    "company_id": subscription.company_id.id,
                    "quantity": difference,
                    "on": on,
                    "invoice_line_id": line.id,
                    "reason": order.name,
                }
            )
            subscription.invalidate_recordset(["extra_seat_count", "seat_count"])
            subscription._sync_seats(on)
