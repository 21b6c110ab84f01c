import logging

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..adapters import exact, local_day
from ..adapters_deferral import read_deferrable
from ..kernel.deferral import next_step
from ..kernel.periods import add_months

_logger = logging.getLogger(__name__)


class RcRevenueDeferral(models.Model):
    """A month of a program's deferred revenue: what came in, what was earned, what is still owed."""

    _name = "rc.revenue.deferral"
    _description = "Deferred Revenue of a Month"
    _inherit = ["rc.fact.mixin"]
    _order = "month desc, program_id"
    _rec_name = "month"
    _allow_sudo_commands = False
    _rc_facts = ("program_id", "month", "added", "earned", "balance", "move_id")

    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="The first day of the month.")
    added = fields.Monetary(
        "Deferred", readonly=True, help="Invoiced in the month, less what was credited."
    )
    earned = fields.Monetary(readonly=True)
    balance = fields.Monetary(
        "Still Owed", readonly=True, help="Not yet earned at the month's end."
    )
    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    line_ids = fields.One2many("rc.revenue.deferral.line", "deferral_id", "Charges", readonly=True)
    line_count = fields.Integer("Number of Charges", compute="_compute_line_count")

    _month_uniq = models.Constraint(
        "UNIQUE (program_id, month)", "This month of the program is booked already."
    )

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["rc.revenue.deferral.line"]._read_group(
                [("deferral_id", "in", self.ids)], ["deferral_id"], ["__count"]
            )
        )
        for row in self:
            row.line_count = counts.get(row, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A booked month stays; the next month corrects it."))

    @api.model
    def _cron_book(self):
        """Book all ended months that are not yet booked, oldest first, committing after each."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        programs = self.env["rc.program"].search([("deferral_from", "!=", False)])
        cron._commit_progress(remaining=len(programs))
        for program in programs:
            try:
                while self._book_next(program, local_day(now, program.company_id)):
                    cron._commit_progress()
            except UserError as error:  # a wrong account: an accountant's to mend
                self.env.cr.rollback()
                _logger.warning("revenue of program %s is not booked: %s", program.id, error)
            cron._commit_progress(1)

    @api.model
    @api.private
    def _book_next(self, program, today):
        """READ → DECIDE → WRITE the oldest ended month that is missing (empty: nothing is due).

        Idempotent: the month is claimed by its unique key, and so is each charge's month.
        """
        last = self.search([("program_id", "=", program.id)], limit=1)
        begin = program.deferral_from and program.deferral_from.replace(day=1)
        month = add_months(last.month, 1) if last else begin
        if not (month and program._is_deferral_set() and add_months(month, 1) <= today):
            return self.browse()
        end = add_months(month, 1)
        # READ
        found = read_deferrable(program, month, end, begin)
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
        row = self.create(
            {
                "program_id": program.id,
                "month": month,
                "added": float(added),
                "earned": float(earned),
                "balance": float(exact(last.balance) + added - earned),
            }
        )
        row.flush_recordset()  # the unique key decides before anything is booked
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
        lines = [
            Command.create(vals)
            for (word, account_id), amount in sorted(sums.items())
            if amount
            for vals in self._prepare_pair(labels[word], account_id, amount)
        ]
        if lines:
            self.move_id = self._make_move(lines)

    def _prepare_pair(self, label, income_id, amount):
        """Return two lines: ``amount`` leaves the income for what is owed (negative: comes back)."""
        owed_id = self.program_id.deferral_account_id.id
        debit, credit = (income_id, owed_id) if amount > 0 else (owed_id, income_id)
        value = float(abs(amount))
        return [
            {"account_id": debit, "name": label, "debit": value},
            {"account_id": credit, "name": label, "credit": value},
        ]

    def _make_move(self, lines):
        program = self.program_id
        move = (
            self.env["account.move"]
            .sudo()  # by the cron, or an accountant who was checked
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": program.deferral_journal_id.id,
                    "date": self._get_open_date(),
                    "ref": f"{self.env._('Deferred revenue of %s', program.name)} {self.month:%Y-%m}",
                    "line_ids": lines,
                }
            )
        )
        if program.deferral_is_posted:
            move.action_post()
        return move

    def _get_open_date(self):
        """Return the month's last day, or the first day after it that is not locked."""
        day = fields.Date.end_of(self.month, "month")
        locks = self.company_id.sudo()._get_violated_lock_dates(  # whoever books may not read them
            day, False, self.program_id.deferral_journal_id
        )
        return fields.Date.add(locks[-1][0], days=1) if locks else day

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
        now = fields.Datetime.now()
        for program in self:
            if not program._is_deferral_set():
                raise UserError(
                    self.env._(
                        "Choose the deferred revenue account, the journal and the first month of %s "
                        "before.",
                        program.name,
                    )
                )
            # rows are facts of the system; the accountant was checked
            rows = self.env["rc.revenue.deferral"].sudo()
            while rows._book_next(program.sudo(), local_day(now, program.company_id)):
                pass
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_revenue_deferral_action"
        )
        return {**action, "domain": [("program_id", "in", self.ids)]}
