from datetime import timedelta

from odoo import api, fields, models


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_seats(self):
        """A school pays for a Team and gives out seats: one taken, one invited, one by code."""
        school = self.env.ref("rc_membership.partner_school")
        if school.rc_subscription_ids:
            return
        now = fields.Datetime.now()
        day = fields.Date.context_today(self)
        self._buy(school, "team-month", day - timedelta(days=18))
        team = school.rc_subscription_ids
        seats = self.env["rc.seat"]
        taken = seats._invite(team, now - timedelta(days=17))
        taken._take(self.env.ref("rc_membership.partner_hana"), now - timedelta(days=16))
        seats._invite(team, now - timedelta(days=2), "new.teacher@example.com")
        seats._invite(team, now - timedelta(days=1))

    @api.model
    def _tell_studio_program(self):
        """Lotus gives Mia a quarter of its Gold tier, Ana pays for it, both come to class: one
        person, two programs with points of their own."""
        today, now = fields.Date.context_today(self), fields.Datetime.now()
        program = self.env.ref("rc_membership.program_lotus")
        ana = self.env.ref("rc_membership.partner_ana")
        if program not in ana.rc_subscription_ids.program_id:
            self._buy(ana, "lotus-gold-month", today - timedelta(days=12))
            self.env["rc.event"]._drain()
        if not self.env["rc.checkin"].search_count([("program_id", "=", program.id)], limit=1):
            for partner in (self.env.ref("rc_membership.partner_mia"), ana):
                for days in (3, 2, 1):
                    self.env["rc.checkin"]._check_in(partner, program, now - timedelta(days=days))
        self.env["rc.tier.cover"]._give(
            self.env.ref("rc_membership.partner_mia"),
            self.env.ref("rc_membership.tier_lotus_gold"),
            today - timedelta(days=5),
            today + timedelta(days=85),
            "gift",
            "demo:lotus:mia",
            reason=self.env.ref("rc_membership.program_lotus").name,
        )
