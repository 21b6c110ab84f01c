"""What reports of referrals cost with a million clicks, beside Odoo's own list of the same clicks.

    PYTHONPATH=<odoo> python benchmarks/referral_reports.py -c odoo.conf -d <database> [--touches 1000000]

The database has rc_referral with its demo data; nothing is kept. Clicks of a year over a thousand codes
are written in SQL, and members who signed up. Then each report page is read as its first screen does it,
with its filter (the last 30 days), and so is Odoo's plain list of clicks (``rc.touch``), grouped by the
same, with the same filter. Printed: seconds of the best of three, and the ratio. The goal is ≤ 2.
"""

import argparse
import time

from membership_reports import copy, pick

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

CODES = 1000
MEMBERS = 20000
RECENT = [("at", ">=", "-30d")]
COUNTS = [f"{step}_count:sum" for step in ("click", "sign_up", "verified", "paid", "renewed")]
MONEY = ["sales:sum", "cost:sum"]
# page, its model, domain, groups, aggregates; the plain list: groups of rc.touch
PAGES = (
    ("funnel by day", "rc.referral.funnel", RECENT, ["at:day"], COUNTS, ["at:day"]),
    ("funnel by participant", "rc.referral.funnel", RECENT, ["partner_id"], COUNTS + MONEY, ["code_id"]),
    ("funnel by channel", "rc.referral.funnel", RECENT, ["source"], COUNTS + MONEY, ["source"]),
    ("funnel, a year by month", "rc.referral.funnel", [], ["at:month"], COUNTS, ["at:month"]),
    ("K by month", "rc.referral.month", [], ["month:month"], ["k_factor:avg"], ["at:month"]),
    ("members", "rc.referral.member", [], ["joined_on:month"], ["ltv:avg"], ["at:month"]),
    ("cohorts", "rc.referral.cohort", [], ["cohort:month", "age_months"], ["paying_rate:avg"], ["at:month"]),
)  # fmt: skip


def fill(env, count):
    """Add codes, clicks of a year, and members who signed up, in SQL."""
    cr, one = env.cr, SQL("n")
    company = env.company.id
    code = env["rc.code"].search([("kind", "=", "vanity")], limit=1)
    people = copy(cr, "res_partner", code.partner_id.id, CODES + MEMBERS)
    name = SQL("'BENCH' || n")
    owner = pick(people, one)
    since = SQL("now() AT TIME ZONE 'UTC' - INTERVAL '1 year'")
    codes = copy(
        cr, "rc_code", code.id, CODES, code=name, code_key=name, partner_id=owner, create_date=since
    )
    cr.execute(
        SQL(
            """
            INSERT INTO rc_touch (visitor, code_id, company_id, at, landing_path, source, is_bot)
            SELECT MD5(n::text), (%s::int[])[n %% %s + 1], %s,
                   now() AT TIME ZONE 'UTC' - (n %% 365) * INTERVAL '1 day'
                       - (n %% 86400) * INTERVAL '1 second', '/',
                   (ARRAY['whatsapp', 'wechat', 'mail', 'x', NULL])[n %% 5 + 1], n %% 20 = 0
              FROM GENERATE_SERIES(1, %s) n
            """,
            codes,
            CODES,
            company,
            count,
        )
    )
    cr.execute(
        SQL(
            """
            INSERT INTO rc_sponsor_edge (member_id, sponsor_id, code_id, company_id, bound_at)
            SELECT (%(people)s::int[])[%(codes)s + n], (%(people)s::int[])[n %% %(codes)s + 1],
                   (%(ids)s::int[])[n %% %(codes)s + 1], %(company)s,
                   now() AT TIME ZONE 'UTC' - (n %% 365) * INTERVAL '1 day'
              FROM GENERATE_SERIES(1, %(members)s) n
            """,
            people=people,
            codes=CODES,
            ids=codes,
            company=company,
            members=MEMBERS,
        )
    )
    cr.execute("ANALYZE")


def best(call):
    """Return the seconds of the quickest of three calls."""
    seconds = []
    for _number in range(3):
        begin = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def read(env, model, domain, groups, aggregates):
    env.invalidate_all()
    return env[model].formatted_read_group(domain, groups, aggregates)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", "--config")
    parser.add_argument("-d", "--database", required=True)
    parser.add_argument("--touches", type=int, default=1_000_000)
    arguments = parser.parse_args()
    options = ["-d", arguments.database, "--no-http", "--log-level=error"]
    config.parse_config(options + (["-c", arguments.config] if arguments.config else []))
    with Registry(arguments.database).cursor() as cr:
        env = api.Environment(cr, odoo.SUPERUSER_ID, {})
        fill(env, arguments.touches)
        for page, model, domain, groups, aggregates, plain in PAGES:
            usual = best(lambda d=domain, g=plain: read(env, "rc.touch", d, g, ["__count"]))
            ours = best(lambda m=model, d=domain, g=groups, a=aggregates: read(env, m, d, g, a))
            print(f"{page}: {ours:.2f} s beside {usual:.2f} s = {ours / usual:.1f} x", flush=True)
        cr.rollback()


if __name__ == "__main__":
    main()
