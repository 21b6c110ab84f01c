"""What a closed period pays, dated by its end."""

from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.rc_commission.kernel.close import close_kinds, evaluate_close
from odoo.addons.rc_commission.kernel.types import Person, RankChange
from odoo.addons.rc_commission.kernel.world import World
from odoo.addons.rc_membership.kernel.periods import Period

from .builders import DAY, plan
from .test_rates import fact

JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


def people(*ids, **values):
    return World(
        [Person(name, "staff", number=number, **values) for number, name in enumerate(ids)]
    )


def close(rules, world, period=JANUARY, kind="month", **keys):
    rules = [{"on": "close", "period": kind, "pay": {"to": "each"}, **rule} for rule in rules]
    return evaluate_close(plan(rules, **keys), world, kind, period)


def paid(outcome):
    return [(award.payee, str(award.amount)) for award in outcome.awards]


def sold(world, **amounts):
    for person, amount in amounts.items():
        fact(world, person, amount)
    return world


SOLD = {"metric": "seller_sales"}


def test_everybody_who_meets_the_conditions_in_the_period_is_paid_once_and_dated_by_its_end():
    world = sold(people("a", "b", "c"), a="100", b="99")
    fact(world, "c", "500", on=date(2026, 2, 1))  # the next month
    outcome = close([{"when": [{**SOLD, "at_least": 100}], "rate": "300.00"}], world)
    assert paid(outcome) == [("a", "300.00")]
    award = outcome.awards[0]
    assert (award.key, award.on) == ("close:month:2026-01-01|test.r0|a|0", date(2026, 2, 1))
    assert paid(
        close([{"when": [{**SOLD, "at_least": 100}], "rate": "300.00"}], world, FEBRUARY)
    ) == [("c", "300.00")]


def test_ever_means_everything_until_the_end_of_the_period():
    world = sold(people("a"), a="100")
    rule = {"when": [{**SOLD, "period": "ever", "at_least": 100}], "rate": "1.00"}
    assert paid(close([rule], world, FEBRUARY)) == [("a", "1.00")]
    before = Period(date(2025, 12, 1), date(2026, 1, 1))
    assert paid(close([rule], world, before)) == []


def test_a_percentage_is_of_the_figure_the_rule_names():
    world = sold(people("a", "b"), a="1000")
    outcome = close([{"of": SOLD, "rate": "5%"}], world)
    assert paid(outcome) == [("a", "50.00")]
    assert outcome.awards[0].explanation["basis"]["metric"] == {"name": "seller_sales"}


def test_above_a_target_a_percentage_of_the_excess():
    steps = [{"from": 0, "rate": "0%"}, {"from": 10000, "rate": "5%"}]
    rule = {"rate": {"brackets": {**SOLD, "marginal": True, "steps": steps}}}
    world = sold(people("a", "b"), a="12000", b="10000")
    assert paid(close([rule], world)) == [("a", "100.00")]
    whole = {"rate": {"brackets": {**SOLD, "steps": [{"from": 10000, "rate": "5%"}]}}}
    assert paid(close([whole], world)) == [("a", "600.00"), ("b", "500.00")]


def test_places_are_in_the_order_of_the_figure_and_equal_ones_by_who_joined_first():
    world = sold(people("a", "b", "c", "d", "e"), a="10", b="30", c="30", e="5")
    table = {"1": 200, "2": 100, "3": 50}
    outcome = close([{"of": SOLD, "rate": {"by": "place", "table": table}}], world)
    assert paid(outcome) == [("a", "50.00"), ("b", "200.00"), ("c", "100.00")]


def test_the_best_of_those_who_meet_the_other_conditions():
    world = sold(people("a", "b", "c"), a="10", b="30")
    top = {"top": {**SOLD, "count": 1}}
    assert paid(close([{"when": [top], "rate": "9.00"}], world)) == [("b", "9.00")]
    rule = {"when": [{**SOLD, "below": 20}, top], "rate": "9.00"}
    assert paid(close([rule], world)) == [("a", "9.00")]
    share = {"top": {**SOLD, "share": "10%"}}
    assert paid(close([{"when": [share], "rate": "9.00"}], world)) == [("b", "9.00")]
    assert paid(close([{"when": [top], "rate": "9.00"}], people("a"))) == []


@pytest.mark.parametrize(
    "split, parts", [("equal", ["1.67", "1.67", "1.66"]), ("weighted", ["3.33", "1.67", "0.00"])]
)
def test_a_team_shares_its_figure_equally_or_by_what_each_sold(split, parts):
    world = sold(people("a", "b", "c", team="east"), a="66.67", b="33.33")
    world.people["x"] = Person("x", "staff", number=9)  # in no team
    outcome = close([{"pay": {"to": "team", "split": split}, "of": SOLD, "rate": "5%"}], world)
    assert paid(outcome) == [
        pair for pair in zip(("a", "b", "c"), parts, strict=True) if pair[1] != "0.00"
    ]


LADDER = {"v": [{"rank": rank, "all": [{"training": "none"}]} for rank in ("v1", "v2", "v3")]}
BY_RANK = {"by": "rank", "ladder": "v", "table": {"v1": "20%", "v2": "30%", "v3": "50%"}}


