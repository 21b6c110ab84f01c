from datetime import timedelta

from odoo import api, fields, models


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_growth(self):
        """A patron, titles, and the months closed so far."""
        entries = self.env["rc.growth.entry"]
        if entries.search_count([("kind", "=", "grant")], limit=1):
            return
        today = fields.Date.context_today(self)
        program = self.env["rc.program"]._get_platform()
        told = {"mia": 1240, "ana": 5200, "gao": 380}
        moved = entries._post(
            program,
            [
                {
                    "key": f"demo:growth:{name}",
                    "partner_id": self.env.ref(f"rc_membership.partner_{name}").id,
                    "date": today - timedelta(days=40),
                    "kind": "grant",
                    "value": value,
                    "reason": "Founding member",
                    "user_id": self.env.uid,
                }
                for name, value in told.items()
            ],
        )
        program.ladder_ids._review(moved, today - timedelta(days=40))
        patron = self.env["rc.ladder"]._find("patron", program)
        ana = self.env.ref("rc_membership.partner_ana")
        patron._grant(
            ana, "l1", "grant", "demo:patron:ana", today - timedelta(days=30), "Founding partner"
        )
        self.env["rc.growth.period"]._close(program.company_id, today)
        self.env["rc.event"]._drain()
