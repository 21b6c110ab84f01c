"""Every row and example of the specification's package table."""

import doctest
from datetime import date
from fractions import Fraction

import pytest

from odoo.addons.rc_membership.kernel import packages
from odoo.addons.rc_membership.kernel.packages import (
    Bought,
    LimitHit,
    Offer,
    bought_share,
    check_limits,
    decide_points,
    decide_refund,
    is_in_first_days,
    kept_points,
    rank_buyers,
    reached_rate,
    review_reasons,
    step_points,
)


def percent(value):
    return Fraction(value, 100)


TABLE = {  # code: (points, bonus, bonus %)
    "starter": (1000, 100, 10),
    "booster": (2000, 300, 15),
    "creator": (5000, 1000, 20),
    "creator-plus": (10000, 2500, 25),
    "partner-l1": (20000, 5000, 25),
    "partner-l2": (100000, 30000, 30),
    "partner-l3": (500000, 150000, 30),
}
QUANTITY = {3: percent(20), 5: percent(30), 10: percent(50)}
GROUP = {3: percent(20), 5: percent(30)}
STEPS = {Fraction(1000): 100, Fraction(5000): 600, Fraction(10000): 1500}
LIMITS = {"day": Fraction(50000), "month": Fraction(200000), "year": Fraction(1000000)}


def offer(code="starter", **values):
    points, _bonus, rate = TABLE[code]
    return Offer(points, percent(rate), **values)


def test_the_examples_of_the_functions_hold():
    assert doctest.testmod(packages).failed == 0


@pytest.mark.parametrize("code", TABLE)
def test_each_package_gives_its_points_and_its_bonus(code):
    points, bonus, _rate = TABLE[code]
    result = decide_points(offer(code))
    assert (result.bought, result.bonus, result.total) == (points, bonus, points + bonus)


@pytest.mark.parametrize(
    ("level", "rate", "total"),
    [("l1", 5, 6250), ("l2", 10, 6500), ("l3", 15, 6750), ("l4", 20, 7000)],
)
def test_a_level_adds_points_of_percent_to_the_bonus_rate(level, rate, total):
    result = decide_points(offer("creator", level=level, level_rate=percent(rate)))
    assert (result.bought, result.total) == (5000, total)
    assert result.explanation["level"] == level


def test_the_first_purchase_of_a_starter_gives_1650():
    result = decide_points(offer(promotions={"first_purchase": percent(50)}))
    assert (result.bought, result.bonus) == (1000, 650)
    assert result.explanation == {
        "points": 1000,
        "quantity": 1,
        "bonus_rate": "1/10",
        "level": None,
        "level_rate": "0",
        "base": "1100",
        "promotions": [["first_purchase", "1/2"]],
        "anniversary": "0",
        "total": 1650,
    }


def test_promotions_add_up_and_do_not_compound():
    both = {"first_purchase": percent(50), "holiday": percent(30)}
    assert decide_points(offer(promotions=both)).total == 1980


def test_the_first_purchase_of_an_l2_is_9750():
    first = {"first_purchase": percent(50)}
    assert decide_points(offer("creator", level_rate=percent(10), promotions=first)).total == 9750


@pytest.mark.parametrize(
    ("quantity", "total"),
    [(1, 1100), (2, 2200), (3, 3960), (4, 5280), (5, 7150), (9, 12870), (10, 16500)],
)
def test_more_at_once_give_more(quantity, total):
    promotions = {"quantity": reached_rate(quantity, QUANTITY)}
    assert decide_points(offer(quantity=quantity, promotions=promotions)).total == total


@pytest.mark.parametrize(
    ("people", "total"), [(1, 1100), (2, 1100), (3, 1320), (4, 1320), (5, 1430)]
)
def test_a_group_gives_more_when_enough_have_paid(people, total):
    assert decide_points(offer(promotions={"group": reached_rate(people, GROUP)})).total == total


def test_everything_at_once_adds_up():
    promotions = {"first_purchase": percent(50), "holiday": percent(30), "quantity": percent(20)}
    promotions["group"] = percent(20)
    result = decide_points(offer(quantity=3, promotions=promotions))
    assert result.total == 3300 * Fraction(220, 100)


def test_an_anniversary_doubles_the_own_bonus_only():
    assert decide_points(offer(is_anniversary=True)).total == 1200
    level = offer("creator", level_rate=percent(10), is_anniversary=True)
    assert decide_points(level).total == 7500
    first = offer(promotions={"first_purchase": percent(50)}, is_anniversary=True)
    assert decide_points(first).total == 1750


def test_points_are_whole_and_half_up():
    assert decide_points(Offer(1, Fraction(1, 2))).total == 2
    assert decide_points(Offer(1, Fraction(49, 100))).total == 1


@pytest.mark.parametrize(
    "bad",
    [
        Offer(1000, percent(10), quantity=0),
        Offer(1000, percent(10), quantity=-3),
        Offer(0, percent(10)),
        Offer(1000, percent(-10)),
        Offer(1000, percent(10), promotions={"holiday": percent(-30)}),
    ],
)
def test_what_is_no_purchase_is_refused(bad):
    with pytest.raises(ValueError):
        decide_points(bad)


