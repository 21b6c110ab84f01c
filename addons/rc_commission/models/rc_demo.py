from datetime import timedelta

from odoo import api, fields, models

HISTORY_DAYS = 120


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_commission(self):
        """Accrue for the story's paid invoices, settle what is payable, pay one of the bills."""
        company = self.env.ref("base.main_company")
        today = fields.Date.context_today(self)
        plans = self.env["rc.commission.plan"]._load_shipped(
            company, today - timedelta(days=HISTORY_DAYS)
        )
        if not plans:
            return
        self.env.ref("rc_membership.partner_kol").rc_participant_role = "promoter"
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("paid", "in_payment", "partial")),
            ],
            order="invoice_date, id",
        )
        moves._rc_accrue(self.env.cr.now())
        periods = self.env["rc.commission.period"]
        for kind in periods._get_kinds(company):
            periods._close(company, kind, today)
        self._settle_months(company, today)
        due_on = today + timedelta(days=20)
        self._import(
            "Commissions the former app owed",
            commission=[
                "reference,currency,amount,payable_on,reason",
                f"OLD-1,USD,48.60,{due_on},Commissions of the former app",
                f"OLD-2,USD,12.40,{due_on},Commissions of the former app",
            ],
        )

    @api.model
    def _confirm_import(self, run):
        super()._confirm_import(run)
        if run.commission_todo_count:
            run.with_user(self.env.ref("rc_membership.user_accountant")).action_confirm_amounts()

    @api.model
    def _settle_months(self, company, today):
        """Run the settlements of the past months: the earlier ones are paid, the last is open."""
        runs = self.env["rc.settlement.run"]._start_due(company, today)
        for run in runs:
            run._settle_all()
        bills = runs.settlement_ids.bill_id.sorted("invoice_date")
        open_on = bills[-1:].invoice_date
        for bill in bills.filtered(lambda b: b.invoice_date < open_on):
            bill.action_post()
            self._pay(bill, bill.invoice_date + timedelta(days=5))
        for bill in bills.filtered(lambda b: b.invoice_date == open_on)[:1]:
            bill.action_post()
        self.env["rc.event"]._drain()
