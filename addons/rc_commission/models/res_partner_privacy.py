"""Commission of a person who asks for a copy, or to be erased: the ledger stays as it is."""

from odoo import api, models
from odoo.tools import format_amount

from odoo.addons.rc_membership.adapters import local_day
from odoo.addons.rc_membership.kernel.privacy import LOST, REFUSES, Area, Finding


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_get_erasure_findings(self, at):
        """Money on its way is paid first; what is open is given up by the person's word."""
        findings = super()._rc_get_erasure_findings(at)
        person = self.sudo()  # see super
        companies = self.env["res.company"].sudo().search([])
        for company in companies:
            mine = person.with_context(allowed_company_ids=company.ids)
            summary = mine._rc_get_commission_summary(local_day(at, company))
            for currency, money in summary.items():
                if money["settled"]:
                    amount = format_amount(self.env, float(money["settled"]), currency)
                    text = self.env._("%s commission is being paid: wait until it has.", amount)
                    findings.append(Finding(f"settled:{company.id}:{currency.name}", REFUSES, text))
                open_money = money["payable"] + money["held"] + money["reserve"]
                if open_money > 0:
                    amount = format_amount(self.env, float(open_money), currency)
                    text = self.env._("%s commission that is not paid yet is given up.", amount)
                    findings.append(Finding(f"open:{company.id}:{currency.name}", LOST, text))
        return findings

    @api.private
    def _rc_get_erasure_areas(self):
        entries = self.env["rc.commission.award"].sudo()  # see super
        count = entries.search_count([("account_id.partner_id", "=", self.id)])
        return super()._rc_get_erasure_areas() + [
            Area(
                self.env._("Commission, entry by entry, and statements"),
                "anonymous",
                count,
                self.env._("the books keep numbers, no names"),
            )
        ]

    @api.private
    def _rc_export_sections(self):
        awards = self.env["rc.commission.award"].search(
            [("account_id.partner_id", "=", self.id)], order="id"
        )
        entries = self.env["rc.commission.entry"]
        accounts = self.env["rc.commission.account"].search([("partner_id", "=", self.id)])
        rows = entries.search(
            [
                "|",
                ("debit_account_id", "in", accounts.ids),
                ("credit_account_id", "in", accounts.ids),
            ],
            order="id",
        )
        settlements = self.env["rc.settlement"].search(
            [("account_id.partner_id", "=", self.id)], order="id"
        )
        return [
            *super()._rc_export_sections(),
            self._rc_export(
                "commission_sums",
                self.env._("Commission, in Sum"),
                accounts,
                ["currency_id", "open", "settled", "paid", "reserve", "review", "debt"],
            ),
            self._rc_export(
                "commissions",
                self.env._("Commission"),
                awards,
                ["received_on", "plan_code", "rule", "currency_id", "amount"],
            ),
            self._rc_export(
                "commission_entries",
                self.env._("Commission, Entry by Entry"),
                rows,
                ["occurred_at", "kind", "debit_bucket", "credit_bucket", "amount", "reason"],
            ),
            self._rc_export(
                "settlements",
                self.env._("Statements"),
                settlements,
                ["name", "state", "currency_id", "amount"],
            ),
        ]
