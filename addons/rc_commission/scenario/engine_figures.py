"""What the engine alone says: cash, bills, ranks, places, pools, points, and why."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from ..kernel.replay import CASH, GIFTS, Replay
from ..kernel.world import PLACEMENT, World
from .common import NOT_MINE, find_green, find_pool, pick_currency
from .engine_earning import CASH_RULES
from .membership import Memberships
from .packages import Packages
from .types import Figure, Scenario
from .vocabulary import POINT_EVENTS

POINTS = {"available": "payable", "pending": "held", "debt": "debt"}


class EngineFigures:
    """Reads figures of a replay."""

    scenario: Scenario
    replay: Replay
    members: Memberships
    packages: Packages

    @property
    def world(self) -> World:
        return self.replay.world

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def read_figure(self, figure: Figure, today: date) -> object:
        """Return a figure, or :data:`NOT_MINE`."""
        reader: Callable | None = getattr(self, f"_read_{figure.subject}", None)
        return NOT_MINE if reader is None else reader(today, *figure.path)

    @property
    def knows_cash(self) -> bool:
        """False where rewards give cash: they are no part of a plan."""
        return not set(self.scenario.rules) & CASH_RULES

    def _read_cash(self, today: date, who: str, state: str) -> object:
        if not self.knows_cash:
            return NOT_MINE
        return pick_currency(self.cash(who, today), self.scenario.currency)[state]

    def cash(self, who: str, today: date) -> dict[str, dict[str, Decimal]]:
        """Return currency → state → amount of somebody."""
        names = dict.fromkeys([self.scenario.currency, *(p.currency for p in self.replay.plans)])
        return {name: self.replay.cash(who, today, name) for name in names}

    def _read_bills(self, today: date, who: str) -> object:
        if not self.knows_cash:
            return NOT_MINE
        return sum((self.replay.bills(who, name) for name in self.cash(who, today)), Decimal(0))

    def _read_rank(self, today: date, who: str, ladder: str) -> object:
        """A rank of a plan's ladder; those of members' own ladders are not the engine's."""
        for plan in self.replay.plans:
            if found := plan.ladder(ladder):
                return self.world.rank(found, who)
        return NOT_MINE

    def _read_tier(self, today: date, who: str) -> str:
        return self.members.tier(who)

    def _read_placement(self, today: date, who: str) -> str | None:
        return self.world.above(PLACEMENT, who)

    def _read_sponsor(self, today: date, who: str) -> str | None:
        return self.world.sponsors.get(who)

    def _read_pool(self, today: date, pool: str) -> Decimal:
        return self.world.pool(find_pool(self.replay.plans, pool))

    def _read_price(self, today: date, plan: str | None = None) -> Decimal:
        found = find_green(self.replay.plans, plan)
        return next(book for book in self.replay.green.values() if book.plan is found).price()

    def _read_points(self, today: date, who: str, state: str) -> object:
        for book in self.replay.green.values():
            return Decimal(book.held.get(who, 0) if state == "available" else 0)
        is_known = self._gives("points") or self.packages.bought
        if self.scenario.rules or not is_known or state not in POINTS or self._moves_points(who):
            return NOT_MINE
        points = self.replay.gifts(who, "points", today)[POINTS[state]]
        purse = self.packages.purses[who]
        return points + {"available": purse.available, "debt": purse.debt}.get(state, 0)

    def _moves_points(self, who: str) -> bool:
        """What somebody spends is the ledger's to know: lots, limits, locks."""
        events = (e for e in self.scenario.events if e.do in POINT_EVENTS and not e.fails)
        return any(event.args["who"] == who for event in events)

    def _gives(self, what: str) -> bool:
        return any(rule.give == what for plan in self.replay.plans for rule in plan.rules)

    # ------------------------------------------------------------------
    # Why
    # ------------------------------------------------------------------

    def explain(self, figure: Figure, today: date) -> list[str]:
        """Return what the engine awarded to the person of a figure, line by line."""
        if figure.subject not in ("cash", "bills", "points"):
            return []
        who = figure.path[0]
        lines = []
        for booked in self.replay.awards_of(who):
            award = booked.award
            what = award.give if award.give in GIFTS else CASH
            lines.append(
                f"{award.on}: {award.plan}.{award.rule} on {award.line}: full award "
                f"{award.amount} {what}, due {booked.total} ({_how(award.explanation)})"
            )
        for _plan, outcome in self.replay.outcomes:
            lines += [
                f"nothing by {skip.plan}.{skip.rule} on {skip.line}: {skip.code}"
                f"{_values(skip.values)}"
                for skip in outcome.skips
                if skip.payee == who
            ]
        return lines


def _how(explanation: Mapping) -> str:
    basis = explanation.get("basis") or {}
    rate = explanation.get("rate") or {}
    parts = [f"basis {basis.get('amount')} {basis.get('of', '')}".strip()] if basis else []
    parts += [f"{key} {value}" for key, value in rate.items() if value not in (None, [], {})]
    parts += [f"limit {limit}" for limit in explanation.get("limits", ())]
    return ", ".join(parts)


def _values(values: Mapping) -> str:
    text = ", ".join(f"{key} {value}" for key, value in values.items())
    return f" ({text})" if text else ""
