from datetime import date
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.evaluate import evaluate
from odoo.addons.rc_commission.kernel.explain import Part, explain_award
from odoo.addons.rc_commission.kernel.plan_check import pays_cash

from .builders import amounts, line, network, plan, sale, shipped


def test_staff_earn_by_the_tier_of_their_own_sales_and_five_hundred_for_a_team():
    people = network(sara="staff")
    lines = (
        line(1, "25.00", tier="premium"),
        line(2, "50.00", tier="ultimate"),
        line(3, "5000.00", tier="team"),
        line(4, "9.00", tier="pro"),
    )
    outcome = evaluate(shipped("internal_staff"), sale(*lines, salesperson="sara"), people)
    assert amounts(outcome) == {
        ("own_sales", "sara"): ["2.50", "7.50", "1000.00"],
        ("big_deal", "sara"): ["500.00"],
    }
    missed = [skip for skip in outcome.skips if skip.code == "not_in_table"]
    assert [(skip.line, skip.payee, skip.values) for skip in missed] == [
        ("account.move.line:4", "sara", {"by": "tier", "value": "pro"})
    ]


def test_a_renewal_pays_staff_five_percent_and_no_big_deal():
    renewal = sale(line(1, "5000.00", tier="team", kind="renewal"), salesperson="sara")
    outcome = evaluate(shipped("internal_staff"), renewal, network(sara="staff"))
    assert amounts(outcome) == {("renewal", "sara"): ["250.00"]}


def test_without_a_salesperson_on_the_order_the_winner_earns_if_they_are_staff():
    rules = shipped("internal_staff")
    web = sale(line(tier="premium"), seller="sara")
    assert amounts(evaluate(rules, web, network(sara="staff"))) == {("own_sales", "sara"): ["2.50"]}
    assert evaluate(rules, web, network(sara="promoter")).awards == ()


def test_two_levels_of_sponsors_earn_from_promoters():
    people = network(["bob", "ann", "zoe"], ann="promoter", bob="promoter", zoe="promoter")
    outcome = evaluate(shipped("promoters"), sale(line(1, "50.00")), people)
    assert amounts(outcome) == {("direct", "bob"): ["5.00"], ("second", "ann"): ["2.50"]}


def test_the_award_of_somebody_without_the_role_lapses_and_is_explained():
    people = network(["bob", "ann"], ann="promoter", bob="member")
    outcome = evaluate(shipped("promoters"), sale(line(1, "50.00")), people)
    assert amounts(outcome) == {("second", "ann"): ["2.50"]}
    direct = [skip for skip in outcome.skips if skip.rule == "direct"]
    assert [(skip.payee, skip.code, skip.values["value"]) for skip in direct] == [
        ("bob", "role", "member")
    ]


@pytest.mark.parametrize("code", ["internal_staff", "partners", "promoters"])
def test_a_buyer_without_anybody_pays_nobody_and_every_rule_says_why(code):
    rules = shipped(code)
    outcome = evaluate(rules, sale(seller=None), network())
    assert outcome.awards == ()
    told = {skip.rule: skip.code for skip in outcome.skips}
    assert set(told) == {rule.id for rule in rules.rules if rule.on == "payment"}
    assert set(told.values()) <= {"no_salesperson", "no_seller", "no_sponsor", "kind"}


def test_levels_of_the_plan_limit_how_far_a_rule_reaches():
    people = network(["a", "b", "c"], a="member", b="member", c="member")
    rules = [{"pay": {"to": "sponsor", "level": 3}, "rate": "1%"}]
    assert evaluate(plan(rules), sale(), people).awards == ()
    open_plan = plan(rules, limits={"levels": "none"})
    assert amounts(evaluate(open_plan, sale(), people)) == {("r0", "c"): ["0.25"]}


def test_each_award_is_rounded_half_up_in_the_units_of_its_currency():
    rules = [{"rate": "10%"}]
    assert amounts(evaluate(plan(rules), sale(line(1, "0.25")), network()))[("r0", "seller")] == [
        "0.03"
    ]
    yen = plan(rules, digits=0, currency="JPY")
    paid = sale(line(1, "2505"), currency="JPY", exchange={"JPY": Fraction(1)})
    assert amounts(evaluate(yen, paid, network())) == {("r0", "seller"): ["251"]}


def test_a_sale_in_another_currency_is_converted_exactly_before_rounding():
    paid = sale(line(1, "10.00"), currency="EUR", exchange={"USD": Fraction(11057, 10000)})
    outcome = evaluate(plan([{"rate": "20%"}]), paid, network())
    assert amounts(outcome) == {("r0", "seller"): ["2.21"]}
    assert outcome.awards[0].explanation["basis"]["exact"] == "11057/1000"


def test_a_fixed_amount_is_paid_once_per_order_or_for_each_unit():
    lines = (line(1, quantity=Fraction(2)), line(2))
    once = evaluate(plan([{"rate": "5.00"}]), sale(*lines), network())
    assert amounts(once) == {("r0", "seller"): ["5.00"]}
    assert once.awards[0].key == "sale.order:1|test.r0|seller|0"
    each = evaluate(plan([{"rate": "5.00", "per": "unit"}]), sale(*lines), network())
    assert amounts(each) == {("r0", "seller"): ["10.00", "5.00"]}


