"""Who earns: every beneficiary, on small networks, with the figures of the spec."""

from dataclasses import replace
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.errors import PlanError
from odoo.addons.rc_commission.kernel.evaluate import evaluate
from odoo.addons.rc_commission.kernel.types import Move, Person, RankChange

from .builders import DAY, amounts, line, network, plan, sale

LADDER = {"sales": [{"rank": "low"}, {"rank": "mid"}, {"rank": "high"}, {"rank": "top"}]}
OPEN = {"levels": "none"}


def ranked(world, **ranks):
    """Give ranks of the ladder ``sales``."""
    for person, rank in ranks.items():
        world.set_rank(RankChange(person, "sales", rank, None, DAY, "grant"))
    return world


def change(world, person_id, **values):
    world.people[person_id] = replace(world.people[person_id], **values)
    return world


def pay(rules, world, paid=None, **keys):
    keys = {"ladders": LADDER, "limits": OPEN, **keys}
    return evaluate(plan(rules, **keys), paid or sale(line(1, "100.00")), world)


def codes(outcome):
    return [(skip.payee, skip.code) for skip in outcome.skips]


def test_a_split_shares_the_sellers_award_with_the_parent_and_adds_up():
    rules = [{"pay": {"to": "seller", "split": {"parent": "30%"}}, "rate": "10%"}]
    world = change(network(boss="partner"), "seller", parent="boss")
    outcome = pay(rules, world, sale(line(1, "0.50")))  # 0.05 in all
    assert amounts(outcome) == {("r0", "seller"): ["0.04"], ("r0", "boss"): ["0.01"]}
    alone = pay(rules, network(), sale(line(1, "0.50")))
    assert amounts(alone) == {("r0", "seller"): ["0.05"]}


SHARED = {"sellers": (("seller", Fraction(1, 2)), ("other", Fraction(1, 2)))}
BY_RANK = {"by": "rank", "ladder": "sales", "table": {"low": "10%", "top": "20%"}}


def test_of_a_shared_attribution_the_parents_part_is_one_of_its_sellers_award():
    rules = [{"pay": {"to": "seller", "split": {"parent": "30%"}}, "rate": BY_RANK}]
    world = ranked(network(boss="partner", other="partner"), seller="low", other="low", boss="top")
    change(world, "seller", parent="boss")
    paid = {("r0", "seller"): ["3.50"], ("r0", "boss"): ["1.50"], ("r0", "other"): ["5.00"]}
    assert amounts(pay(rules, world, sale(line(1, "100.00"), **SHARED))) == paid
    ranked(world, other="top")
    paid[("r0", "other")] = ["10.00"]
    assert amounts(pay(rules, world, sale(line(1, "100.00"), **SHARED))) == paid


def test_a_team_shares_one_amount_also_where_the_attribution_is_shared():
    world = network(colleague="staff", mate="staff", other="partner")
    ranked(world, colleague="low", mate="top")
    for person in ("colleague", "mate"):
        change(world, person, team="east")
    rules = [{"pay": {"to": "team"}, "rate": BY_RANK}]
    alone = pay(rules, world, sale(line(1, "100.00"), salesperson="colleague"))
    assert amounts(alone) == {("r0", "colleague"): ["5.00"], ("r0", "mate"): ["5.00"]}
    shared = pay(rules, world, sale(line(1, "100.00"), salesperson="colleague", **SHARED))
    assert amounts(shared) == amounts(alone)


def test_compress_passes_an_award_up_to_the_next_who_may_have_it():
    world = network(["a", "b", "c"], a="member", b="member", c="promoter")
    rule = {"pay": {"to": "sponsor", "level": 1}, "rate": "10%"}
    lapsed = pay([rule], world, roles=["promoter"])
    assert (amounts(lapsed), codes(lapsed)) == ({}, [("a", "role")])
    rule = {**rule, "pay": {**rule["pay"], "compress": True}}
    assert amounts(pay([rule], world, roles=["promoter"])) == {("r0", "c"): ["10.00"]}
    near = pay([rule], world, roles=["promoter"], limits={"levels": 2})
    assert (amounts(near), codes(near)[-1]) == ({}, ("c", "levels"))


def test_the_nearest_holder_of_a_rank_or_a_higher_one_earns():
    world = ranked(network(["a", "b", "c"], a="member", b="member", c="member"), b="top", c="high")
    rule = {"pay": {"to": "upline", "ladder": "sales", "rank": "high"}, "rate": "5.00"}
    outcome = pay([rule], world)
    assert amounts(outcome) == {("r0", "b"): ["5.00"]}
    assert outcome.awards[0].explanation["payee"]["path"] == ["a", "b"]
    assert (outcome.awards[0].distance, codes(pay([rule], network(["a"], a="member")))) == (
        2,
        [(None, "no_rank_above")],
    )


