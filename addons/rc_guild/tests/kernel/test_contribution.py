"""Laws and examples of contribution points."""

import ast
import doctest
import pathlib
import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from odoo.addons.rc_guild.kernel import contribution, fund, receipts, spells
from odoo.addons.rc_guild.kernel.contribution import Change, Terms, changes, points_due, whole_steps
from odoo.addons.rc_guild.kernel.receipts import Invoice, Paid, Receipt, net_amount, net_receipts
from odoo.addons.rc_guild.kernel.spells import Spell, spell_on
from odoo.addons.rc_membership.kernel.received import InvoiceMoney

DAY = date(2026, 1, 5)


def receipt(amount, sequence=1, day=DAY, stay=1, sponsor_id=None):
    spell = Spell(stay, 10 + stay, DAY) if stay else None
    return Receipt(day, sequence, Fraction(amount), spell, sponsor_id)


def points(rows, terms=None):
    """Sum the points due over the days."""
    due = points_due(rows, terms or Terms())
    return {holder: sum(days.values()) for holder, days in due.items()}


def invoice(total, *payments, credited="0", counted=None, credited_counted=None):
    paid = tuple(
        Paid(DAY + timedelta(days=number), number, Decimal(amount))
        for number, amount in enumerate(payments)
    )
    total, credited = Decimal(total), Decimal(credited)
    counted = total if counted is None else Decimal(counted)
    credited_counted = credited if credited_counted is None else Decimal(credited_counted)
    received = sum((part.amount for part in paid), Decimal(0))
    money = InvoiceMoney(total, total, credited, credited, received)
    return Invoice(money, counted, credited_counted, paid)


@pytest.mark.parametrize("module", [contribution, fund, receipts, spells])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0


def test_the_kernel_uses_no_binary_floating_point():
    folder = pathlib.Path(contribution.__file__).parent
    found = [
        (path.name, node.lineno)
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
    assert found == []


def test_each_whole_ten_gives_the_guild_five_and_the_sponsor_ten():
    due = points([receipt("49.99", sponsor_id=3)])
    assert due == {(1, None): 20, (1, 3): 40}


def test_less_than_a_step_gives_nothing():
    assert points([receipt("9.99", sponsor_id=3)]) == {}
    assert whole_steps("-50", 10) == 0


def test_splitting_a_payment_and_its_order_change_nothing():
    random.seed(4)
    for _round in range(200):
        cents = random.randint(0, 50_000)
        cuts = sorted(random.randint(0, cents) for _cut in range(random.randint(0, 6)))
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, cents])]
        whole = points([receipt(Fraction(cents, 100), sponsor_id=3)])
        split = [
            receipt(Fraction(part, 100), number, DAY + timedelta(days=number), sponsor_id=3)
            for number, part in enumerate(parts)
        ]
        random.shuffle(split)
        assert points(split) == whole


def test_over_all_guilds_the_points_are_those_of_the_sum():
    random.seed(5)
    for _round in range(100):
        rows = [
            receipt(Fraction(random.randint(1, 4000), 100), number, stay=random.randint(1, 3))
            for number in range(8)
        ]
        due = points(rows)
        assert sum(due.values()) == 5 * whole_steps(receipts.total_of(rows), 10)


def test_the_guild_of_the_day_gets_the_step_it_completed():
    rows = [receipt("15", 1, DAY, stay=1), receipt("5", 2, DAY + timedelta(days=9), stay=2)]
    assert points(rows) == {(1, None): 5, (2, None): 5}


def test_money_paid_before_joining_counts_towards_the_next_step_only():
    rows = [receipt("15", 1, stay=None), receipt("5", 2, DAY + timedelta(days=1))]
    assert points(rows) == {(1, None): 5}


def test_terms_without_points_give_nothing():
    assert points([receipt("50", sponsor_id=3)], Terms(guild_points=0, sponsor_points=0)) == {}


def test_a_refund_of_all_takes_back_all():
    paid = points([receipt("50", sponsor_id=3)])
    back = changes(points_due([], Terms()), paid)
    assert back == [Change((1, None), -25), Change((1, 3), -50)]


def test_posting_what_is_due_again_changes_nothing():
    due = points_due([receipt("50", sponsor_id=3)], Terms())
    assert changes(due, points([receipt("50", sponsor_id=3)])) == []


def test_payments_that_were_known_late_keep_their_days():
    days = [DAY, DAY + timedelta(days=40)]
    rows = [receipt("20", number, day) for number, day in enumerate(days)]
    assert changes(points_due(rows, Terms()), {}) == [
        Change((1, None), 10, days[0]),
        Change((1, None), 10, days[1]),
    ]


def test_changes_always_bring_posted_to_due():
    random.seed(8)
    for _round in range(200):
        days = {DAY + timedelta(days=n): 5 * random.randint(1, 3) for n in range(4)}
        posted = 5 * random.randint(0, 12)
        found = changes({(1, None): days}, {(1, None): posted})
        assert posted + sum(change.points for change in found) == sum(days.values())


@pytest.mark.parametrize(
    ("bill", "net"),
    [
        (invoice("50"), "0"),
        (invoice("50", "50"), "50"),
        (invoice("50", "20"), "20"),
        (invoice("50", "20", "30"), "50"),
        (invoice("50", "60"), "50"),
        (invoice("50", "50", credited="25"), "25"),
        (invoice("50", "50", credited="50"), "0"),
        (invoice("60", "60", counted="50"), "50"),
        (invoice("60", "30", counted="50"), "25"),
        (invoice("60", "60", counted="50", credited="12", credited_counted="10"), "40"),
        (invoice("60", "30", counted="30", credited="30", credited_counted="0"), "30"),
    ],
)
def test_the_net_amount_is_what_was_received_and_kept_without_tax(bill, net):
    assert net_amount(bill) == Fraction(net)
    assert sum((part[2] for part in net_receipts(bill)), Fraction(0)) == Fraction(net)


def test_what_comes_back_shortens_the_last_payment_first():
    parts = net_receipts(invoice("50", "30", "20", credited="25"))
    assert parts == [(DAY, 0, Fraction(25))]


def test_a_free_invoice_has_no_receipts():
    assert net_receipts(invoice("0")) == []


def test_a_stay_is_half_open_and_the_later_stay_wins():
    first = Spell(1, 8, date(2026, 1, 1), date(2026, 2, 1))
    second = Spell(2, 9, date(2026, 1, 20), None)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 20), date(2026, 2, 1)]
    assert [spell_on([second, first], day) for day in days] == [None, first, second, second]


def test_leaving_on_the_day_of_joining_counts_no_day():
    assert spell_on([Spell(1, 8, DAY, DAY)], DAY) is None
