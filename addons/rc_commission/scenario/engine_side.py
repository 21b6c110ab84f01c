"""A scenario on the engine alone: a world and a ledger in memory."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_commission.kernel import types as kernel
from odoo.addons.rc_commission.kernel.green import GreenError
from odoo.addons.rc_commission.kernel.plan import parse_plan
from odoo.addons.rc_commission.kernel.replay import CASH, GIFTS, Replay
from odoo.addons.rc_commission.kernel.world import PLACEMENT, World
from odoo.addons.rc_membership.kernel.money import round_half_up

from .catalogue import Item, load_items
from .membership import Memberships
from .money import digits_of
from .types import AS_SPONSOR, Event, Figure, NotAvailable, Person, Refused, Scenario

NAME = "engine"
# what an event or a figure is when the engine alone has no part in it
NOT_MINE = object()
POINTS = {"available": "payable", "pending": "held", "debt": "debt"}


class ScenarioWorld(World):
    """The world in memory, with the months people have been members."""

    def __init__(self, members: Memberships):
        super().__init__()
        self.members = members
        self.today = date.min

    def sum_counts(self, name, person, start, end):
        if name in ("months_in_tier", "retained_months"):
            until = min(self.today, end) if end else self.today
            return Fraction(self.members.months(person, until, name == "months_in_tier"))
        return super().sum_counts(name, person, start, end)


class EngineSide:
    """Plays a scenario; ``play`` does an event, ``read`` answers a figure."""

    name = NAME

    def __init__(self, scenario: Scenario, items: Mapping[str, Item] | None = None):
        self.scenario = scenario
        self.items = items or load_items()
        self.begin = scenario.events[0].today if scenario.events else date.min
        self.members = Memberships(self.items)
        self.shipping: dict[str, Mapping[str, str]] = {}
        self.colleagues: dict[str, str] = {}  # who looks after a member
        self.clicks: dict[str, str] = {}  # visitor → code
        plans = [
            parse_plan(definition, digits_of(definition["currency"]))
            for definition in adopt_currency(scenario)
        ]
        self.replay = Replay(ScenarioWorld(self.members), plans, self.begin)
        for person in scenario.people:
            if not person.signs_up:
                self._add(person, self._joined(person))
        for person in scenario.people:
            if not person.signs_up and person.sponsor:
                self._bind(person.id, person.sponsor, self._joined(person))

    @property
    def world(self) -> World:
        return self.replay.world

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def _joined(self, person: Person) -> date:
        return person.joined.date() if person.joined else self.begin

    def _add(self, person: Person, joined: date) -> None:
        """Put somebody in the world, with the tier, ranks and place they start with."""
        if person.tier:
            self.members.give(person.id, person.tier, joined)
        owns = person.role == "partner"
        self.shipping[person.id] = {} if owns else person.region
        self.world.people[person.id] = kernel.Person(
            id=person.id,
            role=person.role,
            joined=joined,
            number=person.number,
            country=person.country,
            kyc=person.kyc,
            training=frozenset(person.training),
            parent=person.parent,
            manager=person.manager,
            team=person.team,
            regions=person.region if owns else {},
        )
        self._show_tier(person.id)
        if person.placement != AS_SPONSOR:
            self.world.placements[person.id] = person.placement
        if person.side:
            self.world.sides[person.id] = person.side
        for ladder, rank in person.ranks.items():
            self.replay.grant_rank(person.id, ladder, rank, joined)

    def _bind(self, member: str, sponsor: str, on: date) -> None:
        try:
            self.world.bind(member, sponsor, on)
        except ValueError as error:
            raise Refused("cycle") from error

    def _show_tier(self, person: str) -> None:
        """Let the engine see the tier a member has now."""
        known = self.world.people[person]
        running = self.members.running(person)
        self.world.people[person] = replace(
            known, tier=self.members.tier(person), active=running is not None
        )

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def due(self, event: Event) -> None:
        """What is due by now: memberships that ran out (holds are dates)."""
        self.world.today = event.today
        self.members.review(event.today)
        for person in self.members.of:
            self._show_tier(person)

    def play(self, event: Event) -> object:
        """Do an event; :data:`NOT_MINE` if it is none of the engine's.

        :raise Refused: with the code of refusal
        """
        handler: Callable | None = getattr(self, f"_do_{event.do}", None)
        if handler is None:
            return NOT_MINE
        return handler(event, **event.args)

    def _do_advance(self, event: Event) -> None:
        """Only the clock."""

    def _do_touch(self, event: Event, visitor: str, code: str) -> None:
        self._owner(code)
        self.clicks[visitor] = code

    def _do_signup(self, event: Event, who: str, code=None, touch=None) -> None:
        person = self.scenario.person(who)
        text = code or self.clicks.get(touch)
        owner = self._owner(text) if text else person.sponsor
        if owner == who:
            raise Refused("own_code")
        is_new = who not in self.world.people
        if is_new:
            self._add(person, event.today)
        if owner and who not in self.world.sponsors:
            self._bind(who, owner, event.today)
            if text and (colleague := self._colleague(owner)):
                self.colleagues[who] = colleague
        if is_new:
            self.replay.signup(who, event.today)

    def _owner(self, code: str) -> str:
        """Return whose code this is; only people's own codes are known here."""
        owner = code.removeprefix("@")
        if owner == code or owner not in self.world.people:
            raise Refused("unknown_code", f"nobody has the code {code}")
        return owner

    def _colleague(self, owner: str) -> str | None:
        if self.world.people[owner].role == "staff":
            return owner
        return self.colleagues.get(owner)

    def _do_pay(
        self,
        event: Event,
        who: str,
        lines,
        key: str,
        currency=None,
        region=None,
        coupon=None,
        code=None,
        paid=None,
        salesperson=None,
    ) -> None:
        if coupon:
            raise NotAvailable("coupon")
        seller = self._owner(code) if code else self.world.sponsors.get(who)
        if seller == who:
            raise Refused("own_code")
        if salesperson is None:
            salesperson = self.colleagues.get(who)
            if salesperson is None and code:
                salesperson = self._colleague(seller)
        items = [(self._item(line.item), line.quantity, line.amount) for line in lines]
        sale = self._sale(event, key, who, seller, salesperson, items, currency, region)
        self.replay.order(key, sale)
        amount = self.replay.orders[key].total if paid is None else Fraction(paid)
        if amount:
            self._receive(key, amount, event.today)

    def _item(self, code: str) -> Item:
        if code not in self.items:
            raise NotAvailable(f"item {code}")
        return self.items[code]

    def _sale(self, event, key, who, seller, salesperson, items, currency, region) -> kernel.Sale:
        lines = []
        name = currency or self.scenario.currency
        for number, (item, quantity, amount) in enumerate(items, 1):
            if amount is None:
                amount = self._price(item, name, event.today) * quantity
            price = Fraction(amount)
            lines.append(
                kernel.Line(
                    key=f"{key}:{number}",
                    net=price,
                    gross=price,
                    quantity=Fraction(quantity),
                    kind=self.members.kind(who, item),
                    product=item.code,
                    tier=item.tier,
                    category=item.category,
                    cost=Fraction(item.cost * quantity),
                )
            )
        return kernel.Sale(
            key=key,
            order_key=f"order:{key}",
            on=event.today,
            currency=name,
            exchange=self._exchange(name, event.today),
            buyer=who,
            seller=seller,
            salesperson=salesperson,
            lines=tuple(lines),
            regions=region if region is not None else self.shipping.get(who, {}),
        )

    def _price(self, item: Item, currency: str, on: date) -> Decimal:
        return price_of(self.scenario, item.code, currency, on, self.items)

    def _exchange(self, currency: str, on: date) -> dict[str, Fraction]:
        """Return how many of each plan's currency one unit of ``currency`` is worth on a day."""
        own = self._rate(currency, on)
        wanted = {currency, self.scenario.currency} | {p.currency for p in self.replay.plans}
        return {name: self._rate(name, on) / own for name in wanted}

    def _rate(self, currency: str, on: date) -> Fraction:
        return rate_of(self.scenario, currency, on)

    def _receive(self, key: str, amount: Fraction, on: date) -> None:
        """Money arrives: a plan paid in full runs, then awards follow, as in the live inbox."""
        if amount >= self.replay.orders[key].owed:
            self._charge(key, on)
        self.replay.receive(key, amount, on)

    def _charge(self, key: str, on: date) -> None:
        """An order is paid in full: what plans it has run."""
        sale = self.replay.orders[key].sale
        for line in sale.lines:
            if line.tier:
                item = self.items[line.product]
                self.members.charge(sale.buyer, item, int(line.quantity), on, key)
        self._show_tier(sale.buyer)

    def _do_pay_more(self, event: Event, order: str, amount: Decimal) -> None:
        was_owed = self.replay.orders[order].owed
        if was_owed > 0:
            self._receive(order, Fraction(amount), event.today)

    def _do_renew(self, event: Event, who: str, key: str) -> None:
        running = self.members.running(who)
        if running is None:
            raise Refused("not_eligible", f"{who} has no running membership")
        sale = self._sale(
            event,
            key,
            who,
            self.world.sponsors.get(who),
            self.colleagues.get(who),
            [(running.item, 1, None)],
            None,
            None,
        )
        self.replay.order(key, sale)
        self._receive(key, self.replay.orders[key].total, event.today)

    def _do_cancel(self, event: Event, who: str, when: str) -> None:
        running = self.members.running(who)
        if running is None:
            raise Refused("not_eligible", f"{who} has no running membership")
        if when == "now":
            running.state = "cancelled"
        running.is_ending = True
        self._show_tier(who)

    def _do_bounce(self, event: Event, order: str) -> None:
        self._money_gone(order)
        self.replay.bounce(order, event.today)

    def _do_chargeback(self, event: Event, order: str) -> None:
        self._money_gone(order)
        self.replay.chargeback(order, event.today)

    def _do_chargeback_won(self, event: Event, order: str) -> None:
        self.members.give_again(order, event.today)
        self._show_tier(self.replay.orders[order].sale.buyer)
        self.replay.chargeback_won(order, event.today)

    def _do_refund(self, event: Event, order: str, amount: Decimal | None = None) -> None:
        known = self.replay.orders[order]
        credited = sum(note.total for note in known.notes)
        if amount is None or credited + Fraction(amount) >= known.total:
            self._money_gone(order)
        self.replay.refund(order, event.today, None if amount is None else Fraction(amount))

    def _money_gone(self, order: str) -> None:
        self.members.take_back(order)
        self._show_tier(self.replay.orders[order].sale.buyer)

    def _do_close(self, event: Event, period: str) -> None:
        self.replay.close(period, event.today)

    def _do_settle(self, event: Event) -> None:
        self.replay.settle(event.today)

    def _do_grant_rank(self, event: Event, who: str, ranks: Mapping[str, str]) -> None:
        for ladder, rank in ranks.items():
            self.replay.grant_rank(who, ladder, rank, event.today)

    def _do_set_region(self, event: Event, who: str, region: Mapping[str, str]) -> None:
        person = self.world.people[who]
        if person.role == "partner":
            self.world.people[who] = replace(person, regions=region)
        else:
            self.shipping[who] = region

    def _do_mission(self, event: Event, who: str, mission: str) -> None:
        self.replay.mission(who, event.today, f"mission:{mission}:{who}:{event.index}")

    def _do_sell_points(self, event: Event, who: str, amount: int) -> None:
        find_green(self.replay.plans)
        try:
            self.replay.sell_points(who, amount, event.today)
        except GreenError as error:
            raise Refused(error.code) from error

    def _do_pickup(self, event: Event, order: str, point: str) -> None:
        self.replay.pickup(order, point, event.today)

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def read(self, figure: Figure, today: date) -> object:
        """Return a figure, or :data:`NOT_MINE`."""
        reader: Callable | None = getattr(self, f"_read_{figure.subject}", None)
        return NOT_MINE if reader is None else reader(today, *figure.path)

    def _read_cash(self, today: date, who: str, state: str) -> Decimal:
        return pick_currency(self.cash(who, today), self.scenario.currency)[state]

    def cash(self, who: str, today: date) -> dict[str, dict[str, Decimal]]:
        """Return currency → state → amount of somebody."""
        names = dict.fromkeys([self.scenario.currency, *(p.currency for p in self.replay.plans)])
        return {name: self.replay.cash(who, today, name) for name in names}

    def _read_bills(self, today: date, who: str) -> Decimal:
        return sum((self.replay.bills(who, name) for name in self.cash(who, today)), Decimal(0))

    def _read_rank(self, today: date, who: str, ladder: str) -> str | None:
        for plan in self.replay.plans:
            if found := plan.ladder(ladder):
                return self.world.rank(found, who)
        return self.world.ranks.get((ladder, who), (None, ""))[0]

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
        if self.scenario.rules or not self._gives("points") or state not in POINTS:
            return NOT_MINE
        return self.replay.gifts(who, "points", today)[POINTS[state]]

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


