"""The shipped plans are the product's: codes, ladders and what each may pay at most.

Their figures are asserted by the scenario files (tests/scenarios), which run on the engine alone
in ``test_shipped_scenarios``; what needs a channel, a campaign, a category or a guild, of which a
scenario has none, is here.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.evaluate import evaluate
from odoo.addons.rc_commission.kernel.green import GreenState, is_due_for_exit
from odoo.addons.rc_commission.kernel.types import Person, RankChange
from odoo.addons.rc_commission.kernel.world import World
from odoo.addons.rc_membership.kernel.money import round_half_up

from .builders import DAY, PLANS, amounts, line, network, plan, sale, shipped

CODES = {
    "binary",
    "cashback",
    "chain_2_1",
    "chain_direct",
    "community_team",
    "green_points",
    "internal_staff",
    "layered_1000",
    "membership_linked",
    "package_referral",
    "partners",
    "patron_dividend",
    "promoters",
    "promoters_by_item",
    "referral_paid",
}
# ladder → ranks from low to high, as the names used in shipped data give them
LADDERS = {
    "promoter": ["starter", "advanced", "elite", "mentor"],
    "sales": ["junior", "senior", "top", "ambassador"],
    "partner": ["standard", "premium", "enterprise", "global"],
    "patron": ["l1", "l2", "l3", "l4"],
    "chain": ["agent", "boss"],
    "pool": ["v1", "v2", "v3"],
    "team": ["partner", "cofounder", "director"],
}
# plan → what it pays at most on a sale, worked out in the comment of its file
CEILINGS = {
    "binary": "10",
    "cashback": "20",
    "chain_2_1": "73",
    "chain_direct": "61",
    "community_team": "40",
    "green_points": "30",
    "internal_staff": "120",
    "layered_1000": "43",
    "membership_linked": "50",
    "package_referral": "40",
    "partners": "70",
    "patron_dividend": "40",
    "promoters": "40",
    "promoters_by_item": "20",
    "referral_paid": "25",
}
NO_HOLD = {"chain_2_1", "chain_direct", "green_points"}


def test_the_shipped_plans_are_those_of_the_product():
    assert {path.stem for path in PLANS.glob("*.yaml")} == CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_shipped_plan_is_read_and_bears_the_name_of_its_file(code):
    assert shipped(code).code == code


def test_every_shipped_plan_states_what_a_sale_may_pay_at_most():
    assert {code: shipped(code).limits.per_sale for code in CODES} == {
        code: Fraction(percent) / 100 for code, percent in CEILINGS.items()
    }


def test_shipped_ladders_have_the_ranks_of_the_product_from_low_to_high():
    found = {}
    for code in sorted(CODES):
        for ladder in shipped(code).ladders:
            ranks = [rank.code for rank in ladder.ranks]
            assert found.setdefault(ladder.code, ranks) == ranks, f"{code}: {ladder.code}"
    assert {code: found[code] for code in LADDERS} == LADDERS


def test_only_the_chain_and_the_green_points_are_not_held():
    assert {code for code in CODES if shipped(code).hold_days == 0} == NO_HOLD


def test_more_than_two_levels_are_paid_by_these_plans_only():
    deep = {
        code
        for code in CODES
        if (limits := shipped(code).limits).levels is None or limits.levels > 2
    }
    assert deep == {
        "binary",
        "chain_2_1",
        "community_team",
        "layered_1000",
        "package_referral",
        "patron_dividend",
    }


def test_the_chain_pays_all_of_its_parts_without_being_scaled():
    paid = Decimal(100 + 200 + 30 + 30)
    assert shipped("chain_2_1").limits.per_sale * 499 >= paid
    assert shipped("chain_direct").limits.per_sale * 499 >= Decimal(100 + 200)
    assert shipped("layered_1000").limits.per_sale * 1000 == Decimal(330 + 40 + 20 + 10 + 30)
    assert shipped("green_points").limits.per_sale * 1000 == Decimal(300)


@pytest.mark.parametrize(("points", "price"), [(210, "14.29"), (147, "20.41")])
def test_green_points_leave_at_three_times_what_was_paid_for_them(points, price):
    green = shipped("green_points").green
    reached = GreenState(Fraction(3000), points)  # all points of the pool are the holder's
    assert round_half_up(reached.price(green), 2) == Decimal(price)
    assert is_due_for_exit(reached, green, points, Fraction(1000))
    assert not is_due_for_exit(GreenState(Fraction(2999), points), green, points, Fraction(1000))


@pytest.mark.parametrize(("value", "price"), [(1000, "4.76"), (2000, "9.52")])
def test_green_points_of_the_first_order_are_worth_its_price_at_break_even(value, price):
    state = GreenState(Fraction(value), 210)
    assert round_half_up(state.price(shipped("green_points").green), 2) == Decimal(price)


# ------------------------------------------------------------------
# Rows that no scenario can set up
# ------------------------------------------------------------------


def chain_world(**ranks):
    """The buyer's sponsor and the one above, with ranks of the chain."""
    world = network(uplines=("low", "high"), low="member", high="member")
    for person, rank in ranks.items():
        world.set_rank(RankChange(person, "chain", rank, None, DAY, "grant"))
    return world