def test_the_first_purchase_bonus_ends_seven_days_after_sign_up():
    joined = date(2026, 1, 10)
    assert is_in_first_days(joined, date(2026, 1, 16), 7)
    assert not is_in_first_days(joined, date(2026, 1, 17), 7)


@pytest.mark.parametrize(
    ("amount", "points"),
    [("999.99", 0), ("1000", 100), ("4999", 100), ("5200", 600), ("9999.99", 600), ("10000", 1500)],
)
def test_a_months_steps_are_the_highest_reached(amount, points):
    assert step_points(Fraction(amount), STEPS) == points


def test_1200_then_4000_give_100_then_500_more():
    first = step_points(Fraction(1200), STEPS)
    assert (first, step_points(Fraction(5200), STEPS) - first) == (100, 500)


def test_a_purchase_within_the_limits_passes():
    assert check_limits([], date(2026, 3, 5), Fraction(50000), LIMITS) is None


@pytest.mark.parametrize(
    ("bought", "amount", "hit"),
    [
        (
            [(date(2026, 3, 5), 49999)],
            99,
            LimitHit("day", Fraction(50000), Fraction(49999), date(2026, 3, 6)),
        ),
        (
            [(date(2026, 3, day), 49999) for day in (1, 2, 3, 4)],
            99,
            LimitHit("month", Fraction(200000), Fraction(199996), date(2026, 4, 1)),
        ),
        (
            [(date(2026, month, 5), 199990) for month in range(1, 6)],
            99,
            LimitHit("year", Fraction(1000000), Fraction(999950), date(2027, 1, 1)),
        ),
        (
            [],
            50001,
            LimitHit("day", Fraction(50000), Fraction(0), None),
        ),
    ],
)
def test_over_a_limit_the_answer_says_when_it_can_be_bought(bought, amount, hit):
    known = [(day, Fraction(value)) for day, value in bought]
    assert check_limits(known, date(2026, 3, 5), Fraction(amount), LIMITS) == hit


def test_the_next_day_is_no_help_when_the_month_is_full_too():
    known = [(date(2026, 12, 31), Fraction(50000)), (date(2026, 12, 1), Fraction(150000))]
    hit = check_limits(known, date(2026, 12, 31), Fraction(1), LIMITS)
    assert hit == LimitHit("month", Fraction(200000), Fraction(200000), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("amount", "recent", "reasons"),
    [(9999, 1, ()), (10000, 5, ()), (10001, 1, ("amount",)), (49999, 6, ("amount", "frequency"))],
)
def test_large_and_frequent_purchases_are_held(amount, recent, reasons):
    assert review_reasons(Fraction(amount), Fraction(10000), recent, 5) == reasons


def refund(left_bought, left_bonus, **values):
    bought = Bought(1000, 650, left_bought, left_bonus, Fraction(99), **values)
    return decide_refund(bought, percent(10), 2)


def test_nothing_spent_refunds_the_price_less_the_fee():
    result = refund(1000, 650)
    assert (result.unspent, result.value, result.fee, result.amount) == (
        1000,
        Fraction(99),
        Fraction("9.90"),
        Fraction("89.10"),
    )
    assert (result.taken_bought, result.taken_bonus) == (1000, 650)


def test_bonus_points_that_were_spent_are_taken_from_what_is_left():
    result = refund(1000, 0)
    assert (result.unspent, result.value) == (350, Fraction("34.65"))


def test_spending_bonus_only_in_part_lowers_the_refund_by_that_part():
    assert refund(1000, 400).unspent == 750


def test_everything_spent_refunds_nothing():
    assert refund(0, 0).amount == 0
    assert refund(300, 0).amount == 0


def test_used_benefits_are_charged_at_their_list_value_and_never_below_zero():
    assert refund(1000, 650, used=Fraction(50)).amount == Fraction("39.10")
    assert refund(1000, 650, used=Fraction(300)).amount == 0


def test_what_was_credited_before_is_not_paid_twice():
    assert refund(1000, 650, credited=Fraction(99)).amount == 0


def test_a_partial_credit_keeps_its_part_of_the_points():
    assert (kept_points(1650, Fraction(2, 3)), kept_points(1650, Fraction(-1))) == (1100, 0)


def test_the_board_ranks_by_amount_and_then_by_who_was_first():
    rows = [("ann", Fraction(99), 3), ("bob", Fraction(499), 2), ("cy", Fraction(99), 1)]
    rows.append(("refunded", Fraction(0), 0))
    assert rank_buyers(rows, (5000, 3000, 2000)) == [
        (1, "bob", Fraction(499), 5000),
        (2, "cy", Fraction(99), 3000),
        (3, "ann", Fraction(99), 2000),
    ]
    assert len(rank_buyers(rows, (5000,))) == 1


def test_the_share_of_bought_points():
    assert bought_share(0, 0) == 0
    assert bought_share(301, 699) > percent(30)
