from odoo import api, models


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return [*consumers, "guild"] if kind == "payment_changed" else consumers

    def _consume_guild(self):
        """Money of a member changed: found what is paid, then bring contributions up to date."""
        move = self._get_record()
        if not move.is_sale_document():
            return
        invoices = move | move.reversed_entry_id
        orders = invoices.line_ids.sale_line_ids.order_id
        self.env["rc.guild.founding"].search([("order_id", "in", orders.ids)])._settle_paid(
            self.env.cr.now()
        )
        partners = self.env["res.partner"]
        for invoice in invoices:
            partners |= invoice._rc_get_member()
        stays = self.env["rc.guild.membership"].search(
            [("partner_id", "in", partners.ids), ("company_id", "=", move.company_id.id)]
        )
        for program in stays.program_id:
            own = stays.filtered(lambda stay, p=program: stay.program_id == p)
            self.env["rc.guild.entry"]._post_contributions(
                program, own.partner_id, self.occurred_at
            )
