import itertools

import pytest

from odoo.addons.rc_referral.kernel.tree import TreeError, closes_circle, get_ancestors


def test_ancestors_are_named_from_the_nearest_up():
    assert get_ancestors(4, {4: 3, 3: 2, 2: 1, 9: 8}) == [3, 2, 1]
    assert get_ancestors(1, {4: 3}) == []


def test_a_circle_in_stored_edges_is_an_error_not_an_endless_walk():
    with pytest.raises(TreeError) as caught:
        get_ancestors(1, {1: 2, 2: 3, 3: 2})
    assert caught.value.members == (1, 2, 3)


def test_no_sequence_of_allowed_edges_of_four_members_makes_a_circle():
    """Exhaustive: every order of every set of three edges, added when allowed."""
    edges = list(itertools.permutations(range(4), 2))
    for attempt in itertools.permutations(edges, 3):
        sponsor_of = {}
        for member, sponsor in attempt:
            ancestors = get_ancestors(sponsor, sponsor_of)
            if member not in sponsor_of and not closes_circle(member, sponsor, ancestors):
                sponsor_of[member] = sponsor
        for member in range(4):
            get_ancestors(member, sponsor_of)


def test_nobody_sponsors_themselves():
    assert closes_circle(1, 1, [])
