import logging
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..adapters import company_zone, exact, local_day
from ..kernel.liability import Held, outstanding
from ..kernel.money import from_units
from ..kernel.periods import add_months, utc_midnight

_logger = logging.getLogger(__name__)


class RcPointLiability(models.Model):
    """What a program owed for points at a month's end, and the entry for its change."""

    _name = "rc.point.liability"
    _description = "Points Liability"
    _inherit = ["rc.fact.mixin"]
    _order = "month desc, program_id"
    _rec_name = "month"
    _allow_sudo_commands = False
    _rc_facts = ("program_id", "month", "points", "bought_points", "value", "change", "move_id")

    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="The first day of the month.")
    points = fields.Float("Outstanding Points", digits=(16, 0), readonly=True)
    bought_points = fields.Float(
        "Bought of Them", digits=(16, 0), readonly=True, help="Valued at what was paid, if known."
    )
    value = fields.Monetary("Liability", readonly=True)
    change = fields.Monetary(readonly=True)
    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    _month_uniq = models.Constraint(
        "UNIQUE (program_id, month)", "This month of the program is booked already."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A booked month stays; the next month corrects it."))

    @api.model
    def _cron_book(self):
        """Book all ended months that are not yet booked, oldest first, committing after each."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        programs = self.env["rc.program"].search([("point_liability_from", "!=", False)])
        cron._commit_progress(remaining=len(programs))
        for program in programs:
            try:
                while self._book_next(program, local_day(now, program.company_id)):
                    cron._commit_progress()
            except UserError as error:  # closed books, a wrong account: an accountant's to mend
                self.env.cr.rollback()
                _logger.warning("points of program %s are not booked: %s", program.id, error)
            cron._commit_progress(1)

    @api.model
    @api.private
    def _book_next(self, program, today):
        """Book the oldest ended month that is missing; return its row (empty: nothing is due)."""
        last = self.search([("program_id", "=", program.id)], limit=1)
        begin = program.point_liability_from
        month = add_months(last.month, 1) if last else begin and begin.replace(day=1)
        if not (month and program._is_liability_set() and add_months(month, 1) <= today):
            return self.browse()
        end = add_months(month, 1)
        found = self._read_outstanding(program, end)
        change = found.value - exact(last.value)
        row = self.create(
            {
                "program_id": program.id,
                "month": month,
                "points": float(found.points),
                "bought_points": float(found.bought),
                "value": float(found.value),
                "change": float(change),
            }
        )
        row.flush_recordset()  # the unique key decides before anything is booked
        if change:
            row.move_id = row._make_move(change)
        return row

    def _make_move(self, change):
        """Points given cost something and are owed; points spent or expired free what was owed."""
        program = self.program_id
        amount = float(abs(change))
        label = self.env._("Points outstanding of %s", program.name)
        sides = (program.point_expense_account_id, program.point_liability_account_id)
        debit, credit = sides if change > 0 else reversed(sides)
        move = (
            self.env["account.move"]
            .sudo()  # by the cron, or an accountant who was checked
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": program.point_journal_id.id,
                    "date": fields.Date.end_of(self.month, "month"),
                    "ref": f"{label} {self.month:%Y-%m}",
                    "line_ids": [
                        Command.create({"account_id": debit.id, "name": label, "debit": amount}),
                        Command.create({"account_id": credit.id, "name": label, "credit": amount}),
                    ],
                }
            )
        )
        if program.point_liability_is_posted:
            move.action_post()
        return move

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _read_outstanding(self, program, day):
        """Return what members held when ``day`` began where the company is, and its value."""
        self.env.flush_all()
        at = utc_midnight(day, company_zone(program.company_id))
        rows = [
            Held(nature, Decimal(points), paid and Decimal(paid), Decimal(bundle))
            for nature, paid, bundle, points in self._read_lots(program, at, day)
        ]
        rows += self._read_waiting(program, at)
        digits = program.currency_id.decimal_places
        price = exact(program.point_price) or from_units(0, digits)
        return outstanding(rows, price, digits)

    def _read_lots(self, program, at, day):
        """Return (nature, paid, for how many, points left or locked) of lots as they were."""
        return self.env.execute_query(
            SQL(
                """
                SELECT lot.nature, root.paid_amount::text, root.amount::text, SUM(moves.points)::text
                  FROM (SELECT lot.id AS lot_id, lot.amount AS points
                          FROM rc_point_lot lot
                          LEFT JOIN rc_point_entry entry ON entry.id = lot.entry_id
                         WHERE CASE WHEN entry.id IS NULL THEN lot.made_on < %(day)s
                                    ELSE entry.occurred_at < %(at)s END
                         UNION ALL
                        SELECT draw.lot_id,
                               CASE WHEN draw.reverses_id IS NULL THEN -draw.amount
                                    ELSE draw.amount END
                          FROM rc_point_draw draw
                          JOIN rc_point_entry entry ON entry.id = draw.entry_id
                         WHERE entry.occurred_at < %(at)s
                         UNION ALL
                        SELECT draw.lot_id, draw.amount
                          FROM rc_point_lock lock
                          JOIN rc_point_entry entry ON entry.key = lock.key || '|lock'
                          JOIN rc_point_draw draw ON draw.entry_id = entry.id
                         WHERE entry.occurred_at < %(at)s
                           AND (lock.ended_on IS NULL OR lock.ended_on >= %(day)s)
                         UNION ALL
                        SELECT draw.lot_id, draw.amount
                          FROM rc_point_hold hold
                          JOIN rc_point_entry entry
                            ON entry.key = 'rc.point.hold:' || hold.id || '|hold'
                          JOIN rc_point_draw draw ON draw.entry_id = entry.id
                         WHERE entry.occurred_at < %(at)s
                           AND (hold.ended_at IS NULL OR hold.ended_at >= %(at)s)
                       ) moves
                  JOIN rc_point_lot lot ON lot.id = moves.lot_id
                  JOIN rc_point_lot root ON root.id = COALESCE(lot.root_id, lot.id)
                  JOIN rc_point_account account ON account.id = lot.account_id
                 WHERE account.program_id = %(program)s
                 GROUP BY lot.nature, root.paid_amount, root.amount
                HAVING SUM(moves.points) <> 0
                """,
                program=program.id,
                at=at,
                day=day,
            )
        )

    def _read_waiting(self, program, at):
        """Return pending points as they were: bought ones with their price, all others."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.nature, entry.paid_amount::text, entry.amount::text,
                       (entry.amount - COALESCE(SUM(taken.amount), 0))::text
                  FROM rc_point_entry entry
                  JOIN rc_point_account account ON account.id = entry.credit_account_id
                  LEFT JOIN rc_point_entry taken ON taken.pending_entry_id = entry.id
                   AND taken.debit_bucket = 'pending' AND taken.occurred_at < %(at)s
                 WHERE entry.credit_bucket = 'pending' AND entry.nature = 'bought'
                   AND account.program_id = %(program)s AND entry.occurred_at < %(at)s
                 GROUP BY entry.id
                """,
                program=program.id,
                at=at,
            )
        )
        bought = [
            Held(nature, Decimal(left), paid and Decimal(paid), Decimal(bundle))
            for nature, paid, bundle, left in rows
        ]
        [(total,)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(CASE WHEN credit_bucket = 'pending' THEN entry.amount ELSE 0 END
                           - CASE WHEN debit_bucket = 'pending' THEN entry.amount ELSE 0 END), 0)
                       ::text
                  FROM rc_point_entry entry
                  JOIN rc_point_account account
                    ON account.id = COALESCE(entry.credit_account_id, entry.debit_account_id)
                 WHERE account.program_id = %s AND entry.occurred_at < %s
                   AND entry.kind <> 'merge'
                """,
                program.id,
                at,
            )
        )
        others = Decimal(total) - sum((row.points for row in bought), Decimal(0))
        return [*bought, Held("earned", others)]


