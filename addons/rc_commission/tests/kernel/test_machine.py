"""A long story of random events, told to the engine and to a small independent reference.

The reference knows nothing of the engine's code: naive lists, everything added up anew for each
question. In CI a few short stories; ``make nightly`` sets RC_MACHINE_SEEDS=50 RC_MACHINE_STEPS=2000.
"""

import os
import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.replay import Replay
from odoo.addons.rc_commission.kernel.types import Line, Person, Sale
from odoo.addons.rc_commission.kernel.world import World

from .builders import plan

SEEDS = int(os.environ.get("RC_MACHINE_SEEDS", 4))
STEPS = int(os.environ.get("RC_MACHINE_STEPS", 250))
BEGIN = date(2026, 1, 1)
HOLD = 10
RULES = [
    {
        "id": "direct",
        "pay": {"to": "sponsor"},
        "rate": {"by": "rank", "ladder": "l", "table": {"low": "10%", "high": "20%"}},
    },
    {"id": "second", "pay": {"to": "sponsor", "level": 2}, "rate": "7%"},
    {"id": "seller", "rate": "3%"},
    {
        "id": "bonus",
        "on": "close",
        "period": "month",
        "pay": {"to": "each"},
        "when": [{"metric": "direct_sales", "at_least": 300}],
        "rate": "50.00",
    },
]
HIGH = {"metric": "direct_paid", "period": "month", "at_least": 2}
KEYS = {
    "hold_days": HOLD,
    "limits": {"per_sale": "25%"},
    "roles": ["promoter"],
    "ladders": {"l": [{"rank": "low"}, {"rank": "high", "all": [HIGH]}]},
}
SPONSORS = {f"s{number}": "top" for number in range(3)}
BUYERS = {f"b{number}": f"s{number % 3}" for number in range(60)}


def cents(value):
    """Half-up to cents, the reference's own way."""
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return whole.quantize(Decimal("0.01"), ROUND_HALF_UP)


