import copy
from pathlib import Path

import pytest

from odoo.addons.rc_commission.kernel.plan_diff import Change, diff_plans, normal_plan
from odoo.addons.rc_commission.kernel.plan_file import load_plan, to_json, to_yaml

PLANS = Path(__file__).parents[2] / "plans"

OLD = load_plan("""
plan: p
name: P
currency: USD
roles: [promoter]
limits: {levels: 2, per_sale: 40%}
ladders:
  grade:
    - rank: low
    - {rank: high, all: [{metric: direct_paid, at_least: 10}]}
rules:
  - {id: direct, on: payment, pay: {to: sponsor, level: 1}, rate: 10%}
  - {id: second, on: payment, pay: {to: sponsor, level: 2}, rate: 5%}
""")


def changed(**keys):
    return {**copy.deepcopy(OLD), **keys}


def with_rule(number, **keys):
    new = copy.deepcopy(OLD)
    new["rules"][number] = {**new["rules"][number], **keys}
    return new


def test_what_means_the_same_has_no_differences():
    same = load_plan("""
plan: p
name: P
currency: USD
roles: promoter
hold_days: 30
basis: net
clawback: proportional
settlement: {day: 15, minimum: "0.00"}
limits: {levels: 2, per_sale: 40.0%, on_limit: scale}
ladders:
  grade: {ranks: [{rank: low}, {rank: high, all: [{metric: direct_paid, at_least: "10.00"}]}]}
rules:
  - {id: direct, on: payment, renewal: any, pay: {to: sponsor}, rate: 10.00%, give: cash}
  - {id: second, on: payment, pay: {to: sponsor, level: 2, compress: false}, rate: 5%, when: []}
""")
    assert diff_plans(OLD, same) == diff_plans(same, OLD) == ()


def test_a_changed_setting_names_its_path_with_old_and_new():
    new = changed(hold_days=10, limits={"levels": "none", "per_sale": "40%"}, basis="gross")
    assert diff_plans(OLD, new) == (
        Change("setting", "changed", "", "basis", "net", "gross"),
        Change("setting", "changed", "", "hold_days", 30, 10),
        Change("setting", "changed", "", "limits.levels", 2, "none"),
    )


def test_a_changed_rule_names_each_word_that_changed():
    new = with_rule(0, rate="12%", renewal="never")
    assert diff_plans(OLD, new) == (
        Change("rule", "changed", "direct", "renewal", "any", "never"),
        Change("rule", "changed", "direct", "rate", "10%", "12%"),
    )


def test_added_removed_and_moved_rules_are_told():
    third = {"id": "third", "on": "payment", "pay": {"to": "seller"}, "rate": "1%"}
    (added,) = diff_plans(OLD, changed(rules=[*OLD["rules"], third]))
    assert (added.kind, added.name, added.old, added.new["rate"]) == ("added", "third", None, "1%")
    (removed,) = diff_plans(OLD, changed(rules=OLD["rules"][:1]))
    assert (removed.kind, removed.name, removed.new) == ("removed", "second", None)
    assert diff_plans(OLD, changed(rules=OLD["rules"][::-1])) == (
        Change("rule", "moved", "", "rules", ["direct", "second"], ["second", "direct"]),
    )


def test_ladders_and_their_ranks_are_compared_by_name():
    ladders = {
        "grade": [
            {"rank": "low"},
            {"rank": "high", "all": [{"metric": "direct_paid", "at_least": 20}]},
            {"rank": "top"},
        ],
        "other": [{"rank": "x"}],
    }
    found = diff_plans(OLD, changed(ladders=ladders))
    assert [(change.part, change.kind, change.name) for change in found] == [
        ("rank", "changed", "grade.high"),
        ("rank", "added", "grade.top"),
        ("ladder", "added", "other"),
    ]


def test_moves_and_green_points_are_compared():
    new = changed(moves=[{"do": "leave_two"}], green={"pool": "green", "share": "70%"})
    assert [(change.part, change.kind) for change in diff_plans(OLD, new)] == [
        ("move", "added"),
        ("green", "added"),
    ]
    assert [change.kind for change in diff_plans(new, OLD)] == ["removed", "removed"]


def test_a_true_is_no_one():
    new = with_rule(0, pay={"to": "sponsor", "level": 1, "compress": True})
    assert [change.key for change in diff_plans(OLD, new)] == ["pay"]


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_plan_does_not_differ_from_its_export(path):
    definition = load_plan(path.read_text())
    assert diff_plans(definition, load_plan(to_yaml(definition))) == ()
    assert diff_plans(definition, load_plan(to_json(definition))) == ()
    assert normal_plan(normal_plan(definition)) == normal_plan(definition)
