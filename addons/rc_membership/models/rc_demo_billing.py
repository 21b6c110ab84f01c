from datetime import timedelta

from odoo import api, fields, models


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_billing(self):
        """RainbowCity earns its yearly plans month by month, and its books say so."""
        program = self.env["rc.program"]._get_platform()
        if program.deferral_from:
            return
        company = program.company_id
        today = fields.Date.context_today(self)
        accounts = self.env["account.account"].with_company(company)
        name, code = self.env._("Deferred membership revenue"), "211960"
        owed = accounts.search([("code", "=", code)], limit=1) or accounts.create(
            {"name": name, "code": code, "account_type": "liability_current"}
        )
        program.write(
            {
                "deferral_account_id": owed.id,
                "deferral_journal_id": self.env["account.journal"]
                .search([("type", "=", "general"), ("company_id", "=", company.id)], limit=1)
                .id,
                "deferral_from": today - timedelta(days=66),  # the first yearly plan of the story
            }
        )
        while self.env["rc.revenue.deferral"]._book_next(program, today):
            pass
