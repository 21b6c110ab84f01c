"""READ: what members had on which days, out of charges and subscriptions, as SQL.

Reports of past months read this, never the present tier or plan: a charge is for good, and so are the
days a subscription began and ended.

A **stretch** is a time ``[start_on, end_on)`` in which somebody had one plan at one price; ``end_on`` is
NULL while it lasts. ``mrr`` is what the plan's line cost a month, without taxes, in the company's
currency: a yearly price ÷ 12, rounded once. Renewals of a team count the extra seats on their bill.
"""

from odoo.tools import SQL

from .kernel.subscription import RUNNING

# what the views read, so that the ORM writes it down before
DEPENDS = {
    "rc.subscription": [
        "partner_id",
        "program_id",
        "company_id",
        "state",
        "started_on",
        "period_end",
        "ended_on",
        "trial_end_on",
        "first_product_id",
        "opening_mrr",
    ],
    "rc.subscription.charge": [
        "subscription_id",
        "invoice_line_id",
        "period_start",
        "period_end",
        "run",
        "taken_on",
    ],
    "rc.tier.cover": ["partner_id", "tier_id", "start_on", "end_on", "ended_on", "kind"],
    "rc.tier": ["program_id", "sequence"],
    "account.move": ["state", "payment_state", "rc_subscription_id"],
    "account.move.line": ["balance", "product_id", "move_id"],
    "product.template": ["rc_tier_id"],
}

_ENDED_ON = SQL(
    "CASE WHEN sub.state NOT IN %s THEN COALESCE(sub.ended_on, sub.period_end) END", tuple(RUNNING)
)

# paid periods: their price is that of the plan's line on the invoice; a plan that was changed at once
# never came to those that were paid ahead; money that was taken back brought nothing, unless it was
# the plan's end
_CHARGED = SQL(
    """
    SELECT charge.id AS source_id, 0 AS source, sub.id AS subscription_id, sub.partner_id,
           sub.program_id, sub.company_id, company.currency_id, line.product_id, template.rc_tier_id AS tier_id,
           charge.period_start AS start_on, %(ended)s AS ended_on,
           ROUND((-line.balance + COALESCE(seats.amount, 0)) / GREATEST(1,
                 (DATE_PART('year', charge.period_end) - DATE_PART('year', charge.period_start))
                 ::int * 12 + (DATE_PART('month', charge.period_end)
                               - DATE_PART('month', charge.period_start))::int),
                 currency.decimal_places) AS mrr
      FROM rc_subscription_charge charge
      JOIN rc_subscription sub ON sub.id = charge.subscription_id
      JOIN account_move_line line ON line.id = charge.invoice_line_id
      JOIN product_product product ON product.id = line.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN res_company company ON company.id = sub.company_id
      JOIN res_currency currency ON currency.id = company.currency_id
      LEFT JOIN LATERAL (
           SELECT SUM(-seat.balance) AS amount
             FROM account_move move
             JOIN account_move_line seat ON seat.move_id = move.id
            WHERE template.rc_seat_product_id IS NOT NULL AND move.id = line.move_id
              AND move.rc_subscription_id = sub.id AND seat.balance < 0
              AND seat.product_id = template.rc_seat_product_id
      ) seats ON TRUE
     WHERE NOT EXISTS (SELECT FROM rc_subscription_charge later
                        WHERE later.subscription_id = sub.id AND later.taken_on IS NULL
                          AND COALESCE(later.run, 0) > COALESCE(charge.run, 0)
                          AND later.period_start <= charge.period_start)
       AND (charge.taken_on IS NULL OR charge.taken_on >= sub.ended_on)
    """,
    ended=_ENDED_ON,
)

# what a subscription had before its first charge, unless it was tried: opened at go-live
_OPENED = SQL(
    """
    SELECT sub.id, 1, sub.id, sub.partner_id, sub.program_id, sub.company_id,
           company.currency_id, product.id,
           template.rc_tier_id, sub.started_on, %(ended)s, COALESCE(sub.opening_mrr, 0)
      FROM rc_subscription sub
      JOIN res_company company ON company.id = sub.company_id
      JOIN product_product product ON product.id = COALESCE(sub.first_product_id, sub.product_id)
      JOIN product_template template ON template.id = product.product_tmpl_id
     WHERE NOT %(is_trial)s
       AND NOT EXISTS (SELECT FROM rc_subscription_charge charge
                        WHERE charge.subscription_id = sub.id
                          AND charge.invoice_line_id IS NOT NULL
                          AND charge.period_start <= sub.started_on)
    """,
    ended=_ENDED_ON,
    is_trial=SQL("(sub.trial_end_on IS NOT NULL)"),
)


def stretches(today):
    """Return the stretches that began by ``today``, one plan at a time per member and program.

    A stretch ends where the member's next one starts, or with the subscription.
    """
    return SQL(
        """
        SELECT * FROM (
            SELECT *, LEAST(ended_on, LEAD(start_on) OVER (
                       PARTITION BY partner_id, program_id ORDER BY start_on, source DESC, source_id
                   )) AS end_on
              FROM (%(charged)s UNION ALL %(opened)s) had
             WHERE start_on <= %(today)s AND (ended_on IS NULL OR ended_on > start_on)
        ) stretch
         WHERE end_on IS NULL OR end_on > start_on
        """,
        charged=_CHARGED,
        opened=_OPENED,
        today=today,
    )


