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
    "ladders": {"lad": [{"rank": "low"}, {"rank": "high"}]},
    "rules": [{"id": "a", "on": "payment", "pay": {"to": "seller"}, "rate": "10%"}],
}


def refusal(definition):
    with pytest.raises(PlanError) as caught:
        parse_plan(definition, 2)
    return caught.value


def with_rule(**keys):
    return {**MINIMAL, "rules": [{**MINIMAL["rules"][0], **keys}]}


WHEN = "rules[0].when[0]"
R0 = "rules[0]"
MATCHES = "rules[0].pay.rules"
MARGINAL = "rules[0].rate.brackets.marginal"


def brackets(*starts, metric="direct_sales", **keys):
    steps = [{"from": start, "rate": "1%"} for start in starts]
    return {"brackets": {"metric": metric, "steps": steps, **keys}}


def steps_at(index, key):
    return f"rules[0].rate.brackets.steps[{index}].{key}"


def closing(**keys):
    return with_rule(**{"on": "close", "period": "month", "pay": {"to": "each"}, **keys})


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
        (with_rule(rate="101%"), "out_of_range", "rules[0].rate"),
        (with_rule(rate={"by": "tier", "table": {}}), "wrong_type", "rules[0].rate.table"),
        (with_rule(rate={"by": "tire", "table": {"pro": 1}}), "unknown_value", "rules[0].rate.by"),
        (with_rule(rate=brackets(0, 100, 100)), "brackets_order", steps_at(2, "from")),
        (with_rule(rate=brackets(100, 50)), "brackets_order", steps_at(1, "from")),
        (with_rule(rate=brackets(0, metric="orders", marginal=True)), "not_here", MARGINAL),
        (with_rule(rate={"by": "rank", "ladder": "x", "table": {"a": "1%"}}), "unknown_ladder", R0),
        (with_rule(pay={"to": "upline", "ladder": "lad", "rank": "hihg"}), "unknown_rank", R0),
        (with_rule(pay={"to": "differential"}), "wrong_type", "rules[0].rate"),
        (with_rule(pay={"to": "pool_share", "pool": "x"}), "not_here", "rules[0].pay.to"),
        (closing(pay={"to": "pool_share", "pool": "x"}), "unknown_pool", "rules[0].pay.pool"),
        (closing(pay={"to": "seller"}), "not_here", "rules[0].pay.to"),
        (closing(), "missing_key", "rules[0]"),
        (with_rule(pay={"to": "match", "rules": ["b"], "level": 1}), "unknown_rule", MATCHES),
        (with_rule(pay={"to": "match", "rules": ["a"], "level": 1}), "match_circle", MATCHES),
        (with_rule(when=[{"metric": "orders"}]), "missing_key", "rules[0].when[0]"),
        (with_rule(when=[{"metric": "ordres", "below": 1}]), "unknown_value", f"{WHEN}.metric"),
        (
            with_rule(when=[{"metric": "orders", "leg": "smaller", "below": 1}]),
            "not_here",
            f"{WHEN}.leg",
        ),
        (with_rule(when=[{"metric": "leg_sales", "below": 1}]), "missing_key", WHEN),
        (with_rule(when=[{"payee": {"rank": {}}}]), "wrong_type", f"{WHEN}.payee.rank"),
        (
            with_rule(when=[{"dates": {"from": "2026-02-01", "to": "2026-01-01"}}]),
            "contradiction",
            f"{WHEN}.dates.to",
        ),
        (with_rule(when=[{}]), "missing_key", WHEN),
        (with_rule(reserve={"share": "20%"}), "missing_key", "rules[0].reserve"),
        (with_rule(on="reach", of={"metric": "orders"}), "wrong_type", "rules[0].rate"),
        (
            {**MINIMAL, "ladders": {"l": [{"rank": "a"}, {"rank": "a"}]}},
            "duplicate_rank",
            "ladders.l[1].rank",
        ),
        (
            {**MINIMAL, "ladders": {"l": [{"rank": "a", "after": "b"}, {"rank": "b"}]}},
            "unknown_rank",
            "ladders.l[0].after",
        ),
        ({**MINIMAL, "green": {"pool": "g", "share": "70%"}}, "unknown_pool", "green.pool"),
        ({**MINIMAL, "moves": [{"do": "leave_too"}]}, "unknown_value", "moves[0].do"),
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
    assert shipped("promoters").rules[1].rate.share == Fraction(1, 20)
