"""Renewals of many subscriptions in one run of the one cron: time, progress, resuming after a kill.

    PYTHONPATH=<odoo> python benchmarks/renewals.py -c odoo.conf -d <scratch database> [--sizes 300 3000]
    … --make 3000                      # only make what is due
    … --run                            # only run the cron; kill it and run it again: nothing is lost

The database is a scratch copy: what is made stays in it. For each size: subscriptions with a stored
card of the demo provider are made due, then the cron bills, charges and follows the money, committing
after each. Printed: progress, seconds, and for the sizes the ratio of the times (goal: at most 12 for
ten times as many). At the end the books are asked: one bill and one charge each.
"""

import argparse
import datetime
import time

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

PROGRESS_SECONDS = 10
CHUNK = 100


def make(env, count):
    """Make ``count`` subscriptions that are due today, each with a card that is accepted."""
    today = datetime.date.today()
    start = today - datetime.timedelta(days=30)
    product = env["product.product"].search([("default_code", "=", "premium-month")], limit=1)
    provider = env["payment.provider"].search([("code", "=", "demo")], limit=1)
    provider.state = "test"
    method = env["payment.method"].search([], limit=1)
    for begin in range(0, count, CHUNK):
        numbers = range(begin, min(begin + CHUNK, count))
        partners = env["res.partner"].create([{"name": f"Bench {n}"} for n in numbers])
        tokens = env["payment.token"].create(
            [
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "payment_details": "4242",
                    "partner_id": partner.id,
                    "provider_ref": "demo",
                    "demo_simulated_state": "done",
                }
                for partner in partners
            ]
        )
        env["rc.subscription"].create(
            [
                {
                    "partner_id": partner.id,
                    "product_id": product.id,
                    "tier_id": product.rc_tier_id.id,
                    "program_id": product.rc_tier_id.program_id.id,
                    "company_id": product.rc_tier_id.company_id.id,
                    "started_on": start,
                    "anchor_on": start,
                    "period_start": start,
                    "period_end": today,
                    "token_id": token.id,
                }
                for partner, token in zip(partners, tokens, strict=True)
            ]
        )
        env.cr.commit()


def left(env):
    """Return how many of the bench's subscriptions are not renewed yet."""
    return env["rc.subscription"].search_count(
        [("partner_id.name", "=like", "Bench %"), ("period_end", "<=", datetime.date.today())]
    )


def run(env):
    """Run the cron until nothing is due, telling how far it is; return seconds."""
    begin = last = time.perf_counter()
    total = left(env)
    cron = type(env["ir.cron"])
    commit = cron._commit_progress

    def tell(record, *args, **kwargs):
        nonlocal last
        result = commit(record, *args, **kwargs)
        now = time.perf_counter()
        if now - last >= PROGRESS_SECONDS:
            last = now
            todo = left(env)
            print(f"  {total - todo:5d} of {total} renewed after {now - begin:6.1f} s", flush=True)
        return result

    cron._commit_progress = tell
    try:
        env["rc.subscription"]._cron_review()
    finally:
        cron._commit_progress = commit
    return time.perf_counter() - begin


def prove(env):
    """Return (renewed, bills, charges) of the bench's subscriptions; each has one of each."""
    [row] = env.execute_query(
        odoo.tools.SQL(
            """
            SELECT COUNT(DISTINCT subscription.id), COUNT(DISTINCT billing.id),
                   COUNT(DISTINCT payment.id)
              FROM rc_subscription subscription
              JOIN res_partner partner ON partner.id = subscription.partner_id
              JOIN rc_subscription_billing billing ON billing.subscription_id = subscription.id
              JOIN rc_subscription_attempt attempt ON attempt.billing_id = billing.id
              JOIN payment_transaction payment
                ON payment.id = attempt.transaction_id AND payment.state = 'done'
             WHERE partner.name LIKE 'Bench %%' AND subscription.period_end > CURRENT_DATE
            """
        )
    )
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", "--config")
    parser.add_argument("-d", "--database", required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 3000])
    parser.add_argument("--make", type=int)
    parser.add_argument("--run", action="store_true")
    arguments = parser.parse_args()
    options = ["-d", arguments.database, "--no-http", "--log-level=error"]
    config.parse_config(options + (["-c", arguments.config] if arguments.config else []))
    with Registry(arguments.database).cursor() as cr:
        env = api.Environment(cr, odoo.SUPERUSER_ID, {})
        if arguments.make:
            make(env, arguments.make)
        if arguments.run:
            print(f"{run(env):.1f} s; renewed, bills, charges: {prove(env)}")
        if arguments.make or arguments.run:
            return
        times = []
        for size in arguments.sizes:
            make(env, size)
            times.append(run(env))
            print(f"{size} renewals in {times[-1]:.1f} s = {times[-1] / size * 1000:.0f} ms each")
        print(f"ratio {times[-1] / times[0]:.1f} (goal 12); renewed, bills, charges: {prove(env)}")


if __name__ == "__main__":
    main()
