"""Choosing another plan, trying one, the stored card, another owner."""

from datetime import timedelta
from decimal import Decimal

from odoo import Command, api, models

from ..adapters import exact, local_day
from ..exceptions import Refusal
from ..kernel.periods import Period
from ..kernel.proration import Offer, Paid, change_at, unused_credit
from ..kernel.subscription import RUNNING


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    # ------------------------------------------------------------------
    # Another plan
    # ------------------------------------------------------------------

    @api.private
    def _get_change(self, plan, on):
        """READ → DECIDE what changing to ``plan`` (product.product) on a day means.

        :return: dict: ``when`` (now, end, same), ``on`` (date it starts), ``price`` and ``credit``
            (Decimal, in the renewal's currency, as the price list has them)
        """
        self.ensure_one()
        currency = self._get_renewal_currency()
        when = change_at(self._as_offer(self.product_id), self._as_offer(plan))
        price = exact(self._get_renewal_price(plan, on))
        credit = Decimal(0)
        if when == "now":
            credit = self._get_unused_credit(on, currency)
            if credit > price + self._get_kept_seats_price(
                plan
            ):  # an order cannot be negative: what is paid is used first
                when, credit = "end", Decimal(0)
        starts_on = on if when == "now" else max(self.period_end, on)
        return {"when": when, "on": starts_on, "price": price, "credit": credit}

    def _as_offer(self, plan):
        template = plan.product_tmpl_id
        return Offer(plan.id, (plan.rc_tier_id.sequence,), template._rc_get_months())

    def _get_unused_credit(self, on, currency):
        """Return the credit for unused days; extended by what else is paid for them."""
        return unused_credit(self._read_paid(on, currency), on, currency.decimal_places)

    def _get_kept_seats_price(self, plan):
        """Return what else a change to ``plan`` costs: seats that go along."""
        return Decimal(0)

    def _count_paid_changes(self):
        """Return a count that grows with everything that changes what a credit is worth."""
        return len(self.charge_ids) + len(self.charge_ids.filtered("taken_on"))

    def _read_paid(self, on, currency):
        """READ what was paid for the days from ``on``, in ``currency`` at that day's rate.

        After coupons and credit notes. Where an earlier period was taken back, later ones moved up.
        """
        charges = self._get_run_charges()
        moved = max(charges.mapped("period_end"), default=self.period_end) - self.period_end
        moved = max(moved, timedelta(0))
        return [
            Paid(
                charge._get_paid_amount() * charge._get_rate(currency, on),
                Period(charge.period_start - moved, charge.period_end - moved),
            )
            for charge in charges.filtered(lambda c: c.period_end > on)
        ]

    @api.private
    def _check_change(self, plan, when):
        """Refuse a change that cannot be; extended by what a lower tier has no room for."""
        self.ensure_one()
        if self.state not in RUNNING:
            raise Refusal(
                self.env._("This membership has ended. Choose a plan to start a new one."),
                "not_eligible",
            )
        is_plan = plan.rc_tier_id.program_id == self.program_id and plan.sale_ok and plan.active
        if not is_plan or when == "same":
            raise Refusal(self.env._("Choose another plan of the same program."), "not_eligible")
        if when == "end":
            if self._get_billing():
                raise Refusal(
                    self.env._(
                        "The bill of the next period was made already: pay it, or cancel it first."
                    ),
                    "not_eligible",
                )
            self._check_downgrade(plan)

    def _check_downgrade(self, plan):
        """Refuse a plan that has no room for what is used: the seats of a team that are given."""
        room = plan.rc_tier_id.seat_count
        if self.seat_taken_count > room:
            raise Refusal(
                self.env._(
                    "%(taken)s seats are given and %(plan)s has %(room)s. Take %(more)s back first.",
                    taken=self.seat_taken_count,
                    plan=plan.rc_tier_id.name,
                    room=room,
                    more=self.seat_taken_count - room,
                ),
                "limit_reached",
            )

    @api.private
    def _change_plan(self, plan, at):
        """Change to ``plan``: return the order to be paid, or nothing when it waits for the end."""
        on = local_day(at, self.company_id)
        change = self._get_change(plan, on)
        self._check_change(plan, change["when"])
        subscription = self.sudo()  # the caller may do this; what follows is the system's to write
        if change["when"] == "end":
            subscription.write({"next_product_id": plan.id, "is_ending": False})
            return self.env["sale.order"]
        return subscription._make_change_order(plan, on)

    @api.private
    def _keep_plan(self):
        """Take a planned change back."""
        for subscription in self:
            subscription.sudo().next_product_id = False  # see _change_plan

    def _make_change_order(self, plan, on):
        """Make the order of a change at once, with the credit for unused days as its own line."""
        self._drop_open_changes()
        order = self.env["sale.order"].create(self._prepare_change_vals(plan, on))
        if order.currency_id.is_zero(order.amount_total):
            order.action_confirm()
            order._create_invoices().action_post()
        else:
            order.action_quotation_sent()
        return order

    def _prepare_change_vals(self, plan, on):
        """Return the values of the order of a change; of an unsaved one as well, to show it."""
        change = self._get_change(plan, on)
        lines = [
            {
                "product_id": plan.id,
                "product_uom_qty": 1,
                "price_unit": float(change["price"]),
            }
        ]
        if change["credit"]:
            lines.append(self._prepare_credit_line(change["credit"], on))
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "pricelist_id": self._get_renewal_pricelist().id,
            "validity_date": on,  # the credit is that day's
            "require_payment": True,
            "require_signature": False,
            "user_id": self._get_last_order().user_id.id,
            "order_line": [Command.create(vals) for vals in lines],
        }

    def _prepare_credit_line(self, credit, on):
        charged = self._get_run_charges().filtered(lambda c: c.period_end > on).invoice_line_id
        return {
            "product_id": self.env.ref("rc_membership.product_credit_unused").product_variant_id.id,
            "name": self.env._(
                "Credit for unused days of %(plan)s, %(start)s – %(end)s",
                plan=self.product_id.display_name,
                start=on,
                end=self.period_end - timedelta(days=1),
            ),
            "product_uom_qty": 1,
            "price_unit": -float(credit),
            "tax_ids": [Command.set(charged[:1].tax_ids.ids)],
            "rc_credit_subscription_id": self.id,
            "rc_credit_charge_count": self._count_paid_changes(),
        }

    def _drop_open_changes(self):
        """Cancel earlier orders of a change that nobody is paying."""
        lines = self.env["sale.order.line"].search(
            [("rc_credit_subscription_id", "=", self.id), ("state", "in", ("draft", "sent"))]
        )
        for order in lines.order_id:
            paying = order.transaction_ids.filtered(
                lambda t: t.state in ("pending", "authorized", "done")
            )
            if not paying:
                order._action_cancel()

    # ------------------------------------------------------------------
    # Trial
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _can_try(self, partner, program):
        """True for somebody who never had a plan or a trial in the program."""
        known = [("partner_id", "=", partner.id), ("program_id", "=", program.id)]
        return not (
            self.search_count(known, limit=1)
            or self.env["rc.tier.cover"].search_count([*known, ("kind", "=", "trial")], limit=1)
        )

    @api.model
    @api.private
    def _start_trial(self, partner, plan, on, days=None):
        """Let a new member try ``plan`` from a day; return the subscription.

        :param days: default: the plan's own trial days
        :raise Refusal: not_eligible
        """
        days = days or plan.product_tmpl_id.rc_trial_days
        tier = plan.rc_tier_id
        if not days or not self._can_try(partner, tier.program_id):
            raise Refusal(
                self.env._("A trial is for new members, once. Choose a plan to become a member."),
                "not_eligible",
            )
        end = on + timedelta(days=days)
        # whoever lets them try decided it; plans are the system's to start
        subscription = self.sudo().create(
            {
                "partner_id": partner.id,
                "product_id": plan.id,
                "tier_id": tier.id,
                "program_id": tier.program_id.id,
                "company_id": tier.company_id.id,
                "state": "trial",
                "started_on": on,
                "anchor_on": on,
                "period_start": on,
                "period_end": end,
                "trial_end_on": end,
            }
        )
        subscription._tell("trial", "membership_started", {"trial_days": days})
        return subscription

    # ------------------------------------------------------------------
    # Stored card, owner
    # ------------------------------------------------------------------

    def _get_usable_token(self):
        """Return the stored card if it can be charged."""
        self.ensure_one()
        token = self.token_id
        is_usable = token.active and token.provider_id.state != "disabled"
        return token if is_usable else token.browse()

    @api.private
    def _set_token(self, token):
        """Renew with a stored card of the member; an empty one: by mailed invoice.

        :raise Refusal: not_eligible, somebody else's card
        """
        for subscription in self:
            member = subscription.partner_id
            is_own = token.partner_id in member | member.commercial_partner_id
            if token and not (is_own and token.active):
                raise Refusal(self.env._("This card is not stored for you."), "not_eligible")
            subscription.sudo().token_id = token  # the caller may do this for the member

    def _take_token_of(self, invoice):
        """Keep the card that the first payment stored, for the renewals."""
        tokens = invoice.transaction_ids.filtered(lambda t: t.state == "done").token_id
        own = tokens.filtered(lambda t: t.active and t.partner_id == self.partner_id)
        if own and not self._get_usable_token():
            self.token_id = own[-1:]

    @api.private
    def _transfer(self, partner, on):
        """Give a running plan to another owner; cards stay with whom they belong to.

        :raise Refusal: not_eligible, the new owner has a plan already
        """
        self.ensure_one()
        if self.state not in RUNNING:
            raise Refusal(self.env._("This membership has ended."), "not_eligible")
        if partner == self.partner_id:
            raise Refusal(
                self.env._("%s has this membership already.", partner.name), "not_eligible"
            )
        if self._get_running(partner, self.program_id):
            raise Refusal(
                self.env._("%s has a running plan in the program already.", partner.name),
                "not_eligible",
            )
        former = self.partner_id
        self.sudo().write({"partner_id": partner.id, "token_id": False})  # a manager decided it
        self.message_post(
            body=self.env._(
                "Given from %(former)s to %(new)s.", former=former.name, new=partner.name
            )
        )
        self._tell(f"transferred:{on}:{partner.id}", "membership_transferred")
