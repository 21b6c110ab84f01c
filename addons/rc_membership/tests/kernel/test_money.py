from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.money import (
    allocate,
    from_units,
    round_half_up,
    to_fraction,
    to_units,
)

digits = st.sampled_from([0, 2, 3])
units = st.integers(-(10**12), 10**12)
weights = st.lists(st.fractions(0, 1000), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("49.5", 0, "50"),
        ("-49.5", 0, "-50"),
        ("2.345", 2, "2.35"),
        ("-2.345", 2, "-2.35"),
        ("2.3449999", 2, "2.34"),
        ("0.0005", 3, "0.001"),
        ("100", 2, "100.00"),
    ],
)
def test_half_rounds_away_from_zero(value, places, expected):
    assert round_half_up(value, places) == Decimal(expected)
    assert str(round_half_up(value, places)) == expected


@pytest.mark.parametrize("value", [0.1, True, None, object()])
def test_binary_numbers_are_refused(value):
    with pytest.raises(TypeError):
        to_fraction(value)


def test_an_amount_finer_than_the_coin_is_refused():
    with pytest.raises(ValueError, match="finer than 0 decimals"):
        to_units("1.5", 0)


@given(units, digits)
def test_units_and_amounts_are_the_same(number, places):
    assert to_units(from_units(number, places), places) == number


@given(st.fractions(-1000, 1000), digits)
def test_rounding_is_never_off_by_more_than_half_a_coin(value, places):
    assert abs(to_fraction(round_half_up(value, places)) - value) <= Fraction(1, 2 * 10**places)


@given(st.fractions(-1000, 1000), digits)
def test_rounding_the_mirror_image_gives_the_mirror_image(value, places):
    assert round_half_up(-value, places) == -round_half_up(value, places)


@given(units, weights.filter(any), digits)
def test_parts_add_up_exactly(number, shares, places):
    amount = from_units(number, places)
    assert sum(allocate(amount, shares, places)) == amount


@given(units, weights.filter(any), digits)
def test_a_reversal_takes_back_exactly_what_was_given(number, shares, places):
    amount = from_units(number, places)
    given_parts = allocate(amount, shares, places)
    assert allocate(-amount, shares, places) == [-part for part in given_parts]


@given(units, weights.filter(any), digits)
def test_no_part_is_a_whole_coin_off_its_exact_share(number, shares, places):
    amount = from_units(number, places)
    for part, weight in zip(allocate(amount, shares, places), shares, strict=True):
        exact = to_fraction(amount) * weight / sum(shares)
        assert abs(to_fraction(part) - exact) < Fraction(1, 10**places)


def test_equal_remainders_go_to_the_earlier_part():
    assert allocate("0.02", [1, 1, 1], 2) == [Decimal("0.01"), Decimal("0.01"), Decimal("0.00")]
    assert allocate("100", [1, 1, 1], 0) == [Decimal(34), Decimal(33), Decimal(33)]


def test_weights_of_nothing_share_only_nothing():
    assert allocate("0.00", [0, 0], 2) == [Decimal("0.00"), Decimal("0.00")]
    with pytest.raises(ValueError, match="all zero"):
        allocate("1.00", [0, 0], 2)
    with pytest.raises(ValueError, match="negative"):
        allocate("1.00", [-1, 2], 2)
