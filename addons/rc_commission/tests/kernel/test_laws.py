"""What must hold for every registered rule, whatever the numbers."""

from dataclasses import replace
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
from odoo.addons.rc_commission.kernel.engine import Engine
from odoo.addons.rc_commission.kernel.evaluate import evaluate
from odoo.addons.rc_commission.kernel.facts import make_facts
from odoo.addons.rc_commission.kernel.received import (
    CreditLine,
    CreditNote,
    Invoice,
    InvoiceLine,
    Receipt,
    ShareStep,
    received_steps,
)
from odoo.addons.rc_commission.kernel.rules import BENEFICIARIES, CONDITIONS, RATES
from odoo.addons.rc_commission.kernel.types import Person, RankChange
from odoo.addons.rc_commission.kernel.world import World
from odoo.addons.rc_membership.kernel.money import round_half_up

from .builders import DAY, PLANS, line, network, plan, sale, shipped

LADDER = {"l": [{"rank": "a"}, {"rank": "b"}, {"rank": "c"}]}
HOLDER = {"ladder": "l", "rank": "b"}
PAY = {
    "seller": {"to": "seller", "split": {"parent": "30%"}},
    "salesperson": {"to": "salesperson"},
    "sponsor": {"to": "sponsor", "level": 2},
    "upline": {"to": "upline", "tree": "placement", **HOLDER},
    "differential": {"to": "differential"},
    "region": {"to": "region"},
    "service_point": {"to": "service_point"},
    "guild": {"to": "guild"},
    "guild_leader": {"to": "guild_leader"},
    "channel_manager": {"to": "channel_manager"},
    "person": {"to": "person", "person": "one"},
    "team": {"to": "team", "split": "weighted"},
    "each": {"to": "each"},
    "pool": {"to": "pool", "pool": "p"},
    "match": {"to": "match", "rules": ["base"], "level": 1},
}
STEPS = [{"from": 0, "rate": "1%"}, {"from": 100, "rate": "3.3%"}]
RATE = {
    "percent": "12.5%",
    "fixed": "7.77",
    "table_by_tier": {"by": "tier", "table": {"pro": "10%", "team": "3.33"}},
    "table_by_rank": {"by": "rank", "ladder": "l", "table": {"a": "5%", "b": "8%", "c": "9.99"}},
    "table_by_own_tier": {"by": "own_tier", "table": {"premium": "15%"}},
    "table_by_country": {"by": "country", "table": {"CN": "1.5%"}},
    "table_by_region": {"by": "region", "table": {"city": "2.5%", "province": "4.00"}},
    "brackets": {"brackets": {"metric": "seller_sales", "marginal": True, "steps": STEPS}},
}
WHEN = {
    "item": {"item": {"tier": ["pro", "team"]}},
    "payee": {"payee": {"role": ["partner", "staff", "promoter", "member"]}},
    "buyer": {"buyer": {"role": "member"}},
    "dates": {"dates": {"from": "2026-01-01"}},
    "order": {"order": {"number_at_most": 3}},
    "metric": {"metric": "direct_sales", "below": 10**9},
    "any": {"any": [{"country": "CN"}, {"active": False}]},
    "all": {"all": [{"kyc": True}]},
}
FIXED_TABLE = {"differential": "table_by_rank", "region": "table_by_region"}
# decided over a closed period, for a reached figure, or over all candidates: tests of their own
ELSEWHERE = {"pool_share", "table_by_place", "table_by_milestone", "top"}


def people():
    """A fresh world in which every beneficiary finds somebody."""
    world = network(
        ["one", "two"],
        one="promoter",
        two="promoter",
        sara="staff",
        boss="partner",
        owner="partner",
    )
    facts = {
        "seller": {
            "parent": "boss",
            "manager": "sara",
            "country": "CN",
            "tier": "premium",
            "regions": {"city": "X"},
        },
        "sara": {"team": "east"},
        "one": {"team": "east", "tier": "premium", "country": "CN"},
        "owner": {"regions": {"city": "C", "province": "P"}},
    }
    for person, values in facts.items():
        world.people[person] = replace(world.people[person], **values)
    for person, rank in (("one", "a"), ("two", "b")):
        world.set_rank(RankChange(person, "l", rank, None, DAY, "grant"))
    return world


cents = st.integers(1, 10**9).map(lambda units: Fraction(units, 100))
tiers = st.sampled_from(["pro", "team", "free", None])
lines = st.lists(st.tuples(cents, tiers, st.integers(1, 5)), min_size=1, max_size=5)


def every_rule(to):
    """A beneficiary with each rate it takes and each condition, in both ways of counting."""
    return [
        {"pay": PAY[to], "rate": RATE[rate], "when": [WHEN[word]], "per": per}
        for rate in RATE
        if FIXED_TABLE.get(to, rate) == rate
        for word in WHEN
        for per in ("order", "unit")
    ]


BASE = {"id": "base", "pay": {"to": "sponsor", "level": 1}, "rate": "5%"}


