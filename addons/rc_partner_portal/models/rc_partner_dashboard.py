from datetime import timedelta
from decimal import Decimal

from odoo import api, models

from odoo.addons.rc_commission.adapters import local_day
from odoo.addons.rc_commission.kernel.settle import Settlement, due_dates
from odoo.addons.rc_membership.kernel.periods import Period, add_months

from .. import adapters
from ..kernel.journey import STEPS, get_stage, get_steps
from ..kernel.windows import get_money_steps, get_traffic_steps, get_window

LATEST = 8
CLICK_DAYS = 30  # how far back the list of the latest facts looks for clicks
LATEST_CLICKS = 2  # days of clicks in that list: they must not push everything else out
VISIBLE_WITHOUT_MONEY = STEPS[:3]  # who may not see earnings sees the way up to the sale
_ORDER = {kind: number for number, kind in enumerate((*STEPS, "refund", "reversal", "unpayment"))}


class RcPartnerDashboard(models.AbstractModel):
    """READ for the partner's pages: live figures of one owner, in a fixed number of queries.

    No rights are checked here and everything is read as the system: the controllers decide who may
    ask for which owner, and whether with money.
    """

    _name = "rc.partner.dashboard"
    _description = "Partner Dashboard"

    @api.model
    def _get_dashboard(self, owner, choice, now, company=None, with_money=True, customers=8):
        """Return the figures of ``owner`` as a plain dict.

        :param choice: today, month or year (the period of the figures)
        :param now: naive UTC datetime
        :param with_money: leave revenue, commission, bills and payments out when False
        :param customers: how many of the newest customers come along

        Keys: choice, today, window (Period), clicks, sign_ups, new_paying, paying, members,
        traffic (list of (Period, clicks, sign-ups)), latest (Facts, newest first), customers,
        names (member id → short name), money (None or dict), is_untouched.
        """
        env, scope, today = self._get_context(owner, company, now)
        window = get_window(choice, today)
        steps = get_traffic_steps(choice, today)
        span = Period(min(window.start, steps[0].start), max(window.end, steps[-1].end))
        clicks = adapters.read_daily_clicks(env, scope, span)
        sign_ups = adapters.read_daily_sign_ups(env, scope, span)
        new_paying, paying = adapters.count_first_payments(env, scope, window)
        newest = adapters.read_sign_ups(env, scope, limit=max(customers, LATEST))
        latest = self._get_latest(env, scope, today, newest, with_money)
        return {
            "choice": choice,
            "today": today,
            "window": window,
            "clicks": _sum_in(clicks, window),
            "sign_ups": _sum_in(sign_ups, window),
            "new_paying": new_paying,
            "paying": paying,
            "members": env["rc.sponsor.edge"].search_count(_get_member_domain(scope)),
            "traffic": [(p, _sum_in(clicks, p), _sum_in(sign_ups, p)) for p in steps],
            "latest": latest,
            "customers": self._get_journeys(env, scope, newest[:customers], with_money),
            "names": self._get_names(env, scope, {f.member_id for f in [*latest, *newest]}),
            "money": self._get_money(env, scope, window, today) if with_money else None,
            "is_untouched": not (latest or newest),
        }

    @api.model
    def _get_customers(self, owner, now, company=None, with_money=True, limit=20, offset=0):
        """Return (customers, names, count): a page of the owner's customers, newest first."""
        env, scope, _today = self._get_context(owner, company, now)
        page = adapters.read_sign_ups(env, scope, limit=limit, offset=offset)
        return (
            self._get_journeys(env, scope, page, with_money),
            self._get_names(env, scope, {fact.member_id for fact in page}),
            env["rc.sponsor.edge"].search_count(_get_member_domain(scope)),
        )

    @api.model
    def _get_customer(self, owner, edge_id, now, company=None, with_money=True):
        """Return one customer's way with all its facts, oldest first; None if not the owner's."""
        env, scope, _today = self._get_context(owner, company, now)
        sign_ups = adapters.read_sign_ups(env, scope, edge_id=edge_id)
        if not sign_ups:
            return None
        [sign_up] = sign_ups
        [journey] = self._get_journeys(env, scope, sign_ups, with_money)
        member_id = sign_up.member_id
        facts = [sign_up, *adapters.read_sales(env, scope, member_id=member_id)]
        click_on = journey["first"].get("click")
        if click_on:
            facts.append(adapters.Fact("click", click_on, member_id=member_id))
        if with_money:
            moves = list(adapters.read_member_moves(env, scope, [member_id]))
            facts += [fact for fact, _move in adapters.read_entries(env, scope, move_ids=moves)]
            facts += [fact for fact, _moves in adapters.read_bills(env, scope, move_ids=moves)]
            facts += [fact for fact, _moves in adapters.read_payments(env, scope, move_ids=moves)]
        return {
            **journey,
            "name": self._get_names(env, scope, {member_id})[member_id],
            "facts": sorted(facts, key=_get_sort_key),
        }

    # ------------------------------------------------------------------
    # Parts
    # ------------------------------------------------------------------

    def _get_context(self, owner, company, now):
        """Return (environment of the system, scope, today): see the class for why."""
        env = self.sudo().env
        company = (company or self.env.company).sudo()
        scope = adapters.get_scope(owner.sudo(), company)
        return env, scope, local_day(now, company)

    def _get_latest(self, env, scope, today, sign_ups, with_money):
        """Return the newest facts of all kinds; clicks are counted by day."""
        span = Period(today - timedelta(days=CLICK_DAYS), today + timedelta(days=1))
        clicks = adapters.read_daily_clicks(env, scope, span)
        days = sorted(clicks, reverse=True)[:LATEST_CLICKS]
        facts = [adapters.Fact("click", day, count=clicks[day]) for day in days]
        facts += [*sign_ups, *adapters.read_sales(env, scope, limit=LATEST)]
        if with_money:
            entries = adapters.read_entries(env, scope, limit=LATEST)
            members = adapters.read_members(env, {move for _fact, move in entries if move})
            facts += [_with_member(fact, members.get(move_id)) for fact, move_id in entries]
            facts += [fact for fact, _moves in adapters.read_bills(env, scope, limit=LATEST)]
            facts += [fact for fact, _moves in adapters.read_payments(env, scope, limit=LATEST)]
        return sorted(facts, key=_get_sort_key, reverse=True)[:LATEST]

    def _get_journeys(self, env, scope, sign_ups, with_money):
        """Return for each sign-up the steps of the member's way and the furthest one."""
        member_ids = [fact.member_id for fact in sign_ups]
        clicks = adapters.read_first_clicks(env, scope, member_ids)
        sales = adapters.read_first_sales(env, scope, member_ids)
        first = {
            fact.member_id: {
                "sign_up": fact.on,
                "click": clicks.get(fact.member_id),
                "sale": sales.get(fact.member_id),
            }
            for fact in sign_ups
        }
        if with_money:
            self._add_money_steps(env, scope, first)
        visible = STEPS if with_money else VISIBLE_WITHOUT_MONEY
        return [
            {
                "edge_id": fact.record_id,
                "member_id": fact.member_id,
                "first": first[fact.member_id],
                "steps": [s for s in get_steps(first[fact.member_id]) if s.code in visible],
                "stage": get_stage(first[fact.member_id]),
            }
            for fact in sign_ups
        ]

    def _add_money_steps(self, env, scope, first):
        """Add the first accrual, bill and payment for each member to ``first``."""
        members = adapters.read_member_moves(env, scope, list(first))
        moves = list(members)
        found = [
            (fact, [move_id]) for fact, move_id in adapters.read_entries(env, scope, move_ids=moves)
        ]
        found += adapters.read_bills(env, scope, move_ids=moves)
        found += adapters.read_payments(env, scope, move_ids=moves)
        for fact, move_ids in reversed(found):  # each list is newest first
            for member_id in {members[move_id] for move_id in move_ids if move_id in members}:
                if fact.kind in STEPS:
                    days = first[member_id]
                    days[fact.kind] = min(days.get(fact.kind) or fact.on, fact.on)

    def _get_names(self, env, scope, member_ids):
        """Return member id → short name, of those the owner sponsors; others are not named."""
        edges = env["rc.sponsor.edge"].search_fetch(
            [*_get_member_domain(scope), ("member_id", "in", list(member_ids - {None}))],
            ["member_id"],
        )
        return {edge.member_id.id: edge.member_id._rc_get_short_name() for edge in edges}

    def _get_money(self, env, scope, window, today):
        """Return revenue, commission of the window, by month, by state, and the next settlement."""
        company = env["res.company"].browse(scope.company_id)
        owner = env["res.partner"].browse(scope.owner_id)
        summary = owner.with_context(allowed_company_ids=company.ids)._rc_get_commission_summary(
            today
        )
        currency = self._get_main_currency(summary, company)
        months = get_money_steps(today)
        span = Period(min(window.start, months[0].start), max(window.end, months[-1].end))
        earned = adapters.read_earned_daily(env, scope, currency.id, span)
        revenue = adapters.read_revenue_daily(env, scope, span)
        return {
            "currency": currency,
            "revenue_currency": company.currency_id,
            "revenue": _sum_in(revenue, window),
            "commission": _sum_in(earned, window),
            "by_month": [
                (month, _sum_in(revenue, month), _sum_in(earned, month)) for month in months
            ],
            "states": summary.get(currency, {}),
            "other_currencies": {c: s for c, s in summary.items() if c != currency},
            "next": self._get_next_settlement(env, scope, company, currency, today),
        }

    def _get_main_currency(self, summary, company):
        """Return the currency the page shows: the company's, unless all is earned in another."""
        own = company.currency_id
        return own if own in summary or not summary else next(iter(summary))

    def _get_next_settlement(self, env, scope, company, currency, today):
        """Return {on, amount} of the next scheduled settlement, as its run would decide it now.

        ``on`` is None where no plan is in force. Nothing new may come: what is payable on that day
        of what has accrued by now.
        """
        versions = env["rc.commission.plan"]._get_versions_in_force(company, today)
        accounts = env["rc.commission.account"].search(
            [
                ("id", "in", scope.account_ids),
                ("currency_id", "=", currency.id),
                ("merged_into_id", "=", False),
            ]
        )
        dates = sorted(
            (due_dates(day, today, add_months(today, 2))[0], day)
            for day in set(versions.mapped("settlement_day"))
        )
        for on, day in dates:
            amount = sum(
                (
                    decision.amount
                    for decision, _minimum in accounts._decide_settlements(on, day).values()
                    if isinstance(decision, Settlement)
                ),
                Decimal(0),
            )
            if amount:
                return {"on": on, "amount": amount}
        return {"on": dates[0][0] if dates else None, "amount": Decimal(0)}


def _get_member_domain(scope):
    return [
        ("sponsor_id", "=", scope.owner_id),
        ("company_id", "=", scope.company_id),
        ("ended_at", "=", False),
    ]


def _sum_in(by_day, period):
    return sum(value for day, value in by_day.items() if day in period)


def _with_member(fact, member_id):
    return adapters.Fact(
        fact.kind, fact.on, fact.record_id, member_id, fact.amount, fact.currency_id
    )


def _get_sort_key(fact):
    """Oldest first; what follows from something on the same day comes after it."""
    return fact.on, _ORDER[fact.kind], fact.record_id or 0
