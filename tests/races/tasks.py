"""What the workers do: each runs in its own process and transaction, tried again by the helper."""

import datetime
import time
from decimal import Decimal

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, sql_db
from odoo.modules.registry import Registry

from odoo.addons.rc_membership.concurrency import run_committed
from odoo.addons.rc_membership.kernel.ledger import Posting, Slot

from . import code_tasks, earn_tasks
from .pool import DATABASE


def committed(work, **options):
    """Run ``work(env)`` on an own cursor, as crons and commands do."""
    return run_committed(DATABASE, work, **options)


# ---------------------------------------------------------------------- points


def spend(account_id, amount, key):
    committed(
        lambda env: env["rc.point.account"].browse(account_id)._spend(amount, key, "race").ids
    )


def naive_spend(wallet_id, amount):
    """SUM, then INSERT: what must not be done, to see that the race is real."""
    with sql_db.db_connect(DATABASE).cursor() as cr:
        cr.execute("SELECT SUM(amount) FROM race_naive WHERE wallet = %s", [wallet_id])
        if cr.fetchone()[0] < amount:
            return False
        time.sleep(0.002)
        cr.execute("INSERT INTO race_naive VALUES (%s, %s)", [wallet_id, -amount])
        return True


def grant(partner_id, program_id, amount, key):
    """Earn points as a consumer of the inbox does: the account is found through its owner."""

    def work(env):
        partner = env["res.partner"].browse(partner_id).exists()
        if not partner:
            return False
        program = env["rc.program"].browse(program_id)
        account = env["rc.point.account"]._get_or_create(partner, program)
        account._grant(amount, key, "race")
        return True

    return committed(work)


def open_account(partner_id, program_id):
    def work(env):
        partner = env["res.partner"].browse(partner_id)
        program = env["rc.program"].browse(program_id)
        account = env["rc.point.account"]._get_or_create(partner, program)
        return account.id, account.card_id.id

    return committed(work)


def merge(source_id, target_id):
    def work(env):
        wizard = env["base.partner.merge.automatic.wizard"].create({})
        partners = env["res.partner"].browse([source_id, target_id])
        wizard._merge(partners.ids, partners[1], extra_checks=False)

    return committed(work)


# ---------------------------------------------------------------------- inbox


def push(move_id, key):
    def work(env):
        move = env["account.move"].browse(move_id)
        return env["rc.event"]._push(key, "payment_changed", move)

    return committed(work)


def consume(event_id):
    """Serve an event as a worker that believes it is the only one."""

    def work(env):
        event = env["rc.event"].browse(event_id)
        getattr(event, f"_consume_{event.consumer}")()
        event.write({"state": "done"})

    return committed(work)


def drain():
    """Work off the inbox, one committed event after the other, until nothing is due.

    As the cron does, an event that another process has in hand is passed over. All of them write
    the company's state, so on a busy machine one may have to try more often than usual. An event
    that met another's write and waits to be tried again is waited for: its minutes pass at once.
    """

    def next_one(env):
        due = env["rc.event"]._get_due(20)
        for event in due:
            if event.try_lock_for_update().filtered(lambda e: e.state == "todo"):
                event._work()
                break
        return bool(due)

    def wait(env):
        waiting = env["rc.event"].search([("state", "=", "todo"), ("next_try_at", "!=", False)])
        waiting.try_lock_for_update().filtered(lambda e: e.state == "todo").next_try_at = False
        return bool(waiting)

    while committed(next_one, tries=200) or committed(wait, tries=200):
        pass


# ---------------------------------------------------------------------- subscriptions


def bill(subscription_id, today):
    def work(env):
        subscription = env["rc.subscription"].browse(subscription_id)
        return subscription._bill_next_period(fields.Date.to_date(today)).ids

    return committed(work)


# ---------------------------------------------------------------------- referral


def bind(member_id, sponsor_id):
    def work(env):
        member, sponsor = (env["res.partner"].browse(i) for i in (member_id, sponsor_id))
        at = datetime.datetime(2026, 1, 1)
        return env["rc.sponsor.edge"]._bind(member, sponsor, at).sponsor_id.id

    return committed(work)


