from odoo import api, fields, models

from ..kernel.ladders import Rank

PAID = ("paid", "in_payment")


class RcLadderRank(models.Model):
    """One rank of a ladder: what it asks for, and what it shows."""

    _name = "rc.ladder.rank"
    _description = "Rank"
    _order = "ladder_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="Higher ranks come later.")
    ladder_id = fields.Many2one("rc.ladder", required=True, ondelete="cascade", index=True)
    program_id = fields.Many2one(related="ladder_id.program_id")
    company_id = fields.Many2one(related="ladder_id.company_id", store=True, index=True)
    requirement_ids = fields.One2many("rc.ladder.requirement", "rank_id", "Requirements")
    match = fields.Selection(
        [("all", "All of Them"), ("any", "Any of Them")],
        "Needed",
        default="all",
        required=True,
        help="Whether one requirement is enough.",
    )
    can_be_lost = fields.Boolean(
        help="When a period is closed below the requirements, the rank falls. Ranks that were "
        "bought or granted never do."
    )
    grace_count = fields.Integer(
        "Periods of Grace", help="Closed periods below the requirements before the rank falls."
    )
    is_grantable = fields.Boolean(
        "May Be Granted", default=True, help="A program manager may give it to a member."
    )
    product_ids = fields.Many2many(
        "product.template",
        "rc_ladder_rank_product_rel",
        string="Bought with",
        help="Whoever pays one of these products holds the rank for good.",
    )
    description = fields.Text("Advantages", translate=True, help="What members of it get.")
    badge = fields.Image(max_width=256, max_height=256)
    icon = fields.Char(
        default="fa-star-o", help="Font Awesome class, shown where there is no badge."
    )
    holder_count = fields.Integer("Holders", compute="_compute_holder_count")

    _code_uniq = models.UniqueIndex("(ladder_id, code)", "This rank code is in use.")
    _grace_not_negative = models.Constraint(
        "CHECK (grace_count >= 0)", "The periods of grace are a number from zero."
    )

    def _compute_holder_count(self):
        """Members who stand on it by a row of theirs (the rank of everybody has few rows)."""
        counts = self.env["rc.member.rank"]._read_holder_counts(self.ids)
        for rank in self:
            rank.holder_count = counts.get(rank._origin.id, 0)

    def _get_kernel(self):
        self.ensure_one()
        return Rank(
            self.code,
            tuple(r._get_kernel() for r in self.requirement_ids.sorted("id")),
            is_any=self.match == "any",
            can_be_lost=self.can_be_lost,
            grace_count=self.grace_count,
        )

    @api.model
    @api.private
    def _sell_with(self, moves, nets):
        """Give the ranks that paid lines of invoices bring, and take them back when nothing of an
        invoice is left.

        :param nets: invoice id → (net money of it by now, the day of that)
        """
        ranks = self.search([("product_ids", "!=", False)])
        for move in moves.filtered(lambda m: m.id in nets):
            net, on = nets[move.id]
            for line in move.invoice_line_ids if ranks else ():
                product = line.product_id.product_tmpl_id
                for rank in ranks:
                    if product not in rank.product_ids or rank.company_id != move.company_id:
                        continue
                    key = f"account.move.line:{line.id}|rank:{rank.id}"
                    reason = line.product_id.display_name
                    ladder = rank.ladder_id
                    if net <= 0:
                        ladder._take_back(key, on, reason)
                    elif move.payment_state in PAID:
                        ladder._grant(
                            move._rc_get_member(), rank.code, "purchase", key, on, reason, move
                        )

    def action_view_holders(self):
        """Open who stands on this rank."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_member_rank_action"
        )
        return {
            **action,
            "domain": [("rank_id", "=", self.id), ("is_current", "=", True)],
            "context": {},
        }
