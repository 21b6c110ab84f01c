from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.ladders import (
    Change,
    Ladder,
    Rank,
    Requirement,
    Standing,
    closing_unit,
    distribute,
    give,
    progress,
    rise,
    stand,
    take_back,
)

POINTS = ("points_earned", "lifetime")


def points(at_least, period="lifetime"):
    return Requirement("points_earned", period, Fraction(at_least))


def have(number):
    return {POINTS: Fraction(number)}


PATRON = Ladder(
    "patron",
    tuple(
        Rank(code, (points(at_least),))
        for code, at_least in (("l1", 1000), ("l2", 5000), ("l3", 10000), ("l4", 50000))
    ),
)
TITLE = Ladder(
    "title",
    (
        Rank("apprentice"),
        Rank("explorer", (points(1000),), can_be_lost=True, grace_count=1),
        Rank("mentor", (points(5000),), can_be_lost=True),
    ),
)


@pytest.mark.parametrize(
    ("number", "rank"),
    [
        (999, None),
        (1000, "l1"),
        (4999, "l1"),
        (5000, "l2"),
        (10000, "l3"),
        (49999, "l3"),
        (50000, "l4"),
    ],
)
def test_each_threshold_of_the_patron_ladder(number, rank):
    change = rise(PATRON, Standing(), have(number))
    assert (change.rank if change else None) == rank


def test_a_step_says_what_caused_it():
    assert rise(PATRON, Standing("l1"), have(6000)) == Change(
        "l2", "l1", "met", values={"points_earned lifetime": "6000"}
    )


@given(st.integers(0, 10**5), st.sampled_from([None, "l1", "l2", "l3", "l4"]))
def test_nobody_falls_by_rising_and_twice_adds_nothing(number, held):
    change = rise(PATRON, Standing(held), have(number))
    if change is not None:
        assert PATRON.index(change.rank) > PATRON.index(held)
        assert rise(PATRON, Standing(change.rank), have(number)) is None


def test_any_requirement_may_be_enough():
    growth = Requirement("growth_value", "month", Fraction(10))
    both = Rank("x", (points(5), growth))
    either = Rank("x", (points(5), growth), is_any=True)
    assert rise(Ladder("a", (both,)), Standing(), have(5)) is None
    assert rise(Ladder("a", (either,)), Standing(), have(5)).rank == "x"


def test_a_rank_without_requirements_above_the_lowest_is_given_only():
    ladder = Ladder("a", (Rank("low"), Rank("council")))
    assert ladder.everybodys == "low"
    assert rise(ladder, Standing("low"), have(10**9)) is None
    assert give(ladder, Standing("low"), "council", "grant").rank == "council"


def test_a_purchase_never_lowers_and_is_a_floor():
    assert give(PATRON, Standing("l3"), "l1", "purchase") == Change("l3", "l3", "purchase", "l1")
    assert give(PATRON, Standing(None), "l2", "purchase") == Change("l2", None, "purchase", "l2")
    assert give(PATRON, Standing("l2", "l2"), "l1", "purchase") is None


def test_a_grant_sets_the_rank_and_granting_what_is_held_changes_nothing():
    assert give(PATRON, Standing("l3"), "l1", "grant") == Change("l1", "l3", "grant", "l1")
    assert give(PATRON, Standing("l1", "l1"), "l1", "grant") is None
    assert give(PATRON, Standing("l1", "l1"), None, "grant") == Change(None, "l1", "grant", None)


def test_an_undone_purchase_falls_to_what_is_reached_or_otherwise_given():
    assert take_back(PATRON, Standing("l3", "l3"), "l1", have(5000)).rank == "l2"
    assert take_back(PATRON, Standing("l3", "l3"), "l1", have(0)).rank == "l1"
    assert take_back(PATRON, Standing("l3", "l3"), None, have(0)).rank is None


def test_the_close_uses_up_grace_and_then_lowers():
    first = stand(TITLE, Standing("explorer"), have(900), have(900))
    assert first == Change("explorer", "explorer", "grace", miss_count=1)
    second = stand(TITLE, Standing("explorer", None, 1), have(900), have(900))
    assert second == Change(
        "apprentice", "explorer", "close", values={"points_earned lifetime": "900"}
    )


def test_what_the_running_period_reached_counts_and_grace_is_forgiven():
    assert stand(TITLE, Standing("mentor"), have(0), have(5000)) is None
    kept = stand(TITLE, Standing("explorer", None, 1), have(1000), have(0))
    assert kept == Change("explorer", "explorer", "grace", miss_count=0)


def test_what_was_given_never_falls_at_a_close():
    assert stand(TITLE, Standing("mentor", "mentor"), have(0), have(0)) is None
    assert stand(TITLE, Standing("mentor", "explorer"), have(0), have(0)).rank == "explorer"
    assert stand(PATRON, Standing("l4"), have(0), have(0)) is None


def test_the_close_that_counts_is_of_the_longest_period():
    assert closing_unit(PATRON) is None
    assert closing_unit(TITLE) == "month"
    yearly = Rank("x", (points(1, "month"), points(1, "year")), can_be_lost=True)
    assert closing_unit(Ladder("a", (yearly,))) == "year"


def test_progress_names_the_next_rank_and_what_is_missing():
    rank, [step] = progress(PATRON, "l1", have(2000))
    assert (rank.code, step.missing, step.part) == ("l2", 3000, Fraction(2, 5))
    assert progress(PATRON, "l4", have(0)) is None


@given(st.lists(st.integers(0, 10**5), max_size=50))
def test_a_distribution_counts_everybody_once(numbers):
    counts = distribute(PATRON, [(Standing(), have(number)) for number in numbers])
    assert sum(counts.values()) == len(numbers)
    assert counts["l4"] == sum(number >= 50000 for number in numbers)


def test_new_thresholds_lower_nobody_whose_rank_cannot_be_lost():
    members = [(Standing("l1"), have(1200)), (Standing("l2", "l2"), have(0))]
    harder = Ladder("patron", (Rank("l1", (points(2000),)), Rank("l2", (points(9000),))))
    assert distribute(harder, members) == {None: 0, "l1": 1, "l2": 1}
    title = (Standing("explorer"), have(1200))
    harder = Ladder("title", (Rank("apprentice"), Rank("explorer", (points(2000),), False, True)))
    assert distribute(harder, [title]) == {None: 0, "apprentice": 1, "explorer": 0}
