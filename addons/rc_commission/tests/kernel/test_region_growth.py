"""By how much the sales of somebody's own regions grew."""

from datetime import date
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.rules.context import Context
from odoo.addons.rc_commission.kernel.rules.metric import Metric
from odoo.addons.rc_commission.kernel.types import Person
from odoo.addons.rc_commission.kernel.world import World
from odoo.addons.rc_membership.kernel.periods import Period

from .builders import plan
from .test_rates import fact

APRIL = date(2026, 4, 10)


def growth(sold, on=APRIL, closing=None, period="quarter", owned=None, **spec):
    world = World([Person("p", "partner", regions={"city": "x"} if owned is None else owned)])
    for day, amount, place in sold:
        fact(world, None, amount, on=day, relation="seller", regions={"city": place, "area": "z"})
    context = Context(
        world, plan([{"rate": "1%"}]), on, "close" if closing else "payment", period=closing
    )
    return Metric("region_growth", period, **spec).value(context, "p")


LAST, THIS = date(2025, 11, 1), date(2026, 2, 1)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("100", "150", 50),
        ("30", "40", Fraction("33.33")),  # rounded down: a threshold is not reached by rounding
        ("100", "100", 0),
        ("100", "40", 0),
        ("0", "100", 0),
    ],
)
def test_the_last_ended_period_is_compared_with_the_one_before(before, after, expected):
    assert growth([(LAST, before, "x"), (THIS, after, "x"), (APRIL, "999", "x")]) == expected


def test_a_close_compares_the_closed_period():
    sold = [(LAST, "100", "x"), (THIS, "150", "x"), (APRIL, "300", "x")]
    closed = Period(date(2026, 4, 1), date(2026, 7, 1))
    assert growth(sold, closed.end, closed) == 100


def test_only_what_was_shipped_to_own_regions_counts_and_that_once():
    sold = [(LAST, "100", "x"), (THIS, "100", "x"), (THIS, "100", "y")]
    assert growth(sold) == 0
    assert growth(sold, owned={"city": "x", "area": "z"}) == 100
    assert growth(sold, owned={}) == 0


def test_it_can_be_of_a_tier_only():
    assert growth([(LAST, "100", "x"), (THIS, "150", "x")], item_tier="pro") == 0
