from datetime import datetime, time, timedelta

from odoo import api, fields, models

from odoo.addons.rc_membership.kernel.periods import add_months

_MOONLIGHT = {
    "name": "Moonlight Circle 月光会",
    "guild_type": "community",
    "purpose": "Evening talks that help each other sleep, dream and grow. 一起成长的夜谈会",
    "description": "We meet twice a week after ten, share what moved us, and close with a quiet "
    "meditation.\nNew faces are welcome: ask a member for our code.",
    "join_rule": "code",
}
_EARLY = {
    "name": "Early Risers",
    "guild_type": "learning",
    "purpose": "Thirty mindful minutes before breakfast, every day.",
    "description": "A short self-reflection each morning, one shared lesson a week.",
    "join_rule": "open",
}


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_guild(self):
        """Two guilds, who joined them and how, and the two months that are closed."""
        if self.env["rc.guild"].search_count([], limit=1):
            return
        today = fields.Date.context_today(self)
        start = add_months(today.replace(day=1), -2)
        moonlight = self._found_guild("mia", _MOONLIGHT, start + timedelta(days=2))
        code, founded = moonlight._get_code(), moonlight.founded_at.date()
        self._join_guild("leo", moonlight, founded + timedelta(days=2), code)
        self._join_guild("chen", moonlight, founded + timedelta(days=7), code)
        self._join_guild("hana", moonlight, today - timedelta(days=6), code)
        early = self._found_guild("eva", _EARLY, add_months(today.replace(day=1), -1))
        self._join_guild("ana", early, early.founded_at.date() + timedelta(days=3))
        stays = self.env["rc.guild.membership"].search([])
        program = moonlight.program_id
        now = self.env.cr.now()
        self.env["rc.guild.entry"]._post_contributions(program, stays.partner_id, now)
        self.env["rc.guild.fund.close"]._close_due(program, now)

    def _found_guild(self, member, vals, day):
        """Found through the order path, as a member would, and let it be long ago."""
        partner = self.env.ref(f"rc_membership.partner_{member}")
        program = self.env["rc.program"]._get_platform()
        # who founds has a plan by then, on whatever day the story is told
        plan = self.env["rc.subscription"]._get_running(partner, program)
        day = max(day, plan.started_on or day)
        at = datetime.combine(day, time(9))
        founding = self.env["rc.guild.founding"]._start(partner, program, vals, "order", at)
        order = founding.order_id
        order.action_confirm()
        order.date_order = at
        invoice = order._create_invoices()
        invoice.invoice_date = day
        invoice.action_post()
        self._pay(invoice, day)
        guild = founding.guild_id
        guild.founded_at = at
        guild.membership_ids.joined_at = at
        return guild

    def _join_guild(self, member, guild, day, code=None):
        partner = self.env.ref(f"rc_membership.partner_{member}")
        return guild._join(partner, datetime.combine(day, time(10)), code=code)