def some_rules(**keys):
    """One rule of each beneficiary and of each rate and condition: what laws over sales use."""
    rules = [{"pay": PAY[to], "rate": RATE[FIXED_TABLE.get(to, "percent")]} for to in PAY]
    rules += [{"rate": rate} for rate in RATE.values()]
    rules += [{"rate": "3%", "when": [when]} for when in WHEN.values()]
    return plan([BASE, *rules], ladders=LADDER, **keys)


def make_sale(rows, **values):
    return sale(
        *(
            line(number, net, tier=tier, quantity=Fraction(quantity))
            for number, (net, tier, quantity) in enumerate(rows, 1)
        ),
        salesperson="sara",
        regions={"city": "C", "province": "P"},
        service_point="boss",
        guild="boss",
        guild_leader="two",
        **values,
    )


def test_every_registered_block_is_under_these_laws():
    assert set(BENEFICIARIES) == set(PAY) | {"pool_share"}
    assert set(RATES) == set(RATE) | (ELSEWHERE & set(RATES))
    assert set(CONDITIONS) == set(WHEN) | {"top"}


def test_every_block_pays_somebody_in_the_world_of_these_laws():
    """Laws over rules that never pay would hold for nothing."""
    rules = some_rules(limits={"levels": "none"})
    paid = make_sale([(Fraction(1000), "pro", 1)])
    awards = evaluate(rules, paid, people()).awards
    assert {rule.id for rule in rules.rules} == {award.rule for award in awards}


@pytest.mark.parametrize("to", PAY)
def test_zero_pays_zero(to):
    rules = plan([{**BASE, "rate": "0%"}, *every_rule(to)], ladders=LADDER)
    assert len(rules.rules) > len(WHEN)
    assert evaluate(rules, make_sale([(0, "pro", 1)]), people()).awards == ()


@settings(max_examples=60, deadline=None)
@given(rows=lines)
def test_the_same_sale_gives_the_same_awards_and_no_key_twice(rows):
    rules = some_rules()
    outcome = evaluate(rules, make_sale(rows), people())
    assert outcome == evaluate(rules, make_sale(rows), people())
    keys = [award.key for award in outcome.awards]
    assert len(keys) == len(set(keys))
    assert all(award.amount > 0 for award in outcome.awards)


@settings(max_examples=60, deadline=None)
@given(rows=lines, data=st.data())
def test_the_order_of_lines_changes_no_percentage(rows, data):
    rules = plan(
        [{"pay": PAY[to], "rate": "12.5%"} for to in ("seller", "sponsor", "team", "pool")]
    )
    one = make_sale(rows)
    other = replace(one, lines=tuple(data.draw(st.permutations(one.lines))))
    sums = [
        {award.key: award.amount for award in evaluate(rules, each, people()).awards}
        for each in (one, other)
    ]
    assert sums[0] == sums[1]


@settings(max_examples=60, deadline=None)
@given(
    rows=lines,
    ceiling=st.integers(0, 100),
    how=st.sampled_from(["scale", "cut"]),
    digits=st.sampled_from([0, 2, 3]),
)
def test_all_awards_of_a_line_stay_under_the_ceiling(rows, ceiling, how, digits):
    limited = some_rules(digits=digits, limits={"per_sale": f"{ceiling}%", "on_limit": how})
    paid = make_sale(rows)
    awards = evaluate(limited, paid, people()).awards
    for each in paid.lines:
        total = sum(Fraction(award.amount) for award in awards if award.line == each.key)
        assert total <= each.net * ceiling / 100


@settings(max_examples=60, deadline=None)
@given(rows=lines, ranks=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=6))
def test_a_differential_pays_its_top_rate_in_all(rows, ranks):
    """Never below zero, never above the highest rate met, whatever the ranks up the line."""
    share = {"a": "10%", "b": "15%", "c": "20%"}
    rule = {"pay": {"to": "differential"}, "rate": {"by": "rank", "ladder": "l", "table": share}}
    line_up = [f"u{number}" for number in range(len(ranks))]
    world = network(line_up, **dict.fromkeys(line_up, "promoter"))
    for person, rank in zip(line_up, ranks, strict=True):
        world.set_rank(RankChange(person, "l", rank, None, DAY, "grant"))
    paid = make_sale(rows)
    rules = plan([rule], ladders=LADDER, limits={"levels": "none"})
    awards = evaluate(rules, paid, world).awards
    for each in paid.lines:
        top = each.net * max(int(share[rank][:-1]) for rank in ranks) / 100
        total = sum(Fraction(award.amount) for award in awards if award.line == each.key)
        assert abs(total - top) <= Fraction(len(ranks), 200)  # half a cent each


