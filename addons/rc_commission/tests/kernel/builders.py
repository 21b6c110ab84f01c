"""Small worlds for kernel tests."""

from datetime import date
from fractions import Fraction
from pathlib import Path

from odoo.addons.rc_commission.kernel.plan import parse_plan
from odoo.addons.rc_commission.kernel.plan_file import load_plan
from odoo.addons.rc_commission.kernel.types import Line, Person, Sale
from odoo.addons.rc_commission.kernel.world import World

PLANS = Path(__file__).parents[2] / "plans"
DAY = date(2026, 1, 5)


def shipped(code, digits=2):
    return parse_plan(load_plan((PLANS / f"{code}.yaml").read_text()), digits)


def plan(rules, digits=2, **keys):
    """A plan of the given rules; each rule's id is its place unless given."""
    full = [
        {"id": f"r{i}", "on": "payment", "pay": {"to": "seller"}, **rule}
        for i, rule in enumerate(rules)
    ]
    definition = {"plan": "test", "name": "Test", "currency": "USD", **keys, "rules": full}
    return parse_plan(definition, digits)


def line(number=1, net="25.00", **values):
    net = Fraction(net)
    return Line(key=f"account.move.line:{number}", net=net, gross=net, **values)


def sale(*lines, **values):
    defaults = {
        "key": "account.move:1",
        "order_key": "sale.order:1",
        "on": DAY,
        "currency": "USD",
        "exchange": {"USD": Fraction(1)},
        "buyer": "buyer",
        "seller": "seller",
        "salesperson": None,
    }
    return Sale(**{**defaults, **values}, lines=lines or (line(),))


def network(uplines=(), **roles):
    """People with their roles; ``uplines`` are the buyer's sponsors, nearest first."""
    people = {"buyer": "member", "seller": "partner", **roles}
    line = ("buyer", *uplines)
    return World(
        [Person(name, role, number=number) for number, (name, role) in enumerate(people.items())],
        sponsors=dict(zip(line, line[1:], strict=False)),
    )


def amounts(outcome):
    """(rule, payee) → amounts of its awards, as texts."""
    found = {}
    for award in outcome.awards:
        found.setdefault((award.rule, award.payee), []).append(str(award.amount))
    return found
