"""Commissions under concurrency: paid once, settled once."""

import datetime

import pytest

from . import tasks, world

CROWD = 50
FUTURE = (datetime.date.today() + datetime.timedelta(days=365)).isoformat()


@pytest.fixture(scope="module")
def company(pool):
    """Settle what the demo story and other races left open: a round settles its own only."""
    tasks.drain()
    with world.env() as env:
        company = env.company.id
    tasks.settle(company, FUTURE)
    return company


def balances(account):
    return world.ask(
        "SELECT trim_scale(open)::text, trim_scale(settled)::text, trim_scale(paid)::text"
        " FROM rc_commission_account WHERE id = %s",
        account,
    )[0]


def test_of_fifty_payments_out_of_what_covers_ten_exactly_ten_succeed(pool, rounds):
    for number in rounds:
        account = world.commission_account()
        world.fill_commission([account], "settled", "33.30", f"race:fill:{number}")
        key = f"race:pay:{account}"
        answers = pool.race(
            [
                ("post_commission", account, f"{key}:{n}", "3.33", "settled", "paid")
                for n in range(CROWD)
            ]
        )
        assert sorted(word for word, _value in answers) == ["done"] * 10 + ["refused"] * 40
        assert {v for word, v in answers if word == "refused"} == {"insufficient_settled"}
        assert balances(account) == ("0", "0", "33.3")


def test_settlement_runs_at_once_make_one_bill_per_payee(pool, rounds, company):
    for number in rounds:
        payees = [world.commission_account() for _payee in range(3)]
        world.fill_commission(payees, "open", "12.50", f"race:open:{number}")
        answers = pool.race([("settle", company, FUTURE)] * 3)
        assert [word for word, _value in answers] == ["done"] * 3, answers
        bills = world.ask(
            """
            SELECT settlement.account_id, bill.amount_total::text
              FROM rc_settlement settlement
              JOIN account_move bill ON bill.rc_settlement_id = settlement.id
             WHERE settlement.account_id IN %s ORDER BY 1
            """,
            tuple(payees),
        )
        assert bills == [(payee, "12.50") for payee in payees]
        assert {balances(payee) for payee in payees} == {("0", "12.5", "0")}


def test_runs_at_once_on_one_settlement_day_are_one_run(pool, rounds, company):
    for number in rounds:
        as_of = (datetime.date(2001, 1, 1) + datetime.timedelta(days=number)).isoformat()
        answers = pool.race([("schedule", company, as_of)] * 8)
        assert [word for word, _value in answers] == ["done"] * 8, answers
        assert len([value for _word, value in answers if value]) == 1
