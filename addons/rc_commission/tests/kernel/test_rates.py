"""How much, when and for whom: rates, conditions and limits over figures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.evaluate import evaluate
from odoo.addons.rc_commission.kernel.types import Fact, Person, RankChange, Unlock

from .builders import DAY, amounts, line, network, plan, sale


def fact(world, person, amount="100", on=DAY, relation="seller", **values):
    """Add a purchase that is the person's by the relation."""
    people = {"buyer": "other", "sponsor": None, "seller": None, "salesperson": None}
    people[relation] = person
    number = len(world.facts)
    counted = ("orders", "first", "first_of_tier", "orders_of_tier", "orders_of_kind")
    values = {**dict.fromkeys(counted, 1), **values}
    world.add_fact(
        Fact(
            f"f{number}",
            f"l{number}",
            f"o{number}",
            on,
            net=Fraction(amount),
            quantity=Fraction(1),
            currency="USD",
            exchange={"USD": Fraction(1)},
            share=Fraction(1),
            **people,
            **values,
        )
    )
    return world


def pay(rules, world, paid=None, **keys):
    return evaluate(plan(rules, **keys), paid or sale(line(1, "100.00")), world)


def seller(outcome):
    return amounts(outcome).get(("r0", "seller"))


def with_seller(**values):
    world = network()
    world.people["seller"] = Person("seller", "partner", **values)
    return world


STEPS = [{"from": 0, "rate": "10%"}, {"from": 1000, "rate": "20%"}]


def by_sales(**keys):
    return [{"rate": {"brackets": {"metric": "seller_sales", "steps": STEPS, **keys}}}]


@pytest.mark.parametrize(
    "before, whole, marginal",
    [
        ("0", "10.00", "10.00"),
        ("950", "10.00", "15.00"),  # 50 at 10 % and 50 at 20 %
        ("999.99", "10.00", "20.00"),
        ("1000", "20.00", "20.00"),
    ],
)
def test_brackets_are_read_before_the_sale(before, whole, marginal):
    world = fact(network(), "seller", before)
    assert seller(pay(by_sales(), world)) == [whole]
    assert seller(pay(by_sales(marginal=True), world)) == [marginal]


def test_lines_of_one_sale_follow_each_other_through_the_brackets():
    paid = sale(line(1, "100"), line(2, "100"))
    assert seller(pay(by_sales(marginal=True), fact(network(), "seller", "900"), paid)) == [
        "10.00",
        "20.00",
    ]


def test_below_the_first_bracket_nothing_is_paid_and_it_says_so():
    rule = {"rate": {"brackets": {"metric": "seller_sales", "steps": STEPS[1:]}}}
    outcome = pay([rule], network())
    assert [(skip.code, skip.values["value"]) for skip in outcome.skips] == [
        ("below_brackets", "0")
    ]


def test_a_period_counts_only_what_lies_in_it():
    world = fact(network(), "seller", "1000", on=date(2025, 12, 31))
    assert seller(pay(by_sales(), world)) == ["20.00"]
    assert seller(pay(by_sales(period="month"), world)) == ["10.00"]
    assert seller(pay(by_sales(period="week"), world)) == ["10.00"]


def test_tables_by_rank_own_tier_country_and_region():
    ladder = {"l": [{"rank": "a"}, {"rank": "b"}]}
    tables = {
        "rank": {"by": "rank", "ladder": "l", "table": {"a": "1%", "b": "2%"}},
        "tier": {"by": "own_tier", "table": {"premium": "15%"}},
        "country": {"by": "country", "table": {"CN": "3%"}},
        "region": {"by": "region", "table": {"district": "15%", "city": "20%", "province": "25%"}},
    }

    def rated(name, world):
        return seller(pay([{"rate": tables[name]}], world, ladders=ladder))

    world = with_seller(tier="premium", country="CN", regions={"city": "C", "district": "D"})
    assert rated("rank", world) == ["1.00"]  # the lowest without requirements is everybody's
    world.set_rank(RankChange("seller", "l", "b", "a", DAY, "grant"))
    assert [rated(name, world) for name in tables] == [["2.00"], ["15.00"], ["3.00"], ["20.00"]]
    assert [rated(name, network()) for name in ("tier", "country", "region")] == [None] * 3


