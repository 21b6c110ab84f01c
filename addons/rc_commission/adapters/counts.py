"""Counts that are no purchases: points earned, months of membership."""

from fractions import Fraction

from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.periods import add_months

from .time import local_day


def read_counts(env, company, name, ids, start, end, day):
    """Return person → a count: points earned, whole months in the tier or of membership."""
    if not ids:
        return {}
    if name == "points_earned":
        return _read_points_earned(env, company, ids, start, end)
    if name in ("months_in_tier", "retained_months"):
        until = day or end or local_day(env.cr.now(), company)
        return _read_months(env, company, ids, until, by_tier=name == "months_in_tier")
    partners = env["res.partner"].with_company(company).browse(sorted(ids))
    return partners._rc_get_counts(name, start, end)


def _read_points_earned(env, company, ids, start, end):
    """Points of the platform's program, as the members' own ladders count them."""
    program = env["rc.program"]._get_platform(company)
    partners = env["res.partner"].browse(sorted(ids))
    found = env["rc.point.account"]._get_lifetime(partners, program, until=end, since=start)
    return {partner_id: Fraction(total) for partner_id, total in found.items()}


def _read_months(env, company, ids, until, by_tier):
    """Return person → whole months of paid periods without a gap, up to ``until``."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT subscription.partner_id, template.rc_tier_id, charge.period_start,
                   charge.period_end
              FROM rc_subscription_charge charge
              JOIN rc_subscription subscription ON subscription.id = charge.subscription_id
              JOIN rc_program program ON program.id = subscription.program_id
              JOIN account_move_line line ON line.id = charge.invoice_line_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE program.company_id = %s AND program.owner_id IS NULL
               AND subscription.partner_id IN %s AND charge.period_start <= %s
             ORDER BY subscription.partner_id, charge.period_start
            """,
            company.id,
            tuple(ids),
            until,
        )
    )
    runs = {}  # person → (tier, start, end) of the run that is going on
    for person, tier, start, end in rows:
        run = runs.get(person)
        if run and start <= run[2] and (not by_tier or run[0] == tier):
            runs[person] = (tier, run[1], max(end, run[2]))
        else:
            runs[person] = (tier, start, end)
    return {
        person: Fraction(_whole_months(start, min(end, until)))
        for person, (_tier, start, end) in runs.items()
        if end > until or end == until
    }


def _whole_months(start, until):
    months = (until.year - start.year) * 12 + until.month - start.month
    return months if add_months(start, months) <= until else months - 1
