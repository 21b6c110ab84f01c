"""READ: clicks, sign-ups, payments and what they cost, as rows of SQL that reports add up.

A row has the columns of ``COLUMNS``. Somebody who pays counts for the sponsor of that day; how they came
(code, channel) is that of the sign-up. Amounts are in the company's currency, without taxes.
"""

from odoo.tools import SQL

# what the views read, so that the ORM writes it down before
DEPENDS = {
    "rc.touch": ["at", "code_id", "source", "campaign", "company_id", "is_bot"],
    "rc.sponsor.edge": ["member_id", "sponsor_id", "code_id", "bound_at", "ended_at", "company_id"],
    "rc.attribution": ["res_model", "res_id", "is_current", "touch_id"],
    "rc.code": ["partner_id", "campaign_id", "team_id"],
    "account.move": ["state", "payment_state", "move_type", "partner_id", "amount_untaxed_signed"],
    "account.partial.reconcile": ["max_date"],
    "utm.campaign": ["name"],
    "rc.reward": ["state", "cost", "given_at", "edge_id", "partner_id"],
    "res.partner": ["rc_email_verified_at", "rc_phone_verified_at"],
}

# people who were brought, once each: their first edge, and the click they came by
MEMBERS = SQL(
    """
    SELECT edge.id, edge.member_id, edge.sponsor_id, edge.code_id, edge.bound_at, edge.company_id,
           COALESCE(by_click.id, code.campaign_id) AS campaign_id, code.team_id, touch.source
      FROM rc_sponsor_edge edge
      LEFT JOIN rc_sponsor_edge earlier ON earlier.member_id = edge.member_id
           AND (earlier.bound_at, earlier.id) < (edge.bound_at, edge.id)
      LEFT JOIN rc_code code ON code.id = edge.code_id
      LEFT JOIN rc_attribution decision ON decision.res_model = 'res.partner'
           AND decision.res_id = edge.member_id AND decision.is_current
      LEFT JOIN rc_touch touch ON touch.id = decision.touch_id
      LEFT JOIN utm_campaign by_click ON by_click.name = touch.campaign
     WHERE earlier.id IS NULL
    """
)

# of an invoice (``move``): the buyer's first edge, and the click they came by; looked up for each, because
# the database takes "the first edge" for a rarity and would compare every invoice with every person
BUYER = SQL(
    """
    CROSS JOIN LATERAL (
          SELECT edge.member_id, edge.code_id, edge.bound_at
            FROM rc_sponsor_edge edge
           WHERE edge.member_id IN (move.partner_id, move.commercial_partner_id)
           ORDER BY edge.member_id <> move.partner_id, edge.bound_at, edge.id LIMIT 1) first
     LEFT JOIN rc_code code ON code.id = first.code_id
     LEFT JOIN rc_attribution decision ON decision.res_model = 'res.partner'
          AND decision.res_id = first.member_id AND decision.is_current
     LEFT JOIN rc_touch touch ON touch.id = decision.touch_id
     LEFT JOIN utm_campaign by_click ON by_click.name = touch.campaign
    """
)
CAMPAIGN = SQL("COALESCE(by_click.id, code.campaign_id)")

# invoices paid and credit notes of people who were brought, with the sponsor of the day; a day has
# ended everywhere on earth 36 hours after it began in UTC
SALES = SQL(
    """
    SELECT move.id, first.member_id, first.code_id, %(campaign)s AS campaign_id, code.team_id,
           touch.source, move.company_id, edge.sponsor_id, paid.date AS paid_on,
           move.amount_untaxed_signed AS amount, move.move_type = 'out_invoice' AS is_invoice
      FROM account_move move
      %(buyer)s
     CROSS JOIN LATERAL (
           SELECT COALESCE(MAX(part.max_date), move.invoice_date) AS date
             FROM account_move_line line
             JOIN account_partial_reconcile part ON part.debit_move_id = line.id
            WHERE line.move_id = move.id AND move.move_type = 'out_invoice') paid
      JOIN rc_sponsor_edge edge ON edge.member_id = first.member_id
           AND edge.bound_at <= paid.date + INTERVAL '36 hours'
           AND (edge.ended_at IS NULL OR edge.ended_at > paid.date + INTERVAL '36 hours')
     WHERE move.state = 'posted'
       AND (move.move_type = 'out_invoice' AND move.payment_state IN ('paid', 'in_payment')
            OR move.move_type = 'out_refund')
    """,
    buyer=BUYER,
    campaign=CAMPAIGN,
)

