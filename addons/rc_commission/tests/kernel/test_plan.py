from decimal import Decimal
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.errors import PlanError
from odoo.addons.rc_commission.kernel.plan import parse_plan
from odoo.addons.rc_commission.kernel.plan_file import find_line, load_plan, to_json, to_yaml
from odoo.addons.rc_commission.kernel.types import Limits, SettlementTerms

from .builders import PLANS, plan, shipped

MINIMAL = {
    "plan": "p",
    "name": "P",
    "currency": "USD",
    "rules": [{"id": "a", "on": "payment", "pay": {"to": "seller"}, "rate": "10%"}],
}


def refusal(definition):
    with pytest.raises(PlanError) as caught:
        parse_plan(definition, 2)
    return caught.value


def with_rule(**keys):
    return {**MINIMAL, "rules": [{**MINIMAL["rules"][0], **keys}]}


def test_what_a_plan_leaves_out_has_the_stated_defaults():
    parsed = parse_plan(MINIMAL, 2)
    assert (parsed.basis, parsed.hold_days, parsed.clawback) == ("net", 30, "proportional")
    assert parsed.limits == Limits(levels=2, per_sale=None, on_limit="scale")
    assert parsed.settlement == SettlementTerms(15, Decimal(0))
    assert (parsed.roles, parsed.rules[0].kinds, parsed.rules[0].per) == ((), None, "order")


def test_an_unknown_key_names_its_place_and_the_nearest_word():
    error = refusal({**MINIMAL, "hold_day": 3})
    assert (error.code, error.path, error.values["suggestion"]) == (
        "unknown_key",
        "hold_day",
        "hold_days",
    )
    error = refusal(with_rule(renewel="never"))
    assert (error.path, error.values["suggestion"]) == ("rules[0].renewel", "renewal")
    error = refusal(with_rule(pay={"to": "sponsor", "levl": 1}))
    assert (error.path, error.values["suggestion"]) == ("rules[0].pay.levl", "level")


@pytest.mark.parametrize(
    "definition, path",
    [
        ({**MINIMAL, "ladders": {}}, "ladders"),
        ({**MINIMAL, "limits": {"per_payee_day": "5"}}, "limits.per_payee_day"),
        ({**MINIMAL, "limits": {"on_limit": "review"}}, "limits.on_limit"),
        ({**MINIMAL, "basis": "margin"}, "basis"),
        ({**MINIMAL, "clawback": "none"}, "clawback"),
        (with_rule(on="close"), "rules[0].on"),
        (with_rule(give="points"), "rules[0].give"),
        (with_rule(first=1), "rules[0].first"),
        (with_rule(reserve={"share": "20%"}), "rules[0].reserve"),
        (with_rule(pay={"to": "upline", "rank": "x"}), "rules[0].pay.to"),
        (with_rule(pay={"to": "seller", "split": {}}), "rules[0].pay.split"),
        (with_rule(pay={"to": "sponsor", "compress": True}), "rules[0].pay.compress"),
        (with_rule(rate={"by": "rank", "table": {}}), "rules[0].rate.by"),
        (with_rule(rate={"brackets": {}}), "rules[0].rate.brackets"),
        (with_rule(when=[{"metric": "orders"}]), "rules[0].when[0].metric"),
        (with_rule(when=[{"payee": {"rank": {}}}]), "rules[0].when[0].payee.rank"),
    ],
)
def test_words_of_the_format_that_wait_are_refused_and_never_skipped(definition, path):
    error = refusal(definition)
    assert (error.code, error.path) == ("not_supported_yet", path)


@pytest.mark.parametrize(
    "definition, code, path",
    [
        ({**MINIMAL, "rules": []}, "wrong_type", "rules"),
        ({k: v for k, v in MINIMAL.items() if k != "currency"}, "missing_key", "currency"),
        (with_rule(rate="ten"), "bad_amount", "rules[0].rate"),
        (with_rule(rate="x%"), "bad_percent", "rules[0].rate"),
        (with_rule(rate=0.1), "wrong_type", "rules[0].rate"),
        (with_rule(rate="-5%"), "bad_percent", "rules[0].rate"),
        (with_rule(rate="NaN"), "bad_amount", "rules[0].rate"),
        (with_rule(pay={"to": "sellr"}), "unknown_value", "rules[0].pay.to"),
        (with_rule(pay={"to": "sponsor", "level": 0}), "out_of_range", "rules[0].pay.level"),
        (with_rule(kind=["renewal"], renewal="never"), "contradiction", "rules[0].renewal"),
        ({**MINIMAL, "rules": MINIMAL["rules"] * 2}, "duplicate_rule", "rules[1].id"),
        ({**MINIMAL, "roles": ["partnr"]}, "unknown_value", "roles[0]"),
        ({**MINIMAL, "settlement": {"day": 31}}, "out_of_range", "settlement.day"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_with_its_place(definition, code, path):
    error = refusal(definition)
    assert (error.code, error.path) == (code, path)


def test_yaml_reads_words_as_words_and_amounts_as_decimals():
    assert load_plan("on: payment\nrate: 10.50\nday: 15\nflag: true") == {
        "on": "payment",
        "rate": Decimal("10.50"),
        "day": 15,
        "flag": True,
    }


def test_a_key_given_twice_and_broken_yaml_name_their_line():
    with pytest.raises(PlanError) as caught:
        load_plan("plan: a\nplan: b")
    assert (caught.value.code, caught.value.values["line"]) == ("duplicate_key", 2)
    with pytest.raises(PlanError) as caught:
        load_plan("plan: [a\nname: b")
    assert caught.value.code == "bad_syntax"


def test_an_error_is_found_at_its_line_of_the_file():
    text = "plan: x\nrules:\n  - id: a\n    on: payment\n  - id: b\n    pay: {to: seler}\n"
    assert find_line(text, "rules[1].pay.to") == 6
    assert find_line(text, "rules[0]") == 3
    assert find_line(text, "nowhere") == 1


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_plans_survive_export_and_import(path):
    definition = load_plan(path.read_text())
    again = load_plan(to_yaml(definition))
    assert (
        parse_plan(again, 2)
        == parse_plan(definition, 2)
        == parse_plan(load_plan(to_json(definition)), 2)
    )
    assert definition["plan"] == path.stem


def test_kinds_follow_from_renewal_and_kind():
    rules = [
        {"rate": "1%", "renewal": "only"},
        {"rate": "1%", "renewal": "never"},
        {"rate": "1%", "kind": ["first", "renewal"], "renewal": "never"},
        {"rate": "1%", "kind": "upgrade"},
    ]
    assert [rule.kinds for rule in plan(rules).rules] == [
        ("renewal",),
        ("first", "upgrade", "package", "other"),
        ("first",),
        ("upgrade",),
    ]


def test_percents_are_exact():
    assert shipped("promoters").rules[0].rate.share == Fraction(1, 10)
