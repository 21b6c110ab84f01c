"""The engine alone, from event to bill: a world and a ledger in memory, no records.

It runs beside the live ledger in scenario files and underneath the simulator: the same functions
decide, only the storage differs.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.periods import Period, calendar_period

from .accrue import Delta, Posted, decide_deltas, due_amounts
from .close import close_key
from .engine import Advance, Engine
from .facts import make_facts
from .green import sold_award
from .received import (
    CreditLine,
    CreditNote,
    Receipt,
    ShareStep,
    first_received_on,
    received_steps,
)
from .recount import periods_of, recount_close, recounted_rules
from .replay_book import CASH, Account, Booked, Order
from .replay_green import GreenBook, Sold
from .restate import changed_days, is_fall
from .settle import Nothing, OpenItem, Settlement, settle
from .types import Award, Effects, Fact, Outcome, PersonId, PlanVersion, RankChange, Sale, Unlock
from .world import World

NEVER = date.max  # payable when somebody has decided
GIFTS = ("points", "coupon", "days")


class Replay:
    """Events in, figures out. Amounts of orders are in the sale's currency.

    :param plans: the versions in force, in the order of the plans
    :param begin: the day from which periods are closed
    """

    def __init__(self, world: World, plans: Sequence[PlanVersion], begin: date):
        self.world = world
        self.plans = tuple(plans)
        self.engine = Engine(world)
        books = [GreenBook(plan, world) for plan in plans if plan.green]
        self.green: dict[str, GreenBook] = {book.pool: book for book in books}
        self.orders: dict[str, Order] = {}
        self.booked: list[Booked] = []
        self.outcomes: list[tuple[PlanVersion, Outcome]] = []
        self.effects: list[Effects] = []
        self._keys: set[str] = set()
        self._lines: set[str] = set()
        self._sources: dict[str, list[Booked]] = defaultdict(list)
        self._accounts: dict[tuple[PersonId, str], Account] = defaultdict(Account)
        self._closed: dict[str, date] = {}
        self._begin = begin
        self._entries = 0

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def order(self, key: str, sale: Sale) -> Order:
        """Take an order with its posted invoice; nothing is paid yet."""
        self.orders[key] = Order(sale)
        self._lines.update(line.key for line in sale.lines)
        return self.orders[key]

    def receive(self, key: str, amount: Fraction, on: date) -> None:
        """Money arrives on an order."""
        self.orders[key].receipts.append(Receipt(on, amount))
        self._money_changed(self.orders[key], on)

    def bounce(self, key: str, on: date) -> None:
        """The last payment of an order turns out never to have arrived."""
        order = self.orders[key]
        index = max(i for i, receipt in enumerate(order.receipts) if receipt.amount > 0)
        del order.receipts[index]
        self._money_changed(order, on)

    def chargeback(self, key: str, on: date) -> None:
        """Everything received for an order is taken back by the bank."""
        order = self.orders[key]
        order.charged_back, order.receipts = order.receipts, []
        self._money_changed(order, on)

    def chargeback_won(self, key: str, on: date) -> None:
        """What was charged back arrives again."""
        order = self.orders[key]
        order.receipts += [replace(receipt, on=on) for receipt in order.charged_back]
        order.charged_back = []
        self._money_changed(order, on)

    def refund(self, key: str, on: date, amount: Fraction | None = None) -> None:
        """A credit note over ``amount`` (None: all that is left); what was received beyond what
        is still owed then is returned."""
        order = self.orders[key]
        left = order.total - sum((note.total for note in order.notes), Fraction(0))
        total = left if amount is None else min(amount, left)
        net = order.sale.total() * total / order.total if order.total else total
        order.notes.append(CreditNote(on, total, (CreditLine(net),)))
        # of an order that is not fully paid the credit note first takes off what is still owed
        returned = -order.owed
        if returned > 0:
            order.receipts.append(Receipt(on, -returned))
        self._money_changed(order, on)

    def signup(self, person: PersonId, on: date) -> None:
        """Somebody who is in the world and bound already has just signed up."""
        self._follow(self.engine.signup(person, on, self.plans), on)

    def clicks(self, person: PersonId, on: date, key: str) -> None:
        """A thousand valid clicks on somebody's codes were counted; ``key`` is the source."""
        self._follow(self.engine.happen("clicks", person, on, self.plans, key), on)

    def mission(self, person: PersonId, on: date, key: str) -> None:
        """Somebody has done a mission; ``key`` is the source."""
        self._follow(self.engine.happen("mission", person, on, self.plans, key), on)

    def pickup(self, key: str, service_point: PersonId, on: date) -> None:
        """An order was verified at its service point."""
        order = self.orders[key]
        order.sale = replace(order.sale, service_point=service_point)
        self._keep(self.engine.pickup(replace(order.sale, on=on), self.plans))
        self._post_lines(order, received_steps(order.invoice), on)

    def grant_rank(self, person: PersonId, ladder: str, rank: str | None, on: date) -> None:
        before = self.world.ranks.get((ladder, person), (None, ""))[0]
        change = RankChange(person, ladder, rank, before, on, "grant")
        self._apply(self.engine.grant(change, self.plans))

    def sell_points(self, person: PersonId, points: int, on: date) -> None:
        """Somebody sells green points back.

        :raise GreenError: insufficient_points or insufficient_balance
        """
        book = next(iter(self.green.values()))
        self._pay_sold(book, book.sell(person, points, on))

    def close(self, kind: str, today: date) -> list[Period]:
        """Close every ended open period of a length, oldest first; return them."""
        closed = []
        period = calendar_period(self._closed.get(kind, self._begin), kind)
        while period.end <= today:
            self._follow(self.engine.close(kind, period, self.plans), period.end)
            self._closed[kind] = period.end
            closed.append(period)
            period = calendar_period(period.end, kind)
        return closed

    def owe(self, person: PersonId, currency: str, amount: Decimal, on: date) -> None:
        """Money owed by no plan (points converted to cash): payable at once."""
        self._entries += 1
        self._accounts[person, currency].items.append(OpenItem(self._entries, amount, on))

    def settle(self, today: date) -> dict[tuple[PersonId, str], Settlement | Nothing]:
        """Bill everything payable; return what was decided for each payee and currency."""
        decisions = {}
        for (payee, currency), account in self._accounts.items():
            if currency in GIFTS or (person := self.world.person(payee)) and not person.kyc:
                continue
            minimum = max(
                (
                    self.booked[item.award_id].version.settlement.minimum
                    for item in account.items
                    if item.award_id is not None
                ),
                default=Decimal(0),
            )
            decision = settle(account.items, account.debt, minimum, today)
            decisions[payee, currency] = decision
            if isinstance(decision, Settlement):
                done = {item.id for item in decision.items}
                account.items = [item for item in account.items if item.id not in done]
                account.debt -= decision.netted
                account.settled += decision.amount
                if decision.amount:
                    account.bills.append((today, decision.amount))
        return decisions

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def cash(self, person: PersonId, today: date, currency: str) -> dict[str, Decimal]:
        """Return held, payable, settled, paid, reserve, debt, accrued of a person."""
        account = self._accounts.get((person, currency), Account())
        return account.state(today)

    def bills(self, person: PersonId, currency: str) -> Decimal:
        """Return the sum of all bills of a person to date."""
        account = self._accounts.get((person, currency), Account())
        return sum((amount for _on, amount in account.bills), Decimal(0))

    def gifts(self, person: PersonId, give: str, today: date) -> dict[str, Decimal]:
        """Return what somebody has in points, days or coupons: held and payable are pending and
        available."""
        return self._accounts.get((person, give), Account()).state(today)

    def awards_of(self, payee: PersonId) -> Iterator[Booked]:
        return (booked for booked in self.booked if booked.award.payee == payee)

    def payees(self) -> set[PersonId]:
        return {payee for payee, _currency in self._accounts}

    # ------------------------------------------------------------------
    # The flow: received share → awards → entries
    # ------------------------------------------------------------------

    def _money_changed(self, order: Order, on: date) -> None:
        steps = received_steps(order.invoice)
        new = {
            line.key
            for line in order.sale.lines
            if line.key not in order.credited and first_received_on(steps, line.key)
        }
        outcomes: list[tuple[PlanVersion, Outcome]] = []
        if new:
            first_on = min(first_received_on(steps, key) for key in new)
            order.sale = replace(order.sale, on=first_on, number=self._number(order.sale))
            order.credited |= new
            outcomes = list(self.engine.credit(order.sale.only(new), self.plans))
        self._keep(outcomes)
        self._post_lines(order, steps, on)
        facts = make_facts(order.sale, steps, self.world, on)
        advance = self.engine.advance(facts, self.plans, on, order.sale)
        self._follow(advance, on)
        self._post_lines(order, steps, on)
        self._recount(order, facts)

    def _recount(self, order: Order, facts: Sequence[Fact]) -> None:
        """Let awards of closed periods that are to be counted again follow a refund."""
        if not any(is_fall(fact) for fact in facts):
            return
        known = self.world.purchases_of(order.sale.buyer)
        days = changed_days(facts, [f for f in known if f.order == order.sale.order_key])
        for plan in self.plans:
            rules = recounted_rules(plan)
            for kind, period in periods_of(set(rules.values()), days):
                source = self._sources[close_key(kind, period)]
                found = [b for b in source if b.version is plan and b.award.rule in rules]
                if found:
                    self._recount_close(plan, kind, period, found, facts[-1].on)

    def _recount_close(self, plan, kind, period, found: Sequence[Booked], on: date) -> None:
        payees = [booked.award.payee for booked in found]
        outcome = recount_close(plan, self.world, kind, period, payees)
        amounts = {award.key: award.amount for award in outcome.awards}
        for booked in found:
            amount = min(booked.total, amounts.get(booked.award.key, Decimal(0)))
            self._post(booked, [(booked.award.on, booked.award.amount), (on, amount)], on)

    def _number(self, sale: Sale) -> int:
        """Return which of the buyer's paid orders this is, from 1."""
        known = self.world.sum_facts("buyer", sale.buyer, "opens", None, None)
        return int(known) + 1

    def _follow(self, advance: Advance, on: date) -> None:
        """Keep what followed an event: awards of reach, close and single events, and unlocks."""
        for booked in self._keep(advance.outcomes):
            if booked.award.line not in self._lines:
                self._post(booked, [(booked.award.on or on, booked.award.amount)], on)
        self._apply(advance.effects)

    def _apply(self, effects: Effects) -> None:
        """The world has them already; the ledger follows."""
        self.effects.append(effects)
        for unlock in effects.unlocks:
            self._unlock(unlock)

    def _keep(self, outcomes: Iterable[tuple[PlanVersion, Outcome]]) -> list[Booked]:
        """Keep awards that were not made before; return them."""
        kept = []
        for version, outcome in outcomes:
            self.outcomes.append((version, outcome))
            for award in outcome.awards:
                if award.key not in self._keys:
                    self._keys.add(award.key)
                    kept.append(Booked(len(self.booked), award, version))
                    self.booked.append(kept[-1])
                    self._sources[award.line].append(kept[-1])
        return kept

    def _post_lines(self, order: Order, steps: Sequence[ShareStep], on: date) -> None:
        for line in order.sale.lines:
            for booked in self._sources[line.key]:
                award = booked.award
                due = due_amounts(
                    award.amount, steps, line.key, booked.digits, booked.version.clawback
                )
                # an award made after the money (a milestone, a pickup) is held from its own day
                due = [(max(day, award.on or day), amount) for day, amount in due]
                self._post(booked, due, on)

    def _post(self, booked: Booked, due: Sequence[tuple[date, Decimal]], on: date) -> None:
        """Bring the entries of an award to what is due; a fall takes the day of the document."""
        award = booked.award
        fell = len(due) > 1 and due[-1][1] < due[-2][1]
        deltas = decide_deltas(
            due,
            self._posted(booked),
            award.explanation.get("hold_days", booked.version.hold_days),
            due[-1][0] if fell else on,
            Fraction(0) if self._is_unlocked(award) else award.reserve,
            booked.digits,
        )
        for delta in deltas:
            self._enter(booked, delta)

    def _is_unlocked(self, award: Award) -> bool:
        return (award.plan, award.rule, award.payee) in self.world.unlocked

    def _posted(self, booked: Booked) -> Posted:
        parts: dict[date, Decimal] = defaultdict(Decimal)
        for item in self._account(booked).items:
            if item.award_id == booked.number:
                parts[item.payable_on] += item.amount
        open_parts = {day: amount for day, amount in parts.items() if amount > 0}
        return Posted(booked.total, open_parts, booked.reserve)

    def _account(self, booked: Booked) -> Account:
        currency = booked.version.currency if booked.award.give == CASH else booked.award.give
        return self._accounts[booked.award.payee, currency]

    def _enter(self, booked: Booked, delta: Delta) -> None:
        """Post one entry; what a pool is given or loses is its balance."""
        signed = delta.amount if delta.kind == "accrual" else -delta.amount
        booked.total += signed
        if booked.award.is_pool:
            self._fill_pool(booked, signed, delta.on)
            return
        account = self._account(booked)
        if delta.bucket == "reserve":
            account.reserve += signed
            booked.reserve += signed
        elif delta.bucket == "debt":
            account.debt += delta.amount
        else:
            self._add_item(booked, account, signed, delta.payable_on)

    def _fill_pool(self, booked: Booked, amount: Decimal, on: date) -> None:
        """Add to a pool or take from it; a pool of green points gives points for it."""
        award, book = booked.award, self.green.get(booked.award.payee)
        if book is None:
            self.world.add_to_pool(award.payee, on, amount)
            return
        order = next(o for o in self.orders.values() if award.line in {x.key for x in o.sale.lines})
        [line] = [line for line in order.sale.lines if line.key == award.line]
        exchange = order.sale.exchange[booked.version.currency]
        paid = line.net * exchange * abs(Fraction(amount)) / Fraction(award.amount)
        if amount > 0:
            book.contribute(award.key, order.sale.buyer, amount, paid, on)
            for sold in book.exits(on):
                self._pay_sold(book, sold)
        else:
            book.take_back(award.key, -amount, paid, on)

    def _pay_sold(self, book: GreenBook, sold: Sold) -> None:
        """Points sold back are cash of the plan, held as its awards are."""
        source = f"sell:{len(self.booked)}"
        award = sold_award(book.plan, sold.person, sold.points, sold.paid, sold.on, source)
        for booked in self._keep([(book.plan, Outcome((award,)))]):
            self._post(booked, [(sold.on, sold.paid)], sold.on)

    def _add_item(self, booked: Booked, account: Account, amount: Decimal, day: date) -> None:
        self._entries += 1
        waits_for = NEVER if booked.award.review else day
        account.items.append(OpenItem(self._entries, amount, waits_for, booked.number))

    def _unlock(self, unlock: Unlock) -> None:
        """What waited in reserve is payable from the unlock's day."""
        for booked in self.booked:
            award = booked.award
            if (award.plan, award.rule, award.payee) != (unlock.plan, unlock.rule, unlock.person):
                continue
            if booked.reserve:
                account = self._account(booked)
                account.reserve -= booked.reserve
                self._add_item(booked, account, booked.reserve, unlock.on)
                booked.reserve = Decimal(0)
