"""Laws of lots, and a ledger of points against a second model that knows nothing of the first.

The reference model keeps every single point as a row of its own and picks points one by one.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from odoo.addons.rc_membership.kernel.ledger import LedgerError
from odoo.addons.rc_membership.kernel.lots import (
    BOUGHT,
    NATURES,
    Draw,
    Lot,
    draw,
    give_back,
    spending_order,
    take_from,
    takeable,
)
from odoo.addons.rc_membership.kernel.points import (
    Limits,
    check_spend,
    growth,
    share_returned,
    split_grant,
    split_take_back,
    whole_points,
)

START = date(2026, 1, 1)
days = st.none() | st.integers(1, 60).map(lambda n: START + timedelta(days=n))
lots_of = st.lists(st.tuples(st.sampled_from(NATURES), st.integers(1, 50), days), max_size=8).map(
    lambda rows: [Lot(n, a, Decimal(b), c) for n, (a, b, c) in enumerate(rows, 1)]
)


def held(lots):
    return sum((lot.remaining for lot in lots), Decimal(0))


@given(lots_of, st.data(), st.booleans())
def test_draws_add_up_to_the_spend_and_no_lot_goes_below_zero(lots, data, spares_bought):
    amount = Decimal(data.draw(st.integers(0, int(held(lots)))))
    prefers = data.draw(st.lists(st.sampled_from([lot.id for lot in lots]))) if lots else []
    draws = draw(lots, amount, prefers, spares_bought)
    assert sum((row.amount for row in draws), Decimal(0)) == amount
    after = take_from(lots, draws)
    assert all(lot.remaining >= 0 for lot in after)
    assert held(after) == held(lots) - amount
    assert len({row.lot_id for row in draws}) == len(draws)


@given(lots_of, st.data())
def test_a_lot_is_touched_only_when_all_before_it_are_empty(lots, data):
    amount = Decimal(data.draw(st.integers(0, int(held(lots)))))
    after = sorted(take_from(lots, draw(lots, amount)), key=spending_order)
    before = {lot.id: lot.remaining for lot in lots}
    whole = [lot.remaining == before[lot.id] for lot in after]
    empty = [lot.remaining == 0 for lot in after]
    for index in range(len(after) - 1):
        assert empty[index] or whole[index + 1]


@given(lots_of, st.data())
def test_the_order_of_the_input_is_irrelevant(lots, data):
    amount = Decimal(data.draw(st.integers(0, int(held(lots)))))
    assert draw(lots, amount) == draw(data.draw(st.permutations(lots)), amount)


@given(lots_of, st.data())
def test_what_is_given_back_leaves_the_lots_of_a_smaller_spend(lots, data):
    spent = data.draw(st.integers(0, int(held(lots))))
    back = data.draw(st.integers(0, spent))
    draws = draw(lots, Decimal(spent))
    after = take_from(take_from(lots, draws), give_back(draws, Decimal(back)), sign=1)
    assert after == take_from(lots, draw(lots, Decimal(spent - back)))


@given(lots_of)
def test_all_given_back_leaves_the_lots_as_they_were_and_more_is_refused(lots):
    draws = draw(lots, held(lots))
    back = give_back(draws, held(lots))
    assert take_from(take_from(lots, draws), back, sign=1) == lots
    with pytest.raises(LedgerError, match="given_back_twice"):
        give_back(draws, held(lots) + 1)


@given(lots_of)
def test_more_than_there_is_is_refused_with_what_there_is(lots):
    with pytest.raises(LedgerError) as error:
        draw(lots, held(lots) + 1)
    assert error.value.code == "insufficient_lots"
    assert error.value.values["balance"] == held(lots)


@given(lots_of, st.data())
def test_bought_points_are_spared_while_there_are_others(lots, data):
    amount = Decimal(data.draw(st.integers(0, int(takeable(lots)))))
    nature = {lot.id: lot.nature for lot in lots}
    draws = draw(lots, amount, spares_bought=True)
    assert all(nature[row.lot_id] != BOUGHT for row in draws)


def test_the_words_of_the_spec_earliest_expiring_then_earned_before_bought():
    rows = [
        ("bought", None),
        ("earned", None),
        ("bonus", None),
        ("bought", START),
        ("earned", START),
    ]
    lots = [Lot(n, nature, Decimal(1), on) for n, (nature, on) in enumerate(rows, 1)]
    assert [row.lot_id for row in draw(lots, Decimal(5))] == [5, 4, 2, 3, 1]


@pytest.mark.parametrize("amount", [0, -1, "1.5", "x", "NaN", "Infinity", 10**13, None])
def test_points_are_whole_and_above_zero(amount):
    with pytest.raises(LedgerError):
        whole_points(amount)


@given(st.integers(0, 10**9), st.integers(0, 200))
def test_growth_is_whole_and_within_half_a_point(amount, percent):
    grown = growth(Decimal(amount), Decimal(percent))
    assert grown == grown.to_integral_value()
    assert abs(200 * grown - 2 * amount * percent) <= 100


@given(st.integers(0, 10**6), st.integers(0, 500), st.integers(1, 500))
def test_what_a_credit_note_returns_never_exceeds_what_was_spent_and_grows_with_it(
    spent, credited, total
):
    one = share_returned(Decimal(spent), Decimal(credited), Decimal(total))
    more = share_returned(Decimal(spent), Decimal(credited + 1), Decimal(total))
    assert 0 <= one <= more <= spent
    assert share_returned(Decimal(spent), Decimal(total), Decimal(total)) == spent


def test_limits_of_zero_are_none():
    none = Limits(Decimal(0), Decimal(0), Decimal(0))
    assert check_spend(Decimal(10**9), none, Decimal(10**9), Decimal(10**9), False) is None


class PointsMachine(RuleBasedStateMachine):
    """The kernel's decisions on an account, beside a model of single points."""

    @initialize()
    def begin(self):
        self.today = START
        self.lots: list[Lot] = []
        self.debt = Decimal(0)
        self.spends: list[list[Draw]] = []  # what is still out
        self.locks: list[list[Draw]] = []
        self.next_lot = 1
        # the reference: one dict a point
        self.coins: list[dict] = []
        self.owed = 0

    def _available(self):
        return [c for c in self.coins if c["place"] == "here"]

    def _pick(self, count, natures=NATURES):
        def order(coin):
            return (coin["until"] or date.max, NATURES.index(coin["nature"]), coin["lot"])

        able = [c for c in self._available() if c["nature"] in natures]
        return sorted(able, key=order)[:count]

    # ---------------------------------------------------------------- both do the same

    @rule(
        amount=st.integers(1, 40),
        nature=st.sampled_from(NATURES),
        last=st.none() | st.integers(1, 30),
    )
    def grant(self, amount, nature, last):
        until = last and self.today + timedelta(days=last)
        split = split_grant(Decimal(amount), Decimal(0) if nature == BOUGHT else self.debt)
        self.debt -= split.debt
        if split.available:
            self.lots.append(Lot(self.next_lot, nature, split.available, until))
        repaid = 0 if nature == BOUGHT else min(self.owed, amount)
        self.owed -= repaid
        for _ in range(amount - repaid):
            self.coins.append(
                {"lot": self.next_lot, "nature": nature, "until": until, "place": "here"}
            )
        self.next_lot += 1

    @rule(amount=st.integers(1, 60), into=st.sampled_from(["spends", "locks"]))
    def leave(self, amount, into):
        able = self.debt == 0 and held(self.lots) >= amount
        assert able == (self.owed == 0 and len(self._available()) >= amount)
        if not able:
            return
        draws = draw(self.lots, Decimal(amount))
        self.lots = take_from(self.lots, draws)
        books = getattr(self, into)
        books.append(draws)
        for number, coin in enumerate(self._pick(amount)):
            coin["place"] = (into, len(books) - 1, number)

    @precondition(lambda self: any(self.spends + self.locks))
    @rule(data=st.data())
    def come_back(self, data):
        names = [n for n in ("spends", "locks") if any(getattr(self, n))]
        into = data.draw(st.sampled_from(names))
        books = getattr(self, into)
        index = data.draw(st.sampled_from([i for i, rows in enumerate(books) if rows]))
        out = sum(int(row.amount) for row in books[index])
        amount = out if into == "locks" else data.draw(st.integers(1, out))
        back = give_back(books[index], Decimal(amount))
        self.lots = take_from(self.lots, back, sign=1)
        returned = {row.lot_id: row.amount for row in back}
        books[index] = [
            replace(row, amount=row.amount - returned.get(row.lot_id, 0))
            for row in books[index]
            if row.amount > returned.get(row.lot_id, 0)
        ]
        away = [c for c in self.coins if c["place"][:2] == (into, index)]
        away.sort(key=lambda coin: -coin["place"][2])
        for coin in away[:amount]:
            coin["place"] = "here"
        self._settle()

    def _settle(self):
        part = min(self.debt, takeable(self.lots))
        self.lots = take_from(self.lots, draw(self.lots, part, spares_bought=True))
        self.debt -= part
        coins = self._pick(self.owed, natures=("earned", "bonus"))
        self.owed -= len(coins)
        for coin in coins:
            coin["place"] = "gone"

    @rule(amount=st.integers(1, 60))
    def take_back(self, amount):
        split = split_take_back(Decimal(amount), takeable(self.lots))
        self.lots = take_from(self.lots, draw(self.lots, split.available, spares_bought=True))
        self.debt += split.debt
        coins = self._pick(amount, natures=("earned", "bonus"))
        for coin in coins:
            coin["place"] = "gone"
        self.owed += amount - len(coins)

    @rule(step=st.integers(1, 15))
    def expire(self, step):
        self.today += timedelta(days=step)
        self.lots = [
            replace(lot, remaining=Decimal(0))
            if lot.expires_on and lot.expires_on <= self.today
            else lot
            for lot in self.lots
        ]
        for coin in self._available():
            if coin["until"] and coin["until"] <= self.today:
                coin["place"] = "gone"

    @rule(amounts=st.lists(st.integers(1, 20), max_size=3), debt=st.integers(0, 15))
    def merge(self, amounts, debt):
        """Somebody else's lots and debt come in."""
        for amount in amounts:
            self.lots.append(Lot(self.next_lot, "earned", Decimal(amount), None))
            self.coins += [
                {"lot": self.next_lot, "nature": "earned", "until": None, "place": "here"}
                for _ in range(amount)
            ]
            self.next_lot += 1
        self.debt += debt
        self.owed += debt
        self._settle()

    # ---------------------------------------------------------------- and agree

    @invariant()
    def the_lots_are_the_coins(self):
        counts = {}
        for coin in getattr(self, "coins", ()):
            if coin["place"] == "here":
                counts[coin["lot"]] = counts.get(coin["lot"], 0) + 1
        ours = {lot.id: int(lot.remaining) for lot in getattr(self, "lots", ()) if lot.remaining}
        assert ours == counts

    @invariant()
    def who_owes_has_nothing_to_pay_with(self):
        assert getattr(self, "debt", 0) == getattr(self, "owed", 0)
        if getattr(self, "debt", 0):
            assert takeable(self.lots) == 0


TestPointsMachine = PointsMachine.TestCase
TestPointsMachine.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
