from datetime import timedelta

from odoo import api, fields, models

from ..adapters import local_day


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_points(self):
        """Lots with an end, a lock, a spend with its dispute, and points in the books."""
        program = self.env["rc.program"]._get_platform()
        if self.env["rc.point.lock"].search_count([], limit=1):
            return
        now = fields.Datetime.now()
        today = local_day(now, program.company_id)
        accounts = {}
        for name in ("mia", "dev", "eva"):
            partner = self.env.ref(f"rc_membership.partner_{name}")
            accounts[name] = self.env["rc.point.account"]._get_or_create(partner, program)
            accounts[name]._grant(
                120,
                f"demo:points:{name}:bonus",
                self.env._("Autumn bonus"),
                occurred_at=now - timedelta(days=20),
                kind="bonus",
                nature="bonus",
                expires_on=today + timedelta(days=40),
            )
        accounts["mia"]._grant(
            40,
            "demo:points:mia:pending",
            self.env._("Photo contest"),
            occurred_at=now - timedelta(days=2),
            available_on=today + timedelta(days=12),
        )
        accounts["mia"]._lock(60, 2, "demo:points:mia:lock", now - timedelta(days=5))
        accounts["dev"]._lock(200, 1, "demo:points:dev:lock", now - timedelta(days=30))
        spend = accounts["eva"]._spend(
            80, "demo:points:eva:spend", self.env._("Tea ceremony"), None, now - timedelta(days=6)
        )
        self.env["rc.point.dispute"]._open(
            accounts["eva"],
            spend,
            self.env._("The ceremony was cancelled."),
            self.env._("Mail of the studio, three days before."),
            now - timedelta(days=3),
        )
        self._book_points(program, today)

    def _book_points(self, program, today):
        """The accountant chose accounts; the last months wait as drafts."""
        company = program.company_id
        charts = self.env["account.account"].with_company(company)
        owed, cost = (
            charts.search([("code", "=", code)], limit=1)
            or charts.create({"name": name, "code": code, "account_type": kind})
            for name, code, kind in (
                (self.env._("Points owed to members"), "211950", "liability_current"),
                (self.env._("Points given to members"), "611950", "expense"),
            )
        )
        program.write(
            {
                "point_liability_account_id": owed.id,
                "point_expense_account_id": cost.id,
                "point_journal_id": self.env["account.journal"]
                .search([("type", "=", "general"), ("company_id", "=", company.id)], limit=1)
                .id,
                "point_liability_from": today.replace(day=1) - timedelta(days=70),
            }
        )
        while self.env["rc.point.liability"]._book_next(program, today):
            pass
