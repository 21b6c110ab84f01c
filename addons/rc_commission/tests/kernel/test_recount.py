"""Refunds counted at their sales, and closed periods that follow them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.close import evaluate_close
from odoo.addons.rc_commission.kernel.errors import PlanError
from odoo.addons.rc_commission.kernel.recount import periods_of, recount_close
from odoo.addons.rc_commission.kernel.restate import Restated, changed_days, restate
from odoo.addons.rc_commission.kernel.types import Fact, Person, RankChange
from odoo.addons.rc_commission.kernel.world import World
from odoo.addons.rc_membership.kernel.periods import Period

from .builders import plan
from .test_close import JANUARY, paid

JAN, FEB, MARCH = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)


def change(on, share, before, net=100, order="o", number=1, **values):
    """A line of ``net`` goes from one received share to another."""
    part = Fraction(share) - Fraction(before)
    return Fact(
        key=f"{order}-line|{on}|{number}",
        line=f"{order}-line",
        order=order,
        on=on,
        buyer="buyer",
        sponsor="a",
        seller="a",
        salesperson=None,
        net=net * part,
        quantity=part,
        currency="USD",
        exchange={"USD": Fraction(1)},
        share=Fraction(share),
        **values,
    )


def moved(facts):
    return [(fact.on, fact.net, fact.orders) for fact in restate(facts)]


def world_of(*facts, **values):
    world = World(
        [Person("a", "staff", **values), Person("b", "staff"), Person("buyer")],
        sponsors={"buyer": "a", "a": "b"},
    )
    for fact in facts:
        world.add_fact(fact)
    return world


def test_a_refund_is_moved_to_the_day_of_the_money_it_takes_back():
    assert moved([change(JAN, 1, 0), change(FEB, "2/5", 1)]) == [(FEB, 60, 0), (JAN, -60, 0)]


def test_the_latest_money_is_taken_back_first():
    facts = [change(JAN, "2/5", 0), change(FEB, 1, "2/5"), change(MARCH, "1/5", 1)]
    assert moved(facts) == [(MARCH, 60, 0), (FEB, -60, 0), (MARCH, 20, 0), (JAN, -20, 0)]


def test_money_that_comes_again_counts_on_its_own_day():
    facts = [change(JAN, 1, 0), change(FEB, 0, 1), change(MARCH, 1, 0)]
    assert moved(facts) == [(FEB, 100, 0), (JAN, -100, 0)]


def test_an_order_that_is_no_longer_paid_is_uncounted_where_it_was_counted():
    facts = [change(JAN, 1, 0, orders=1, first=1), change(FEB, 0, 1, orders=-1, first=-1)]
    flags = [(f.on, f.orders, f.first) for f in restate(facts) if f.orders or f.first]
    assert flags == [(FEB, 1, 0), (JAN, -1, 0), (FEB, 0, 1), (JAN, 0, -1)]


def test_what_is_added_sums_to_nothing_over_all_time():
    facts = [change(JAN, 1, 0, orders=1), change(FEB, "1/3", 1), change(MARCH, 0, "1/3", orders=-1)]
    found = restate(facts)
    assert found and not sum(f.net for f in found)
    assert not any(sum(getattr(f, name) for f in found) for name in ("orders", "quantity"))


def test_a_refund_of_the_same_day_is_left_where_it_is():
    assert restate([change(JAN, 1, 0), change(JAN, 0, 1)]) == []


def test_the_days_a_refund_lowers_are_its_own_and_those_of_its_sales():
    facts = [change(JAN, 1, 0), change(FEB, 0, 1)]
    assert changed_days(facts[1:], facts) == {JAN, FEB}
    assert changed_days(facts[:1], facts) == set()
    assert [p.start for _k, p in periods_of({"month"}, {FEB, JAN})] == [
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


@pytest.mark.parametrize("relation", ["sponsor", "seller", "buyer", "team"])
def test_restated_figures_are_those_of_a_world_without_the_refunded_part(relation):
    world = world_of(change(JAN, 1, 0), change(FEB, "2/5", 1))
    person = {"buyer": "buyer", "team": "b"}.get(relation, "a")
    restated = Restated(world, JANUARY.start)
    months = [
        restated.sum_facts(relation, person, "net", date(2026, m, 1), date(2026, m + 1, 1), "USD")
        for m in (1, 2)
    ]
    assert months == [40, 0]


def test_legs_are_restated():
    world = world_of(change(JAN, 1, 0), change(FEB, "2/5", 1))
    world.sides["buyer"] = "left"
    restated = Restated(world, JANUARY.start)
    end = date(2026, 2, 1)
    assert restated.sum_facts("left", "a", "net", JANUARY.start, end, "USD") == 40
    assert restated.sum_facts("right", "a", "net", JANUARY.start, end, "USD") == 0


RULE = {
    "on": "close",
    "period": "month",
    "pay": {"to": "each"},
    "of": {"metric": "seller_sales"},
    "rate": "10%",
    "reversal": "recompute",
}


def recount(rules, world, payees=("a",), **keys):
    outcome = recount_close(plan(rules, **keys), world, "month", JANUARY, payees)
    return paid(outcome)


def test_a_closed_month_is_counted_again_with_a_later_refund():
    world = world_of(change(JAN, 1, 0))
    assert paid(evaluate_close(plan([RULE]), world, "month", JANUARY)) == [("a", "10.00")]
    world.add_fact(change(FEB, "2/5", 1))
    assert recount([RULE], world) == [("a", "4.00")]
    assert recount([{**RULE, "reversal": "keep"}], world) == [("a", "10.00")]


def test_who_was_paid_is_counted_again_whatever_they_are_now():
    world = world_of(change(JAN, 1, 0), change(FEB, "2/5", 1))
    world.people["a"] = replace(world.people["a"], role="member")
    rule = {**RULE, "when": [{"payee": {"active": True}}]}
    assert recount([rule], world, roles=["staff"]) == [("a", "4.00")]


def test_a_rate_by_rank_uses_the_rank_of_the_close():
    ladders = {
        "x": [{"rank": "low"}, {"rank": "high", "all": [{"metric": "team_sales", "at_least": 9}]}]
    }
    rule = {**RULE, "rate": {"by": "rank", "ladder": "x", "table": {"low": "10%", "high": "50%"}}}
    world = world_of(change(JAN, 1, 0), change(FEB, "2/5", 1))
    world.set_rank(RankChange("a", "x", "high", "low", date(2026, 2, 1), "close"))
    assert recount([rule], world, ladders=ladders) == [("a", "4.00")]


def test_a_limit_of_the_day_is_not_used_up_by_what_is_counted_again():
    world = world_of(change(JAN, 1, 0), change(FEB, "9/10", 1))
    world.add_awarded("test", "a", date(2026, 2, 1), Decimal(10))
    assert recount([RULE], world, limits={"per_payee_day": "10.00"}) == [("a", "9.00")]


@pytest.mark.parametrize(
    "rule",
    [
        {**RULE, "give": "points"},
        {"on": "payment", "rate": "10%", "reversal": "recompute"},
        {"on": "close", "period": "month", "pay": {"to": "pool_share", "pool": "p"}, "rate": "10%",
         "reversal": "recompute"},
    ],
)  # fmt: skip
def test_only_cash_of_closes_is_counted_again(rule):
    fill = {"pay": {"to": "pool", "pool": "p"}, "rate": "1%"}
    with pytest.raises(PlanError) as error:
        plan([fill, rule])
    assert (error.value.code, error.value.path) == ("not_here", "rules[1].reversal")


def test_a_period_is_half_open():
    assert periods_of({"month"}, {date(2026, 2, 1)}) == [
        ("month", Period(date(2026, 2, 1), date(2026, 3, 1)))
    ]
