from odoo import fields, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "rc.code.typed.mixin"]

    _rc_facts = ("rc_visitor", "rc_attribution_id", "rc_partner_id")

    rc_visitor = fields.Char("Visitor", readonly=True, copy=False, groups="base.group_system")
    rc_attribution_id = fields.Many2one(
        "rc.attribution",
        "Attribution",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="base.group_user",
    )
    rc_partner_id = fields.Many2one(
        related="rc_attribution_id.winner_id",
        string="Brought by",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )

    def action_confirm(self):
        """Decide who brought the order before it is confirmed: the salesperson may follow from it."""
        now = self.env.cr.now()
        for order in self.filtered(lambda o: o.state in ("draft", "sent")):
            attribution = self.env["rc.attribution"]._decide_for_order(
                order, order._rc_get_checkout_at(now)
            )
            order._rc_assign_salesperson(attribution)
            if attribution.evidence == "deal":
                self.env["rc.deal"]._win(order, attribution.winner_id)
        return super().action_confirm()

    def _rc_get_checkout_at(self, now=None):
        """Return when the buyer went to pay; without online payment, when the order is confirmed."""
        self.ensure_one()
        # only when, not what: salespeople without accounting rights cannot read transactions
        paid = self.sudo().transaction_ids.filtered(
            lambda tx: tx.state in ("pending", "authorized", "done")
        )
        if paid:
            return max(paid.mapped("create_date"))
        return now or (self.date_order if self.state == "sale" else self.env.cr.now())

    def _rc_assign_salesperson(self, attribution):
        """Give an order that has nobody in charge the salesperson of the code or of the buyer."""
        if self.user_id:
            return
        code = attribution.sudo().code_id  # staff confirming an order may not read codes of others
        user = self.partner_id.user_id or (code and code._get_salesperson())
        if user and self.company_id in user.sudo().company_ids:
            self.user_id = user

    def action_rc_view_attribution(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.attribution",
            "res_id": self.rc_attribution_id.id,
            "views": [(False, "form")],
        }