@settings(max_examples=100, deadline=None)
@given(
    units=st.integers(1, 10**9),
    people_count=st.integers(1, 9),
    digits=st.sampled_from([0, 2, 3]),
)
def test_the_parts_of_a_shared_amount_add_up_to_it(units, people_count, digits):
    """Also in yen and dinars."""
    world = network(**{f"p{number}": "staff" for number in range(people_count)})
    for number in range(people_count):
        person = world.people[f"p{number}"]
        world.people[person.id] = replace(person, team="east")
    rules = plan([{"pay": {"to": "team"}, "rate": "10%"}], digits=digits)
    net = Fraction(units, 10**digits)
    awards = evaluate(rules, sale(line(1, net), salesperson="p0"), world).awards
    assert sum((award.amount for award in awards), Decimal(0)) == round_half_up(net / 10, digits)
    assert (
        max((a.amount for a in awards), default=0) - min((a.amount for a in awards), default=0)
        <= 10**-digits
        or len(awards) < people_count
    )


@pytest.mark.parametrize("code", [path.stem for path in sorted(PLANS.glob("*.yaml"))])
@settings(max_examples=25, deadline=None)
@given(
    net=st.integers(1, 10**7),
    pieces=st.lists(st.integers(1, 10**6), min_size=1, max_size=5),
    tier=st.sampled_from(["pro", "premium", "ultimate", "team"]),
    product=st.sampled_from(["chain-package", "layered-package", "premium-month"]),
    kind=st.sampled_from(["first", "renewal", "package"]),
)
def test_a_full_refund_in_any_split_leaves_exactly_nothing_for_every_plan_shipped(
    code, net, pieces, tier, product, kind
):
    rules = shipped(code)
    total = Fraction(net, 100)
    one = line(1, total, tier=tier, product=product, kind=kind)
    rates = {name: Fraction(1) for name in ("USD", "CNY")}
    paid = sale(one, salesperson="sara", exchange=rates, regions={"district": "D"})
    world = network(["one", "two"], one="promoter", two="promoter", sara="staff")
    world.people["owner"] = Person("owner", "partner", regions={"district": "D"})
    world.people["seller"] = Person("seller", "partner")
    for ladder in rules.ladders:
        for person in ("one", "two", "seller"):
            world.set_rank(
                RankChange(person, ladder.code, ladder.ranks[-1].code, None, DAY, "grant")
            )
    receipts, notes = [Receipt(DAY, total)], []
    invoice_line = InvoiceLine(one.key, total, frozenset([1]))
    books = [(award, Book()) for award in evaluate(rules, paid, world).awards]
    whole = sum(pieces)
    for number, piece in enumerate(pieces, 1):
        day = DAY + timedelta(days=number)
        part = total * Fraction(piece, whole)
        notes.append(CreditNote(day, part, (CreditLine(part, frozenset([1])),)))
        receipts.append(Receipt(day, -part))
        invoice = Invoice(total, (invoice_line,), tuple(receipts), tuple(notes))
        for award, book in books:
            due = due_amounts(award.amount, received_steps(invoice), one.key, 2, rules.clawback)
            book.post(decide_deltas(due, book.posted(), 0, day))
    assert [str(award.rule) for award, book in books if book.total] == []


@settings(max_examples=40, deadline=None)
@given(data=st.data(), count=st.integers(2, 6))
def test_the_order_of_independent_sales_changes_nothing(data, count):
    """No shared payee, buyer, pool or branch: each sale has people of its own."""
    rules = plan(
        [
            {
                "pay": {"to": "sponsor"},
                "rate": {"by": "rank", "ladder": "m", "table": {"x": "10%", "y": "20%"}},
            },
            {"rate": {"brackets": {"metric": "seller_sales", "steps": STEPS, "marginal": True}}},
        ],
        ladders={
            "m": [{"rank": "x"}, {"rank": "y", "all": [{"metric": "direct_paid", "at_least": 1}]}]
        },
    )
    sales = []
    for branch in range(count):
        for number in range(2):
            one = line(f"{branch}-{number}", data.draw(cents), tier="pro")
            names = {"buyer": f"b{branch}-{number}", "seller": f"s{branch}"}
            sales.append(sale(one, order_key=f"o{branch}-{number}", **names))
    # within a branch the order stays, between branches it is free
    mixed = sorted(sales, key=lambda s: (s.order_key[-1], data.draw(st.integers(0, 99))))
    results = []
    for order in (sorted(sales, key=lambda s: s.order_key[-1]), mixed):
        world = World([Person(f"s{branch}", "promoter") for branch in range(count)])
        for one in sales:
            world.people[one.buyer] = Person(one.buyer)
            world.bind(one.buyer, one.seller, DAY)
        engine, awards = Engine(world), {}
        for one in order:
            for _plan, outcome in engine.credit(one, [rules]):
                awards |= {award.key: award.amount for award in outcome.awards}
            step = ShareStep(DAY, {each.key: Fraction(1) for each in one.lines})
            engine.advance(make_facts(one, [step], world, DAY), [rules], DAY, one)
        results.append((awards, sorted(world.ranks.items())))
    assert results[0] == results[1]


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
