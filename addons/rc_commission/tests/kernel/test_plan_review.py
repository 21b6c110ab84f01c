from pathlib import Path

import pytest

from odoo.addons.rc_commission.kernel.errors import PlanError
from odoo.addons.rc_commission.kernel.plan_file import load_plan
from odoo.addons.rc_commission.kernel.plan_review import (
    check_sense,
    dead_rules,
    needed_apps,
    override_reasons,
)

PLANS = {
    path.stem: load_plan(path.read_text())
    for path in sorted((Path(__file__).parents[2] / "plans").glob("*.yaml"))
}


def plan(rule="", **keys):
    text = f"{{id: a, on: payment, pay: {{to: seller}}, rate: 10%{', ' if rule else ''}{rule}}}"
    return {"plan": "p", "name": "P", "currency": "USD", **keys, "rules": [load_plan(text)]}


def codes(definition):
    return sorted({remark.code for remark in override_reasons(definition)})


@pytest.mark.parametrize(
    "code, reasons",
    [
        ("binary", ["carry", "levels"]),
        ("cashback", []),
        ("chain_2_1", ["levels", "match", "moves", "pool_share"]),
        ("chain_direct", ["moves"]),
        ("community_team", ["levels", "pool_share"]),
        ("green_points", ["green"]),
        ("internal_staff", []),
        ("layered_1000", ["levels", "match", "moves", "pool_share"]),
        ("membership_linked", []),
        ("package_referral", ["levels"]),
        ("partners", []),
        ("patron_dividend", ["levels"]),
        ("promoters", []),
        ("promoters_by_item", []),
        ("referral_paid", []),
    ],
)
def test_multi_level_and_investment_like_plans_need_an_override(code, reasons):
    assert codes(PLANS[code]) == reasons


@pytest.mark.parametrize("code", PLANS)
def test_no_shipped_plan_contradicts_itself_or_has_a_dead_rule(code):
    check_sense(PLANS[code])
    assert dead_rules(PLANS[code]) == needed_apps(PLANS[code]) == ()


@pytest.mark.parametrize(
    "definition, path, first, second",
    [
        (plan("when: [{dates: {to: 2026-01-01}}, {dates: {from: 2026-02-01}}]"), "rules[0].when[1].dates", "from: 2026-02-01", "to: 2026-01-01"),
        (plan("when: [{metric: orders, at_least: 10}, {metric: orders, below: 10}]"), "rules[0].when[1]", "at_least: 10", "below: 10"),
        (plan("when: [{metric: orders, more_than: 5, below: 5}]"), "rules[0].when[0]", "more_than: 5", "below: 5"),
        (plan("when: [{item: {tier: pro}}, {item: {tier: [team]}}]"), "rules[0].when[1].item.tier", "pro", "team"),
        (plan("when: [{payee: {role: staff}}]", roles=["partner", "venue"]), "rules[0].when[0].payee.role", "partner, venue", "staff"),
        (plan("when: [{payee: {tier: pro}}, {all: [{payee: {tier: team}}]}]"), "rules[0].when[1].all[0].payee.tier", "pro", "team"),
        (plan("when: [{any: [{metric: orders, at_least: 9, below: 2}]}]"), "rules[0].when[0].any[0][0]", "at_least: 9", "below: 2"),
        (plan("first: 1, renewal: only"), "rules[0].first", "first: 1", "renewal: only"),
        (plan(ladders={"x": [{"rank": "a", "all": [{"role": "staff"}]}]}, roles=["partner"]), "ladders.x[0].all[0].role", "partner", "staff"),
    ],
)  # fmt: skip
def test_conditions_that_exclude_each_other_are_refused(definition, path, first, second):
    with pytest.raises(PlanError) as caught:
        check_sense(definition)
    error = caught.value
    assert (error.code, error.path, error.values) == (
        "never_met",
        path,
        {"first": first, "second": second},
    )


@pytest.mark.parametrize(
    "definition",
    [
        plan("when: [{metric: orders, at_least: 10}, {metric: orders, period: month, below: 5}]"),
        plan("when: [{metric: orders, at_least: 10}, {metric: orders, of: buyer, below: 5}]"),
        plan("when: [{any: [{item: {tier: pro}}, {item: {tier: team}}]}]"),
        plan("when: [{dates: {from: 2026-01-01, to: 2026-02-01}}, {dates: {from: 2026-01-15}}]"),
        plan("first: 3, renewal: only"),
        plan("when: [{payee: {role: [staff, partner]}}]", roles=["partner"]),
    ],
)
def test_conditions_that_can_be_true_together_are_fine(definition):
    check_sense(definition)


def test_a_level_above_the_limit_is_told():
    deep = plan()
    deep["rules"][0]["pay"] = {"to": "sponsor", "level": 3}
    (remark,) = dead_rules(deep)
    assert (remark.code, remark.values) == (
        "level_above_limit",
        {"rule": "a", "level": 3, "limit": 2},
    )
    assert dead_rules({**deep, "limits": {"levels": "none"}}) == ()


def test_guild_beneficiaries_need_the_guild_app():
    definition = plan()
    definition["rules"][0]["pay"] = {"to": "guild_leader"}
    (remark,) = needed_apps(definition)
    assert remark.values == {"value": "guild_leader", "module": "rc_guild"}
