"""What reports of memberships cost beside Odoo's own sales analysis of as many rows.

    PYTHONPATH=<odoo> python benchmarks/membership_reports.py -c odoo.conf -d <database> [--charges 20000]

The database has rc_membership with its demo data; nothing is kept. Charges (ten a member, one invoice
each) and order lines are copied in SQL; then each report is grouped as its first screen does it, and so
is ``sale.report``. Printed: seconds of the best of three, and the ratio.
"""

import argparse
import time

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

PERIODS = 10
READS = (
    ("rc.membership.month", ["month:month", "tier_id"], ["active_count:sum", "mrr:sum"]),
    ("rc.membership.cohort", ["cohort:month", "age_months"], ["retention_rate:avg"]),
    ("rc.membership.movement", ["date:month", "kind"], ["mrr_change:sum"]),
    ("rc.membership.revenue", ["date:month", "tier_id"], ["amount:sum"]),
    ("rc.membership.due", ["state"], ["amount_residual:sum"]),
    ("rc.membership.exception", ["kind"], ["__count"]),
)


def copy(cr, table, source, count, **changes):
    """Copy a row ``count`` times; ``changes`` are SQL of the number ``n``. Return the new ids."""
    cr.execute(
        SQL(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND column_name <> 'id' AND is_generated = 'NEVER'",
            table,
        )
    )
    names = [name for (name,) in cr.fetchall()]
    cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(names)s) SELECT %(values)s FROM %(table)s source,"
            " GENERATE_SERIES(1, %(count)s) AS n WHERE source.id = %(id)s ORDER BY n RETURNING id",
            table=SQL.identifier(table),
            names=SQL(", ").join(map(SQL.identifier, names)),
            values=SQL(", ").join(
                changes.get(name, SQL("source.%s", SQL.identifier(name))) for name in names
            ),
            count=count,
            id=source,
        )
    )
    return [row[0] for row in cr.fetchall()]


def pick(ids, number):
    return SQL("(%s::int[])[%s]", list(ids), number)


def fill(env, count):
    """Add ``count`` charges with their invoices, and as many orders of one line."""
    cr, one = env.cr, SQL("n")
    charge = env["rc.subscription.charge"].search([("invoice_line_id", "!=", False)], limit=1)
    line, subscription = charge.invoice_line_id, charge.subscription_id
    member = SQL("(n - 1) / %s + 1", PERIODS)
    people = copy(cr, "res_partner", subscription.partner_id.id, count // PERIODS)
    subscriptions = copy(
        cr,
        "rc_subscription",
        subscription.id,
        len(people),
        partner_id=pick(people, one),
        state=SQL("CASE WHEN n %% 7 = 0 THEN 'expired' ELSE 'active' END"),
        ended_on=SQL("CASE WHEN n %% 7 = 0 THEN DATE '2026-01-01' + n %% 300 END"),
        started_on=SQL("DATE '2026-01-01'"),
    )
    moves = copy(cr, "account_move", line.move_id.id, count, name=SQL("'BENCH/' || n"))
    lines = copy(cr, "account_move_line", line.id, count, move_id=pick(moves, one))
    start = SQL("DATE '2026-01-01' + ((n - 1) %% %s) * INTERVAL '1 month'", PERIODS)
    copy(
        cr,
        "rc_subscription_charge",
        charge.id,
        count,
        subscription_id=pick(subscriptions, member),
        invoice_line_id=pick(lines, one),
        period_start=start,
        period_end=SQL("%s + INTERVAL '1 month'", start),
    )
    order_line = env["sale.order.line"].search([("state", "=", "sale")], limit=1)
    orders = copy(cr, "sale_order", order_line.order_id.id, count, name=SQL("'BENCH' || n"))
    copy(cr, "sale_order_line", order_line.id, count, order_id=pick(orders, one))
    cr.execute("ANALYZE")


def best(env, model, groups, aggregates):
    """Return the seconds of the quickest of three reads."""
    seconds = []
    for _number in range(3):
        env.invalidate_all()
        begin = time.perf_counter()
        env[model].formatted_read_group([], groups, aggregates)
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", "--config")
    parser.add_argument("-d", "--database", required=True)
    parser.add_argument("--charges", type=int, default=20000)
    arguments = parser.parse_args()
    options = ["-d", arguments.database, "--no-http", "--log-level=error"]
    config.parse_config(options + (["-c", arguments.config] if arguments.config else []))
    with Registry(arguments.database).cursor() as cr:
        env = api.Environment(cr, odoo.SUPERUSER_ID, {})
        fill(env, arguments.charges)
        usual = best(env, "sale.report", ["date:month", "product_id"], ["price_subtotal:sum"])
        print(f"sale.report: {usual:.2f} s")
        for model, groups, aggregates in READS:
            seconds = best(env, model, groups, aggregates)
            print(f"{model}: {seconds:.2f} s = {seconds / usual:.1f} x")
        cr.rollback()


if __name__ == "__main__":
    main()
