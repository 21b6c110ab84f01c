"""READ: figures of a sponsor's referrals, counted in the database."""

from odoo.tools import SQL

from .kernel.rewards import BY_OTHERS

# the person of ``edge`` has paid: a charge of a membership stands on a paid invoice over something
# that was not credited whole; at noon of the day of the payment, where the company is
_FIRST_PAID = SQL(
    """
    SELECT subscription.partner_id AS member_id, template.rc_tier_id AS tier_id,
           MIN((COALESCE(paid.day, charge.period_start) + INTERVAL '12 hours')
               AT TIME ZONE COALESCE(NULLIF(contact.tz, ''), 'UTC') AT TIME ZONE 'UTC') AS at
      FROM rc_subscription_charge charge
      JOIN rc_subscription subscription ON subscription.id = charge.subscription_id
      JOIN account_move_line line ON line.id = charge.invoice_line_id
      JOIN account_move move ON move.id = line.move_id
      JOIN product_product product ON product.id = line.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN res_company company ON company.id = move.company_id
      JOIN res_partner contact ON contact.id = company.partner_id
      LEFT JOIN LATERAL (
           SELECT MAX(other.date) AS day
             FROM account_move_line receivable
             JOIN account_partial_reconcile part ON part.debit_move_id = receivable.id
             JOIN account_move_line other ON other.id = part.credit_move_id
             JOIN account_move payment ON payment.id = other.move_id
            WHERE receivable.move_id = move.id AND payment.move_type <> 'out_refund') paid ON TRUE
     WHERE subscription.partner_id = edge.member_id
       AND move.state = 'posted' AND move.payment_state IN ('paid', 'in_payment')
       AND COALESCE((SELECT SUM(note.amount_total) FROM account_move note
                      WHERE note.reversed_entry_id = move.id AND note.state = 'posted'), 0)
           < move.amount_total
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
                  JOIN LATERAL (%s) paid ON TRUE
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
             WHERE edge.sponsor_id = %s AND edge.ended_at IS NULL AND activity.kind NOT IN %s
               AND %s
            """,
            sponsor.id,
            BY_OTHERS,
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
                      JOIN LATERAL (%s) paid ON TRUE
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


def count_own_activity(env, partner, kind=None, since=None, until=None):
    """Return how often ``partner`` did something (of a kind) in ``[since, until)``."""
    [[count]] = env.execute_query(
        SQL(
            """
            SELECT COALESCE(SUM(activity.count), 0) FROM rc_activity activity
             WHERE activity.partner_id = %s AND %s AND %s
            """,
            partner.id,
            SQL("activity.kind = %s", kind) if kind else SQL("TRUE"),
            _within("activity.at", since, until),
        )
    )
    return int(count)


BOARD_SOURCES = {
    "sign_ups": SQL(
        "SELECT sponsor_id AS person, bound_at AS at, 1 AS value, company_id"
        "  FROM rc_sponsor_edge WHERE ended_at IS NULL"
    ),
    "paid": SQL(
        "SELECT edge.sponsor_id AS person, MIN(paid.at) AS at, 1 AS value, edge.company_id"
        "  FROM rc_sponsor_edge edge JOIN LATERAL (%s) paid ON TRUE"
        " WHERE edge.ended_at IS NULL GROUP BY edge.id",
        _FIRST_PAID,
    ),
    "activity": SQL(
        "SELECT partner_id AS person, at, count AS value, company_id FROM rc_activity"
        " WHERE kind NOT IN %s",
        BY_OTHERS,
    ),
    "points_earned": SQL(
        "SELECT account.partner_id AS person, entry.occurred_at AS at, entry.amount AS value,"
        "       account.company_id"
        "  FROM rc_point_entry entry"
        "  JOIN rc_point_account account ON account.id = entry.credit_account_id"
        " WHERE entry.debit_bucket = 'issued' AND entry.credit_bucket IN ('available', 'pending')"
        " UNION ALL "  # what was taken back was not earned
        "SELECT account.partner_id, entry.occurred_at, -entry.amount, account.company_id"
        "  FROM rc_point_entry entry"
        "  JOIN rc_point_account account"
        "    ON account.id = COALESCE(entry.debit_account_id, entry.credit_account_id)"
        " WHERE entry.kind = 'take_back'"
    ),
}


def read_board(env, metric, company, since, until):
    """Return rows of (person, figure, when they got there) of a board in ``[since, until)``."""
    env.flush_all()
    return env.execute_query(
        SQL(
            """
            SELECT source.person, SUM(source.value)::bigint,
                   MAX(source.at) FILTER (WHERE source.value > 0)
              FROM (%s) source
             WHERE source.company_id = %s AND source.at >= %s AND source.at < %s
             GROUP BY source.person HAVING SUM(source.value) > 0
            """,
            BOARD_SOURCES[metric],
            company.id,
            since,
            until,
        )
    )