class Reference:
    """What must come out, by the words of the specification."""

    def __init__(self):
        self.orders = {}
        self.parts = []  # [payee, payable on, amount] neither settled nor taken back
        self.settled = {}
        self.debt = {}
        self.held_rank = {}
        self.firsts = []  # (day, sponsor, buyer, +1 or -1)
        self.sales = []  # (day, sponsor, amount)
        self.closed = 0

    def rank(self, person):
        return self.held_rank.get(person, "low")

    def direct_paid(self, sponsor, year, month):
        return sum(
            n for d, s, _b, n in self.firsts if s == sponsor and (d.year, d.month) == (year, month)
        )

    def pay(self, key, buyer, total, amount, on):
        order = self.orders.get(key)
        if order is None:
            order = {
                "buyer": buyer,
                "total": total,
                "paid": 0,
                "back": 0,
                "done": {},
                "full": None,
                "first": False,
            }
            self.orders[key] = order
        if order["full"] is None:
            order["full"] = self.awards(buyer, total)
        order["paid"] += amount
        self.changed(order, on)

    def refund(self, key, amount, on):
        order = self.orders[key]
        order["back"] += amount
        self.changed(order, on)

    def awards(self, buyer, total):
        """The full awards: three rates, scaled to a quarter of the sale if they are more."""
        sponsor = BUYERS[buyer]
        percent = {"low": 10, "high": 20}[self.rank(sponsor)]
        full = [(sponsor, "direct", percent), ("top", "second", 7), (sponsor, "seller", 3)]
        amounts = [cents(Fraction(total * rate, 100 * 100)) for _p, _r, rate in full]
        ceiling = Decimal(total // 4) / 100
        if sum(amounts) > ceiling:
            amounts = self.scaled(amounts, ceiling)
        return [(who, rule, amount) for (who, rule, _rate), amount in zip(full, amounts)]

    @staticmethod
    def scaled(amounts, ceiling):
        exact = [Fraction(a) * Fraction(ceiling) / Fraction(sum(amounts)) for a in amounts]
        units = [int(e * 100) for e in exact]
        missing = int(ceiling * 100) - sum(units)
        by_rest = sorted(range(len(units)), key=lambda i: (units[i] - exact[i] * 100, i))
        for index in by_rest[:missing]:
            units[index] += 1
        return [Decimal(unit) / 100 for unit in units]

    def changed(self, order, on):
        kept = order["paid"] - order["back"]
        share = Fraction(kept, order["total"])
        for who, rule, amount in order["full"]:
            due = cents(Fraction(amount) * share)
            self.post(who, order, rule, due - order["done"].get((who, rule), Decimal(0)), on)
            order["done"][who, rule] = due
        sponsor = BUYERS[order["buyer"]]
        before = order.get("share", Fraction(0))
        self.sales.append((on, sponsor, Fraction(order["total"], 100) * (share - before)))
        order["share"] = share
        self.count_first(order, sponsor, on)

    def count_first(self, order, sponsor, on):
        """A buyer counts from the first order that is fully paid until all of it is refunded."""
        is_done = order["paid"] == order["total"] and order["back"] < order["total"]
        counted = sum(n for _d, _s, b, n in self.firsts if b == order["buyer"])
        if is_done and not order.get("is_done") and not counted:
            self.firsts.append((on, sponsor, order["buyer"], 1))
            order["first"] = True
        elif not is_done and order["first"]:
            self.firsts.append((on, sponsor, order["buyer"], -1))
            order["first"] = False
        order["is_done"] = is_done
        if self.direct_paid(sponsor, on.year, on.month) >= 2:
            self.held_rank[sponsor] = "high"

    def post(self, who, order, rule, delta, on):
        if delta > 0:
            self.parts.append([who, on + timedelta(days=HOLD), delta, (id(order), rule)])
        left = -delta
        mine = [part for part in self.parts if part[3] == (id(order), rule) and part[2] > 0]
        for part in sorted(mine, key=lambda part: part[1], reverse=True):
            taken = min(left, part[2]) if left > 0 else Decimal(0)
            part[2] -= taken
            left -= taken
        if left > 0:
            self.debt[who] = self.debt.get(who, Decimal(0)) + left

    def close(self, year, month):
        end = date(year + month // 12, month % 12 + 1, 1)
        for person in ("top", *SPONSORS):
            total = sum(
                (a for d, s, a in self.sales if s == person and (d.year, d.month) == (year, month)),
                Fraction(0),
            )
            if total >= 300:
                self.parts.append([person, end + timedelta(days=HOLD), Decimal("50.00"), end])
        for person in SPONSORS:
            was = self.direct_paid(person, year, month) >= 2
            already = self.direct_paid(person, end.year, end.month) >= 2
            if not (was or already):
                self.held_rank[person] = "low"

    def settle(self, today):
        for person in ("top", *SPONSORS):
            payable = sum(
                (p[2] for p in self.parts if p[0] == person and p[1] <= today), Decimal(0)
            )
            if payable > 0:
                netted = min(self.debt.get(person, Decimal(0)), payable)
                self.debt[person] = self.debt.get(person, Decimal(0)) - netted
                self.settled[person] = self.settled.get(person, Decimal(0)) + payable - netted
                self.parts = [p for p in self.parts if p[0] != person or p[1] > today]

    def state(self, person, today):
        mine = [part for part in self.parts if part[0] == person]
        state = {
            "held": sum((p[2] for p in mine if p[1] > today), Decimal(0)),
            "payable": sum((p[2] for p in mine if p[1] <= today), Decimal(0)),
            "settled": self.settled.get(person, Decimal(0)),
            "debt": self.debt.get(person, Decimal(0)),
        }
        state["accrued"] = state["held"] + state["payable"] + state["settled"] - state["debt"]
        return state


class Machine:
    """Both sides, fed with the same events."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        people = [Person("top", "promoter")]
        people += [Person(name, "promoter", number=i + 1) for i, name in enumerate(SPONSORS)]
        people += [Person(name, number=i + 9) for i, name in enumerate(BUYERS)]
        self.plan = plan(RULES, **KEYS)
        self.replay = Replay(World(people, {**SPONSORS, **BUYERS}), [self.plan], BEGIN)
        self.reference = Reference()
        self.today = BEGIN
        self.closed = (2026, 1)
        self.number = 0

    def step(self):
        names = ["pay"] * 6 + [
            "pay_part",
            "pay_more",
            "refund",
            "refund",
            "wait",
            "wait",
            "settle",
            "close",
        ]
        name = self.random.choice(names)
        getattr(self, name)()
        return name

    def new(self, part):
        self.number += 1
        key, buyer = f"o{self.number}", self.random.choice(list(BUYERS))
        total = self.random.choice([1, 7, 99, 2500, 5001, 12345])
        amount = total if part is None else max(1, total * part // 10)
        net = Fraction(total, 100)
        line = Line(f"l{self.number}", net, net)
        one = {"USD": Fraction(1)}
        seller = BUYERS[buyer]
        self.replay.order(key, Sale(key, key, self.today, "USD", one, buyer, seller, None, (line,)))
        self.replay.receive(key, Fraction(amount, 100), self.today)
        self.reference.pay(key, buyer, total, amount, self.today)

    def pay(self):
        self.new(None)

    def pay_part(self):
        self.new(self.random.randint(1, 9))

    def pay_more(self):
        open_ = [
            k for k, o in self.reference.orders.items() if o["paid"] < o["total"] and not o["back"]
        ]
        if open_:
            key = self.random.choice(open_)
            order = self.reference.orders[key]
            amount = self.random.randint(1, order["total"] - order["paid"])
            self.replay.receive(key, Fraction(amount, 100), self.today)
            self.reference.pay(key, order["buyer"], order["total"], amount, self.today)

    def refund(self):
        """Of orders that are paid: the whole of what is left, or a part of it."""
        paid = [
            k
            for k, o in self.reference.orders.items()
            if o["paid"] == o["total"] and o["back"] < o["total"]
        ]
        if paid:
            key = self.random.choice(paid[-12:])
            order = self.reference.orders[key]
            left = order["total"] - order["back"]
            amount = self.random.choice([left, self.random.randint(1, left)])
            self.replay.refund(key, self.today, Fraction(amount, 100))
            self.reference.refund(key, amount, self.today)

    def wait(self):
        self.today += timedelta(days=self.random.choice([0, 1, 2, 9]))

    def settle(self):
        self.replay.settle(self.today)
        self.reference.settle(self.today)

    def close(self):
        self.replay.close("month", self.today)
        while self.closed < (self.today.year, self.today.month):
            year, month = self.closed
            self.reference.close(year, month)
            self.closed = (year + month // 12, month % 12 + 1)

    def check(self):
        for person in ("top", *SPONSORS):
            expected = self.reference.state(person, self.today)
            state = self.replay.cash(person, self.today, "USD")
            assert self.replay.world.rank(self.plan.ladder("l"), person) == self.reference.rank(
                person
            )
            assert {name: state[name] for name in expected} == expected, person
            assert all(amount >= 0 for name, amount in state.items() if name != "accrued")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_engine_and_reference_agree_after_every_step(seed):
    machine = Machine(seed)
    done = set()
    for _number in range(STEPS):
        done.add(machine.step())
        machine.check()
        done |= set(machine.reference.held_rank.values())
    # a story in which something never happened would show nothing about it
    actions = {"pay", "pay_part", "pay_more", "refund", "wait", "settle", "close"}
    assert done == actions | {"high", "low"}