def steps(today):
    """Return the stretches with what the member had before (``prev_…``) and when the next began."""
    return SQL(
        """
        SELECT stretch.*,
               LAG(start_on) OVER had AS prev_start, LAG(end_on) OVER had AS prev_end,
               LAG(tier_id) OVER had AS prev_tier_id, LAG(mrr) OVER had AS prev_mrr,
               LEAD(start_on) OVER had AS next_start,
               FIRST_VALUE(start_on) OVER had AS first_on,
               FIRST_VALUE(tier_id) OVER had AS first_tier_id
          FROM (%s) stretch
        WINDOW had AS (PARTITION BY partner_id, program_id ORDER BY start_on)
        """,
        stretches(today),
    )


def movements(today):
    """Return one row per change of membership, with what it made of members and of the MRR.

    Columns: ``id, date, currency_id, kind, partner_id, subscription_id, program_id, company_id, product_id,
    tier_id, from_tier_id, mrr, prev_mrr, mrr_change, member_change``.
    """
    return SQL(
        """
        WITH step AS (%(steps)s)
        SELECT source_id::bigint * 16 + source AS id, start_on AS date, currency_id,
               CASE WHEN prev_start IS NULL THEN 'new' WHEN prev_end < start_on THEN 'return'
                    WHEN tier_id = prev_tier_id THEN 'price'
                    WHEN tier.sequence >= prev_tier.sequence THEN 'upgrade'
                    ELSE 'downgrade' END AS kind,
               step.partner_id, step.subscription_id, step.program_id, step.company_id,
               step.product_id, step.tier_id,
               CASE WHEN prev_end = start_on THEN prev_tier_id END AS from_tier_id,
               mrr, CASE WHEN prev_end = start_on THEN prev_mrr ELSE 0 END AS prev_mrr,
               mrr - CASE WHEN prev_end = start_on THEN prev_mrr ELSE 0 END AS mrr_change,
               CASE WHEN prev_end = start_on THEN 0 ELSE 1 END AS member_change
          FROM step
          JOIN rc_tier tier ON tier.id = step.tier_id
          LEFT JOIN rc_tier prev_tier ON prev_tier.id = step.prev_tier_id
         WHERE prev_end IS DISTINCT FROM start_on OR tier_id <> prev_tier_id OR mrr <> prev_mrr
         UNION ALL
        SELECT source_id::bigint * 16 + 2 + source, end_on, currency_id, 'churn', partner_id, subscription_id,
               program_id, company_id, product_id, tier_id, NULL, 0, mrr, -mrr, -1
          FROM step
         WHERE end_on <= %(today)s AND (next_start IS NULL OR next_start > end_on)
         UNION ALL
        %(trials)s
        """,
        steps=steps(today),
        today=today,
        trials=_trials(today),
    )


def _trials(today):
    """Return trials begun (also those held without a plan), and the first payment after one."""
    return SQL(
        """
        SELECT cover.id::bigint * 16 + 5, cover.start_on, company.currency_id, 'trial',
               cover.partner_id, NULL::int,
               cover.program_id, cover.company_id, NULL::int, cover.tier_id, NULL::int, 0, 0, 0, 0
          FROM rc_tier_cover cover
          JOIN res_company company ON company.id = cover.company_id
         WHERE cover.kind = 'trial' AND cover.subscription_id IS NULL AND cover.start_on <= %(today)s
         UNION ALL
        SELECT sub.id::bigint * 16 + 8, sub.started_on, company.currency_id, 'trial',
               sub.partner_id, sub.id, sub.program_id, sub.company_id, product.id,
               template.rc_tier_id, NULL, 0, 0, 0, 0
          FROM rc_subscription sub
          JOIN res_company company ON company.id = sub.company_id
          JOIN product_product product ON product.id = COALESCE(sub.first_product_id, sub.product_id)
          JOIN product_template template ON template.id = product.product_tmpl_id
         WHERE sub.trial_end_on IS NOT NULL AND sub.started_on <= %(today)s
         UNION ALL
        SELECT source_id::bigint * 16 + 6 + source, start_on, currency_id, 'conversion', partner_id,
               subscription_id, program_id, company_id, product_id, tier_id, NULL, 0, 0, 0, 0
          FROM step
         WHERE prev_start IS NULL AND (
               EXISTS (SELECT FROM rc_subscription sub
                        WHERE sub.id = step.subscription_id AND sub.trial_end_on IS NOT NULL)
               OR EXISTS (SELECT FROM rc_tier_cover cover
                        WHERE cover.partner_id = step.partner_id AND cover.kind = 'trial'
                          AND cover.program_id = step.program_id AND cover.subscription_id IS NULL
                          AND cover.start_on <= step.start_on))
        """,
        today=today,
    )
