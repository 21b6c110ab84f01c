"""What was awarded before, for limits, budgets and milestones, for a set of people in one query."""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import SQL


def read_awarded(env, company, plan, on, ids):
    """Return payee → the cash a plan awarded them on a day, whatever was reversed since."""
    if not ids:
        return {}
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT account.partner_id, SUM(award.amount)::text
              FROM rc_commission_award award
              JOIN rc_commission_account account ON account.id = award.account_id
             WHERE award.company_id = %s AND award.plan_code = %s AND award.received_on = %s
               AND award.give = 'cash' AND account.partner_id IN %s
             GROUP BY account.partner_id
            """,
            company.id,
            plan,
            on,
            tuple(ids),
        )
    )
    return {partner_id: Decimal(total) for partner_id, total in rows}


def read_spent(env, company, plan, rule, start, end):
    """Return what a rule awarded in ``[start, end)`` (None: without bound)."""
    env.flush_all()
    window = [
        SQL("AND received_on %s %s", sign, day)
        for sign, day in ((SQL(">="), start), (SQL("<"), end))
        if day
    ]
    [(total,)] = env.execute_query(
        SQL(
            """
            SELECT COALESCE(SUM(amount), 0)::text FROM rc_commission_award
             WHERE company_id = %s AND plan_code = %s AND rule = %s %s
            """,
            company.id,
            plan,
            rule,
            SQL(" ").join(window),
        )
    )
    return Decimal(total)


def read_reached(env, company, plan, rule, ids):
    """Return payee → milestone → line, of what a rule paid and that was not reversed."""
    if not ids:
        return {}
    env.flush_all()
    found = defaultdict(dict)
    for partner_id, key, source in env.execute_query(
        SQL(
            """
            SELECT account.partner_id, award.key, award.source
              FROM rc_commission_award award
              JOIN rc_commission_account account ON account.id = award.account_id
             WHERE award.company_id = %s AND award.plan_code = %s AND award.rule = %s
               AND account.partner_id IN %s
               AND 0 < (SELECT SUM(CASE entry.kind WHEN 'accrual' THEN entry.amount
                                                   ELSE -entry.amount END)
                          FROM rc_commission_entry entry
                         WHERE entry.award_id = award.id
                           AND entry.kind IN ('accrual', 'reversal', 'debt'))
            """,
            company.id,
            plan,
            rule,
            tuple(ids),
        )
    ):
        found[partner_id][key.rpartition("|")[2]] = source
    return found