def test_points_of_a_percentage_are_money_over_the_price_of_a_point():
    rule = {"rate": "5%", "give": "points"}
    outcome = pay([rule], network(), sale(line(1, "99")), point_price="0.1")
    assert seller(outcome) == ["50"]  # 4.95 money is 49.5 points, half-up
    fixed = pay([{"rate": "100", "give": "points"}], network())
    assert seller(fixed) == ["100"]
    assert [skip.code for skip in pay([rule], network()).skips] == ["no_point_price"]


def test_points_are_no_part_of_the_ceiling():
    rules = [{"rate": "20%"}, {"rate": "1000", "give": "points"}]
    outcome = pay(rules, network(), limits={"per_sale": "10%"})
    assert amounts(outcome) == {("r0", "seller"): ["10.00"], ("r1", "seller"): ["1000"]}


def test_the_first_payments_of_a_buyer():
    rules = [{"rate": "10%", "first": 2}]
    assert [seller(pay(rules, network(), sale(number=n))) for n in (1, 2, 3)] == [
        ["2.50"],
        ["2.50"],
        None,
    ]


def met(condition, world=None, **values):
    return bool(
        pay([{"rate": "10%", "when": [condition]}], world or network(), sale(**values)).awards
    )


def test_metric_conditions_of_payee_and_buyer():
    world = fact(fact(network(), "seller", relation="sponsor"), "buyer", "30", relation="buyer")
    assert met({"metric": "direct_paid", "at_least": 1}, world)
    assert not met({"metric": "direct_paid", "more_than": 1}, world)
    assert met({"metric": "own_purchases", "of": "buyer", "at_least": 30, "below": 31}, world)
    assert not met({"metric": "own_purchases", "of": "buyer", "below": 30}, world)


def test_person_conditions():
    world = with_seller(tier="pro", country="CN", active=True, training=frozenset({"mentor"}))
    yes = [
        {"tier": ["pro"]},
        {"country": "CN"},
        {"active": True},
        {"training": "mentor"},
        {"kyc": True},
    ]
    no = [
        {"tier": ["free"]},
        {"country": "US"},
        {"active": False},
        {"training": "x"},
        {"kyc": False},
    ]
    assert [met({"payee": words}, world) for words in yes] == [True] * 5
    assert [met({"payee": words}, world) for words in no] == [False] * 5
    assert met({"payee": {"region": "none"}}, world)
    assert not met({"payee": {"region": "any"}}, world)
    assert met({"buyer": {"role": "member"}}, world)


def test_order_conditions():
    values = {"channel": "shop", "campaign": "spring", "number": 2}
    assert met(
        {"order": {"channel": "shop", "campaign": ["spring"], "number_at_most": 2}}, **values
    )
    assert not met({"order": {"number_at_most": 1}}, **values)
    assert not met({"order": {"channel": "pos"}}, **values)
    assert met({"order": {"amount_at_least": 25}})
    assert not met({"order": {"amount_at_least": "25.01"}})


def test_alternatives_and_groups():
    one, two = {"order": {"channel": "shop"}}, {"order": {"channel": "pos"}}
    assert met({"any": [one, two]}, channel="pos")
    assert not met({"all": [one, two]}, channel="pos")
    outcome = pay([{"rate": "1%", "when": [{"any": [one, two]}]}], network())
    assert [miss["values"]["wanted"] for miss in outcome.skips[0].values["of"]] == [
        ["shop"],
        ["pos"],
    ]


def test_a_rank_condition_means_that_rank_or_higher_and_earned_ones_are_not_given():
    ladders = {"l": [{"rank": "a"}, {"rank": "b"}, {"rank": "c"}]}
    world = network()

    def holds(**words):
        rule = {"rate": "1%", "when": [{"payee": {"rank": {"l": "b"}, **words}}]}
        return bool(pay([rule], world, ladders=ladders).awards)

    assert not holds()
    world.set_rank(RankChange("seller", "l", "c", None, DAY, "met"))
    assert (holds(), holds(earned=True)) == (True, True)
    world.set_rank(RankChange("seller", "l", "b", None, DAY, "grant"))
    assert (holds(), holds(earned=True), holds(earned=False)) == (True, False, True)