def test_other_goods_of_the_chain_pay_8_to_40_percent_of_the_margin_and_a_differential():
    goods = line(net="100.00", cost=Fraction(50), category="chain-goods")
    world = chain_world(low="agent", high="boss")
    outcome = evaluate(
        shipped("chain_2_1"), sale(goods, currency="CNY", exchange={"CNY": 1}), world
    )
    # margin 50: 8 % = 4.00 for the sponsor; ranks 4 % = 2.00 and 8 % - 4 % = 2.00
    assert amounts(outcome) == {
        ("margin", "low"): ["4.00"],
        ("margin_ranks", "low"): ["2.00"],
        ("margin_ranks", "high"): ["2.00"],
    }
    dear = replace(goods, category="chain-goods-high")
    outcome = evaluate(shipped("chain_2_1"), sale(dear, currency="CNY", exchange={"CNY": 1}), world)
    assert amounts(outcome)[("margin_high", "low")] == ["20.00"]


def test_a_course_pays_its_revenue_share_beside_the_grade():
    world = World([Person("buyer"), Person("seller", "partner", training=frozenset({"course"}))])
    course = line(net="100.00", category="course")
    assert amounts(evaluate(shipped("partners"), sale(course), world)) == {
        ("grade", "seller"): ["20.00"],
        ("course", "seller"): ["30.00"],
    }


def test_conditions_on_channel_campaign_and_category():
    rules = [
        {"id": "channel", "rate": "1.00", "when": [{"order": {"channel": ["shop", "pos"]}}]},
        {"id": "campaign", "rate": "10.00", "when": [{"order": {"campaign": "spring"}}]},
        {"id": "category", "rate": "100.00", "when": [{"item": {"category": "course"}}]},
    ]
    met = sale(line(category="course"), channel="pos", campaign="spring")
    assert amounts(evaluate(plan(rules), met, network())) == {
        ("channel", "seller"): ["1.00"],
        ("campaign", "seller"): ["10.00"],
        ("category", "seller"): ["100.00"],
    }
    missed = sale(line(category="book"), channel="portal", campaign="autumn")
    outcome = evaluate(plan(rules), missed, network())
    assert not outcome.awards
    assert {skip.rule for skip in outcome.skips} == {"channel", "campaign", "category"}


def test_the_guild_and_its_leader_are_those_of_the_sale():
    rules = [
        {"id": "guild", "pay": {"to": "guild"}, "rate": "2%"},
        {"id": "leader", "pay": {"to": "guild_leader"}, "rate": "1%"},
    ]
    world = network(lotus="partner", leader="member")
    joined = sale(line(net="100.00"), guild="lotus", guild_leader="leader")
    assert amounts(evaluate(plan(rules), joined, world)) == {
        ("guild", "test:guild:lotus"): ["2.00"],  # the pool of the guild, not a person
        ("leader", "leader"): ["1.00"],
    }
    assert not evaluate(plan(rules), sale(line(net="100.00")), world).awards


def test_margins_are_the_price_less_the_cost_and_never_below_zero():
    rules = [{"id": "margin", "rate": "10%"}]
    margin = plan(rules, basis="margin")
    assert amounts(evaluate(margin, sale(line(net="100.00", cost=Fraction(60))), network())) == {
        ("margin", "seller"): ["4.00"]
    }
    assert not evaluate(margin, sale(line(net="100.00", cost=Fraction(120))), network()).awards
