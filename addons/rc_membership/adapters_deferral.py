"""READ: what paid plans brought in revenue, net of reductions and credit notes, set-based."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from odoo.tools import SQL

from .kernel.deferral import Booked, Deferred
from .kernel.money import round_half_up
from .kernel.periods import Period
from .kernel.proration import net_of_reductions


def read_deferrable(program, begin, end, booked_from):
    """Return charge id → (income account id, tier id, :class:`Deferred`, :class:`Booked`).

    Charges of the program whose period is long enough, whose invoice is dated in
    ``[booked_from, end)``, and of which something is or may become owed in ``[begin, end)``.
    """
    env = program.env
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT charge.id, line.id, line.move_id, line.account_id, subscription.tier_id,
                   charge.period_start, charge.period_end,
                   LEAST((SELECT MIN(later.period_start) FROM rc_subscription_charge later
                           WHERE later.subscription_id = charge.subscription_id
                             AND later.taken_on IS NULL
                             AND COALESCE(later.run, 0) > COALESCE(charge.run, 0)),
                         CASE WHEN subscription.state IN ('cancelled', 'expired')
                              THEN subscription.ended_on END),
                   COALESCE(last.amount, 0)::text, COALESCE(last.balance, 0)::text
              FROM rc_subscription_charge charge
              JOIN rc_subscription subscription ON subscription.id = charge.subscription_id
              JOIN account_move_line line ON line.id = charge.invoice_line_id
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN LATERAL (
                   SELECT booked.amount, booked.balance
                     FROM rc_revenue_deferral_line booked
                    WHERE booked.charge_id = charge.id ORDER BY booked.month DESC LIMIT 1) last
                ON TRUE
             WHERE subscription.program_id = %(program)s
               AND charge.period_end >= charge.period_start + make_interval(months => %(months)s)
               AND move.date >= %(booked_from)s AND move.date < %(end)s
               AND (charge.period_end > %(begin)s OR last.balance <> 0)
             ORDER BY charge.id
            """,
            program=program.id,
            months=program.deferral_months,
            booked_from=booked_from,
            begin=begin,
            end=end,
        )
    )
    net = _read_net(env, {row[1]: row[2] for row in rows}, end)
    digits = program.currency_id.decimal_places
    return {
        charge_id: (
            account_id,
            tier_id,
            Deferred(
                round_half_up(net[line_id], digits),
                Period(start, until),
                cut_on and max(cut_on, start),
            ),
            Booked(Decimal(amount), Decimal(balance)),
        )
        for charge_id, line_id, _move, account_id, tier_id, start, until, cut_on, amount, balance in rows
    }


def _read_net(env, wanted, end):
    """Return invoice line id → net revenue (Fraction, company currency) of documents before ``end``.

    Discounts of a document are shared by amount; a credit for unused days is none (what it gives
    back was another charge's). An invoice that was taken back brought nothing.
    """
    if not wanted:
        return {}
    lines, notes = defaultdict(list), defaultdict(list)
    rows = env.execute_query(
        SQL(
            """
            SELECT line.id, line.product_id, (-line.balance)::text, move.id, move.reversed_entry_id,
                   move.state = 'posted'
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
             WHERE line.display_type = 'product'
               AND (move.id IN %(moves)s
                    OR move.reversed_entry_id IN %(moves)s AND move.move_type = 'out_refund'
                       AND move.state = 'posted' AND move.date < %(end)s)
               AND NOT EXISTS (
                   SELECT FROM sale_order_line_invoice_rel rel
                     JOIN sale_order_line sold ON sold.id = rel.order_line_id
                    WHERE rel.invoice_line_id = line.id
                      AND sold.rc_credit_subscription_id IS NOT NULL)
            """,
            moves=tuple(set(wanted.values())),
            end=end,
        )
    )
    for line_id, product_id, amount, move_id, reversed_id, is_posted in rows:
        one = (line_id, product_id, Fraction(Decimal(amount)))
        if reversed_id in wanted.values():
            notes[reversed_id].append((line_id, product_id, -one[2]))
        elif is_posted:
            lines[move_id].append(one)
    return {
        line_id: _net_of(line_id, lines[move_id], notes[move_id])
        for line_id, move_id in wanted.items()
    }


def _net_of(line_id, lines, notes):
    """Return what an invoice line brought, less its share of what credit notes gave back."""
    own = {key: (product, amount) for key, product, amount in lines}
    if line_id not in own:
        return Fraction(0)
    product, amount = own[line_id]
    paid = net_of_reductions(amount, *_sides(lines))
    same = sum(amount for _key, other, amount in lines if other == product and amount > 0)
    positives, reductions = _sides(notes)
    products = {other for _key, other, _amount in lines}
    credited = Fraction(0)
    for _key, other, back in notes:
        if back <= 0:
            continue
        part = Fraction(0)
        if other == product and same:
            part = amount / same
        elif other not in products:  # an amount given back, of nothing in particular
            part = amount / _sides(lines)[0]
        credited += net_of_reductions(back, positives, reductions) * part
    return max(paid - credited, Fraction(0))


def _sides(lines):
    """Return (sum of what was sold, sum of reductions)."""
    amounts = [amount for _key, _product, amount in lines]
    return (
        sum((a for a in amounts if a > 0), Fraction(0)),
        sum((a for a in amounts if a < 0), Fraction(0)),
    )
