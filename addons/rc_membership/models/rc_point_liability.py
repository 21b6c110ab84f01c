from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..adapters import company_zone, exact
from ..kernel.liability import Held, outstanding
from ..kernel.money import from_units
from ..kernel.periods import add_months, utc_midnight


class RcPointLiability(models.Model):
    """What a program owed for points at a month's end, and the entry for its change."""

    _name = "rc.point.liability"
    _description = "Points Liability"
    _inherit = ["rc.booked.month.mixin"]
    _rc_facts = ("points", "bought_points", "value", "change")
    _book_from = "point_liability_from"
    _book_journal = "point_journal_id"
    _book_is_posted = "point_liability_is_posted"

    points = fields.Float("Outstanding Points", digits=(16, 0), readonly=True)
    bought_points = fields.Float(
        "Bought of Them", digits=(16, 0), readonly=True, help="Valued at what was paid, if known."
    )
    value = fields.Monetary("Liability", readonly=True)
    change = fields.Monetary(readonly=True)

    @api.model
    @api.private
    def _is_set(self, program):
        return program._is_liability_set()

    @api.model
    @api.private
    def _book_month(self, program, month, last):
        """Points given cost something and are owed; points spent or expired free what was owed."""
        found = self._read_outstanding(program, add_months(month, 1))
        change = found.value - exact(last.value)
        row = self._claim(
            {
                "program_id": program.id,
                "month": month,
                "points": float(found.points),
                "bought_points": float(found.bought),
                "value": float(found.value),
                "change": float(change),
            }
        )
        if change:
            label = self.env._("Points outstanding of %s", program.name)
            lines = row._prepare_pair(
                label,
                program.point_expense_account_id,
                program.point_liability_account_id,
                change,
            )
            row._make_move(label, lines)
        return row

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
        for program in self:
            if not program._is_liability_set():
                raise UserError(
                    self.env._(
                        "Choose the liability account, the expense account, the journal and the "
                        "first month of %s before.",
                        program.name,
                    )
                )
        return self.env["rc.point.liability"]._book_now(self, fields.Datetime.now())
