from odoo import api, models
from odoo.tools import SQL

from odoo.addons.rc_referral.history import BUYER, CAMPAIGN

# what was accrued on invoices of people who were brought, less what came back, on the day it was
# earned; other currencies at that day's rate
COMMISSIONS = SQL(
    """
    SELECT entry.id::bigint * 8 + 5, award.received_on + TIME '12:00', first.code_id,
           account.partner_id, %(campaign)s, code.team_id, touch.source, award.company_id,
           0, 0, 0, 0, 0, 0::numeric,
           CASE entry.kind WHEN 'accrual' THEN entry.amount ELSE -entry.amount END
               * CASE WHEN award.currency_id = company.currency_id THEN 1
                      ELSE own.rate / NULLIF(foreign_.rate, 0) END
      FROM rc_commission_entry entry
      JOIN rc_commission_award award ON award.id = entry.award_id
      JOIN rc_commission_account account ON account.id = award.account_id
      JOIN account_move_line line ON line.id = award.move_line_id
      JOIN account_move move ON move.id = line.move_id
      JOIN res_company company ON company.id = award.company_id
      %(buyer)s
     CROSS JOIN LATERAL (%(own)s) own
     CROSS JOIN LATERAL (%(foreign)s) foreign_
     WHERE entry.kind IN ('accrual', 'reversal', 'debt')
    """,
    buyer=BUYER,
    campaign=CAMPAIGN,
    **{
        name: SQL(
            """
            SELECT COALESCE((
                SELECT rate FROM res_currency_rate rate
                 WHERE rate.currency_id = %s AND rate.name <= award.received_on
                   AND (rate.company_id IS NULL OR rate.company_id = award.company_id)
                 ORDER BY rate.company_id NULLS LAST, rate.name DESC LIMIT 1), 1) AS rate
            """,
            SQL(currency),
        )
        for name, currency in (("own", "company.currency_id"), ("foreign", "award.currency_id"))
    },
)


class RcReferralFunnel(models.Model):
    """Commissions are a part of what referrals cost."""

    _inherit = "rc.referral.funnel"
    _depends = {
        "rc.commission.entry": ["award_id", "amount", "kind"],
        "rc.commission.award": ["account_id", "received_on", "move_line_id", "currency_id"],
    }

    @api.model
    def _get_arms(self):
        return [*super()._get_arms(), COMMISSIONS]
