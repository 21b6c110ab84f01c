from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.growth import (
    SEGMENTS,
    Band,
    Bands,
    Buying,
    Doing,
    Rule,
    Score,
    behaviour,
    is_falling,
    purchase,
    score,
    share_of,
    weigh,
    window_start,
)

BANDS = Bands(
    recency=tuple(
        Band(n, Fraction(d), s)
        for n, d, s in ((5, 30, 30), (4, 60, 15), (3, 90, 0), (2, 180, -15), (1, 0, -30))
    ),
    frequency=tuple(
        Band(n, Fraction(d), s)
        for n, d, s in ((5, 12, 40), (4, 6, 20), (3, 3, 10), (2, 1, 0), (1, 0, -20))
    ),
    monetary=tuple(
        Band(n, Fraction(d), s)
        for n, d, s in ((5, 1000, 40), (4, 500, 20), (3, 100, 10), (2, 1, 0), (1, 0, -20))
    ),
)
END = date(2026, 4, 1)


def doing(count=1, amount=None, is_goods=True, rank_index=0, ever=0, day=0):
    return Doing(count, amount, is_goods, rank_index, ever, day)


def test_a_review_of_goods_is_worth_twenty_from_a_price_on():
    rule = Rule(20, amount_min=Fraction(20), is_goods_only=True)
    assert behaviour(rule, doing(amount=Fraction(20))) == (1, 20)
    assert behaviour(rule, doing(amount=Fraction("19.99"))) == (0, 0)
    assert behaviour(rule, doing(amount=Fraction(50), is_goods=False)) == (0, 0)
    assert behaviour(rule, doing()) == (0, 0)


def test_only_the_first_ten_photos_count():
    rule = Rule(20, count_max=10)
    assert behaviour(rule, doing(count=3, ever=8)) == (2, 40)
    assert behaviour(rule, doing(count=3, ever=10)) == (0, 0)


def test_signing_in_counts_once_a_day_from_the_second_rank_up():
    rule = Rule(1, day_max=1, rank_index=1)
    assert behaviour(rule, doing(rank_index=0)) == (0, 0)
    assert behaviour(rule, doing(rank_index=1)) == (1, 1)
    assert behaviour(rule, doing(rank_index=2, day=1)) == (0, 0)


@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 20), st.integers(0, 20))
def test_no_more_counts_than_was_done_or_is_left(count, ever, count_max, day_max):
    counted, value = behaviour(
        Rule(7, count_max=count_max, day_max=day_max), doing(count=count, ever=ever)
    )
    assert 0 <= counted <= count and value == counted * 7
    if count_max:
        assert counted == 0 or ever + counted <= count_max


@pytest.mark.parametrize(
    ("net", "factor", "model", "due"),
    [
        ("25.90", "1", "behaviour", 25),
        ("25.90", "2", "combined", 25),
        ("25.90", "1", "rfm", 0),
        ("-5", "1", "behaviour", 0),
    ],
)
def test_money_becomes_growth_rounded_down(net, factor, model, due):
    share = share_of(model, Fraction(1, 2))
    assert purchase(Fraction(net), Fraction(factor), share) == due


def test_the_weight_of_behaviour_rounds_half_up():
    assert [weigh(value, Fraction(1, 2)) for value in (1, 20, 0)] == [1, 10, 0]


def test_a_months_score_adds_three_bands_and_may_be_negative():
    good = score(BANDS, Buying(date(2026, 3, 31), 12, Fraction(1000)), END)
    assert good == Score(5, 5, 5, 110)
    bad = score(BANDS, Buying(date(2025, 8, 1), 0, Fraction(0)), END)
    assert bad == Score(1, 1, 1, -70)
    assert score(BANDS, Buying(date(2026, 1, 15), 3, Fraction("99.99")), END) == Score(3, 3, 2, 10)


def test_bands_hold_their_limits():
    days = {0: 5, 30: 5, 31: 4, 60: 4, 61: 3, 90: 3, 91: 2, 180: 2, 181: 1}
    for passed, band in days.items():
        last_on = date.fromordinal(END.toordinal() - 1 - passed)
        assert score(BANDS, Buying(last_on, 1, Fraction(1)), END).recency == band


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5))
def test_everybody_is_in_one_segment(recency, frequency, monetary):
    assert Score(recency, frequency, monetary, 0).segment in SEGMENTS


def test_segments_by_their_bands():
    expected = {
        (5, 5, 5): "champion",
        (3, 5, 2): "loyal",
        (5, 1, 3): "fresh",
        (3, 3, 3): "regular",
        (2, 3, 1): "at_risk",
        (1, 1, 5): "at_risk",
        (1, 2, 3): "lost",
        (2, 2, 2): "regular",
    }
    assert {bands: Score(*bands, 0).segment for bands in expected} == expected


def test_a_sharp_fall_needs_somebody_who_bought_often():
    def buying(before, recent):
        return Buying(END, 1, Fraction(1), recent, before)

    half = Fraction(1, 2)
    assert is_falling(buying(4, 2), 3, half)
    assert not is_falling(buying(4, 3), 3, half)
    assert not is_falling(buying(2, 0), 3, half)
    assert not is_falling(buying(0, 0), 0, half)


def test_a_window_goes_back_whole_months():
    assert window_start(date(2026, 3, 1), 12) == date(2025, 3, 1)
