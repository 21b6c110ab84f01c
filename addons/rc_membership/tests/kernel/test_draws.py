"""Laws of draws: each result can be worked out again, and the odds are kept."""

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.rc_membership.kernel.draws import (
    draw_digest,
    draw_position,
    odds,
    pick,
    seed_hash,
    ticket_key,
)

weights = st.lists(st.integers(min_value=1, max_value=1000), min_size=1, max_size=12)


def draw(seed, key, prizes):
    return pick(draw_position(draw_digest(seed, key), sum(prizes)), prizes)


@given(st.text(), st.integers(min_value=1), st.text(max_size=40), weights)
def test_anybody_with_the_seed_works_the_same_result_out(seed, ticket, word, prizes):
    """The steps of the page, written without our functions."""
    key = f"spring:{ticket}:{word}"
    assert ticket_key("spring", ticket, word) == key
    digest = hmac.new(seed.encode(), key.encode(), hashlib.sha256).hexdigest()
    place = int(digest, 16) * sum(prizes) // 2**256
    index = 0
    while place >= prizes[index]:
        place -= prizes[index]
        index += 1
    assert draw(seed, key, prizes) == index


@given(weights)
def test_each_prize_has_exactly_as_many_places_as_its_weight(prizes):
    found = [pick(place, prizes) for place in range(sum(prizes))]
    assert [found.count(index) for index in range(len(prizes))] == prizes
    assert sum(odds(weight, prizes) for weight in prizes) == 1


@given(weights)
def test_the_ends_of_the_range_fall_on_the_first_and_the_last_prize(prizes):
    total = sum(prizes)
    assert draw_position("0" * 64, total) == 0
    assert draw_position("f" * 64, total) == total - 1


@settings(max_examples=10, deadline=None)
@given(st.text(min_size=8))
def test_the_odds_are_kept_over_many_tickets(seed):
    prizes, count = [1, 9, 90], 4000
    won = [0, 0, 0]
    for ticket in range(count):
        won[draw(seed, ticket_key("d", ticket, ""), prizes)] += 1
    for weight, wins in zip(prizes, won, strict=True):
        expected = count * weight / 100
        spread = (expected * (1 - weight / 100)) ** 0.5
        assert abs(wins - expected) < 6 * spread


def test_the_published_hash_is_that_of_the_seed():
    assert seed_hash("abc") == hashlib.sha256(b"abc").hexdigest()


def test_a_place_beyond_the_weights_is_an_error():
    with pytest.raises(ValueError, match="beyond"):
        pick(10, [1, 9])
    with pytest.raises(ValueError, match="nothing"):
        draw_position("0" * 64, 0)
