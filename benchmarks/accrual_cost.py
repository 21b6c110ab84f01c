"""What an accrual costs beside what Odoo does anyway to register the payment.

    PYTHONPATH=<odoo> python benchmarks/accrual_cost.py -c odoo.conf -d <database> [--invoices 60]

The database has rc_commission with its demo data; nothing is kept. For each size of a batch: seconds
to register the payments through Odoo's own wizard, seconds of the accrual of the same invoices, the
ratio (goal: at most 10 %), and the number of queries of the accrual, which must not grow with the batch.
"""

import argparse
import time
from datetime import date, datetime

import odoo
from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.tools import config

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 12)


def make_invoices(env, count):
    """Posted invoices of members of the demo story's studio and salesperson."""
    partners = env["rc.sponsor.edge"].search([("ended_at", "=", False)]).member_id
    product = env["product.product"].search([("default_code", "=", "premium-month")], limit=1)
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partners[number % len(partners)].id,
                "invoice_date": DAY,
                "invoice_line_ids": [Command.create({"product_id": product.id, "price_unit": 25})],
            }
            for number in range(count)
        ]
    )
    invoices.action_post()
    return invoices


def register(env, invoice):
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard.create({"payment_date": DAY})._create_payments()


def timed(func):
    begin = time.perf_counter()
    func()
    return time.perf_counter() - begin


def measure(env, count):
    """Return seconds to register, seconds to accrue, queries of the accrual."""
    invoices = make_invoices(env, count)
    env.flush_all()

    def pay():
        for invoice in invoices:
            register(env, invoice)
        env.flush_all()

    paying = timed(pay)
    env.invalidate_all()
    queries = env.cr.sql_log_count

    def accrue():
        invoices._rc_accrue(AT)
        env.flush_all()

    accruing = timed(accrue)
    return paying, accruing, env.cr.sql_log_count - queries


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", "--config")
    parser.add_argument("-d", "--database", required=True)
    parser.add_argument("--invoices", type=int, default=60)
    arguments = parser.parse_args()
    options = ["-d", arguments.database, "--no-http", "--log-level=error"]
    config.parse_config(options + (["-c", arguments.config] if arguments.config else []))
    registry = Registry(arguments.database)
    with registry.cursor() as cr:
        env = api.Environment(cr, odoo.SUPERUSER_ID, {})
        measure(env, 2)  # caches
        for count in (arguments.invoices // 6, arguments.invoices):
            paying, accruing, queries = measure(env, count)
            print(
                f"{count:4d} invoices: registered in {paying:6.2f} s, accrued in {accruing:5.2f} s"
                f" = {accruing / paying:.1%} (goal 10 %), {queries} queries"
            )
        cr.rollback()


if __name__ == "__main__":
    main()
