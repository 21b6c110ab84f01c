"""Rewards get rows of their own: those that were given, and codes for the rules there are.

What was given keeps its key, so nothing is given twice; entries of keys older than 19.0.1.1.0 are
adopted when their event is seen again.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

RULES = ("member_sign_up", "member_first_payment", "member_renewal")
RULES += ("paying_sign_up", "paying_first_payment", "paying_renewal")


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(SQL("UPDATE rc_reward_rule SET part = '' WHERE part IS NULL"))
    for code in RULES:
        rule = env.ref(f"rc_referral.rc_reward_rule_{code}", raise_if_not_found=False)
        if rule and not rule.code:
            rule.code = code
        if rule and code.endswith("sign_up") and not rule.campaign_id:
            rule.campaign_id = env.ref("rc_referral.campaign_friends", raise_if_not_found=False)
    # inviting is paid by the reward table; what nobody recorded until now nobody earned by
    for code in ("referral", "referral_action"):
        rule = env.ref(f"rc_membership.point_rule_{code}", raise_if_not_found=False)
        if rule and not rule._is_used():
            rule.active = False
    # one row for each reward of the ledger: referral|event|rc.sponsor.edge:7[/account.move:9]|who|step
    cr.execute(
        SQL(
            """
            INSERT INTO rc_reward (key, rule_id, partner_id, member_id, edge_id, beneficiary, event,
                   company_id, kind, points, state, why, step, occurred_at, given_at,
                   create_uid, create_date)
            SELECT given.key, NULL, account.partner_id, edge.member_id, edge.id, given.who,
                   given.event, edge.company_id, 'points', given.points,
                   CASE WHEN given.balance > 0 THEN 'given' ELSE 'taken_back' END,
                   CASE WHEN given.balance > 0 THEN NULL ELSE 'undone' END,
                   given.steps, given.at, given.at, 1, now() AT TIME ZONE 'UTC'
              FROM (SELECT substring(entry.key FROM '^(.*)[|][0-9]+[|][a-z]+$') AS key,
                           split_part(entry.key, '|', 2) AS event,
                           split_part(entry.key, '|', 4) AS who,
                           substring(entry.key FROM 'rc.sponsor.edge:([0-9]+)')::integer AS edge_id,
                           MIN(COALESCE(entry.credit_account_id, entry.debit_account_id))
                               AS account_id,
                           MIN(entry.occurred_at) AS at,
                           COUNT(DISTINCT split_part(entry.key, '|', 5)) AS steps,
                           SUM(CASE WHEN entry.debit_bucket = 'issued' THEN entry.amount
                                    ELSE -entry.amount END) AS balance,
                           SUM(CASE WHEN split_part(entry.key, '|', 5) = '0' THEN entry.amount
                                    ELSE 0 END) AS points
                      FROM rc_point_entry entry
                     WHERE starts_with(entry.key, 'referral|')
                       AND split_part(entry.key, '|', 3) LIKE 'rc.sponsor.edge:%%'
                       AND split_part(entry.key, '|', 4) IN ('sponsor', 'referee')
                     GROUP BY 1, 2, 3, 4) given
              JOIN rc_sponsor_edge edge ON edge.id = given.edge_id
              JOIN rc_point_account account ON account.id = given.account_id
             WHERE given.key IS NOT NULL
            ON CONFLICT (key) DO NOTHING
            """
        )
    )
