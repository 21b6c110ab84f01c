from odoo import fields, models


class RcCommissionFact(models.Model):
    """A change of what a buyer has paid for: one row per change of a line's received share.

    Metrics of ranks and rules are sums over these rows. Amounts are exact, not rounded.
    """

    _name = "rc.commission.fact"
    _description = "Purchase in the Network"
    _inherit = ["rc.commission.history.mixin"]
    _order = "date desc, id desc"
    _rec_name = "key"

    _history_mutable = ("buyer_id", "sponsor_id", "seller_id", "salesperson_id")

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        "Invoice Line",
        readonly=True,
        ondelete="restrict",
        index=True,
        help="The line whose received share changed.",
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    order_key = fields.Char("Order", required=True, readonly=True)
    date = fields.Date("Day", required=True, readonly=True)
    buyer_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="restrict")
    sponsor_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    seller_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    salesperson_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    net = fields.Float(
        digits=0, readonly=True, help="Change of the net amount, in the invoice's currency."
    )
    quantity = fields.Float(digits=0, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    exchange = fields.Json(
        readonly=True, help="What a unit of the invoice's currency was worth on its date."
    )
    tier = fields.Char(readonly=True)
    product = fields.Char(readonly=True)
    kind = fields.Char(readonly=True, help="First, renewal, upgrade, package or other.")
    share = fields.Char(
        "Received", required=True, readonly=True, help="The received share after it, as a fraction."
    )
    opens = fields.Integer("Opened", readonly=True, help="1: first money of the order; -1: undone.")
    orders = fields.Integer("Fully Paid", readonly=True)
    first = fields.Integer("First Order", readonly=True)
    first_of_tier = fields.Integer(readonly=True)
    first_of_product = fields.Integer(readonly=True)
    orders_of_tier = fields.Integer(
        readonly=True, help="1: the fully paid order counts for its tier; -1: undone."
    )
    orders_of_product = fields.Integer(readonly=True)
    orders_of_kind = fields.Integer(readonly=True)
    regions = fields.Json(
        readonly=True, help="Level and code of the regions it was shipped to, at the first money."
    )

    _key_uniq = models.Constraint("UNIQUE (key)", "This change was noted before.")
    _sponsor_idx = models.Index("(sponsor_id, date) WHERE sponsor_id IS NOT NULL")
    _seller_idx = models.Index("(seller_id, date) WHERE seller_id IS NOT NULL")
    _salesperson_idx = models.Index("(salesperson_id, date) WHERE salesperson_id IS NOT NULL")
    _buyer_idx = models.Index("(buyer_id, date)")
    _company_day_idx = models.Index("(company_id, date)")