# of each person, the payments one after the other
NUMBERED_SALES = SQL(
    """
    SELECT sale.*, ROW_NUMBER() OVER (
               PARTITION BY member_id, is_invoice ORDER BY paid_on, id) AS number
      FROM (%s) sale
    """,
    SALES,
)

COLUMNS = (
    "at",
    "code_id",
    "partner_id",
    "campaign_id",
    "team_id",
    "source",
    "company_id",
    "click_count",
    "sign_up_count",
    "verified_count",
    "paid_count",
    "renewed_count",
    "sales",
    "cost",
)

# left joins to unique columns: the database leaves them out where nothing of them is asked for
CLICKS = SQL(
    """
    SELECT touch.id::bigint * 8 AS id, touch.at, touch.code_id, code.partner_id,
           COALESCE(campaign.id, code.campaign_id) AS campaign_id, code.team_id, touch.source,
           touch.company_id, 1 AS click_count, 0 AS sign_up_count, 0 AS verified_count,
           0 AS paid_count, 0 AS renewed_count, 0::numeric AS sales, 0::numeric AS cost
      FROM rc_touch touch
      LEFT JOIN rc_code code ON code.id = touch.code_id
      LEFT JOIN utm_campaign campaign ON campaign.name = touch.campaign
     WHERE NOT touch.is_bot
    """
)

SIGN_UPS = SQL(
    """
    SELECT member.id::bigint * 8 + 1 AS id, member.bound_at, member.code_id, member.sponsor_id,
           member.campaign_id, member.team_id, member.source, member.company_id, 0, 1, 0, 0, 0,
           0::numeric, 0::numeric
      FROM (%s) member
    """,
    MEMBERS,
)

PAYMENTS = SQL(
    """
    SELECT sale.id::bigint * 8 + 2, sale.paid_on + TIME '12:00', sale.code_id, sale.sponsor_id,
           sale.campaign_id, sale.team_id, sale.source, sale.company_id, 0, 0, 0,
           (sale.is_invoice AND sale.number = 1)::int, (sale.is_invoice AND sale.number = 2)::int,
           sale.amount, 0::numeric
      FROM (%s) sale
    """,
    NUMBERED_SALES,
)

VERIFIED = SQL(
    """
    SELECT member.id::bigint * 8 + 3, LEAST(partner.rc_email_verified_at,
           partner.rc_phone_verified_at), member.code_id, member.sponsor_id, member.campaign_id,
           member.team_id, member.source, member.company_id, 0, 0, 1, 0, 0, 0::numeric, 0::numeric
      FROM (%s) member
      JOIN res_partner partner ON partner.id = member.member_id
     WHERE partner.rc_email_verified_at IS NOT NULL OR partner.rc_phone_verified_at IS NOT NULL
    """,
    MEMBERS,
)

# what was given because of somebody who was brought, to either side, and not taken back
REWARDS = SQL(
    """
    SELECT reward.id::bigint * 8 + 4, reward.given_at, edge.code_id, edge.sponsor_id,
           code.campaign_id, code.team_id, touch.source, reward.company_id, 0, 0, 0, 0, 0,
           0::numeric, reward.cost
      FROM rc_reward reward
      JOIN rc_sponsor_edge edge ON edge.id = reward.edge_id
      LEFT JOIN rc_code code ON code.id = edge.code_id
      LEFT JOIN rc_attribution decision ON decision.res_model = 'res.partner'
           AND decision.res_id = edge.member_id AND decision.is_current
      LEFT JOIN rc_touch touch ON touch.id = decision.touch_id
     WHERE reward.state = 'given' AND reward.cost <> 0 AND reward.given_at IS NOT NULL
    """
)
