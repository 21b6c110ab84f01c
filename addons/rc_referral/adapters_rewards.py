"""READ: figures of a sponsor's referrals, counted in the database."""

from odoo.tools import SQL

# a referred person has paid: a charge of a membership stands on a paid invoice that was not
# credited whole
_FIRST_PAID = SQL(
    """
    SELECT subscription.partner_id AS member_id, template.rc_tier_id AS tier_id,
           MIN(charge.period_start) + INTERVAL '12 hours' AS at
      FROM rc_subscription_charge charge
      JOIN rc_subscription subscription ON subscription.id = charge.subscription_id
      JOIN account_move_line line ON line.id = charge.invoice_line_id
      JOIN account_move move ON move.id = line.move_id
      JOIN product_product product ON product.id = line.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
     WHERE move.state = 'posted' AND move.payment_state IN ('paid', 'in_payment')
       AND COALESCE((SELECT SUM(note.amount_total) FROM account_move note
                      WHERE note.reversed_entry_id = move.id AND note.state = 'posted'), 0)
           < GREATEST(move.amount_total, 0.01)
     GROUP BY subscription.partner_id, template.rc_tier_id
    """
)


def count_sign_ups(env, sponsor, since=None, until=None, tier_ids=None):
    """Return how many people signed up under ``sponsor`` in ``[since, until)``."""
    [[count]] = env.execute_query(
        SQL(
            """
            SELECT COUNT(*) FROM rc_sponsor_edge edge
             WHERE edge.sponsor_id = %s AND edge.ended_at IS NULL AND %s
            """,
            sponsor.id,
            _within("edge.bound_at", since, until),
        )
    )
    return count


def count_paid(env, sponsor, since=None, until=None, tier_ids=None):
    """Return how many of ``sponsor``'s people paid for a membership first in ``[since, until)``.

    :param tier_ids: of one of these tiers (None: any)
    """
    [[count]] = env.execute_query(
        SQL(
            """
            SELECT COUNT(*) FROM (
                SELECT edge.member_id, MIN(paid.at) AS at FROM rc_sponsor_edge edge
                  JOIN (%s) paid ON paid.member_id = edge.member_id
                 WHERE edge.sponsor_id = %s AND edge.ended_at IS NULL AND %s
                 GROUP BY edge.member_id) first
             WHERE %s
            """,
            _FIRST_PAID,
            sponsor.id,
            SQL("paid.tier_id IN %s", tuple(tier_ids)) if tier_ids else SQL("TRUE"),
            _within("first.at", since, until),
        )
    )
    return count


def read_sign_up_days(env, sponsor, zone, since=None, until=None):
    """Return the days (of the time zone) on which somebody signed up under ``sponsor``."""
    rows = env.execute_query(
        SQL(
            """
            SELECT DISTINCT (edge.bound_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date
              FROM rc_sponsor_edge edge
             WHERE edge.sponsor_id = %s AND edge.ended_at IS NULL AND %s
            """,
            zone,
            sponsor.id,
            _within("edge.bound_at", since, until),
        )
    )
    return [day for (day,) in rows]


def count_clicks(env, sponsor, since=None, until=None, tier_ids=None):
    """Return the valid clicks on ``sponsor``'s codes: people, each once a day and code."""
    [[count]] = env.execute_query(
        SQL(
            """
            SELECT COUNT(DISTINCT (touch.code_id, touch.visitor, touch.at::date))
              FROM rc_touch touch JOIN rc_code code ON code.id = touch.code_id
             WHERE code.partner_id = %s AND NOT COALESCE(touch.is_bot, FALSE) AND %s
            """,
            sponsor.id,
            _within("touch.at", since, until),
        )
    )
    return count


def count_activity(env, sponsor, since=None, until=None, tier_ids=None):
    """Return how often people under ``sponsor`` did something in ``[since, until)``."""
    [[count]] = env.execute_query(
        SQL(
            """
            SELECT COALESCE(SUM(activity.count), 0) FROM rc_sponsor_edge edge
              JOIN rc_activity activity ON activity.partner_id = edge.member_id
             WHERE edge.sponsor_id = %s AND edge.ended_at IS NULL AND %s
            """,
            sponsor.id,
            _within("activity.at", since, until),
        )
    )
    return int(count)


def _within(column, since, until):
    column = SQL.identifier(*column.split("."))
    parts = [SQL("TRUE")]
    if since:
        parts.append(SQL("%s >= %s", column, since))
    if until:
        parts.append(SQL("%s < %s", column, until))
    return SQL(" AND ").join(parts)


def read_paid_counts(env, company, sponsor_ids=None, since=None, until=None):
    """Return sponsor id → how many of their people paid first in ``[since, until)``, in one query.

    :param sponsor_ids: None: of everybody who brought somebody
    """
    env.flush_all()
    whose = SQL("edge.sponsor_id IN %s", tuple(sponsor_ids)) if sponsor_ids else SQL("TRUE")
    return dict(
        env.execute_query(
            SQL(
                """
                SELECT first.sponsor_id, COUNT(*) FROM (
                    SELECT edge.sponsor_id, edge.member_id, MIN(paid.at) AS at
                      FROM rc_sponsor_edge edge
                      JOIN (%s) paid ON paid.member_id = edge.member_id
                     WHERE edge.company_id = %s AND edge.ended_at IS NULL AND %s
                     GROUP BY edge.sponsor_id, edge.member_id) first
                 WHERE %s GROUP BY first.sponsor_id
                """,
                _FIRST_PAID,
                company.id,
                whose,
                _within("first.at", since, until),
            )
        )
    )
