from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_commission_account_id = fields.Many2one(
        "account.account",
        "Commission Expense Account",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
        help="Account of the lines of commission bills. Empty: the account of the product "
        "“Commission”.",
    )
    rc_received_on = fields.Selection(
        [("registered", "A payment is registered"), ("matched", "The bank statement shows it")],
        "Commissions Accrue When",
        default="registered",
        required=True,
        help="Online payments always count when the provider says they are done.",
    )