def rebind(member_id, sponsor_id):
    """What a manager's correction does to the tree."""

    def work(env):
        member, sponsor = (env["res.partner"].browse(i) for i in (member_id, sponsor_id))
        at = datetime.datetime(2026, 2, 1)
        return env["rc.sponsor.edge"]._rebind(member, sponsor, at).sponsor_id.id

    return committed(work)


# ---------------------------------------------------------------------- commissions


def post_commission(account_id, key, amount, debit, credit):
    """Move an amount between two buckets of a commission account."""
    posting = Posting(
        key=key,
        kind="pay",
        debit=Slot(debit, account_id),
        credit=Slot(credit, account_id),
        amount=Decimal(amount),
        occurred_at=datetime.datetime(2026, 1, 1),
    )
    return committed(lambda env: env["rc.commission.entry"]._post([posting]).ids)


def settle(company_id, as_of):
    """Start a run and settle everything in it."""

    def work(env):
        company = env["res.company"].browse(company_id)
        run = env["rc.settlement.run"]._start(company, fields.Date.to_date(as_of))
        run._settle_all()
        return run.settlement_ids.ids

    return committed(work)


def schedule(company_id, as_of):
    """Start the run of a settlement day; None for whoever comes second."""

    def work(env):
        company = env["res.company"].browse(company_id)
        run = env["rc.settlement.run"]._start(company, fields.Date.to_date(as_of), 10)
        return run and run.id

    return committed(work)


def accrue(move_id):
    """Let the plans pay for an invoice, as a worker of the inbox does."""

    def work(env):
        move = env["account.move"].browse(move_id)
        move._rc_accrue(env.cr.now())

    return committed(work)


def close(company_id, kind, today):
    """Close what is over; the number of periods this worker closed."""

    def work(env):
        company = env["res.company"].browse(company_id)
        periods = env["rc.commission.period"]._close(company, kind, fields.Date.to_date(today))
        return len(periods)

    return committed(work)


# ----------------------------------------------------------------------- usage


def use_right(partner_id, code, amount, key, at):
    """Use a right as the app does; what is left of it."""

    def work(env):
        partner = env["res.partner"].browse(partner_id)
        answer = partner._rc_consume(code, amount, key, fields.Datetime.to_datetime(at))
        return None if answer["unlimited"] else str(answer["left"])

    return committed(work)


def naive_consume(partner_id, most):
    """COUNT, then INSERT: what must not be done, to see that the race is real."""
    with sql_db.db_connect(DATABASE).cursor() as cr:
        cr.execute("SELECT COUNT(*) FROM race_naive_use WHERE member = %s", [partner_id])
        if cr.fetchone()[0] >= most:
            return False
        time.sleep(0.002)
        cr.execute("INSERT INTO race_naive_use VALUES (%s)", [partner_id])
        return True


def release(key, at):
    def work(env):
        return len(env["rc.usage"]._release(key, "race", fields.Datetime.to_datetime(at)))

    return committed(work)


def collect(subscription_id, today):
    """Review a subscription and charge its stored card, as two servers' crons do at once."""
    committed(
        lambda env: (
            env["rc.subscription"].browse(subscription_id)._review(fields.Date.to_date(today))
        )
    )
    with Registry(DATABASE).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        attempts = env["rc.subscription.attempt"].search(
            [("subscription_id", "=", subscription_id), ("state", "=", "ready")]
        )
        made = 0
        for attempt in attempts:
            try:
                made += attempt._charge(cr.commit)
            except OperationalError:  # the other one was quicker
                cr.rollback()
    return made


# ---------------------------------------------------------------------- earning and the mall


def earning(name, *args):
    """Do a task of ``earn_tasks`` on an own cursor."""
    return committed(lambda env: getattr(earn_tasks, name)(env, *args), tries=60)


# ---------------------------------------------------------------------- codes


def code(name, *args):
    """Do a task of ``code_tasks``, tried again as a web request is."""
    return committed(lambda env: getattr(code_tasks, name)(env, *args))


def code_once(name, *args):
    """Do a task of ``code_tasks`` without a second try: nothing may stand in its way."""
    return committed(lambda env: getattr(code_tasks, name)(env, *args), tries=1)