# ------------------------------------------------------------------
# Limits
# ------------------------------------------------------------------


def test_a_day_has_room_for_so_much_per_payee_and_the_next_day_is_new():
    rules = plan([{"rate": "10%"}, {"rate": "5%"}], limits={"per_payee_day": "20.00"})
    world = network()
    first = evaluate(rules, sale(line(1, "100")), world)
    second = evaluate(rules, sale(line(2, "100")), world)
    assert [str(award.amount) for award in first.awards] == ["10.00", "5.00"]
    assert [str(award.amount) for award in second.awards] == ["5.00"]  # the last is shortened
    assert [skip.code for skip in second.skips] == ["day_limit_reached"]
    tomorrow = evaluate(rules, sale(line(3, "100"), on=date(2026, 1, 6)), world)
    assert [str(award.amount) for award in tomorrow.awards] == ["10.00", "5.00"]


def test_a_budget_is_spent_once_in_its_period():
    world = network()
    rules = plan([{"rate": "8.00", "budget": {"amount": "10.00", "period": "month"}}])
    found = [
        seller(evaluate(rules, sale(order_key=f"o{n}", on=on), world))
        for n, on in enumerate((DAY, DAY, DAY, date(2026, 2, 1)))
    ]
    assert found == [["8.00"], ["2.00"], None, ["8.00"]]


def test_over_the_ceiling_a_review_leaves_all_uncut_and_waiting():
    limits = {"per_sale": "10%", "on_limit": "review"}
    outcome = pay([{"rate": "8%"}, {"rate": "8%"}], network(), limits=limits)
    assert [(str(award.amount), award.review) for award in outcome.awards] == [("8.00", True)] * 2
    assert not pay([{"rate": "8%"}], network(), limits=limits).awards[0].review


def test_a_part_of_each_award_waits_until_the_task_is_done():
    reserve = {"share": "20%", "until": [{"metric": "orders", "at_least": 1}]}
    rules = plan([{"rate": "10%", "reserve": reserve}])
    world = network()
    award = evaluate(rules, sale(line(1, "100")), world).awards[0]
    assert (award.reserve, str(award.amount)) == (Fraction(1, 5), "10.00")
    assert award.explanation["limits"] == [{"kind": "reserve", "share": "1/5", "amount": "2.00"}]
    world.unlock(Unlock("seller", "test", "r0", DAY))
    assert evaluate(rules, sale(line(2, "100")), world).awards[0].reserve == 0


def test_the_plans_reserve_holds_for_every_rule_that_pays_people():
    reserve = {"share": "20%", "until": [{"active": True}], "when": [{"role": "partner"}]}
    rules = [{"rate": "1%"}, {"pay": {"to": "sponsor"}, "rate": "1%"}]
    rules += [{"pay": {"to": "pool", "pool": "p"}, "rate": "1%"}]
    outcome = pay(rules, network(["a"], a="member"), reserve=reserve)
    assert [award.reserve for award in outcome.awards] == [Fraction(1, 5), 0, 0]


def test_a_cap_shortens_one_award():
    outcome = pay([{"rate": "50%", "cap": "30.00"}], network())
    assert seller(outcome) == ["30.00"]
    assert outcome.awards[0].explanation["rate"]["cap"] == {"before": "50.00", "cap": "30.00"}


def test_three_decimals_and_none():
    dinar = sale(line(1, "10.000"), currency="KWD", exchange={"KWD": Fraction(1)})
    assert seller(pay([{"rate": "1.234%"}], network(), dinar, digits=3, currency="KWD")) == [
        "0.123"
    ]
    shares = [{"pay": {"to": "seller", "split": {"parent": "50%"}}, "rate": "10%"}]
    world = network(p="partner")
    world.people["seller"] = replace(world.people["seller"], parent="p")
    yen = sale(line(1, "55"), currency="JPY", exchange={"JPY": Fraction(1)})
    outcome = pay(shares, world, yen, digits=0, currency="JPY")  # 5.5 → 6, 3 each
    assert [award.amount for award in outcome.awards] == [Decimal(3), Decimal(3)]
