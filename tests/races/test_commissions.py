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


def test_runs_at_once_on_one_settlement_day_are_one_run(pool, few, company):
    for number in few:
        as_of = (datetime.date(2001, 1, 1) + datetime.timedelta(days=number)).isoformat()
        answers = pool.race([("schedule", company, as_of)] * 8)
        assert [word for word, _value in answers] == ["done"] * 8, answers
        assert len([value for _word, value in answers if value]) == 1


def test_two_payments_at_once_that_promote_together_promote(pool, few, company):
    world.ladder_plan()
    for _number in few:
        top, middle, invoices = world.team_with_paid_buyers(2)
        answers = pool.race([("accrue", invoice) for invoice in invoices])
        assert [word for word, _value in answers] == ["done"] * 2, answers
        ranks = world.ask("SELECT rank, before FROM rc_commission_rank WHERE partner_id = %s", top)
        assert ranks == [("high", "low")]
        facts = world.ask(
            "SELECT COUNT(*), SUM(first) FROM rc_commission_fact WHERE sponsor_id IN %s",
            tuple(middle),
        )
        assert facts == [(2, 2)]


def test_one_payment_delivered_to_many_workers_is_one_fact_and_one_award(pool, rounds, company):
    world.ladder_plan()
    for _number in rounds:
        _top, [sponsor], [invoice] = world.team_with_paid_buyers(1)
        answers = pool.race([("accrue", invoice)] * 5)
        assert [word for word, _value in answers] == ["done"] * 5, answers
        counted = world.ask(
            """
            SELECT (SELECT COUNT(*) FROM rc_commission_fact WHERE sponsor_id = %s),
                   (SELECT COUNT(*) FROM rc_commission_award award
                      JOIN rc_commission_account account ON account.id = award.account_id
                     WHERE account.partner_id = %s AND award.plan_code = 'race_ladder'),
                   (SELECT trim_scale(open)::text FROM rc_commission_account
                     WHERE partner_id = %s)
            """,
            *[sponsor] * 3,
        )
        assert counted == [(1, 1, "1")]


def test_closes_at_once_close_each_period_once(pool, few, company):
    world.ladder_plan()
    for number in few:
        _top, [sponsor], [invoice] = world.team_with_paid_buyers(1)
        tasks.accrue(invoice)
        today = datetime.date.today() + datetime.timedelta(days=32 * (number + 1))
        answers = pool.race([("close", company, "month", today.isoformat())] * 4)
        assert [word for word, _value in answers] == ["done"] * 4, answers
        paid = world.ask(
            """
            SELECT COUNT(*), COUNT(DISTINCT award.key) FROM rc_commission_award award
              JOIN rc_commission_account account ON account.id = award.account_id
             WHERE account.partner_id = %s AND award.rule = 'month'
            """,
            sponsor,
        )
        assert paid == [(1, 1)] if number == 0 else paid[0][0] == paid[0][1] <= 1
