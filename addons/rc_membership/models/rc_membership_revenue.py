from odoo import fields, models
from odoo.tools import SQL


class RcMembershipRevenue(models.Model):
    """Revenue of plans: one row per line of a posted invoice or credit note, without taxes.

    Amounts are the journal items' own, in company currency: they add up with the ledger. Reductions
    (coupons, credits for unused days) count where an invoice sells nothing but memberships; on others
    nobody can say what they were for.
    """

    _name = "rc.membership.revenue"
    _inherit = ["rc.membership.report.mixin"]
    _description = "Membership Revenue"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _depends = {
        "account.move": ["state", "move_type", "date", "rc_subscription_id"],
        "account.move.line": ["balance", "quantity", "product_id", "move_id", "display_type"],
        "product.template": ["rc_tier_id", "rc_seat_product_id"],
        "rc.subscription.charge": ["kind", "invoice_line_id"],
        "rc.tier": ["program_id"],
    }

    date = fields.Date("Accounting Date", readonly=True)
    invoice_id = fields.Many2one("account.move", readonly=True)
    is_credit_note = fields.Boolean("Credit Note", readonly=True)
    partner_id = fields.Many2one("res.partner", "Invoiced to", readonly=True)
    product_id = fields.Many2one("product.product", "Plan", readonly=True)
    tier_id = fields.Many2one("rc.tier", readonly=True)
    program_id = fields.Many2one("rc.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", "Company Currency", readonly=True)
    kind = fields.Selection(
        [
            ("first", "First"),
            ("renewal", "Renewal"),
            ("upgrade", "Plan Change"),
            ("unpaid", "Not Paid"),
            ("seat", "Extra Seats"),
            ("reduction", "Reduction"),
            ("credit_note", "Credit Note"),
        ],
        readonly=True,
    )
    quantity = fields.Float("Plans Sold", readonly=True, help="Less those credited.")
    amount = fields.Monetary("Revenue", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH line AS (
                SELECT line.id, line.move_id, line.product_id, line.balance, line.quantity,
                       move.date, move.partner_id, move.company_id, move.move_type,
                       template.rc_tier_id, seat.tier_id AS seat_tier_id,
                       (line.balance < 0) = (move.move_type = 'out_invoice') AS is_sold
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  LEFT JOIN product_product product ON product.id = line.product_id
                  LEFT JOIN product_template template ON template.id = product.product_tmpl_id
                  LEFT JOIN (SELECT rc_seat_product_id AS product_id, MIN(rc_tier_id) AS tier_id
                               FROM product_template WHERE rc_seat_product_id IS NOT NULL
                              GROUP BY 1) seat ON seat.product_id = line.product_id
                 WHERE move.state = 'posted' AND line.display_type = 'product'
                   AND move.move_type IN ('out_invoice', 'out_refund')
                   AND move.id IN (
                       SELECT sold.move_id FROM account_move_line sold
                         JOIN product_product product ON product.id = sold.product_id
                         JOIN product_template template ON template.id = product.product_tmpl_id
                        WHERE template.rc_tier_id IS NOT NULL OR product.id IN (
                              SELECT rc_seat_product_id FROM product_template))
            ),
            document AS (
                SELECT move_id, MAX(COALESCE(rc_tier_id, seat_tier_id)) AS tier_id
                  FROM line GROUP BY 1
                HAVING BOOL_AND(NOT is_sold OR COALESCE(rc_tier_id, seat_tier_id) IS NOT NULL)
            )
            SELECT line.id, line.date, line.move_id AS invoice_id, line.partner_id, line.company_id,
                   company.currency_id, line.product_id, tier.id AS tier_id, tier.program_id,
                   line.move_type = 'out_refund' AS is_credit_note,
                   CASE WHEN line.move_type = 'out_refund' THEN 'credit_note'
                        WHEN line.rc_tier_id IS NOT NULL THEN COALESCE(charge.kind, 'unpaid')
                        WHEN line.seat_tier_id IS NOT NULL AND is_sold THEN 'seat'
                        ELSE 'reduction' END AS kind,
                   CASE WHEN line.rc_tier_id IS NULL THEN 0 WHEN line.move_type = 'out_refund'
                        THEN -line.quantity ELSE line.quantity END AS quantity,
                   -line.balance AS amount
              FROM line
              JOIN res_company company ON company.id = line.company_id
              LEFT JOIN document ON document.move_id = line.move_id
              JOIN rc_tier tier
                ON tier.id = COALESCE(line.rc_tier_id, line.seat_tier_id, document.tier_id)
              LEFT JOIN rc_subscription_charge charge ON charge.invoice_line_id = line.id
            """
        )
