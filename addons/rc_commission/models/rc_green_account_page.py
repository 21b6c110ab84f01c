"""What holders of green points look at: the price by day, what they have, what moved."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.money import round_half_up, to_fraction

from ..adapters import company_zone
from ..kernel.green import GreenState


class RcGreenAccount(models.Model):
    _inherit = "rc.green.account"

    entry_ids = fields.One2many("rc.green.entry", compute="_compute_entry_ids", string="Entries")

    def _compute_entry_ids(self):
        entries = self.env["rc.green.entry"]
        for account in self:
            account.entry_ids = entries.search(
                ["|", ("debit_account_id", "=", account.id), ("credit_account_id", "=", account.id)]
            )

    @api.private
    def _read_page(self, today, days):
        """READ one account for its holder's page; None where its plan is not in force.

        :return: dict with ``points``, ``price`` (two decimals), ``worth`` (of all of them at it),
            ``payout`` (part of it that is paid when sold back), ``paid`` (for them), ``pool``,
            ``outstanding``, ``currency``, ``prices`` (list of (day, price, paid back that day))
        """
        self.ensure_one()
        pool, plan = self._get_pool(self.company_id, self.plan_code, today)
        if not pool:
            return None
        points = int(Decimal(self._get_balances()[self.id]["points"]))
        paid = to_fraction(self.env["rc.green.entry"]._read_paid(self.ids).get(self.id, Decimal(0)))
        total, outstanding = pool._get_total(), self._read_outstanding()
        state = GreenState(to_fraction(total), outstanding)
        price = state.price(plan.green)
        digits = pool.currency_id.decimal_places
        return {
            "points": points,
            "price": round_half_up(price, 2),
            "worth": round_half_up(points * price, digits),
            "payout": plan.green.payout,
            "paid": round_half_up(paid, digits),
            "pool": total,
            "outstanding": outstanding,
            "currency": pool.currency_id,
            "prices": self._read_prices(pool, plan.green, today, days),
        }

    def _read_outstanding(self):
        """Return how many points of the plan all holders have."""
        self.ensure_one()
        self.env.flush_all()
        [[points]] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(points), 0)::text FROM rc_green_account"
                " WHERE company_id = %s AND plan_code = %s",
                self.company_id.id,
                self.plan_code,
            )
        )
        return int(Decimal(points))

    def _read_prices(self, pool, green, today, days):
        """Return [(day, price at its end, money paid back on it)] of the last days, in one query
        for each ledger."""
        self.env.flush_all()
        zone = company_zone(self.company_id).key
        money = self.env.execute_query(
            SQL(
                """
                SELECT (occurred_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                       SUM(CASE kind WHEN 'contribution' THEN amount ELSE -amount END)::text,
                       SUM(CASE WHEN kind = 'sold' THEN amount ELSE 0 END)::text
                  FROM rc_commission_pool_entry
                 WHERE credit_account_id = %(pool)s OR debit_account_id = %(pool)s
                 GROUP BY 1
                """,
                zone=zone,
                pool=pool.id,
            )
        )
        points = self.env.execute_query(
            SQL(
                """
                SELECT (entry.occurred_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                       SUM(CASE WHEN entry.credit_account_id IS NULL THEN -entry.amount
                                ELSE entry.amount END)::text
                  FROM rc_green_entry entry
                  JOIN rc_green_account account
                    ON account.id = COALESCE(entry.credit_account_id, entry.debit_account_id)
                 WHERE account.company_id = %(company)s AND account.plan_code = %(plan)s
                   AND entry.kind <> 'merge'
                 GROUP BY 1
                """,
                zone=zone,
                company=self.company_id.id,
                plan=self.plan_code,
            )
        )
        first = today - timedelta(days=days - 1)
        flows = {day: (to_fraction(Decimal(flow)), Decimal(sold)) for day, flow, sold in money}
        given = {day: int(Decimal(change)) for day, change in points}
        balance = sum((flow for day, (flow, _sold) in flows.items() if day < first), 0)
        held = sum(change for day, change in given.items() if day < first)
        found = []
        for number in range(days):
            day = first + timedelta(days=number)
            flow, sold = flows.get(day, (0, Decimal(0)))
            balance, held = balance + flow, held + given.get(day, 0)
            price = GreenState(to_fraction(balance), held).price(green)
            found.append((day, round_half_up(price, 2), sold))
        return found

    @api.private
    def _get_plan_name(self):
        """Return how the plan of these points is called."""
        self.ensure_one()
        plans = self.env["rc.commission.plan"].with_context(active_test=False)
        plan = plans.search(
            [("code", "=", self.plan_code), ("company_id", "=", self.company_id.id)], limit=1
        )
        return plan.name or self.plan_code
