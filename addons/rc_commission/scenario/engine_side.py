"""A scenario on the engine alone: a world and a ledger in memory."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import round_half_up

from ..kernel import types as kernel
from ..kernel.green import GreenError
from ..kernel.plan import parse_plan
from ..kernel.replay import Replay
from ..kernel.world import World
from .catalogue import Item, load_items
from .common import NOT_MINE, adopt_currency, find_green, price_of, rate_of
from .engine_attribution import Attribution, Evidence
from .engine_codes import RedeemsCodes
from .engine_earning import Earning
from .engine_figures import EngineFigures
from .engine_life import Life
from .engine_members import Members
from .engine_packages import BuysPackages
from .membership import Memberships
from .money import digits_of
from .packages import Packages
from .types import AS_SPONSOR, Event, NotAvailable, Person, Refused, Scenario

NAME = "engine"
CODED = ("typed_code", "coupon", "link")  # evidence that has a code, and so a colleague


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


class EngineSide(Attribution, Earning, Life, Members, BuysPackages, RedeemsCodes, EngineFigures):
    """Plays a scenario; ``play`` does an event, ``read_figure`` answers a figure."""

    name = NAME

    def __init__(self, scenario: Scenario, items: Mapping[str, Item] | None = None):
        self.scenario = scenario
        self.items = items or load_items()
        self.begin = scenario.events[0].today if scenario.events else date.min
        self.members = Memberships(self.items)
        self.worth: dict[str, Fraction] = {}  # of a change of plan: its price before the credit
        self.renewed: set[str] = set()  # orders that bill the next period
        self.shipping: dict[str, Mapping[str, str]] = {}
        self.colleagues: dict[str, str] = {}  # who looks after a member
        self.evidence = Evidence()
        self.decisions: dict[str, tuple[str, str | None]] = {}  # order → evidence, winner
        self.open_codes: dict[str, tuple] = {}  # text → (buyer, item, first day it is refused)
        self.check_ins, self.cards, self.gifts = {}, {}, []
        self.packages = Packages(scenario.rules)
        self.group_of: dict[str, str | None] = {}  # order → the group it is bought in
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
        self._give_gifts(event.today)
        for person in self.members.known():
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

    def _do_touch(self, event: Event, visitor: str, code: str, count: int = 1) -> None:
        self.evidence.touches.setdefault(visitor, []).append((event.at, self._owner(code)))

    def _do_signup(self, event: Event, who: str, code=None, touch=None) -> None:
        person = self.scenario.person(who)
        owner = self._owner(code) if code else self._decide_signup(who, touch, event.at)
        came_by = bool(code or touch) and owner
        if owner == who:
            raise Refused("own_code")
        if not (code or touch):
            owner = person.sponsor
        is_new = who not in self.world.people
        if is_new:
            self._add(person, event.today)
        if owner and who not in self.world.sponsors:
            self._bind(who, owner, event.today)
            if came_by and (colleague := self._colleague(owner)):
                self.colleagues[who] = colleague
        self.evidence.signed_up.setdefault(who, event.at)
        if code:
            self.evidence.typed[who] = (event.at, owner)
        if touch:
            self.evidence.visitors[who] = touch
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
        touch=None,
    ) -> None:
        owner = self._owner(code) if code else None
        if owner == who:
            raise Refused("own_code")
        if salesperson and self.world.people[salesperson].role != "staff":
            raise Refused("not_eligible", f"{salesperson} is not staff")
        seller, sellers = self._decide_order(event, key, who, code, coupon, touch, salesperson)
        if salesperson is None:
            salesperson = self.colleagues.get(who)
            if salesperson is None and seller and self.decisions[key][0] in CODED:
                salesperson = self._colleague(seller)
        items = [(self._item(line.item), line.quantity, line.amount) for line in lines]
        items = self._less_coupon(items, coupon, currency or self.scenario.currency, event.today)
        sale = self._sale(event, key, who, seller, salesperson, items, currency, region)
        sale = replace(sale, sellers=sellers)
        self._order_packages(sale)
        self.replay.order(key, sale)
        amount = self.replay.orders[key].total if paid is None else Fraction(paid)
        if amount:
            self._receive(key, amount, event)

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
                    kind="package" if item.package else self.members.kind(who, item),
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
        price = price_of(self.scenario, item.code, currency, on, self.items)
        if item.package:
            rate = self.packages.price_rate(item.package, on)
            price = round_half_up(Fraction(price) * rate, digits_of(currency))
        return price

    def _exchange(self, currency: str, on: date) -> dict[str, Fraction]:
        """Return how many of each plan's currency one unit of ``currency`` is worth on a day."""
        own = self._rate(currency, on)
        wanted = {currency, self.scenario.currency} | {p.currency for p in self.replay.plans}
        return {name: self._rate(name, on) / own for name in wanted}

    def _rate(self, currency: str, on: date) -> Fraction:
        return rate_of(self.scenario, currency, on)

    def _receive(self, key: str, amount: Fraction, event: Event) -> None:
        """Money arrives: a plan or package paid in full gives what it gives, then awards follow, as
        in the live inbox."""
        is_paid = amount >= self.replay.orders[key].owed
        if is_paid:
            self._charge(key, event.today)
            self._charge_packages(key, self.replay.orders[key].sale, event)
        self.replay.receive(key, amount, event.today)
        if is_paid:
            self._give_package_ranks(key, event.today)

    def _charge(self, key: str, on: date) -> None:
        """An order is paid in full: what plans it has run."""
        sale = self.replay.orders[key].sale
        for line in sale.lines:
            if line.tier:
                item = self.items[line.product]
                worth = self.worth.get(key, line.gross)
                count, is_next = int(line.quantity), key in self.renewed
                self.members.charge(sale.buyer, item, count, on, key, worth, is_next)
        self._show_tier(sale.buyer)

    def _do_pay_more(self, event: Event, order: str, amount: Decimal) -> None:
        was_owed = self.replay.orders[order].owed
        if was_owed > 0:
            self._receive(order, Fraction(amount), event)

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
            [(running.next_item or running.item, 1, None)],
            None,
            None,
        )
        self.renewed.add(key)
        self.replay.order(key, sale)
        self._receive(key, self.replay.orders[key].total, event)

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
        self._follow_packages(order, event.today)

    def _do_chargeback(self, event: Event, order: str) -> None:
        self._money_gone(order)
        self.replay.chargeback(order, event.today)
        self._follow_packages(order, event.today)

    def _do_chargeback_won(self, event: Event, order: str) -> None:
        self.members.give_again(order, event.today)
        self._show_tier(self.replay.orders[order].sale.buyer)
        self.replay.chargeback_won(order, event.today)
        self._follow_packages(order, event.today)

    def _do_refund(self, event: Event, order: str, amount: Decimal | None = None) -> None:
        known = self.replay.orders[order]
        credited = sum(note.total for note in known.notes)
        if amount is None or credited + Fraction(amount) >= known.total:
            self._money_gone(order)
        self.replay.refund(order, event.today, None if amount is None else Fraction(amount))
        self._follow_packages(order, event.today)

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