class RcProgram(models.Model):
    _inherit = "rc.program"

    point_liability_account_id = fields.Many2one(
        "account.account",
        "Points Liability Account",
        domain="[('account_type', 'in', ('liability_current', 'liability_non_current'))]",
        check_company=True,
        ondelete="restrict",
    )
    point_expense_account_id = fields.Many2one(
        "account.account",
        "Points Expense Account",
        domain="[('internal_group', 'in', ('expense', 'income'))]",
        check_company=True,
        ondelete="restrict",
        help="What given points cost, and what spent or expired points free.",
    )
    point_journal_id = fields.Many2one(
        "account.journal",
        "Points Journal",
        domain="[('type', '=', 'general')]",
        check_company=True,
        ondelete="restrict",
    )
    point_liability_from = fields.Date(
        "Book Points From",
        help="The month of this day is the first one booked. Empty: points are not booked.",
    )
    point_liability_is_posted = fields.Boolean(
        "Post at Once", help="Else the monthly entries wait as drafts."
    )

    def _is_liability_set(self):
        self.ensure_one()
        return bool(
            self.point_liability_from
            and self.point_liability_account_id
            and self.point_expense_account_id
            and self.point_journal_id
        )

    def action_book_point_liability(self):
        """An accountant books the ended months now, and sees all of them."""
        if not self.env.user.has_group("rc_membership.group_accountant"):
            raise AccessError(self.env._("Only an accountant can book the points liability."))
        self.check_access("read")
        now = fields.Datetime.now()
        for program in self:
            if not program._is_liability_set():
                raise UserError(
                    self.env._(
                        "Choose the liability account, the expense account, the journal and the "
                        "first month of %s before.",
                        program.name,
                    )
                )
            # rows are facts of the system; the accountant was checked
            rows = self.env["rc.point.liability"].sudo()
            while rows._book_next(program.sudo(), local_day(now, program.company_id)):
                pass
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_point_liability_action"
        )
        return {**action, "domain": [("program_id", "in", self.ids)]}