def shared(world, balance, rate=BY_RANK, on=DAY, period=JANUARY):
    rules = [
        {"id": "fill", "on": "payment", "pay": {"to": "pool", "pool": "p"}, "rate": "1%"},
        {
            "id": "share",
            "on": "close",
            "period": "month",
            "pay": {"to": "pool_share", "pool": "p"},
            "rate": rate,
        },
    ]
    world.add_to_pool("test:p", on, Decimal(balance))
    return evaluate_close(plan(rules, ladders=LADDER), world, "month", period)


def with_ranks(**counts):
    world = World()
    for rank, count in counts.items():
        for number in range(count):
            person = f"{rank}-{number}"
            world.people[person] = Person(person, "staff", number=len(world.people))
            world.set_rank(RankChange(person, "v", rank, None, DAY, "grant"))
    return world


def test_a_pool_is_shared_by_rank_and_head():
    """Pool 100: V1 one person 20.00, V2 five 6.00 each, V3 ten 5.00 each."""
    world = with_ranks(v1=1, v2=5, v3=10)
    outcome = shared(world, "100.00")
    assert sorted({(a.payee[:2], str(a.amount)) for a in outcome.awards}) == [
        ("v1", "20.00"),
        ("v2", "6.00"),
        ("v3", "5.00"),
    ]
    assert sum(award.amount for award in outcome.awards) == 100
    assert world.pool("test:p") == 0


def test_a_rank_without_holders_leaves_its_part_in_the_pool():
    world = with_ranks(v1=1, v3=3)
    outcome = shared(world, "100.00")
    assert [str(award.amount) for award in outcome.awards] == ["20.00", "16.67", "16.67", "16.66"]
    assert world.pool("test:p") == Decimal("30.00")
    assert ("no_holder", {"value": "v2"}) in [(s.code, dict(s.values)) for s in outcome.skips]


def test_what_came_after_the_period_is_not_shared_with_it():
    world = with_ranks(v1=1)
    assert paid(shared(world, "100.00", on=date(2026, 2, 1))) == []
    assert world.pool("test:p") == 100
    empty = shared(with_ranks(v1=1), "-5.00")
    assert [skip.code for skip in empty.skips] == ["pool_empty"]


def test_a_plain_percentage_of_a_pool_goes_to_all_who_meet_the_conditions():
    world = people("a", "b", "c")
    assert paid(shared(world, "10.00", rate="100%")) == [
        ("a", "3.34"),
        ("b", "3.33"),
        ("c", "3.33"),
    ]


def test_matches_on_close_see_the_awards_of_the_close():
    world = sold(people("a", "b"), a="100")
    world.bind("a", "b", DAY)
    rules = [
        {"id": "bonus", "when": [{**SOLD, "at_least": 1}], "rate": "50.00"},
        {"id": "peer", "pay": {"to": "match", "rules": ["bonus"], "level": 1}, "rate": "10%"},
    ]
    outcome = close(rules, world)
    assert paid(outcome) == [("a", "50.00"), ("b", "5.00")]
    assert outcome.awards[1].key == "close:month:2026-01-01|test.bonus|a|0|test.peer|b|0"


def test_a_limit_per_day_and_a_cap_hold_for_closes_and_the_ceiling_does_not():
    world = sold(people("a"), a="1000")
    rules = [{"of": SOLD, "rate": "50%", "cap": "80.00"}, {"of": SOLD, "rate": "50%"}]
    limits = {"per_sale": "1%", "per_payee_day": "100.00"}
    assert paid(close(rules, world, limits=limits)) == [("a", "80.00"), ("a", "20.00")]


def test_the_smaller_leg_pays_and_the_larger_ones_excess_is_carried_forward():
    world = people("a")
    for child, side in (("l", "left"), ("r", "right")):
        world.people[child] = Person(child)
        world.bind(child, "a", DAY)
        world.sides[child] = side
    fact(world, "l", "1000", relation="buyer")
    fact(world, "r", "300", relation="buyer")
    fact(world, "r", "900", on=date(2026, 2, 10), relation="buyer")
    leg = {"metric": "leg_sales", "leg": "smaller", "carry": True}
    rules = [{"of": leg, "rate": "10%", "cap": "65.00"}]
    limits = {"roles": ["staff"]}
    assert paid(close(rules, world, **limits)) == [("a", "30.00")]
    # 700 left over on the left, 900 new on the right: 70, capped
    assert paid(close(rules, world, FEBRUARY, **limits)) == [("a", "65.00")]


def test_growth_in_a_row_counts_closed_months():
    world = people("a")
    world.people["x"] = Person("x")
    world.bind("x", "a", date(2025, 1, 1))
    for month, amount in ((11, "10"), (12, "20")):
        fact(world, "x", amount, on=date(2025, month, 5), relation="buyer")
    fact(world, "x", "30", relation="buyer")
    rule = {"when": [{"metric": "growth_months", "at_least": 3}], "rate": "7.00"}
    assert paid(close([rule], world, roles=["staff"])) == [("a", "7.00")]
    rule["when"][0]["at_least"] = 4
    assert paid(close([rule], world, roles=["staff"])) == []


def test_a_plan_says_which_periods_it_needs_closed():
    ladders = {"l": [{"rank": "a", "all": [{"metric": "orders", "period": "year", "at_least": 1}]}]}
    rules = [
        {"on": "close", "period": "week", "pay": {"to": "each"}, "rate": "1.00"},
        {"rate": "1%"},
    ]
    assert close_kinds(plan(rules, ladders=ladders)) == {"week", "year"}
    assert close_kinds(plan([{"rate": "1%"}])) == set()
