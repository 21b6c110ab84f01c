"""The commission ledger: balances, what is open, and how each award stands."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo.tools import SQL

from ..kernel.accrue import Posted
from ..kernel.hold import is_payable
from ..kernel.settle import OpenItem

# One row per entry and account it moves the open bucket of: what settlements and reversals work on.
# Merges have both sides, and so both rows.
_SIDES = SQL(
    """
    SELECT id, award_id, credit_account_id AS account_id, amount, payable_on
      FROM rc_commission_entry
     WHERE credit_bucket = 'open' AND credit_account_id IS NOT NULL AND payable_on IS NOT NULL
     UNION ALL
    SELECT id, award_id, debit_account_id, -amount, payable_on
      FROM rc_commission_entry
     WHERE debit_bucket = 'open' AND debit_account_id IS NOT NULL AND payable_on IS NOT NULL
    """
)


@dataclass(frozen=True, slots=True)
class Book:
    """What a ledger holds of an award: for the kernel, and where its open parts lie.

    ``posted.open_parts`` are parts of the open bucket, or of the review bucket while the award
    waits for a decision.
    """

    posted: Posted = Posted()
    count: int = 0
    accounts: dict[date, int] = field(default_factory=dict)


@dataclass(slots=True)
class AwardState:
    """How an award stands on a day; ``payable_on`` is the first date something held is free."""

    accrued: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    payable: Decimal = Decimal(0)
    settled: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    reserve: Decimal = Decimal(0)
    payable_on: date | None = None

    @property
    def state(self):
        if self.accrued <= 0:
            return "reversed"
        for name in ("held", "payable", "settled", "paid", "reserve"):
            if getattr(self, name) > 0:
                return name
        return "reversed"


def read_balances(env, account_ids):
    """Return account id → bucket → exact balance, in one query."""
    if not account_ids:
        return {}
    env.flush_all()
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT id, open::text, review::text, settled::text, paid::text, reserve::text, debt::text
              FROM rc_commission_account WHERE id IN %s
            """,
            tuple(account_ids),
        )
    )
    return {row.pop("id"): {name: Decimal(value) for name, value in row.items()} for row in rows}


def read_open_items(env, account_ids):
    """Return account id → unsettled entries that move its open bucket, in one query."""
    if not account_ids:
        return {}
    env.flush_all()
    items = defaultdict(list)
    for account_id, *values, amount in env.execute_query(
        SQL(
            """
            SELECT side.account_id, side.id, side.payable_on, side.award_id, side.amount::text
              FROM (%s) side
             WHERE side.account_id IN %s
               AND NOT EXISTS (SELECT 1 FROM rc_settlement_item item WHERE item.entry_id = side.id)
             ORDER BY side.id
            """,
            _SIDES,
            tuple(account_ids),
        )
    ):
        entry_id, payable_on, award_id = values
        items[account_id].append(OpenItem(entry_id, Decimal(amount), payable_on, award_id))
    return items


def read_posted(env, award_ids):
    """Return award id → :class:`Book` of the commission ledger, in three queries."""
    books = {award_id: Book() for award_id in award_ids}
    if not books:
        return books
    env.flush_all()
    ids = tuple(award_ids)
    totals = env.execute_query(
        SQL(
            """
            SELECT award_id, COUNT(*), SUM(CASE kind WHEN 'accrual' THEN amount ELSE -amount END)::text
              FROM rc_commission_entry
             WHERE award_id IN %s AND kind IN ('accrual', 'reversal', 'debt')
             GROUP BY award_id
            """,
            ids,
        )
    )
    parts = defaultdict(dict)
    accounts = defaultdict(dict)
    for award_id, account_id, payable_on, amount in env.execute_query(
        SQL(
            """
            SELECT side.award_id, side.account_id, side.payable_on, SUM(side.amount)::text
              FROM (%s) side
             WHERE side.award_id IN %s
               AND NOT EXISTS (SELECT 1 FROM rc_settlement_item item WHERE item.entry_id = side.id)
             GROUP BY side.award_id, side.account_id, side.payable_on
            HAVING SUM(side.amount) > 0
            """,
            _SIDES,
            ids,
        )
    ):
        parts[award_id][payable_on] = Decimal(amount)
        accounts[award_id][payable_on] = account_id
    waiting = _read_waiting(env, SQL("award_id IN %s", ids))
    for award_id, count, total in totals:
        reserve, review = waiting[award_id]
        books[award_id] = Book(
            Posted(Decimal(total), review or parts[award_id], reserve), count, accounts[award_id]
        )
    return books


