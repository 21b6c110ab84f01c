"""Packages for the engine alone: what a paid package gives, by the same kernel as the live side.

Packages, levels and promotions are read from the addons' own data files.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from odoo.addons.rc_membership.kernel.packages import (
    Offer,
    Points,
    check_limits,
    decide_points,
    is_in_first_days,
    kept_points,
    reached_rate,
    review_reasons,
    step_points,
)
from odoo.addons.rc_membership.kernel.periods import calendar_period

from .catalogue import ADDONS, read_records

STEP = re.compile(r"'threshold': ([\d.]+), '(?:percent|points)': ([\d.]+)")
DATED = ("holiday", "anniversary", "price_cut")
# promotions that are on in a scenario only if its ``rules`` name them
NAMED_ONLY = ("board", "invited_friend")
# settings of the platform's program as they are shipped
LIMITS = {"day": Fraction(50000), "month": Fraction(200000), "year": Fraction(1000000)}
REVIEW_ABOVE, REVIEW_COUNT, REVIEW_SECONDS = Fraction(10000), 5, 3600


@dataclass(frozen=True, slots=True)
class Package:
    code: str
    points: int
    bonus_rate: Fraction
    rank: str | None
    has_promotions: bool


@dataclass(slots=True)
class Promotion:
    kind: str
    rate: Fraction
    steps: Mapping[Fraction, Fraction]
    first_days: int = 0
    packages: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None

    def runs(self, day: date, package: str) -> bool:
        if self.kind in DATED and self.start is None and self.end is None:
            return False
        if self.packages and package not in self.packages:
            return False
        return (not self.start or self.start <= day) and (not self.end or day < self.end)


@dataclass(slots=True)
class Purchase:
    who: str
    package: Package
    amount: Fraction
    at: datetime
    offer: Offer
    points: Points
    group: str | None = None
    state: str = "granted"
    given: int = 0  # bought and bonus points that stand
    kept: Fraction = Fraction(1)


@dataclass(slots=True)
class Purse:
    available: int = 0
    debt: int = 0

    def move(self, points: int) -> None:
        """Bonus and bought points come in; what is taken back and was spent becomes debt."""
        self.available += points
        if self.available < 0:
            self.debt -= self.available
            self.available = 0


@dataclass(frozen=True, slots=True)
class Shop:
    packages: Mapping[str, Package]
    levels: Mapping[str, Fraction]
    promotions: Mapping[str, Mapping]


@lru_cache
def load_shop(addons: Path = ADDONS) -> Shop:
    """Return the packages, levels and promotions of the data files."""
    records = read_records(addons)
    packages, levels, promotions, names = {}, {}, {}, {}
    for xmlid, record in records.items():
        if record["model"] == "rc.package":
            names[xmlid.rpartition(".")[2]] = record["code"]
            packages[record["code"]] = Package(
                record["code"],
                int(record["points"]),
                Fraction(record.get("bonus_percent") or 0) / 100,
                record.get("rank_code") or None,
                record.get("has_promotions") != "False",
            )
        elif record["model"] == "rc.package.level":
            levels[record["rank_code"]] = Fraction(record["bonus_percent"]) / 100
    for record in records.values():
        if record["model"] == "rc.package.promotion":
            wanted = re.findall(r"ref\('(\w+)'\)", record.get("package_ids", ""))
            promotions[record["code"]] = {
                "kind": record["kind"],
                "rate": Fraction(record.get("percent") or 0) / 100,
                "steps": {
                    Fraction(threshold): Fraction(value)
                    for threshold, value in STEP.findall(record.get("step_ids", ""))
                },
                "first_days": int(record.get("first_days") or 0),
                "packages": tuple(names[name] for name in wanted),
            }
    return Shop(packages, levels, promotions)


class Packages:
    """Everybody's packages and the points of them.

    :param named: codes of promotions a scenario names in its ``rules``
    """

    def __init__(self, named=()):
        self.shop = load_shop()
        self.promotions = {
            code: Promotion(**values)
            for code, values in self.shop.promotions.items()
            if code not in NAMED_ONLY or code in named
        }
        self.purses: dict[str, Purse] = defaultdict(Purse)
        self.bought: dict[str, list[Purchase]] = {}  # order → its purchases
        self.ordered: list[tuple[str, date, Fraction]] = []  # who, day, amount of confirmed orders
        self.groups: dict[str, datetime] = {}  # code → its end
        self.steps: dict[tuple[str, date], int] = {}

    # ------------------------------------------------------------------
    # Before anything is paid
    # ------------------------------------------------------------------

    def price_rate(self, package: str, on: date) -> Fraction:
        """Return the part of the price that is left on a day."""
        cuts = [
            p.rate
            for p in self.promotions.values()
            if p.kind == "price_cut" and p.runs(on, package)
        ]
        return 1 - max(cuts, default=Fraction(0))

    def order(self, who: str, on: date, amount: Fraction) -> bool:
        """Note a confirmed order of packages; False where it passes a limit."""
        before = [(day, value) for person, day, value in self.ordered if person == who]
        if check_limits(before, on, amount, LIMITS):
            return False
        self.ordered.append((who, on, amount))
        return True

    # ------------------------------------------------------------------
    # An order was paid in full
    # ------------------------------------------------------------------

    def charge(self, order, who, lines, at, joined, level, group=None) -> dict[str, int]:
        """Give what paid packages give; return person → points that were given now.

        :param lines: (package code, quantity, amount)
        :param level: rank of the ladder patron the buyer holds
        """
        mine = [p for ps in self.bought.values() for p in ps if p.who == who]
        is_first = not mine
        new = [self._decide(who, line, at, joined, level, is_first, group) for line in lines]
        self.bought[order] = new
        recent = {
            key
            for key, purchases in self.bought.items()
            for p in purchases
            if p.who == who and 0 <= (at - p.at).total_seconds() < REVIEW_SECONDS
        }
        total = sum((p.amount for p in new), Fraction(0))
        if review_reasons(total, REVIEW_ABOVE, len(recent), REVIEW_COUNT):
            for purchase in new:
                purchase.state = "review"
            return {}
        given: dict[str, int] = defaultdict(int)
        for purchase in new:
            self._give(purchase, purchase.points.total, given)
        self._sync_steps(who, at.date(), given)
        if group:
            self._review_group(group, given)
        return given

    def _decide(self, who, line, at, joined, level, is_first, group) -> Purchase:
        code, quantity, amount = line
        package = self.shop.packages[code]
        rates, on = {}, at.date()
        if package.has_promotions:
            for name, promotion in self._running(on, code):
                rates[name] = self._rate(promotion, quantity, is_first, joined, on, 0)
        offer = Offer(
            package.points,
            package.bonus_rate,
            quantity,
            level,
            self.shop.levels.get(level, Fraction(0)) if package.has_promotions else Fraction(0),
            {name: rate for name, rate in rates.items() if rate},
            package.has_promotions
            and any(p.kind == "anniversary" for _name, p in self._running(on, code)),
        )
        return Purchase(who, package, amount, at, offer, decide_points(offer), group)

    def _running(self, on: date, code: str):
        return [(name, p) for name, p in self.promotions.items() if p.runs(on, code)]

    def _rate(self, promotion, quantity, is_first, joined, on, people) -> Fraction:
        steps = {int(count): value / 100 for count, value in promotion.steps.items()}
        if promotion.kind == "first_purchase":
            holds = is_first and is_in_first_days(joined, on, promotion.first_days)
            return promotion.rate if holds else Fraction(0)
        if promotion.kind == "holiday":
            return promotion.rate
        if promotion.kind == "quantity":
            return reached_rate(quantity, steps)
        if promotion.kind == "group":
            return reached_rate(people, steps)
        return Fraction(0)

    def _give(self, purchase: Purchase, points: int, given: dict[str, int]) -> None:
        change = points - purchase.given
        purchase.given = points
        if change:
            self.purses[purchase.who].move(change)
            given[purchase.who] += change

    def _review_group(self, group: str, given: dict[str, int]) -> None:
        members = [
            p
            for ps in self.bought.values()
            for p in ps
            if p.group == group and p.state == "granted" and p.given
        ]
        people = len({p.who for p in members})
        for purchase in members:
            rates = {
                name: self._rate(promotion, 0, False, None, None, people)
                for name, promotion in self._running(purchase.at.date(), purchase.package.code)
                if promotion.kind == "group"
            }
            old = purchase.offer
            offer = Offer(
                old.points,
                old.bonus_rate,
                old.quantity,
                old.level,
                old.level_rate,
                {**old.promotions, **{name: rate for name, rate in rates.items() if rate}},
                old.is_anniversary,
            )
            points = decide_points(offer)
            if points.total > purchase.points.total and purchase.kept == 1:
                purchase.offer, purchase.points = offer, points
                self._give(purchase, points.total, given)

    def _sync_steps(self, who: str, on: date, given: dict[str, int]) -> None:
        month = calendar_period(on, "month")
        amount = sum(
            (
                p.amount * p.kept
                for ps in self.bought.values()
                for p in ps
                if p.who == who and p.state == "granted" and p.at.date() in month
            ),
            Fraction(0),
        )
        due = sum(
            step_points(amount, {k: int(v) for k, v in promotion.steps.items()})
            for promotion in self.promotions.values()
            if promotion.kind == "month_steps"
        )
        change = due - self.steps.get((who, month.start), 0)
        self.steps[who, month.start] = due
        if change:
            self.purses[who].move(change)
            given[who] += change

    # ------------------------------------------------------------------
    # The money of an order went back, or came again
    # ------------------------------------------------------------------

    def follow(self, order: str, kept: Fraction) -> dict[str, int]:
        """Let points follow the part of an order's price that stands."""
        given: dict[str, int] = defaultdict(int)
        for purchase in self.bought.get(order, ()):
            if purchase.state != "granted":
                continue
            purchase.kept = kept
            bought = kept_points(purchase.points.bought, kept)
            bonus = kept_points(purchase.points.bonus, kept)
            self._give(purchase, bought + bonus, given)
            self._sync_steps(purchase.who, purchase.at.date(), given)
        return given