def test_walks_may_start_at_the_buyer_or_seller_and_leave_the_start_out():
    world = ranked(network(["a"], a="member"), buyer="high", a="high", seller="high")
    rule = {"ladder": "sales", "rank": "high", "to": "upline"}
    found = [
        amounts(pay([{"pay": {**rule, **keys}, "rate": "1.00"}], world))
        for keys in (
            {},
            {"from": "buyer"},
            {"from": "buyer", "include_self": False},
            {"from": "seller"},
            {"include_self": False},
        )
    ]
    assert [next(iter(one), (None, None))[1] for one in found] == [
        "a",
        "buyer",
        "a",
        "seller",
        None,
    ]


def test_a_differential_pays_each_the_difference_to_the_highest_below():
    """20/10/15/18 up the line pay 20 in all, not 28 and not less."""
    world = network(["a", "b", "c", "d"], a="member", b="member", c="member", d="member")
    ranked(world, a="top", b="low", c="mid", d="high")
    table = {"low": "10%", "mid": "15%", "high": "18%", "top": "20%"}
    rule = {
        "pay": {"to": "differential"},
        "rate": {"by": "rank", "ladder": "sales", "table": table},
    }
    assert amounts(pay([rule], world)) == {("r0", "a"): ["20.00"]}
    ranked(world, a="low", b="mid", c="high", d="top")
    assert amounts(pay([rule], world)) == {
        ("r0", "a"): ["10.00"],
        ("r0", "b"): ["5.00"],
        ("r0", "c"): ["3.00"],
        ("r0", "d"): ["2.00"],
    }


def test_who_fails_the_conditions_counts_as_zero_in_a_differential():
    world = ranked(network(["a", "b"], a="member", b="promoter"), a="high", b="top")
    rule = {
        "pay": {"to": "differential"},
        "rate": {"by": "rank", "ladder": "sales", "table": {"high": "10%", "top": "30%"}},
        "when": [{"payee": {"role": "promoter"}}],
    }
    outcome = pay([rule], world)
    assert amounts(outcome) == {("r0", "b"): ["30.00"]}
    assert codes(outcome) == [("a", "payee_role")]


REGION = {
    "pay": {"to": "region"},
    "rate": {"by": "region", "table": {"district": 3, "city": 5, "province": 8, "area": 10}},
}


@pytest.mark.parametrize(
    "owned, expected",
    [
        (
            "district city province area",
            {"district": "3", "city": "2", "province": "3", "area": "2"},
        ),
        ("province", {"province": "8"}),
        ("district area", {"district": "3", "area": "7"}),
        ("", {}),
    ],
)
def test_region_owners_get_their_total_less_what_smaller_regions_took(owned, expected):
    world = network()
    for level in owned.split():
        world.people[level] = Person(level, "partner", regions={level: f"{level} 1"})
    regions = {level: f"{level} 1" for level in ("district", "city", "province", "area")}
    outcome = pay([REGION], world, sale(line(1, "1000"), regions=regions))
    assert amounts(outcome) == {("r0", level): [f"{sum_}.00"] for level, sum_ in expected.items()}


def test_without_a_shipping_region_nobody_is_the_owner():
    assert codes(pay([REGION], network())) == [(None, "no_region")]


def test_named_beneficiaries_come_from_the_sale_or_the_plan():
    world = change(network(pat="partner", gus="member", max="staff"), "seller", manager="max")
    paid = sale(line(1, "100"), service_point="pat", guild_leader="gus")
    words = [{"to": "service_point"}, {"to": "guild_leader"}, {"to": "channel_manager"}]
    words += [{"to": "person", "person": "pat"}, {"to": "guild"}, {"to": "person", "person": "x"}]
    outcome = pay([{"pay": word, "rate": "1%"} for word in words], world, paid)
    assert [award.payee for award in outcome.awards] == ["pat", "gus", "max", "pat"]
    assert [code for _payee, code in codes(outcome)] == ["no_guild", "no_such_person"]


def test_a_guild_has_a_pool_of_the_plan():
    [award] = pay([{"pay": {"to": "guild"}, "rate": "10%"}], network(), sale(guild=7)).awards
    assert (award.payee, award.is_pool, str(award.amount)) == ("test:guild:7", True, "2.50")


@pytest.mark.parametrize("to", ["guild", "pool"])
def test_what_is_set_aside_is_money(to):
    with pytest.raises(PlanError) as error:
        plan(
            [
                {
                    "pay": {"to": to} | ({"pool": "x"} if to == "pool" else {}),
                    "rate": "5",
                    "give": "points",
                }
            ]
        )
    assert (error.value.code, error.value.path) == ("not_here", "rules[0].give")


