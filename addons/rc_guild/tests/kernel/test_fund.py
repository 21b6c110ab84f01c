"""Laws and examples of the growth fund."""

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_guild.kernel.fund import (
    MonthShare,
    bases_by_month,
    close_month,
    open_months,
)
from odoo.addons.rc_guild.kernel.receipts import Receipt
from odoo.addons.rc_guild.kernel.spells import Spell

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def close_all(months, rate="0.02", digits=2):
    """Close month after month; ``months`` is (month, bases as they are known by then)."""
    closed, posted, written = [], Decimal(0), []
    for month, bases in months:
        done = close_month(month, rate, bases, closed, posted, digits)
        closed.append(MonthShare(month, done.base, done.rate))
        posted += done.amount
        written.append((done.share, done.correction))
    return posted, written


def test_a_month_gives_its_rate_of_what_members_paid():
    assert close_all([(JAN, {JAN: "1234.50"})]) == (
        Decimal("24.69"),
        [(Decimal("24.69"), Decimal("0.00"))],
    )


def test_a_month_without_payments_gives_nothing():
    assert close_all([(JAN, {})]) == (0, [(0, 0)])


def test_a_refund_of_a_closed_month_is_corrected_by_the_next_close():
    posted, written = close_all([(JAN, {JAN: 100}), (FEB, {JAN: 50, FEB: 25})])
    assert written == [(Decimal("2.00"), 0), (Decimal("0.50"), Decimal("-1.00"))]
    assert posted == Decimal("1.50")


def test_refund_of_all_gives_zero_whatever_the_months_rounded_to():
    random.seed(6)
    for _round in range(200):
        jan, feb = (Fraction(random.randint(1, 9999), 100) for _month in range(2))
        months = [(JAN, {JAN: jan}), (FEB, {JAN: jan, FEB: feb}), (MAR, {})]
        assert close_all(months)[0] == 0


def test_a_closed_month_keeps_its_rate():
    first = close_month(JAN, "0.02", {JAN: 100}, [], 0, 2)
    second = close_month(
        FEB, "0.10", {}, [MonthShare(JAN, first.base, first.rate)], first.amount, 2
    )
    assert (second.share, second.correction) == (0, Decimal("-2.00"))


def test_the_months_round_once_together():
    bases = {JAN: "10.25", FEB: "10.25"}
    posted, written = close_all([(JAN, bases), (FEB, bases)])
    assert written == [(Decimal("0.21"), 0), (Decimal("0.20"), 0)]
    assert posted == Decimal("0.41")


def test_a_currency_without_cents_has_a_fund_without_cents():
    assert close_all([(JAN, {JAN: 1275})], digits=0)[0] == Decimal("26")


def test_missed_months_come_oldest_first_and_the_running_one_never():
    starts = [period.start for period in open_months(date(2025, 12, 31), None, date(2026, 3, 31))]
    assert starts == [date(2025, 12, 1), JAN, FEB]
    assert open_months(JAN, MAR, date(2026, 3, 31)) == []


def test_receipts_are_summed_by_guild_and_month():
    rows = [
        Receipt(date(2026, 1, 31), 1, Fraction(10), Spell(1, 8, JAN)),
        Receipt(FEB, 2, Fraction(5), Spell(1, 8, JAN)),
        Receipt(date(2026, 2, 28), 3, Fraction(4), Spell(2, 8, JAN)),
        Receipt(FEB, 4, Fraction(3), None),
    ]
    assert bases_by_month(rows) == {8: {JAN: 10, FEB: 9}}
