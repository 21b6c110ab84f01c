import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.rc_commission.kernel.errors import PlanError
from odoo.addons.rc_commission.kernel.plan_file import load_plan, to_json, to_yaml
from odoo.addons.rc_commission.kernel.plan_form import (
    SETTINGS,
    ranks_of,
    read_condition,
    read_rank,
    read_rule,
    show_fields,
    write_condition,
    write_fields,
    write_ladder,
    write_rank,
    write_rule,
)

PLANS = {
    path.stem: json.loads(to_json(load_plan(path.read_text())))
    for path in sorted((Path(__file__).parents[2] / "plans").glob("*.yaml"))
}
RULES = [(code, rule) for code, plan in PLANS.items() for rule in plan["rules"]]
RANKS = [
    (f"{code}.{name}", rank)
    for code, plan in PLANS.items()
    for name, ladder in plan.get("ladders", {}).items()
    for rank in ranks_of(ladder)
]


def conditions_of(value):
    """Every condition that stands somewhere in a plan."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("when", "until", "any", "all"):
                yield from inner
            yield from conditions_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from conditions_of(inner)


@pytest.mark.parametrize("name, rule", RULES, ids=lambda v: v if isinstance(v, str) else v["id"])
def test_opening_and_saving_a_rule_changes_nothing(name, rule):
    assert write_rule(read_rule(rule), rule) == rule


@pytest.mark.parametrize("name, rule", RULES, ids=lambda v: v if isinstance(v, str) else v["id"])
def test_a_form_alone_says_the_whole_rule(name, rule):
    again = write_rule(read_rule(rule), {})
    assert read_rule(again) == read_rule(rule)


@pytest.mark.parametrize("name, rank", RANKS, ids=lambda v: v if isinstance(v, str) else v["rank"])
def test_opening_and_saving_a_rank_changes_nothing(name, rank):
    assert write_rank(read_rank(rank), rank) == rank
    assert read_rank(write_rank(read_rank(rank))) == read_rank(rank)


@pytest.mark.parametrize("code", PLANS)
def test_opening_and_saving_settings_and_conditions_changes_nothing(code):
    plan = PLANS[code]
    assert write_fields(SETTINGS, show_fields(SETTINGS, plan), plan) == plan
    for item in conditions_of(plan):
        assert write_condition(read_condition(item), item) == item


def test_one_changed_field_changes_one_word():
    rule = {
        "id": "a",
        "on": "payment",
        "pay": {"to": "sponsor"},
        "rate": "10.00%",
        "kind": ["first"],
    }
    form = read_rule(rule) | {"level": 2}
    assert write_rule(form, rule) == {**rule, "pay": {"to": "sponsor", "level": 2}}
    form = read_rule(rule) | {"rate": "12%", "kinds": "first, upgrade"}
    assert write_rule(form, rule) == {**rule, "rate": "12%", "kind": ["first", "upgrade"]}


def test_another_beneficiary_drops_the_words_of_the_one_before():
    rule = {"id": "a", "on": "payment", "pay": {"to": "sponsor", "level": 2}, "rate": "10%"}
    form = read_rule(rule) | {
        "pay_to": "upline",
        "ladder": "chain",
        "rank": "boss",
        "start": "seller",
    }
    assert write_rule(form, rule)["pay"] == {
        "to": "upline",
        "from": "seller",
        "ladder": "chain",
        "rank": "boss",
    }


def test_another_trigger_drops_the_period():
    rule = {"id": "a", "on": "close", "period": "month", "pay": {"to": "each"}, "rate": "5.00"}
    form = read_rule(rule) | {"trigger": "signup"}
    assert write_rule(form, rule) == {
        "id": "a",
        "on": "signup",
        "pay": {"to": "each"},
        "rate": "5.00",
    }


def test_tables_and_brackets_are_rows():
    form = read_rule({"id": "a", "on": "payment", "pay": {"to": "seller"}, "rate": "1%"})
    form |= {
        "rate_kind": "table",
        "by": "tier",
        "table": [("pro", "5%"), ("team", "{by: own_tier, table: {pro: 7.50}}")],
    }
    assert write_rule(form)["rate"] == {
        "by": "tier",
        "table": {"pro": "5%", "team": {"by": "own_tier", "table": {"pro": "7.50"}}},
    }
    form |= {
        "rate_kind": "brackets",
        "by_metric": "seller_sales",
        "by_period": "month",
        "marginal": True,
        "steps": [("0", "5%"), ("1000", "10%")],
    }
    assert write_rule(form)["rate"] == {
        "brackets": {
            "metric": "seller_sales",
            "period": "month",
            "marginal": True,
            "steps": [{"from": "0", "rate": "5%"}, {"from": "1000", "rate": "10%"}],
        }
    }


def test_a_cell_that_is_no_yaml_is_refused_with_its_place():
    form = read_rule({"id": "a", "on": "payment", "pay": {"to": "seller"}, "rate": "1%"})
    form |= {"rate_kind": "table", "by": "tier", "table": [("pro", "{by: ")]}
    with pytest.raises(PlanError) as caught:
        write_rule(form)
    assert (caught.value.code, caught.value.path) == ("bad_syntax", "table.pro")


def test_reserve_budget_and_conditions_come_and_go():
    rule = {"id": "a", "on": "payment", "pay": {"to": "seller"}, "rate": "10%"}
    full = read_rule(rule) | {
        "budget": "100.00",
        "budget_period": "month",
        "reserve_share": "20%",
        "reserve_until": [{"kyc": True}],
        "conditions": [{"item": {"tier": "pro"}}],
        "cap": "5.00",
    }
    written = write_rule(full, rule)
    assert written == {
        **rule,
        "budget": {"amount": "100.00", "period": "month"},
        "reserve": {"share": "20%", "until": [{"kyc": True}]},
        "when": [{"item": {"tier": "pro"}}],
        "cap": "5.00",
    }
    empty = read_rule(written) | {
        "budget": "",
        "budget_period": "",
        "reserve_share": "",
        "conditions": [],
        "cap": False,
    }
    assert write_rule(empty, written) == rule


@pytest.mark.parametrize(
    "item, kind",
    [
        ({"metric": "orders", "at_least": "2"}, "metric"),
        ({"metric": "orders", "at_least": 2, "below": 5}, "text"),
        ({"training": "mentor"}, "self"),
        ({"payee": {"rank": {"chain": "boss"}, "earned": True}}, "payee"),
        ({"item": {"tier": ["a", "b"]}}, "item"),
        ({"item": {"tier": "a"}, "active": True}, "text"),
        ({"any": [{"active": True}]}, "text"),
        ({"dates": {"from": "2026-01-01"}}, "dates"),
        ({"top": {"metric": "orders", "count": 3}}, "top"),
    ],
)
def test_a_condition_is_shown_by_the_form_that_shows_all_of_it(item, kind):
    form = read_condition(item)
    assert form["kind"] == kind
    assert write_condition(form, item) == item
    assert read_condition(write_condition(form)) == form


def test_ladders_keep_their_shape_and_gain_roles():
    ranks = [{"rank": "low"}]
    assert write_ladder("", ranks, ranks) == ranks
    assert write_ladder("staff, partner", ranks, ranks) == {
        "roles": ["staff", "partner"],
        "ranks": ranks,
    }
    assert write_ladder("", ranks, {"roles": ["staff"], "ranks": ranks}) == {"ranks": ranks}


WORDS = st.text("abcxyz_", min_size=1, max_size=8)
METRICS = st.fixed_dictionaries(
    {"metric": st.sampled_from(["orders", "team_sales"]), "at_least": st.integers(0, 99)},
    optional={"period": st.just("month"), "item_tier": WORDS, "of": st.just("buyer")},
)
PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "role": WORDS | st.lists(WORDS, min_size=1, max_size=3),
        "active": st.booleans(),
        "rank": st.dictionaries(WORDS, WORDS, min_size=1, max_size=1),
    },
)
ITEMS = METRICS | st.fixed_dictionaries({"payee": PEOPLE}) | st.fixed_dictionaries({"any": st.lists(METRICS, min_size=1)})  # fmt: skip
RATES = st.sampled_from(["10%", "5.00", 7]) | st.fixed_dictionaries(
    {
        "by": st.just("tier"),
        "table": st.dictionaries(WORDS, st.sampled_from(["1%", "2.00"]), min_size=1),
    }
)
PAYS = st.sampled_from(
    [{"to": "seller"}, {"to": "seller", "split": {"parent": "30%"}}, {"to": "sponsor", "level": 1},
     {"to": "sponsor"}, {"to": "person", "person": 7}, {"to": "pool", "pool": "x"}]
)  # fmt: skip
MADE = st.fixed_dictionaries(
    {"id": WORDS, "on": st.sampled_from(["payment", "signup"]), "pay": PAYS, "rate": RATES},
    optional={
        "when": st.lists(ITEMS, max_size=3),
        "renewal": st.sampled_from(["any", "only", "never"]),
        "give": st.sampled_from(["cash", "points"]),
        "budget": st.just("5.00") | st.just({"amount": 5}),
        "reserve": st.fixed_dictionaries({"share": st.just("20%"), "until": st.lists(ITEMS, min_size=1, max_size=2)}),
    },
)  # fmt: skip


@given(MADE)
def test_no_made_rule_loses_anything(rule):
    before = copy.deepcopy(rule)
    assert write_rule(read_rule(rule), rule) == before == rule
    for item in rule.get("when", []):
        assert write_condition(read_condition(item), item) == item


@given(st.lists(MADE, min_size=1, max_size=3, unique_by=lambda rule: rule["id"]))
def test_no_made_plan_loses_anything_by_export_and_import(rules):
    plan = {"plan": "p", "name": "计划: yes", "currency": "USD", "hold_days": 0, "rules": rules}
    again = load_plan(to_yaml(plan))
    assert json.loads(to_json(again)) == json.loads(to_json(plan))