def test_a_team_shares_one_amount_and_the_first_to_join_gets_the_odd_cent():
    world = network(one="staff", two="staff", three="staff")
    for person in ("one", "two", "three"):
        change(world, person, team="east")
    rule = {"pay": {"to": "team"}, "rate": "10%"}
    outcome = pay([rule], world, sale(line(1, "1.00"), salesperson="two"))
    assert amounts(outcome) == {
        ("r0", "one"): ["0.04"],
        ("r0", "two"): ["0.03"],
        ("r0", "three"): ["0.03"],
    }
    assert codes(pay([rule], world, sale(line(1, "1.00")))) == [(None, "no_salesperson")]


def test_a_boss_above_a_boss_gets_a_tenth_of_the_awards_on_top():
    """300 of the boss → 30 for the boss who sponsors them, paid by the company."""
    world = ranked(
        network(["boss", "upper"], boss="member", upper="member"), boss="high", upper="high"
    )
    match = {"to": "match", "rules": ["direct", "point"], "level": 1, "ladder": "sales"}
    rules = [
        {"id": "direct", "pay": {"to": "sponsor", "level": 1}, "rate": "100.00"},
        {
            "id": "point",
            "pay": {"to": "upline", "ladder": "sales", "rank": "high"},
            "rate": "200.00",
        },
        {"id": "peer", "pay": {**match, "rank": "high", "earner_rank": "high"}, "rate": "10%"},
    ]
    outcome = pay(rules, world, sale(line(1, "499")))
    assert amounts(outcome)["peer", "upper"] == ["10.00", "20.00"]
    assert {award.key for award in outcome.awards if award.rule == "peer"} == {
        "sale.order:1|test.direct|boss|0|test.peer|upper|0",
        "sale.order:1|test.point|boss|0|test.peer|upper|0",
    }
    assert outcome.awards[-1].distance == 2
    ranked(world, boss="low")  # the earner must hold the rank, and the point goes further up
    assert ("peer", "upper") not in amounts(pay(rules, world, sale(line(1, "499"))))


def test_matches_see_the_awards_before_the_ceiling_cuts_them():
    world = network(["a", "b"], a="member", b="member")
    rules = [
        {"id": "direct", "pay": {"to": "sponsor", "level": 1}, "rate": "50%"},
        {"id": "peer", "pay": {"to": "match", "rules": ["direct"], "level": 1}, "rate": "20%"},
    ]
    outcome = pay(rules, world, limits={"per_sale": "30%"})
    # 50 and 20 % of 50 = 10 together shrink to 30: 25 and 5
    assert amounts(outcome) == {("direct", "a"): ["25.00"], ("peer", "b"): ["5.00"]}


def test_a_contribution_to_a_pool_counts_for_the_ceiling():
    rules = [{"rate": "20%"}, {"pay": {"to": "pool", "pool": "fund"}, "rate": "20%"}]
    outcome = pay(rules, network(), limits={"per_sale": "20%"})
    assert [(a.payee, str(a.amount), a.is_pool) for a in outcome.awards] == [
        ("seller", "10.00", False),
        ("test:fund", "10.00", True),
    ]


def test_the_placement_tree_is_the_sponsor_tree_until_somebody_is_moved():
    world = ranked(network(["a", "b"], a="member", b="member", z="member"), b="high", z="high")
    rule = {
        "pay": {"to": "upline", "tree": "placement", "ladder": "sales", "rank": "high"},
        "rate": "1.00",
    }
    assert amounts(pay([rule], world)) == {("r0", "b"): ["1.00"]}
    world.place(Move("a", "z", "b", DAY, "placed"))
    assert amounts(pay([rule], world)) == {("r0", "z"): ["1.00"]}
    assert world.upline("sponsor", "buyer") == ("a", "b")
    with pytest.raises(ValueError, match="cycle"):
        world.place(Move("z", "a", None, DAY, "placed"))


def test_levels_count_from_the_buyer_in_every_walk():
    world = ranked(network(["a", "b"], a="member", b="member"), b="high")
    rule = {"pay": {"to": "upline", "ladder": "sales", "rank": "high"}, "rate": "1.00"}
    outcome = pay([rule], world, limits={"levels": 1})
    assert (amounts(outcome), codes(outcome)) == ({}, [("b", "levels")])


def test_a_margin_is_what_is_left_of_the_net_after_the_cost():
    paid = sale(line(1, "100.00", cost=Fraction(70)), line(2, "10.00", cost=Fraction(70)))
    assert amounts(pay([{"rate": "10%"}], network(), paid, basis="margin")) == {
        ("r0", "seller"): ["3.00"]
    }
    mixed = [{"rate": "10%"}, {"rate": "10%", "basis": "margin"}]
    assert amounts(pay(mixed, network(), paid))["r1", "seller"] == ["3.00"]
