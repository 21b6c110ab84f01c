"""What the owner earned, was billed and was paid: facts of the commission ledger."""

from decimal import Decimal

from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.periods import local_date, utc_midnight

from .scope import Fact, local_day_sql

_EARNING = ("accrual", "reversal", "debt")  # the entries by which an owner gains or loses


def read_earned_daily(env, scope, currency_id, span):
    """Return day → commission accrued less reversed on it, in one currency and a ``span`` of days."""
    if not scope.account_ids:
        return {}
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT %(day)s AS day,
                   SUM(CASE entry.kind WHEN 'accrual' THEN 1 ELSE -1 END * entry.amount)::text
              FROM rc_commission_entry entry
              JOIN rc_commission_award award ON award.id = entry.award_id
             WHERE award.account_id IN %(accounts)s AND award.currency_id = %(currency)s
               AND entry.kind IN %(kinds)s
               AND entry.occurred_at >= %(start)s AND entry.occurred_at < %(end)s
             GROUP BY day
            """,
            day=local_day_sql(SQL("entry.occurred_at"), scope),
            accounts=scope.account_ids,
            currency=currency_id,
            kinds=_EARNING,
            start=utc_midnight(span.start, scope.zone),
            end=utc_midnight(span.end, scope.zone),
        )
    )
    return {day: Decimal(amount) for day, amount in rows}


def read_entries(env, scope, limit=None, move_ids=None):
    """Return (fact, invoice id) of accruals and reversals, newest first; ``record_id`` is the award.

    What was earned by something else than a sale (a closed period, a sign-up) has no invoice.

    :param move_ids: only those earned on these invoices
    """
    if not scope.account_ids or (move_ids is not None and not move_ids):
        return []
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT entry.kind, entry.occurred_at, entry.amount::text, award.id, line.move_id,
                   award.currency_id
              FROM rc_commission_entry entry
              JOIN rc_commission_award award ON award.id = entry.award_id
              LEFT JOIN account_move_line line ON line.id = award.move_line_id
             WHERE award.account_id IN %s AND entry.kind IN %s AND %s
             ORDER BY entry.occurred_at DESC, entry.id DESC %s
            """,
            scope.account_ids,
            _EARNING,
            SQL("line.move_id IN %s", tuple(move_ids)) if move_ids is not None else SQL("TRUE"),
            SQL("LIMIT %s", limit) if limit else SQL(),
        )
    )
    return [
        (
            Fact(
                "accrual" if kind == "accrual" else "reversal",
                local_date(at, scope.zone),
                record_id=award_id,
                amount=Decimal(amount) if kind == "accrual" else -Decimal(amount),
                currency_id=currency_id,
            ),
            move_id,
        )
        for kind, at, amount, award_id, move_id, currency_id in rows
    ]


def read_bills(env, scope, limit=None, move_ids=None):
    """Return bill facts, newest first; ``record_id`` is the settlement.

    :param move_ids: only settlements of commissions earned on these invoices; each fact comes with
        those of them that it settles
    """
    return _read_settlements(env, scope, "bill", limit, move_ids)


def read_payments(env, scope, limit=None, move_ids=None):
    """Return facts of payments on bills (and of payments taken back), newest first, likewise."""
    return _read_settlements(env, scope, "payment", limit, move_ids)


def _read_settlements(env, scope, kind, limit, move_ids):
    if not scope.account_ids or (move_ids is not None and not move_ids):
        return []
    env.flush_all()
    settled = SQL("NULL::int[]")  # a settlement may hold thousands: named only when asked for
    if move_ids is not None:
        settled = SQL(
            """
            (SELECT ARRAY_AGG(DISTINCT line.move_id)
               FROM rc_settlement_item item
               JOIN rc_commission_entry settled ON settled.id = item.entry_id
               JOIN rc_commission_award award ON award.id = settled.award_id
               JOIN account_move_line line ON line.id = award.move_line_id
              WHERE item.settlement_id = settlement.id AND line.move_id IN %s)
            """,
            tuple(move_ids),
        )
    rows = env.execute_query(
        SQL(
            """
            SELECT entry.kind, entry.occurred_at, settlement.as_of, SUM(entry.amount)::text,
                   settlement.id, account.currency_id, %(settled)s AS move_ids
              FROM rc_commission_entry entry
              JOIN rc_settlement settlement ON settlement.id = entry.settlement_id
              JOIN rc_commission_account account ON account.id = settlement.account_id
             WHERE settlement.account_id IN %(accounts)s AND entry.kind IN %(kinds)s
               AND (%(any)s OR %(settled)s IS NOT NULL)
             GROUP BY entry.kind, entry.occurred_at, settlement.as_of, settlement.id,
                      account.currency_id
             ORDER BY entry.occurred_at DESC, settlement.id DESC %(limit)s
            """,
            settled=settled,
            accounts=scope.account_ids,
            kinds=("settle",) if kind == "bill" else ("pay", "unpay"),
            any=move_ids is None,
            limit=SQL("LIMIT %s", limit) if limit else SQL(),
        )
    )
    return [
        (
            Fact(
                "unpayment" if entry_kind == "unpay" else kind,
                as_of if kind == "bill" else local_date(at, scope.zone),
                record_id=settlement_id,
                amount=-Decimal(amount) if entry_kind == "unpay" else Decimal(amount),
                currency_id=currency_id,
            ),
            settled_moves or [],
        )
        for entry_kind, at, as_of, amount, settlement_id, currency_id, settled_moves in rows
    ]
