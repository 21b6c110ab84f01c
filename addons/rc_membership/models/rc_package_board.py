from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import local_day, local_noon
from ..kernel.packages import rank_buyers


class RcPackageBoard(models.Model):
    """A closed month of a program: who bought most packages, and the prize of each place."""

    _name = "rc.package.board"
    _description = "Monthly Purchase Board"
    _order = "month desc, id desc"
    _rec_name = "month"
    _allow_sudo_commands = False

    program_id = fields.Many2one(
        "rc.program", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="program_id.package_currency_id")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    place_ids = fields.One2many("rc.package.board.place", "board_id", "Places")

    _month_uniq = models.Constraint(
        "UNIQUE (program_id, month)", "The board of this month is closed already."
    )

    @api.model
    @api.private
    def _close_due(self, company, today):
        """Close the board of every ended month that is open, oldest first; return the boards.

        A month is closed once, by the database; the first is that in which the promotion began.
        """
        closed = self.browse()
        programs = self.env["rc.program"].search([("company_id", "=", company.id)])
        for program in programs:
            promotions = self.env["rc.package.promotion"].search(
                [("program_id", "=", program.id), ("kind", "=", "board")], limit=1
            )
            for promotion in promotions:
                begin = promotion.date_from or local_day(promotion.create_date, company)
                month = begin.replace(day=1)
                while (end := _next_month(month)) <= today:
                    if promotion._runs_on(month) or promotion._runs_on(end - timedelta(days=1)):
                        closed |= self._close(promotion, month, end)
                    month = end
        return closed

    def _close(self, promotion, month, end):
        """READ the month's purchases → DECIDE places → WRITE board and prizes, once."""
        program = promotion.program_id
        new = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_package_board (program_id, company_id, month, create_uid,
                                              create_date, write_uid, write_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s)
                ON CONFLICT (program_id, month) DO NOTHING RETURNING id
                """,
                program.id,
                program.company_id.id,
                month,
                self.env.uid,
                self.env.cr.now(),
                self.env.uid,
                self.env.cr.now(),
            )
        )
        if not new:
            return self.browse()
        board = self.browse(new[0][0])
        steps = promotion._get_point_steps()
        prizes = [steps[place] for place in sorted(steps)]
        ranked = rank_buyers(self._read_month(promotion, month, end), prizes)
        places = self.env["rc.package.board.place"].create(
            [
                {
                    "board_id": board.id,
                    "place": place,
                    "partner_id": partner.id,
                    "amount": float(amount),
                    "points": points,
                }
                for place, partner, amount, points in ranked
            ]
        )
        places._give_prizes(end)
        return board

    def _read_month(self, promotion, month, end):
        """Return [(member, net amount, id of the last purchase)] of a month, of whom it is for."""
        purchases = self.env["rc.package.purchase"].search(
            [
                ("program_id", "=", promotion.program_id.id),
                ("paid_on", ">=", month),
                ("paid_on", "<", end),
                ("state", "in", ("granted", "refunded")),
            ]
        )
        return [
            (partner, mine._get_net_amount(), max(mine.ids))
            for partner, mine in purchases.grouped("partner_id").items()
            if promotion._includes(partner)
        ]

    @api.model
    def _cron_close(self):
        """Close what has ended, company by company; a missed month is caught up."""
        cron = self.env["ir.cron"]
        companies = self.env["rc.package.promotion"].search([("kind", "=", "board")]).company_id
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            self.with_company(company)._close_due(
                company, local_day(fields.Datetime.now(), company)
            )
            if not cron._commit_progress(1):
                return


class RcPackageBoardPlace(models.Model):
    """A place on the board of a month, with its prize."""

    _name = "rc.package.board.place"
    _description = "Place on the Purchase Board"
    _order = "board_id desc, place"
    _allow_sudo_commands = False

    board_id = fields.Many2one(
        "rc.package.board", required=True, readonly=True, ondelete="restrict", index=True
    )
    month = fields.Date(related="board_id.month", store=True)
    program_id = fields.Many2one(related="board_id.program_id")
    company_id = fields.Many2one(related="board_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="board_id.currency_id")
    place = fields.Integer(required=True, readonly=True, aggregator=None)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    amount = fields.Monetary("Bought", readonly=True)
    points = fields.Integer("Prize", readonly=True)

    _place_uniq = models.Constraint("UNIQUE (board_id, place)", "The place is taken.")

    def _give_prizes(self, on):
        accounts = self.env["rc.point.account"]
        for place in self.filtered("points"):
            program = place.board_id.program_id
            accounts._get_or_create(place.partner_id, program)._grant(
                place.points,
                f"package-board:{program.id}:{place.month}:{place.place}",
                self.env._("Place %s on the purchase board", place.place),
                origin=place,
                occurred_at=local_noon(on, program.company_id),
                kind="bonus",
                nature="bonus",
            )


def _next_month(month):
    return (month + timedelta(days=32)).replace(day=1)


class RcPackagePromotion(models.Model):
    _inherit = "rc.package.promotion"

    @api.private
    def _read_running_board(self, today, limit=10):
        """Return [(place, member, amount, prize)] of the running month, as it stands."""
        self.ensure_one()
        board = self.env["rc.package.board"]
        month = today.replace(day=1)
        steps = self._get_point_steps()
        prizes = [steps[place] for place in sorted(steps)][:limit]
        rows = board._read_month(self, month, _next_month(month))
        return rank_buyers(rows, prizes)
