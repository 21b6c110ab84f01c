"""From rows that give and count to the sources that serve: examples."""

from datetime import date
from decimal import Decimal

from odoo.addons.rc_membership.kernel.periods import Period
from odoo.addons.rc_membership.kernel.quota import GRANT, STOCK, TIER, Anchor, Window
from odoo.addons.rc_membership.kernel.tiers import Held
from odoo.addons.rc_membership.kernel.usage import (
    Counted,
    Given,
    Line,
    Plan,
    describe_more,
    sources_of,
    stand,
)

FREE, PRO, TEAM = 1, 2, 3
MARCH = Period(date(2026, 3, 2), date(2026, 4, 2))
OWN = Plan(Held(PRO, (20,), MARCH.start), Anchor(MARCH.start, MARCH))
SEAT = Held(TEAM, (50,), date(2026, 3, 10), date(2026, 3, 20))
THREE = Line(7, Decimal(3), "month")


def test_the_higher_of_ones_own_plan_and_a_cover_counts_with_its_own_months():
    for day, tier, start in ((5, PRO, MARCH.start), (10, TEAM, SEAT.start), (20, PRO, MARCH.start)):
        found, anchor = stand(OWN, [SEAT], date(2026, 3, day), FREE)
        assert (found, anchor.day) == (tier, start)


def test_without_either_it_is_everybodys_tier_with_calendar_months():
    assert stand(None, [], date(2026, 3, 5), FREE) == (FREE, None)
    assert stand(OWN, [], date(2026, 3, 1), FREE) == (FREE, None)


def counted(ref, start, end, used, per="month", grant=None, is_closed=False):
    return Counted(ref, 1, grant, per, Window(start, end), Decimal(used), is_closed)


def test_a_counter_of_the_window_counts_and_one_of_another_does_not():
    before = counted(4, date(2026, 2, 2), date(2026, 3, 2), 3)
    now = counted(5, MARCH.start, MARCH.end, 2)
    [source] = sources_of(THREE, [], [before, now], date(2026, 3, 5), OWN.anchor)
    assert (source.kind, source.counter, source.used, source.left) == (TIER, 5, 2, 1)
    [source] = sources_of(THREE, [], [before], date(2026, 3, 5), OWN.anchor)
    assert (source.counter, source.carries, source.left) == (None, None, 3)


def test_an_upgrade_in_the_month_carries_its_count_and_a_closed_one_is_not_carried_again():
    cut = counted(4, date(2026, 2, 20), date(2026, 3, 20), 1)
    [source] = sources_of(THREE, [], [cut], date(2026, 3, 5), OWN.anchor)
    assert (source.counter, source.carries, source.left) == (None, 4, 2)
    closed = counted(4, date(2026, 2, 20), date(2026, 3, 20), 1, is_closed=True)
    [source] = sources_of(THREE, [], [closed], date(2026, 3, 5), OWN.anchor)
    assert (source.carries, source.left) == (None, 3)


def test_a_calendar_month_carries_no_subscriptions_month():
    over = counted(4, MARCH.start, MARCH.end, 3)
    [source] = sources_of(THREE, [], [over], date(2026, 4, 2), None)
    assert (source.window.start, source.carries, source.left) == (date(2026, 4, 1), None, 3)


def given(ref, amount, per=None, end=None, used=0, taken=0, start=date(2026, 1, 1)):
    amount = None if amount is None else Decimal(amount)
    return Given(ref, 1, amount, per, start, end, Decimal(used), Decimal(taken))


def test_grants_serve_while_they_last_each_in_its_own_way():
    grants = [
        given(1, 5, used=1, taken=2),
        given(2, 4, per="month", end=date(2026, 3, 20)),
        given(3, None),
        given(4, 9, end=date(2026, 3, 5)),
        given(5, 9, start=date(2026, 3, 6)),
    ]
    sources = sources_of(None, grants, [], date(2026, 3, 5), None)
    assert [(s.kind, s.ref, s.left, s.expires_on) for s in sources] == [
        (STOCK, 1, 2, None),
        (GRANT, 2, 4, date(2026, 3, 20)),
        (GRANT, 3, None, None),
    ]


LINES = {
    FREE: Line(1, Decimal(5), "day"),
    PRO: Line(2, Decimal(200), "month"),
    TEAM: Line(3, None, "month"),
}
RANKS = {FREE: (10,), PRO: (20,), TEAM: (50,)}


def test_what_would_unlock_more_are_the_tiers_above_that_give_more():
    assert describe_more(LINES, RANKS, FREE, LINES[FREE]) == [PRO, TEAM]
    assert describe_more(LINES, RANKS, TEAM, LINES[TEAM]) == []
    assert describe_more({TEAM: LINES[TEAM]}, RANKS, FREE, None) == [TEAM]
    less = {PRO: Line(2, Decimal(100), "month"), FREE: LINES[FREE]}
    assert describe_more(less, RANKS, FREE, LINES[FREE]) == []
