from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.periods import anniversary_around
from odoo.addons.rc_membership.kernel.tiers import Held, highest, place_days

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
LENGTHS = st.integers(1, 400)


@st.composite
def held(draw):
    start = draw(DAYS)
    rank = draw(st.integers(1, 4))
    end = draw(st.none() | LENGTHS.map(lambda n: start + timedelta(days=n)))
    return Held(rank, (rank,), start, end)


@given(st.lists(held(), max_size=6), DAYS)
def test_nothing_held_that_day_is_higher_than_what_counts(tiers, day):
    best = highest(tiers, day)
    live = [one for one in tiers if one.is_on(day)]
    assert (best is None) == (not live)
    assert all(one.rank <= best.rank for one in live)


@given(st.lists(held(), max_size=5), st.integers(1, 4), LENGTHS, DAYS)
def test_days_given_are_all_there_and_start_on_the_day_or_later(tiers, rank, days, on):
    given_days = place_days(tiers, rank, (rank,), days, on)
    assert (given_days.end - given_days.start).days == days
    assert given_days.start >= on


@given(st.lists(held().filter(lambda h: h.end), max_size=5), st.integers(1, 4), LENGTHS, DAYS)
def test_days_given_never_start_beside_something_as_high_that_ends(tiers, rank, days, on):
    start = place_days(tiers, rank, (rank,), days, on).start
    assert not [one for one in tiers if one.rank >= (rank,) and one.is_on(start)]


@given(DAYS, st.integers(1, 24), DAYS)
def test_the_period_around_a_day_holds_it_and_is_counted_from_the_anchor(anchor, months, day):
    period = anniversary_around(anchor, months, day)
    assert day in period
    assert 28 * months <= period.days <= 31 * months