def _read_waiting(env, only):
    """Return award id → (what is in reserve, payable date → what is in review), in one query.

    A merge of contacts moves these as sums, without an award: they stay the award's.
    """
    waiting = defaultdict(lambda: (Decimal(0), {}))
    for award_id, bucket, payable_on, amount in env.execute_query(
        SQL(
            """
            SELECT award_id, bucket, payable_on, SUM(amount)::text FROM (
                   SELECT award_id, credit_bucket AS bucket, amount,
                          CASE credit_bucket WHEN 'review' THEN payable_on END AS payable_on
                     FROM rc_commission_entry
                    WHERE award_id IS NOT NULL AND credit_bucket IN ('reserve', 'review')
                    UNION ALL
                   SELECT award_id, debit_bucket, -amount,
                          CASE debit_bucket WHEN 'review' THEN payable_on END
                     FROM rc_commission_entry
                    WHERE award_id IS NOT NULL AND debit_bucket IN ('reserve', 'review')
                   ) moves
             WHERE %s GROUP BY award_id, bucket, payable_on HAVING SUM(amount) <> 0
            """,
            only,
        )
    ):
        reserve, review = waiting[award_id]
        if bucket == "reserve":
            waiting[award_id] = reserve + Decimal(amount), review
        else:
            review[payable_on] = Decimal(amount)
            waiting[award_id] = reserve, review
    return waiting


def read_posted_points(env, award_ids):
    """Return award id → :class:`Book` of the points ledger: open parts are those still pending."""
    books = {award_id: Book() for award_id in award_ids}
    if not books:
        return books
    env.flush_all()
    ids = tuple(award_ids)
    parts = defaultdict(dict)
    for award_id, payable_on, amount in env.execute_query(
        SQL(
            """
            SELECT award_id, payable_on, SUM(amount)::text FROM (
                   SELECT award_id, payable_on, amount FROM rc_point_entry
                    WHERE credit_bucket = 'pending' AND award_id IN %(ids)s
                    UNION ALL
                   SELECT award_id, payable_on, -amount FROM rc_point_entry
                    WHERE debit_bucket = 'pending' AND award_id IN %(ids)s
                   ) moves
             GROUP BY award_id, payable_on HAVING SUM(amount) > 0
            """,
            ids=ids,
        )
    ):
        parts[award_id][payable_on] = Decimal(amount)
    for award_id, count, total in env.execute_query(
        SQL(
            """
            SELECT award_id, COUNT(*), SUM(CASE kind WHEN 'earn' THEN amount ELSE -amount END)::text
              FROM rc_point_entry
             WHERE award_id IN %s AND kind IN ('earn', 'take_back') GROUP BY award_id
            """,
            ids,
        )
    ):
        books[award_id] = Book(Posted(Decimal(total), parts[award_id]), count)
    return books


def read_posted_pools(env, award_ids):
    """Return award id → :class:`Book` of the pools' ledger: what was contributed."""
    books = {award_id: Book() for award_id in award_ids}
    if not books:
        return books
    env.flush_all()
    for award_id, count, total in env.execute_query(
        SQL(
            """
            SELECT award_id, COUNT(*),
                   SUM(CASE kind WHEN 'contribution' THEN amount ELSE -amount END)::text
              FROM rc_commission_pool_entry
             WHERE award_id IN %s AND kind IN ('contribution', 'reversal') GROUP BY award_id
            """,
            tuple(award_ids),
        )
    ):
        books[award_id] = Book(Posted(Decimal(total)), count)
    return books


