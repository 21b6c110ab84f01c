from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..adapters import exact
from ..adapters_deferral import read_deferrable
from ..kernel.deferral import next_step
from ..kernel.periods import add_months


class RcRevenueDeferral(models.Model):
    """A month of a program's deferred revenue: what came in, what was earned, what is still owed."""

    _name = "rc.revenue.deferral"
    _description = "Deferred Revenue of a Month"
    _inherit = ["rc.booked.month.mixin"]
    _rc_facts = ("added", "earned", "balance")
    _book_from = "deferral_from"
    _book_journal = "deferral_journal_id"
    _book_is_posted = "deferral_is_posted"

    added = fields.Monetary(
        "Deferred", readonly=True, help="Invoiced in the month, less what was credited."
    )
    earned = fields.Monetary(readonly=True)
    balance = fields.Monetary(
        "Still Owed", readonly=True, help="Not yet earned at the month's end."
    )
    line_ids = fields.One2many("rc.revenue.deferral.line", "deferral_id", "Charges", readonly=True)
    line_count = fields.Integer("Number of Charges", compute="_compute_line_count")

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["rc.revenue.deferral.line"]._read_group(
                [("deferral_id", "in", self.ids)], ["deferral_id"], ["__count"]
            )
        )
        for row in self:
            row.line_count = counts.get(row, 0)

    @api.model
    @api.private
    def _is_set(self, program):
        return program._is_deferral_set()

    @api.model
    @api.private
    def _book_month(self, program, month, last):
        """Each charge's month is claimed by a unique key too."""
        end = add_months(month, 1)
        # READ
        found = read_deferrable(program, month, end, self._get_first_month(program))
        # DECIDE
        digits = program.currency_id.decimal_places
        steps = {
            charge_id: (account_id, tier_id, step)
            for charge_id, (account_id, tier_id, charge, booked) in found.items()
            if account_id != program.deferral_account_id.id
            and (step := next_step(charge, booked, end, digits))
        }
        # WRITE
        added = sum(step.added for _account, _tier, step in steps.values())
        earned = sum(step.earned for _account, _tier, step in steps.values())
        row = self._claim(
            {
                "program_id": program.id,
                "month": month,
                "added": float(added),
                "earned": float(earned),
                "balance": float(exact(last.balance) + added - earned),
            }
        )
        row._write_lines(steps)
        row._book(steps)
        return row

    def _write_lines(self, steps):
        self.env["rc.revenue.deferral.line"].create(
            [
                {
                    "deferral_id": self.id,
                    "charge_id": charge_id,
                    "tier_id": tier_id,
                    "company_id": self.company_id.id,
                    "month": self.month,
                    "amount": float(step.amount),
                    "added": float(step.added),
                    "earned": float(step.earned),
                    "balance": float(step.balance),
                }
                for charge_id, (_account, tier_id, step) in steps.items()
            ]
        )

    def _book(self, steps):
        """Make the month's journal entry, one pair of lines an income account and reason."""
        sums = {}
        for account_id, _tier, step in steps.values():
            for word, amount in (("added", step.added), ("earned", -step.earned)):
                sums[word, account_id] = sums.get((word, account_id), 0) + amount
        labels = {
            "added": self.env._("Revenue deferred, %s", f"{self.month:%Y-%m}"),
            "earned": self.env._("Revenue earned, %s", f"{self.month:%Y-%m}"),
        }
        program, accounts = self.program_id, self.env["account.account"]
        lines = [
            line
            for (word, account_id), amount in sorted(sums.items())
            if amount
            for line in self._prepare_pair(
                labels[word], accounts.browse(account_id), program.deferral_account_id, amount
            )
        ]
        if lines:
            self._make_move(self.env._("Deferred revenue of %s", program.name), lines)

    def action_view_lines(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_revenue_deferral_line_action"
        )
        return {**action, "domain": [("deferral_id", "in", self.ids)], "context": {}}


class RcProgram(models.Model):
    _inherit = "rc.program"

    deferral_account_id = fields.Many2one(
        "account.account",
        "Deferred Revenue Account",
        domain="[('account_type', 'in', ('liability_current', 'liability_non_current'))]",
        check_company=True,
        ondelete="restrict",
        help="Holds what was paid for months to come.",
    )
    deferral_journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'general')]",
        check_company=True,
        ondelete="restrict",
    )
    deferral_from = fields.Date(
        "Defer Invoices from",
        help="Invoices from the month of this day on are deferred. Empty: revenue counts when it is "
        "invoiced.",
    )
    deferral_months = fields.Integer(
        "Defer Periods from",
        default=2,
        help="Months a paid period must have to be deferred. 1: monthly plans too.",
    )
    deferral_is_posted = fields.Boolean(
        "Post Entries at Once", default=True, help="Else the monthly entries wait as drafts."
    )

    _deferral_months_range = models.Constraint(
        "CHECK (deferral_months IS NULL OR deferral_months BETWEEN 1 AND 36)",
        "Periods of 1 to 36 months can be deferred.",
    )

    def _is_deferral_set(self):
        self.ensure_one()
        return bool(self.deferral_from and self.deferral_account_id and self.deferral_journal_id)

    def action_book_deferrals(self):
        """An accountant books the ended months now, and sees all of them."""
        if not self.env.user.has_group("rc_membership.group_accountant"):
            raise AccessError(self.env._("Only an accountant can book deferred revenue."))
        self.check_access("read")
        for program in self:
            if not program._is_deferral_set():
                raise UserError(
                    self.env._(
                        "Choose the deferred revenue account, the journal and the first month of %s "
                        "before.",
                        program.name,
                    )
                )
        return self.env["rc.revenue.deferral"]._book_now(self, fields.Datetime.now())
