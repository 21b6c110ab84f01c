import logging

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..adapters import local_day
from ..kernel.periods import add_months

_logger = logging.getLogger(__name__)


class RcBookedMonthMixin(models.AbstractModel):
    """A month of a program in the books: its figures, kept for good, and its journal entry.

    A concrete model names the program's settings and writes one month in ``_book_month``; months
    are booked in order, each once, after they ended.
    """

    _name = "rc.booked.month.mixin"
    _description = "Booked Month"
    _inherit = ["rc.fact.mixin"]
    _order = "month desc, program_id"
    _rec_name = "month"
    _allow_sudo_commands = False
    _rc_facts = ("program_id", "month", "move_id")

    # names of fields of rc.program
    _book_from = ""  # the month of this day is the first one booked
    _book_journal = ""
    _book_is_posted = ""  # entries are posted at once

    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="The first day of the month.")
    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    _month_uniq = models.Constraint(
        "UNIQUE (program_id, month)", "This month of the program is booked already."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A booked month stays; the next month corrects it."))

    # ------------------------------------------------------------------
    # What a concrete model says
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _is_set(self, program):
        """Return whether the program's settings are complete."""
        raise NotImplementedError

    @api.model
    @api.private
    def _book_month(self, program, month, last):
        """READ → DECIDE → WRITE one month, claimed by ``_claim``; return its row.

        :param last: the row of the month before, empty for the first one
        """
        raise NotImplementedError

    # ------------------------------------------------------------------
    # Month after month
    # ------------------------------------------------------------------

    @api.model
    def _cron_book(self):
        """Book all ended months that are not yet booked, oldest first, committing after each."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        programs = self.env["rc.program"].search([(self._book_from, "!=", False)])
        cron._commit_progress(remaining=len(programs))
        for program in programs:
            try:
                while self._book_next(program, local_day(now, program.company_id)):
                    cron._commit_progress()
            except UserError as error:  # a wrong account: an accountant's to mend
                self.env.cr.rollback()
                _logger.warning("%s: program %s is not booked: %s", self._name, program.id, error)
            cron._commit_progress(1)

    @api.model
    @api.private
    def _book_now(self, programs, now):
        """Book all ended months for an accountant who was checked; return what shows all months."""
        rows = self.sudo()  # rows are facts of the system; the accountant was checked
        for program in programs.sudo():
            while rows._book_next(program, local_day(now, program.company_id)):
                pass
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"rc_membership.{self._table}_action"
        )
        return {**action, "domain": [("program_id", "in", programs.ids)]}

    @api.model
    @api.private
    def _book_next(self, program, today):
        """Book the oldest ended month that is missing; return its row (empty: nothing is due)."""
        last = self.search([("program_id", "=", program.id)], limit=1)
        month = add_months(last.month, 1) if last else self._get_first_month(program)
        if not (month and self._is_set(program) and add_months(month, 1) <= today):
            return self.browse()
        return self._book_month(program, month, last)

    @api.model
    @api.private
    def _get_first_month(self, program):
        begin = program[self._book_from]
        return begin and begin.replace(day=1)

    @api.model
    @api.private
    def _claim(self, vals):
        """Create a month's row: the unique key decides before anything is booked."""
        row = self.create(vals)
        row.flush_recordset()
        return row

    # ------------------------------------------------------------------
    # The journal entry
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _prepare_pair(self, label, debit, credit, amount):
        """Return two lines: ``amount`` from one account to the other (negative: back again)."""
        if amount < 0:
            debit, credit = credit, debit
        value = float(abs(amount))
        return [
            Command.create({"account_id": debit.id, "name": label, "debit": value}),
            Command.create({"account_id": credit.id, "name": label, "credit": value}),
        ]

    def _make_move(self, label, lines):
        """Make the month's entry, posted if the program says so."""
        move = (
            self.env["account.move"]
            .sudo()  # by the cron, or an accountant who was checked
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": self.program_id[self._book_journal].id,
                    "date": self._get_open_date(),
                    "ref": f"{label} {self.month:%Y-%m}",
                    "line_ids": lines,
                }
            )
        )
        if self.program_id[self._book_is_posted]:
            move.action_post()
        self.move_id = move

    def _get_open_date(self):
        """Return the month's last day, or the first day after it that is not locked."""
        day = fields.Date.end_of(self.month, "month")
        locks = self.company_id.sudo()._get_violated_lock_dates(  # whoever books may not read them
            day, False, self.program_id[self._book_journal]
        )
        return fields.Date.add(locks[-1][0], days=1) if locks else day