def test_keys_never_hold_the_version_and_tell_plans_and_payees_apart():
    outcome = evaluate(plan([{"rate": "10%"}]), sale(), network())
    assert [award.key for award in outcome.awards] == ["account.move.line:1|test.r0|seller|0"]


def test_conditions_on_item_payee_and_dates():
    rules = [
        {"rate": "1%", "when": [{"item": {"tier": ["team", "pro"]}}]},
        {"rate": "2%", "when": [{"item": {"product": "x"}, "payee": {"role": "partner"}}]},
        {"rate": "3%", "when": [{"payee": {"role": "venue"}}]},
        {"rate": "4%", "when": [{"dates": {"from": "2026-01-05", "to": "2026-01-06"}}]},
        {"rate": "5%", "when": [{"dates": {"to": "2026-01-05"}}]},
    ]
    outcome = evaluate(plan(rules), sale(line(1, "100", tier="pro", product="x")), network())
    assert amounts(outcome) == {
        ("r0", "seller"): ["1.00"],
        ("r1", "seller"): ["2.00"],
        ("r3", "seller"): ["4.00"],
    }
    assert {skip.code for skip in outcome.skips} == {"payee_role", "dates"}
    later = sale(line(1, "100"), on=date(2026, 1, 6))
    assert ("r3", "seller") not in amounts(evaluate(plan(rules), later, network()))


def test_gross_is_the_basis_where_the_plan_says_so():
    gross = line(1, "100.00")
    gross = type(gross)(key=gross.key, net=Fraction(100), gross=Fraction(115))
    outcome = evaluate(plan([{"rate": "10%"}], basis="gross"), sale(gross), network())
    assert amounts(outcome) == {("r0", "seller"): ["11.50"]}


CROWD = [{"rate": "20%"}, {"rate": "10%"}, {"rate": "15%"}]


def test_a_ceiling_scales_all_awards_of_the_line_and_rounds_itself_down():
    limits = {"per_sale": "33%", "on_limit": "scale"}
    outcome = evaluate(plan(CROWD, limits=limits), sale(line(1, "10.10")), network())
    # ceiling 3.333 → 3.33 over 2.02 + 1.01 + 1.52 = 4.55
    assert amounts(outcome) == {
        ("r0", "seller"): ["1.48"],
        ("r1", "seller"): ["0.74"],
        ("r2", "seller"): ["1.11"],
    }
    assert outcome.awards[0].explanation["limits"] == [
        {
            "kind": "per_sale",
            "how": "scale",
            "ceiling": "3.33",
            "before": "2.02",
            "after": "1.48",
        }
    ]


def test_a_ceiling_that_cuts_serves_the_rules_in_order():
    limits = {"per_sale": "25%", "on_limit": "cut"}
    outcome = evaluate(plan(CROWD, limits=limits), sale(line(1, "10.00")), network())
    assert amounts(outcome) == {("r0", "seller"): ["2.00"], ("r1", "seller"): ["0.50"]}
    assert [skip.code for skip in outcome.skips] == ["ceiling_reached"]


def test_a_ceiling_holds_for_each_line_alone():
    limits = {"per_sale": "30%"}
    outcome = evaluate(
        plan(CROWD[:2], limits=limits), sale(line(1, "10.00"), line(2, "20.00")), network()
    )
    assert amounts(outcome) == {
        ("r0", "seller"): ["2.00", "4.00"],
        ("r1", "seller"): ["1.00", "2.00"],
    }


def test_an_explanation_tells_rate_person_and_purchase():
    people = network(["bob"], bob="promoter")
    paid = sale(line(1, "50.00", tier="ultimate"), currency="EUR", exchange={"USD": Fraction(2)})
    award = evaluate(shipped("promoters"), paid, people).awards[0]
    codes = {part.code: dict(part.values) for part in explain_award(award.explanation)}
    assert codes["percent"]["percent"] == "10"
    assert str(codes["percent"]["basis"]) == "100.00"
    assert codes["sponsor"] == {"level": 1, "place": None}
    assert codes["table"] == {"by": "rank", "value": "starter"}
    assert codes["kind"] == {"kind": "first", "tier": "ultimate"}
    assert codes["exchange"]["amount"] == 50
    assert isinstance(explain_award(award.explanation)[0], Part)


@pytest.mark.parametrize(
    ("rule", "asked", "answer"),
    [
        ({"on": "clicks", "pay": {"to": "each"}}, ("clicks", "promoter", True), True),
        ({"on": "clicks", "pay": {"to": "each"}}, ("clicks", "member", True), False),
        ({"on": "clicks", "pay": {"to": "sponsor"}}, ("clicks", "promoter", True), False),
        ({"on": "clicks", "pay": {"to": "each"}}, ("signup", "promoter", True), False),
        ({"on": "signup", "pay": {"to": "sponsor"}}, ("signup", "promoter", False), True),
        ({"on": "signup", "pay": {"to": "each"}}, ("signup", "promoter", False), False),
        ({"on": "signup", "pay": {"to": "sponsor"}, "give": "points", "rate": 5},
         ("signup", "promoter", False), False),
    ],
)  # fmt: skip
def test_a_plan_says_whether_it_pays_cash_for_clicks_and_sign_ups(rule, asked, answer):
    definition = plan([{"rate": "5.00", "budget": "100", **rule}], roles=["promoter"])
    assert pays_cash(definition, *asked) is answer
