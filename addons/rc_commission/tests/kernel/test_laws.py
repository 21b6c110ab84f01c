"""What must hold for every registered rule, whatever the numbers."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.rc_commission.kernel.accrue import (
    ACCRUAL,
    DEBT,
    REVERSAL,
    Posted,
    decide_deltas,
    due_amounts,
)
from odoo.addons.rc_commission.kernel.evaluate import evaluate
from odoo.addons.rc_commission.kernel.received import (
    CreditLine,
    CreditNote,
    Invoice,
    InvoiceLine,
    Receipt,
    received_steps,
)
from odoo.addons.rc_commission.kernel.rules import BENEFICIARIES, CONDITIONS, RATES

from .builders import DAY, line, network, plan, sale

PAY = {
    "seller": {"to": "seller"},
    "salesperson": {"to": "salesperson"},
    "sponsor": {"to": "sponsor", "level": 2},
}
RATE = {
    "percent": "12.5%",
    "fixed": "7.77",
    "table_by_tier": {"by": "tier", "table": {"pro": "10%", "team": "3.33"}},
}
WHEN = {
    "item": {"item": {"tier": ["pro", "team"]}},
    "payee": {"payee": {"role": ["partner", "staff", "promoter"]}},
    "dates": {"dates": {"from": "2026-01-01"}},
}
PEOPLE = network(["one", "two"], one="promoter", two="promoter", sara="staff")

cents = st.integers(1, 10**9).map(lambda units: Fraction(units, 100))
tiers = st.sampled_from(["pro", "team", "free", None])
lines = st.lists(st.tuples(cents, tiers, st.integers(1, 5)), min_size=1, max_size=5)


def every_rule():
    return [
        {"pay": PAY[to], "rate": RATE[rate], "when": [WHEN[word]], "per": per}
        for to in PAY
        for rate in RATE
        for word in WHEN
        for per in ("order", "unit")
    ]


def make_sale(rows):
    return sale(
        *(
            line(number, net, tier=tier, quantity=Fraction(quantity))
            for number, (net, tier, quantity) in enumerate(rows, 1)
        ),
        salesperson="sara",
    )


def test_every_registered_block_is_under_these_laws():
    assert set(BENEFICIARIES) == set(PAY)
    assert set(RATES) == set(RATE)
    assert set(CONDITIONS) == set(WHEN)


@pytest.mark.parametrize("rule", every_rule(), ids=str)
def test_zero_pays_zero(rule):
    assert evaluate(plan([rule]), make_sale([(0, "pro", 1)]), PEOPLE).awards == ()


@settings(max_examples=60, deadline=None)
@given(rows=lines)
def test_the_same_sale_gives_the_same_awards_and_no_key_twice(rows):
    rules = plan(every_rule())
    outcome = evaluate(rules, make_sale(rows), PEOPLE)
    assert outcome == evaluate(rules, make_sale(rows), PEOPLE)
    keys = [award.key for award in outcome.awards]
    assert len(keys) == len(set(keys))
    assert all(award.amount > 0 for award in outcome.awards)


@settings(max_examples=60, deadline=None)
@given(rows=lines, data=st.data())
def test_the_order_of_lines_changes_no_percentage(rows, data):
    rules = plan([rule for rule in every_rule() if rule["rate"] == RATE["percent"]])
    one = make_sale(rows)
    other = sale(*data.draw(st.permutations(one.lines)), salesperson="sara")
    sums = [
        {award.key: award.amount for award in evaluate(rules, each, PEOPLE).awards}
        for each in (one, other)
    ]
    assert sums[0] == sums[1]


@settings(max_examples=60, deadline=None)
@given(rows=lines, ceiling=st.integers(0, 100), how=st.sampled_from(["scale", "cut"]))
def test_all_awards_of_a_line_stay_under_the_ceiling(rows, ceiling, how):
    limited = plan(every_rule(), limits={"per_sale": f"{ceiling}%", "on_limit": how})
    paid = make_sale(rows)
    awards = evaluate(limited, paid, PEOPLE).awards
    for each in paid.lines:
        total = sum(Fraction(award.amount) for award in awards if award.line == each.key)
        assert total <= each.net * ceiling / 100


# ------------------------------------------------------------------
# Money that comes and goes
# ------------------------------------------------------------------


class Book:
    """A ledger of one award in memory."""

    def __init__(self):
        self.parts = {}
        self.debt = self.gone = Decimal(0)
        self.count = 0

    @property
    def total(self):
        return sum(self.parts.values(), Decimal(0)) + self.gone - self.debt

    def post(self, deltas):
        for delta in deltas:
            assert delta.amount > 0
            self.count += 1
            if delta.kind == DEBT:
                self.debt += delta.amount
            else:
                sign = {ACCRUAL: 1, REVERSAL: -1}[delta.kind]
                self.parts[delta.payable_on] = (
                    self.parts.get(delta.payable_on, Decimal(0)) + sign * delta.amount
                )
                assert self.parts[delta.payable_on] >= 0

    def settle(self):
        self.gone += sum(self.parts.values(), Decimal(0))
        self.parts = {}

    def posted(self):
        return Posted(self.total, {d: a for d, a in self.parts.items() if a})


def run(book, full, invoice, on):
    due = due_amounts(full, received_steps(invoice), "l", 2)
    deltas = decide_deltas(due, book.posted(), 30, on)
    book.post(deltas)
    return deltas


amount_pieces = st.lists(st.integers(1, 10**6), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(pieces=amount_pieces, award=st.integers(1, 10**7), settled=st.integers(0, 6))
def test_payments_in_any_split_sum_to_the_award_and_refunds_in_any_split_to_zero(
    pieces, award, settled
):
    full = Decimal(award).scaleb(-2)
    total = Fraction(sum(pieces), 100)
    invoice_line = InvoiceLine("l", total, frozenset([1]))
    receipts, notes, book = [], [], Book()
    for number, piece in enumerate(pieces):
        receipts.append(Receipt(DAY + timedelta(days=number), Fraction(piece, 100)))
        run(book, full, Invoice(total, (invoice_line,), tuple(receipts)), DAY)
        if number == settled:
            book.settle()
    assert book.total == full
    for number, piece in enumerate(pieces):
        day = DAY + timedelta(days=100 + number)
        part = Fraction(piece, 100)
        notes.append(CreditNote(day, part, (CreditLine(part, frozenset([1])),)))
        invoice = Invoice(total, (invoice_line,), tuple(receipts), tuple(notes))
        run(book, full, invoice, day)
        assert run(book, full, invoice, day) == []
        receipts.append(Receipt(day, -part))
        assert (
            run(book, full, Invoice(total, (invoice_line,), tuple(receipts), tuple(notes)), day)
            == []
        )
    assert book.total == 0


@settings(max_examples=150, deadline=None)
@given(
    moves=st.lists(st.tuples(st.integers(0, 20), st.integers(-300, 300)), max_size=12),
    award=st.integers(1, 10**6),
    data=st.data(),
)
def test_the_order_in_which_receipts_are_read_changes_nothing(moves, award, data):
    full = Decimal(award).scaleb(-2)
    receipts = [Receipt(DAY + timedelta(days=day), Fraction(amount)) for day, amount in moves]
    total, invoice_line = Fraction(500), InvoiceLine("l", Fraction(500))
    stories = []
    for order in (receipts, data.draw(st.permutations(receipts))):
        book = Book()
        run(book, full, Invoice(total, (invoice_line,), tuple(order)), date(2026, 6, 1))
        stories.append((book.total, book.parts, book.debt))
    assert stories[0] == stories[1]


@settings(max_examples=150, deadline=None)
@given(
    moves=st.lists(st.tuples(st.integers(0, 20), st.integers(-300, 300)), max_size=12),
    seen=st.lists(st.booleans(), min_size=12, max_size=12),
    award=st.integers(1, 10**6),
)
def test_it_does_not_matter_how_often_somebody_looked(moves, seen, award):
    """Whatever the steps in between, the ledger ends at half-up(full × share as it stands)."""
    full = Decimal(award).scaleb(-2)
    moves = sorted(moves, key=lambda move: move[0])
    total, invoice_line = Fraction(500), InvoiceLine("l", Fraction(500))
    often, once = Book(), Book()
    receipts = []
    for (day, amount), look in zip(moves, seen, strict=False):
        receipts.append(Receipt(DAY + timedelta(days=day), Fraction(amount)))
        if look:
            run(often, full, Invoice(total, (invoice_line,), tuple(receipts)), DAY)
    invoice = Invoice(total, (invoice_line,), tuple(receipts))
    run(often, full, invoice, DAY)
    run(once, full, invoice, DAY)
    assert often.total == once.total
    assert run(often, full, invoice, DAY) == []