# ----------------------------------------------------------------------
# Common to both sides
# ----------------------------------------------------------------------


def rate_of(scenario: Scenario, currency: str, on: date) -> Fraction:
    """Return how many of a currency one unit of the scenario's buys on a day."""
    if currency == scenario.currency:
        return Fraction(1)
    dated = scenario.rates.get(currency)
    if not dated:
        raise Refused("not_available", f"the scenario gives no rate for {currency}")
    past = [day for day in dated if day <= on]
    return Fraction(dated[max(past) if past else min(dated)])


def price_of(
    scenario: Scenario,
    item: str,
    currency: str,
    on: date,
    items: Mapping[str, Item] | None = None,
) -> Decimal:
    """Return the price of one item: its list figure in the scenario's currency, exchanged."""
    figure = (items or load_items())[item].price
    exact = Fraction(figure) * rate_of(scenario, currency, on)
    return round_half_up(exact, digits_of(currency))


def adopt_currency(scenario: Scenario) -> list[Mapping]:
    """Return the definitions in force; without a rate for it a plan pays in the scenario's
    currency."""
    return [
        definition
        if definition.get("currency") in scenario.rates
        else {**definition, "currency": scenario.currency}
        for definition in scenario.definitions.values()
    ]


def pick_currency(cash: Mapping[str, Mapping[str, Decimal]], currency: str):
    """Return the states of the one currency somebody has money in, else of the scenario's."""
    moved = [name for name, states in cash.items() if any(states.values())]
    return cash[moved[0] if len(moved) == 1 else currency]


def find_green(plans, code: str | None = None):
    """Return the plan with green points (of that code)."""
    for plan in plans:
        if plan.green and code in (None, plan.code):
            return plan
    raise Refused("not_available", "no plan in force has green points")


def find_pool(plans, pool: str) -> str:
    """Return a pool's full name: ``<plan>:<pool>``, also if the file gives the second part."""
    if ":" in pool:
        return pool
    names = [
        f"{plan.code}:{pool}"
        for plan in plans
        for rule in plan.rules
        if getattr(rule.beneficiary, "pool", None) == pool
    ]
    if not names:
        raise Refused("not_available", f"no plan in force has the pool {pool}")
    return names[0]
