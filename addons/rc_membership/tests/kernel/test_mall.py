"""What is in the way of buying: one answer, the first that matters."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.rc_membership.kernel.mall import Buyer, Offer, find_obstacle

TODAY = date(2026, 5, 1)
OFFER = Offer(Decimal(500))
BUYER = Buyer(tier_rank=10, bought=0, available=Decimal(500))


def test_enough_points_are_enough():
    assert find_obstacle(OFFER, BUYER, TODAY) is None


@pytest.mark.parametrize(
    ("offer", "buyer", "answer"),
    [
        ({"starts_on": date(2026, 5, 2)}, {}, ("not_eligible", "not_yet")),
        ({"ends_on": TODAY}, {}, ("not_eligible", "over")),
        ({"tier_rank": 30}, {}, ("tier_required", "tier")),
        ({"left": 0}, {}, ("limit_reached", "sold_out")),
        ({"member_max": 1}, {"bought": 1}, ("limit_reached", "member_max")),
        ({}, {"debt": Decimal(1)}, ("insufficient_points", "debt")),
        ({}, {"available": Decimal(499)}, ("insufficient_points", "points")),
        ({"tier_rank": 30}, {"available": Decimal(0)}, ("tier_required", "tier")),
    ],
)
def test_what_is_in_the_way_is_said(offer, buyer, answer):
    assert find_obstacle(replace(OFFER, **offer), replace(BUYER, **buyer), TODAY) == answer


@pytest.mark.parametrize(
    ("offer", "is_on_sale"),
    [
        ({}, True),
        ({"starts_on": TODAY, "ends_on": date(2026, 5, 2), "left": 1}, True),
        ({"starts_on": date(2026, 5, 2)}, False),
        ({"ends_on": TODAY}, False),
        ({"left": 0}, False),
    ],
)
def test_what_anybody_could_buy_today_is_on_sale(offer, is_on_sale):
    assert replace(OFFER, **offer).is_on_sale(TODAY) is is_on_sale


def test_limits_that_are_not_reached_are_no_obstacle():
    offer = replace(
        OFFER, starts_on=TODAY, ends_on=date(2026, 5, 2), tier_rank=10, left=1, member_max=2
    )
    assert find_obstacle(offer, replace(BUYER, bought=1), TODAY) is None
