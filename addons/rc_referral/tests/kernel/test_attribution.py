import itertools
from datetime import datetime, timedelta

import pytest

from odoo.addons.rc_referral.kernel.attribution import (
    EVIDENCE,
    Candidate,
    Rules,
    decide,
)

NOW = datetime(2026, 6, 1, 12)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def candidate(evidence, participant, ago=DAY, **ids):
    return Candidate(evidence, participant, NOW - ago, **ids)


def reasons(decision):
    return {v.candidate.participant: v.reason for v in decision.verdicts}


def test_the_order_of_evidence_is_that_of_the_spec():
    assert EVIDENCE == (
        "claim",  # decided by a person
        "typed_code",
        "activation",
        "deal",
        "coupon",
        "link",
        "sponsor",
        "salesperson",
    )


@pytest.mark.parametrize("stronger, weaker", itertools.combinations(EVIDENCE, 2))
def test_stronger_evidence_wins_even_when_it_is_older(stronger, weaker):
    decision = decide(
        [candidate(weaker, 1, ago=DAY), candidate(stronger, 2, ago=2 * DAY)], NOW, Rules()
    )
    assert decision.evidence == stronger
    assert reasons(decision) == {2: "won", 1: "weaker_evidence"}


def test_nobody_wins_without_candidates():
    decision = decide([], NOW, Rules())
    assert (decision.winner, decision.evidence, decision.verdicts) == (None, "none", ())


def test_the_last_touch_wins_by_default_and_the_first_by_choice():
    touches = [
        candidate("link", 1, ago=3 * DAY),
        candidate("link", 2),
        candidate("link", 3, 2 * DAY),
    ]
    assert reasons(decide(touches, NOW, Rules())) == {2: "won", 3: "older", 1: "older"}
    first = decide(touches, NOW, Rules(link_model="first_touch"))
    assert reasons(first) == {1: "won", 3: "newer", 2: "newer"}


@pytest.mark.parametrize(
    "age, reason",
    [
        (timedelta(days=30) - SECOND, "won"),
        (timedelta(days=30), "outside_window"),
        (timedelta(days=30) + SECOND, "outside_window"),
        (timedelta(0), "won"),
        (-SECOND, "in_future"),
    ],
)
@pytest.mark.parametrize("evidence", ["link", "typed_code"])
def test_the_window_is_half_open_to_the_second(evidence, age, reason):
    assert reasons(decide([candidate(evidence, 1, ago=age)], NOW, Rules())) == {1: reason}


@pytest.mark.parametrize("evidence", ["sponsor", "deal", "salesperson"])
def test_a_standing_relation_has_no_window(evidence):
    old = candidate(evidence, 1, ago=1000 * DAY)
    assert decide([old], NOW, Rules()).evidence == evidence


@pytest.mark.parametrize("age, winner", [(59, 1), (60, 2), (61, 2)])
def test_a_touch_less_than_a_minute_before_checkout_displaces_no_earlier_one(age, winner):
    rules = Rules(link_lead=timedelta(seconds=60))
    decision = decide(
        [candidate("link", 1), candidate("link", 2, ago=timedelta(seconds=age))], NOW, rules
    )
    assert decision.winner.participant == winner
    assert reasons(decision)[3 - winner] == ("too_fresh" if winner == 1 else "older")


def test_a_fresh_touch_wins_where_there_is_no_earlier_one():
    rules = Rules(link_lead=timedelta(seconds=60))
    assert reasons(decide([candidate("link", 1, ago=SECOND)], NOW, rules)) == {1: "won"}
    # an earlier touch outside the window protects nobody
    old = candidate("link", 2, ago=31 * DAY)
    decision = decide([old, candidate("link", 1, ago=SECOND)], NOW, rules)
    assert reasons(decision) == {1: "won", 2: "outside_window"}
    # of several fresh ones the first, which displaces nobody
    decision = decide(
        [candidate("link", 3, ago=2 * SECOND), candidate("link", 1, SECOND)], NOW, rules
    )
    assert decision.winner.participant == 3


def test_the_buyer_never_wins_by_a_code_of_their_own():
    decision = decide(
        [candidate("typed_code", 1), candidate("link", 2)], NOW, Rules(), frozenset({1})
    )
    assert decision.winner.participant == 2
    assert reasons(decision) == {1: "own_code", 2: "won"}


def test_the_order_of_the_input_and_repetitions_are_irrelevant():
    given = [
        candidate("link", 1, touch=1),
        candidate("link", 2, touch=2),
        candidate("typed_code", 3, ago=40 * DAY),
        candidate("sponsor", 4),
    ]
    decisions = {decide(order, NOW, Rules()) for order in itertools.permutations(given)}
    decisions.add(decide(given * 2, NOW, Rules()))
    assert len(decisions) == 1
    assert decisions.pop().winner.touch == 2  # same instant: the later record


def test_every_candidate_has_one_verdict_and_exactly_one_won():
    given = [candidate(evidence, i, ago=i * DAY) for i, evidence in enumerate(EVIDENCE, 1)]
    decision = decide(given, NOW, Rules())
    assert sorted(v.candidate.participant for v in decision.verdicts) == list(
        range(1, len(EVIDENCE) + 1)
    )
    assert [v.reason for v in decision.verdicts].count("won") == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: Candidate("hearsay", 1, NOW),
        lambda: Rules(link_model="loudest"),
        lambda: Rules(window=timedelta(0)),
    ],
)
def test_unknown_words_are_refused(make):
    with pytest.raises(ValueError):
        make()
