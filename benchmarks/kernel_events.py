"""How many events a second the engine works off, beside a loop of the same exact arithmetic.

    python benchmarks/kernel_events.py [--events 5000]

Measured as a ratio in one run: the loop multiplies and rounds what the engine pays (three rules on
two levels), with nothing of the engine around it. Goal: at most 30 times the loop. Then a replay of
growing size: seconds per event must not grow with the number of events.
"""

import argparse
import sys
import time
import types
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).parents[1]


def _stand_in(name: str, *folders: Path) -> None:
    """Let the kernel be imported without Odoo, as the kernel tests do."""
    module = types.ModuleType(name)
    module.__path__ = [str(folder) for folder in folders]
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


_stand_in("odoo")
_stand_in("odoo.addons")
for _addon in ("rc_membership", "rc_commission"):
    _stand_in(f"odoo.addons.{_addon}", ROOT / "addons" / _addon)

from odoo.addons.rc_commission.kernel.engine import Engine  # noqa: E402
from odoo.addons.rc_commission.kernel.facts import make_facts  # noqa: E402
from odoo.addons.rc_commission.kernel.plan import parse_plan  # noqa: E402
from odoo.addons.rc_commission.kernel.received import ShareStep  # noqa: E402
from odoo.addons.rc_commission.kernel.types import Line, Person, Sale  # noqa: E402
from odoo.addons.rc_commission.kernel.world import World  # noqa: E402
from odoo.addons.rc_membership.kernel.money import round_half_up  # noqa: E402

PLAN = {
    "plan": "bench",
    "name": "Bench",
    "currency": "USD",
    "rules": [
        {"id": "direct", "on": "payment", "pay": {"to": "sponsor", "level": 1}, "rate": "10%"},
        {"id": "second", "on": "payment", "pay": {"to": "sponsor", "level": 2}, "rate": "5%"},
        {"id": "seller", "on": "payment", "pay": {"to": "seller"}, "rate": "2.5%"},
    ],
}
RANKED = {
    **PLAN,
    "ladders": {
        "l": [
            {"rank": "low"},
            {"rank": "mid", "any": [{"metric": "direct_paid", "period": "month", "at_least": 10}]},
        ]
    },
    "rules": [
        *PLAN["rules"],
        {
            "id": "rank",
            "on": "payment",
            "pay": {"to": "sponsor"},
            "rate": {"by": "rank", "ladder": "l", "table": {"low": "1%", "mid": "2%"}},
        },
    ],
}
DAY = date(2026, 1, 1)
ONE = {"USD": Fraction(1)}


def make_world(buyers: int, direct: int = 100) -> World:
    """A sponsor has ``direct`` buyers, a hundred sponsors have one above them."""
    people = [Person(f"b{number}") for number in range(buyers)]
    world = World(people)
    for number in range(buyers):
        sponsor = f"s{number // direct}"
        upper = f"u{number // direct // 100}"
        for person in (sponsor, upper):
            world.people.setdefault(person, Person(person, "promoter"))
        world.sponsors[f"b{number}"] = sponsor
        world.sponsors[sponsor] = upper
    return world


def make_sales(count: int) -> list[Sale]:
    return [
        Sale(
            key=f"m{number}",
            order_key=f"o{number}",
            on=DAY + timedelta(days=number * 300 // count),
            currency="USD",
            exchange=ONE,
            buyer=f"b{number}",
            seller=f"s{number // 100}",
            salesperson=None,
            lines=(Line(f"l{number}", Fraction(2500 + number % 997, 100), Fraction(25)),),
        )
        for number in range(count)
    ]


def run_loop(sales: list[Sale]) -> float:
    """The arithmetic alone: exchange, rate, half-up, three times."""
    rates = [Fraction(1, 10), Fraction(1, 20), Fraction(1, 40)]
    begin = time.perf_counter()
    for sale in sales:
        for line in sale.lines:
            for rate in rates:
                round_half_up(line.net * sale.exchange["USD"] * rate, 2)
    return time.perf_counter() - begin


def run_credit(sales: list[Sale], definition: dict) -> float:
    engine, plans = Engine(make_world(len(sales))), [parse_plan(definition, 2)]
    begin = time.perf_counter()
    for sale in sales:
        engine.credit(sale, plans)
    return time.perf_counter() - begin


def run_replay(sales: list[Sale], definition: dict, direct: int) -> float:
    """Credit, facts, ranks: all that an event changes."""
    world = make_world(len(sales), direct)
    engine, plans = Engine(world), [parse_plan(definition, 2)]
    begin = time.perf_counter()
    for sale in sales:
        engine.credit(sale, plans)
        steps = [ShareStep(sale.on, {line.key: Fraction(1) for line in sale.lines})]
        engine.advance(make_facts(sale, steps, world, sale.on), plans, sale.on, sale)
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=5000)
    count = parser.parse_args().events
    sales = make_sales(count)
    run_loop(sales)
    loop, credit = min(run_loop(sales) for _ in range(3)), run_credit(sales, PLAN)
    print(f"{count} events, 3 rules, 2 levels")
    print(f"  exact multiplications alone: {loop:8.3f} s")
    print(f"  the engine's awards:         {credit:8.3f} s  = {credit / loop:.1f} times (goal 30)")
    print(f"  {count / credit:,.0f} events a second")
    for name, definition, direct in (
        ("plain", PLAN, 100),
        ("with ranks by a monthly figure", RANKED, 100),
        ("with ranks, everybody sponsored by one", RANKED, 10**9),
    ):
        print(f"replay, {name}: microseconds an event")
        for size in (count // 4, count, count * 4):
            took = run_replay(make_sales(size), definition, direct)
            print(f"  {size:8d} events: {took / size * 1e6:8.1f}")


if __name__ == "__main__":
    main()
