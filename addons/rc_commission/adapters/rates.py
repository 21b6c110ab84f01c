"""Currency rates of given days, exact."""

from fractions import Fraction

from odoo.tools import SQL


def read_rates(env, company, wanted):
    """Return (currency id, day) → rate (units of it per unit of the company's), in one query.

    The latest rate not after the day, else the earliest there is; the company's own currency needs
    none. A currency that has no rate at all is left out: nothing is worth a guess.

    :param wanted: pairs of currency id and day
    """
    wanted = sorted(set(wanted))
    if not wanted:
        return {}
    root = company.sudo().root_id  # rates belong to the root company
    rows = env.execute_query(
        SQL(
            """
            SELECT wanted.currency_id, wanted.day, COALESCE(
                (SELECT rate FROM res_currency_rate
                  WHERE currency_id = wanted.currency_id AND name <= wanted.day
                    AND (company_id IS NULL OR company_id = %(company)s)
                  ORDER BY company_id, name DESC LIMIT 1),
                (SELECT rate FROM res_currency_rate
                  WHERE currency_id = wanted.currency_id
                    AND (company_id IS NULL OR company_id = %(company)s)
                  ORDER BY company_id, name LIMIT 1),
                CASE WHEN wanted.currency_id = %(own)s THEN 1 END)::text
              FROM (VALUES %(wanted)s) AS wanted (currency_id, day)
            """,
            company=root.id,
            own=root.currency_id.id,
            wanted=SQL(", ").join(SQL("(%s, %s::date)", *pair) for pair in wanted),
        )
    )
    return {(currency, day): Fraction(rate) for currency, day, rate in rows if rate is not None}
