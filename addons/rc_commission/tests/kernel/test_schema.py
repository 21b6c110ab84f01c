"""The schema of plan files and the parser say the same of good and bad files."""

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from odoo.addons.rc_commission.kernel.errors import PlanError
from odoo.addons.rc_commission.kernel.plan import parse_plan
from odoo.addons.rc_commission.kernel.plan_file import load_plan, to_json

ADDON = Path(__file__).parents[2]
PLANS = sorted((ADDON / "plans").glob("*.yaml"))
SCHEMA = json.loads((ADDON / "schema" / "plan.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)

LADDERS = """
ladders:
  grade:
    - rank: low
    - {rank: middle, any: [{metric: direct_paid, period: month, at_least: 10}, {training: mentor}]}
    - {rank: high, all: [{tier: [pro, premium]}, {any: [{kyc: true}, {active: true}]}], after: middle, demote: false, grace: 2}
  team: {roles: [promoter], ranks: [{rank: partner}, {rank: director, all: [{rank: {grade: high}}]}]}
"""
HEAD = "plan: p\nname: P\ncurrency: USD\n"
RULE = "{id: a, on: payment, pay: {to: seller}, rate: 10%}"


def file(rule=RULE, head="", *more):
    """A plan file with the given rule."""
    rules = "".join(f"  - {text}\n" for text in (rule, *more))
    return f"{HEAD}{head}{LADDERS}rules:\n{rules}"


def paying(pay, rest="rate: 10%", on="payment"):
    return file(f"{{id: a, on: {on}, pay: {pay}, {rest}}}")


def with_when(when):
    return paying("{to: seller}", f"rate: 10%, when: {when}")


GOOD = {
    "least": file(),
    "settings": file(head="roles: [staff, partner]\nbasis: margin\nhold_days: 0\nclawback: full\n"
    "settlement: {day: 1, minimum: 50}\nlimits: {levels: none, per_sale: 40%, per_payee_day: '500.00', on_limit: review}\npoint_price: 0.10\n"),
    "hold": file(head="hold: month\n"),
    "record": paying("{to: seller}", "rate: 5, give: record, basis: margin"),
    "one role": file(head="roles: staff\n"),
    "reserve": file(head="reserve: {share: 20%, when: [{payee: {rank: {grade: middle}, earned: true}}], until: [{metric: team_orders, more_than: 10}]}\n"),
    "rule reserve": paying("{to: seller}", "rate: 10%, reserve: {share: 12.5%, until: [{kyc: true}]}"),
    "moves": file(head="moves: [{do: leave_two, ladder: grade, rank: high, people: low}, {do: spillover, width: [3, 2], ladder: grade, rank: low}, {do: idle_swap, period: week, by: {metric: team_orders, period: month}}]\n"),
    "green": file("{id: fill, on: payment, pay: {to: pool, pool: green}, rate: 300.00, per: unit}", "green: {pool: green, share: 70%, payout: 80%, start: '1.00', exit: 3}\n"),
    "split": paying("{to: seller, split: {parent: 30%}}"),
    "compress": paying("{to: sponsor, level: 2, compress: true}"),
    "upline": paying("{to: upline, tree: placement, ladder: grade, rank: middle, from: seller, include_self: false}"),
    "differential": paying("{to: differential, tree: sponsor}", "rate: {by: rank, ladder: grade, table: {low: 10.00, middle: 20.00, high: 30.00}}"),
    "region": paying("{to: region}", "rate: {by: region, table: {district: 3.00, city: 5.00}}"),
    "person": paying("{to: person, person: ann}"),
    "match": file(RULE, "", "{id: b, on: payment, pay: {to: match, rules: [a], level: 1, ladder: grade, rank: middle, earner_rank: high}, rate: 10%}"),
    "pool": file("{id: a, on: payment, pay: {to: pool, pool: x}, rate: 30.00}", "", "{id: b, on: close, period: month, pay: {to: pool_share, pool: x}, rate: {by: rank, ladder: grade, table: {low: 20%}}}"),
    "each": paying("{to: each}", "period: month, rate: 100.00, when: [{metric: direct_paid, item_tier: pro, more_than: 10}], cap: 500.00", "close"),
    "team": paying("{to: team, split: weighted}", "period: quarter, of: {metric: seller_sales}, rate: 5%", "close"),
    "brackets": paying("{to: seller}", "rate: {brackets: {metric: seller_sales, period: month, marginal: true, steps: [{from: 0, rate: 5%}, {from: 1000, rate: 10%}]}}"),
    "reach": paying("{to: sponsor, level: 1}", "of: {metric: direct_paid}, rate: {by: milestone, table: {5: 50.00, 10: 150.00}}", "reach"),
    "place": paying("{to: each}", "period: week, of: {metric: team_sales}, rate: {by: place, table: {1: 200, 2: 100}}", "close"),
    "legs": paying("{to: each}", "period: month, of: {metric: leg_sales, leg: smaller, carry: true}, rate: 10%", "close"),
    "table in table": paying("{to: seller}", "rate: {by: tier, table: {pro: {by: own_tier, table: {ultimate: 20%}}, team: 5.00}}"),
    "clicks": paying("{to: each}", "rate: '5.00', budget: {amount: 100, period: month}", "clicks"),
    "points": paying("{to: each}", "rate: 100, give: points, budget: {amount: 10000, period: month}", "signup"),
    "once": paying("{to: seller}", "rate: 10%, first: 3, kind: [first, upgrade], renewal: never, budget: '1000.00'"),
    "item": with_when("[{item: {tier: pro, product: [pro-month], category: x}}]"),
    "order": with_when("[{order: {channel: shop, campaign: [spring], number_at_most: 2, amount_at_least: '100.00'}}]"),
    "dates": with_when("[{dates: {from: 2026-01-01, to: 2026-02-01}}]"),
    "who": with_when("[{payee: {role: staff, tier: [pro], active: true, kyc: false, training: [a], country: CN}}, {buyer: {rank: {grade: low}}}]"),
    "own territory": with_when("[{payee: {region: none}}, {region: [city, province]}]"),
    "metric": with_when("[{metric: months_in_tier, of: buyer, period: ever, at_least: 12, below: 24}]"),
    "top": with_when("[{top: {metric: team_sales, period: week, count: 3}}, {top: {metric: team_sales, share: 10%}}]"),
    "any": with_when("[{any: [{item: {tier: pro}}, {all: [{active: true}, {metric: orders, at_least: 2}]}]}]"),
    "two in one": with_when("[{item: {tier: pro}, payee: {role: staff}, active: true}]"),
}  # fmt: skip

BAD = {
    "unknown key": file(head="hold_day: 3\n"),
    "no rules": f"{HEAD}rules: []\n",
    "no name": f"plan: p\ncurrency: USD\nrules: [{RULE}]\n",
    "no currency": f"plan: p\nname: P\nrules: [{RULE}]\n",
    "unknown role": file(head="roles: [partnr]\n"),
    "basis": file(head="basis: turnover\n"),
    "negative hold": file(head="hold_days: -1\n"),
    "hold as text": file(head="hold_days: '30'\n"),
    "hold a day": file(head="hold: day\n"),
    "hold and days": file(head="hold: month\nhold_days: 3\n"),
    "rule basis": paying("{to: seller}", "rate: 5%, basis: turnover"),
    "clawback": file(head="clawback: half\n"),
    "settlement day": file(head="settlement: {day: 31}\n"),
    "settlement key": file(head="settlement: {dya: 1}\n"),
    "levels": file(head="limits: {levels: 0}\n"),
    "levels word": file(head="limits: {levels: all}\n"),
    "per_sale number": file(head="limits: {per_sale: 40}\n"),
    "on_limit": file(head="limits: {on_limit: stop}\n"),
    "negative amount": file(head="limits: {per_payee_day: '-5'}\n"),
    "move": file(head="moves: [{do: leave_three}]\n"),
    "leave_two without rank": file(head="moves: [{do: leave_two, ladder: grade, people: low}]\n"),
    "width": file(head="moves: [{do: spillover, width: [3], ladder: grade, rank: low}]\n"),
    "green without share": file(head="green: {pool: x}\n"),
    "unknown rule key": paying("{to: seller}", "rate: 10%, renewel: never"),
    "no rate": file("{id: a, on: payment, pay: {to: seller}}"),
    "no id": file("{on: payment, pay: {to: seller}, rate: 1%}"),
    "id with a dot": file("{id: a.b, on: payment, pay: {to: seller}, rate: 1%}"),
    "trigger": paying("{to: seller}", on="paid"),
    "over 100 %": paying("{to: seller}", "rate: 101%"),
    "rate 150.5 %": paying("{to: seller}", "rate: 150.5%"),
    "negative rate": paying("{to: seller}", "rate: -5%"),
    "rate word": paying("{to: seller}", "rate: ten"),
    "rate flag": paying("{to: seller}", "rate: true"),
    "empty table": paying("{to: seller}", "rate: {by: tier, table: {}}"),
    "no table": paying("{to: seller}", "rate: {by: tier}"),
    "table by": paying("{to: seller}", "rate: {by: colour, table: {red: 1%}}"),
    "ladder of another table": paying("{to: seller}", "rate: {by: tier, ladder: grade, table: {pro: 1%}}"),
    "rank table without ladder": paying("{to: seller}", "rate: {by: rank, table: {low: 1%}}"),
    "no steps": paying("{to: seller}", "rate: {brackets: {metric: seller_sales, steps: []}}"),
    "step without from": paying("{to: seller}", "rate: {brackets: {metric: seller_sales, steps: [{rate: 1%}]}}"),
    "brackets and by": paying("{to: seller}", "rate: {by: tier, brackets: {metric: seller_sales, steps: [{from: 0, rate: 1%}]}}"),
    "beneficiary": paying("{to: sellr}"),
    "beneficiary key": paying("{to: salesperson, level: 1}"),
    "level 0": paying("{to: sponsor, level: 0}"),
    "split": paying("{to: seller, split: 30%}"),
    "upline without rank": paying("{to: upline, ladder: grade}"),
    "tree": paying("{to: differential, tree: family}", "rate: {by: rank, ladder: grade, table: {low: 1%}}"),
    "match without rules": paying("{to: match, level: 1}"),
    "match without level": paying("{to: match, rules: [a]}"),
    "pool without name": paying("{to: pool}"),
    "person without name": paying("{to: person}"),
    "close without period": paying("{to: each}", "rate: 5.00", "close"),
    "period without close": paying("{to: seller}", "rate: 5.00, period: month"),
    "close a day": paying("{to: each}", "rate: 5.00, period: day", "close"),
    "give": paying("{to: seller}", "rate: 5.00, give: gold"),
    "per": paying("{to: seller}", "rate: 5.00, per: box"),
    "first 0": paying("{to: seller}", "rate: 5.00, first: 0"),
    "kind": paying("{to: seller}", "rate: 5.00, kind: [frist]"),
    "renewal": paying("{to: seller}", "rate: 5.00, renewal: always"),
    "reversal": paying("{to: each}", "period: month, rate: 5.00, reversal: sometimes", "close"),
    "reversal of a sale": paying("{to: seller}", "rate: 5.00, reversal: recompute"),
    "budget period": paying("{to: seller}", "rate: 5.00, budget: {amount: 5, period: ever}"),
    "budget without amount": paying("{to: seller}", "rate: 5.00, budget: {period: month}"),
    "clicks without budget": paying("{to: each}", "rate: '5.00'", "clicks"),
    "reserve over 100 %": paying("{to: seller}", "rate: 5.00, reserve: {share: 120%, until: [{kyc: true}]}"),
    "reserve without end": paying("{to: seller}", "rate: 5.00, reserve: {share: 20%}"),
    "condition": with_when("[{itme: {tier: pro}}]"),
    "condition as mapping": with_when("{item: {tier: pro}}"),
    "empty condition": with_when("[{}]"),
    "empty any": with_when("[{any: []}]"),
    "metric": with_when("[{metric: direct_payed, at_least: 1}]"),
    "growth without period": with_when("[{metric: region_growth, at_least: 1}]"),
    "metric without figure": with_when("[{metric: direct_paid}]"),
    "metric of": with_when("[{metric: direct_paid, of: seller, at_least: 1}]"),
    "metric with another": with_when("[{metric: direct_paid, at_least: 1, item: {tier: pro}}]"),
    "leg of another metric": with_when("[{metric: direct_paid, leg: smaller, at_least: 1}]"),
    "leg_sales without leg": with_when("[{metric: leg_sales, at_least: 1}]"),
    "direct_of_rank without rank": with_when("[{metric: direct_of_rank, at_least: 1}]"),
    "rank of two ladders": with_when("[{payee: {rank: {grade: low, team: partner}}}]"),
    "earned without rank": with_when("[{payee: {earned: true}}]"),
    "active as text": with_when("[{payee: {active: 'yes'}}]"),
    "person key": with_when("[{payee: {size: large}}]"),
    "item key": with_when("[{item: {colour: red}}]"),
    "number_at_most": with_when("[{order: {number_at_most: 0}}]"),
    "date": with_when("[{dates: {from: January}}]"),
    "of another key": paying("{to: each}", "period: month, of: {metric: team_sales, at_least: 5}, rate: 1%", "close"),
    "ladder as text": file(head="").replace("ladders:\n  grade:", "ladders:\n  x: low\n  grade:"),
    "rank without name": file(head="").replace("- rank: low", "- {rnk: low}"),
    "rank key": file(head="").replace("grace: 2", "grce: 2"),
    "grace": file(head="").replace("grace: 2", "grace: -1"),
}  # fmt: skip


def plain(text):
    return json.loads(to_json(load_plan(text)))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_shipped_plan_fits_the_schema(path):
    assert list(VALIDATOR.iter_errors(plain(path.read_text()))) == []


@pytest.mark.parametrize("name", GOOD)
def test_schema_and_parser_accept(name):
    definition = plain(GOOD[name])
    parse_plan(definition, 2)
    assert list(VALIDATOR.iter_errors(definition)) == []


@pytest.mark.parametrize("name", BAD)
def test_schema_and_parser_refuse(name):
    definition = plain(BAD[name])
    with pytest.raises(PlanError):
        parse_plan(definition, 2)
    assert list(VALIDATOR.iter_errors(definition)) != []


def test_every_word_of_the_registries_stands_in_the_schema():
    from odoo.addons.rc_commission.kernel.rules import BENEFICIARIES, METRICS, MOVES

    words = SCHEMA["$defs"]
    assert sorted(words["pay"]["properties"]["to"]["enum"]) == list(BENEFICIARIES)
    assert sorted(words["metric_name"]["enum"]) == list(METRICS)
    moves = [move["properties"]["do"]["const"] for move in words["move"]["oneOf"]]
    assert sorted(moves) == list(MOVES)


def test_amounts_may_be_numbers_in_json():
    definition = plain(GOOD["settings"])
    for value, is_good in ((0.1, True), (5, True), ("5.00", True), (-1, False), ("x", False)):
        changed = copy.deepcopy(definition)
        changed["point_price"] = value
        assert VALIDATOR.is_valid(changed) is is_good