def read_award_states(env, today, award_ids=None, company=None):
    """Return award id → :class:`AwardState` on ``today``, in seven queries.

    :param award_ids: the awards asked for, or None for all of ``company``
    """
    if award_ids is not None and not award_ids:
        return {}
    env.flush_all()
    only = (
        SQL("award_id IN %s", tuple(award_ids))
        if award_ids is not None
        else SQL(
            "award_id IN (SELECT id FROM rc_commission_award WHERE company_id = %s)", company.id
        )
    )
    states = defaultdict(AwardState)
    _add_accrued(env, states, only)
    _add_unsettled(env, states, only, today)
    _add_waiting(env, states, only)
    _add_settled(env, states, only)
    _add_points(env, states, only)
    _add_gifts(env, states, only)
    return dict(states)


def _add_accrued(env, states, only):
    for award_id, total in env.execute_query(
        SQL(
            """
            SELECT award_id, SUM(CASE kind WHEN 'accrual' THEN amount ELSE -amount END)::text
              FROM rc_commission_entry
             WHERE %s AND kind IN ('accrual', 'reversal', 'debt') GROUP BY award_id
            """,
            only,
        )
    ):
        states[award_id].accrued = Decimal(total)


def _add_unsettled(env, states, only, today):
    for award_id, payable_on, amount in env.execute_query(
        SQL(
            """
            SELECT award_id, payable_on, SUM(amount)::text FROM (%s) side
             WHERE %s
               AND NOT EXISTS (SELECT 1 FROM rc_settlement_item item WHERE item.entry_id = side.id)
             GROUP BY award_id, payable_on HAVING SUM(amount) > 0 ORDER BY payable_on
            """,
            _SIDES,
            only,
        )
    ):
        _add_open(states[award_id], payable_on, Decimal(amount), today)


def _add_waiting(env, states, only):
    for award_id, (reserve, review) in _read_waiting(env, only).items():
        states[award_id].reserve += reserve
        states[award_id].held += sum(review.values(), Decimal(0))


def _add_points(env, states, only):
    """Points are held while they are pending, and paid once they can be spent."""
    for award_id, total, pending, payable_on in env.execute_query(
        SQL(
            """
            SELECT award_id, SUM(CASE kind WHEN 'earn' THEN amount WHEN 'take_back' THEN -amount
                                 ELSE 0 END)::text,
                   SUM(CASE WHEN credit_bucket = 'pending' THEN amount ELSE 0 END
                     - CASE WHEN debit_bucket = 'pending' THEN amount ELSE 0 END)::text,
                   MIN(payable_on)
              FROM rc_point_entry WHERE award_id IS NOT NULL AND %s GROUP BY award_id
            """,
            only,
        )
    ):
        state = states[award_id]
        state.accrued += Decimal(total)
        state.held += Decimal(pending)
        state.paid += Decimal(total) - Decimal(pending)
        state.payable_on = payable_on if Decimal(pending) > 0 else None


def _add_gifts(env, states, only):
    """Coupons and days are held until they are given, and paid once they are; one refused is none."""
    for award_id, state, units, held_until in env.execute_query(
        SQL(
            """
            SELECT award_id, state, SUM(CASE kind WHEN 'days' THEN days ELSE 1 END), MIN(hold_until)
              FROM rc_reward WHERE award_id IS NOT NULL AND %s AND state NOT IN ('taken_back', 'refused')
             GROUP BY award_id, state
            """,
            only,
        )
    ):
        found = states[award_id]
        found.accrued += units
        if state == "given":
            found.paid += units
        else:
            found.held += units
            found.payable_on = held_until


def _add_settled(env, states, only):
    for award_id, state, amount in env.execute_query(
        SQL(
            """
            SELECT award_id, settlement.state, SUM(item.amount)::text
              FROM rc_settlement_item item
              JOIN rc_commission_entry entry ON entry.id = item.entry_id
              JOIN rc_settlement settlement ON settlement.id = item.settlement_id
             WHERE %s AND settlement.state <> 'cancelled'
             GROUP BY award_id, settlement.state
            """,
            only,
        )
    ):
        name = "settled" if state == "billed" else "paid"
        setattr(states[award_id], name, getattr(states[award_id], name) + Decimal(amount))


def _add_open(state, payable_on, amount, today):
    if is_payable(payable_on, today):
        state.payable += amount
    else:
        state.held += amount
        state.payable_on = state.payable_on or payable_on
