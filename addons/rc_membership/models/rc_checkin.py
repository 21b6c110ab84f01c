"""Check-ins: one for each member, program and day where the member is; days in a row are a streak."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..exceptions import Refusal
from ..kernel.earning import Streak, next_streak
from ..kernel.periods import calendar_period


class RcCheckin(models.Model):
    _name = "rc.checkin"
    _description = "Daily Check-in"
    _order = "day desc, id desc"
    _rec_name = "day"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one(
        "rc.program", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    day = fields.Date(required=True, readonly=True, help="Where the member was.")
    at = fields.Datetime(required=True, readonly=True)
    streak = fields.Integer("Days in a Row", required=True, readonly=True, aggregator="max")
    streak_start = fields.Date("Since", required=True, readonly=True)
    is_merged = fields.Boolean(
        "Same Day of a Merged Contact",
        readonly=True,
        help="Both of two contacts that became one checked in on this day; it counts once.",
    )

    _day_uniq = models.UniqueIndex(
        "(partner_id, program_id, day) WHERE is_merged IS NOT TRUE",
        "This member checked in on this day already.",
    )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("Check-ins are only written by the member's own check-in."))

    def write(self, vals):
        if set(vals) - {"partner_id", "is_merged"}:
            raise UserError(self.env._("A check-in is a fact and never changes."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A check-in is a fact and is never deleted."))

    @api.model
    @api.private
    def _check_in(self, partner, program, at):
        """Check a member in for the day, give the points of the day and of a full streak.

        :return: (check-in, [(rule, points given)])
        :raise Refusal: ``limit_reached`` on the second try of a day
        """
        partner.ensure_one()
        day = self.env["rc.point.rule"]._get_day_of(partner, program, at)
        last = self._get_last(partner, program)
        known = last and Streak(last.streak_start, last.streak)
        streak = next_streak(last.day or None, known or None, day)
        new = None
        if not last or last.day < day:
            self.env.flush_all()
            new = self.env.execute_query(
                SQL(
                    """
                    INSERT INTO rc_checkin (partner_id, program_id, company_id, day, at, streak,
                                            streak_start, is_merged, create_uid, create_date)
                    VALUES (%s, %s, %s, %s, %s, %s, %s, FALSE, %s, %s)
                    ON CONFLICT (partner_id, program_id, day) WHERE is_merged IS NOT TRUE
                    DO NOTHING RETURNING id
                    """,
                    partner.id,
                    program.id,
                    program.company_id.id,
                    day,
                    at,
                    streak.days,
                    streak.start,
                    self.env.uid,
                    self.env.cr.now(),
                )
            )
        if not new:
            raise Refusal(
                self.env._("You checked in today already. Come back tomorrow."), "limit_reached"
            )
        check_in = self.browse(new[0])
        gave = self.env["rc.point.rule"]._apply_to_check_in(check_in)
        self.env["rc.activity"].with_company(program.company_id)._record(
            partner, "check_in", 1, f"rc.checkin:{check_in.id}", at, origin=check_in
        )
        return check_in, gave

    @api.model
    def _get_last(self, partner, program):
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("program_id", "=", program.id),
                ("is_merged", "=", False),
            ],
            limit=1,
        )

    @api.model
    @api.private
    def _get_streak(self, partner, program, today):
        """Return days in a row that still stand on ``today``: checked in today or yesterday."""
        last = self._get_last(partner, program)
        return last.streak if last and last.day >= today - timedelta(days=1) else 0

    @api.model
    @api.private
    def _merge(self, sources, target):
        """Two contacts are one: of a day that both have, one counts."""
        for check_in in self.search([("partner_id", "in", sources.ids)]):
            twin = self.search_count(
                [
                    ("partner_id", "=", target.id),
                    ("program_id", "=", check_in.program_id.id),
                    ("day", "=", check_in.day),
                    ("is_merged", "=", False),
                ],
                limit=1,
            )
            check_in.write({"partner_id": target.id, "is_merged": check_in.is_merged or bool(twin)})
            check_in.flush_recordset()

    # ------------------------------------------------------------------
    # The member's calendar
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_month(self, partner, program, today):
        """Return weeks from Monday of the month of ``today``: dicts of day (None outside of it),
        whether it was checked in, whether it is today."""
        period = calendar_period(today, "month")
        done = set(
            self.search(
                [
                    ("partner_id", "=", partner.id),
                    ("program_id", "=", program.id),
                    ("day", ">=", period.start),
                    ("day", "<", period.end),
                ]
            ).mapped("day")
        )
        start = period.start - timedelta(days=period.start.weekday())
        days = [start + timedelta(days=n) for n in range(42)]
        cells = [
            {
                "day": day.day if day in period else None,
                "is_done": day in done,
                "is_today": day == today,
            }
            for day in days
        ]
        weeks = [cells[n : n + 7] for n in range(0, 42, 7)]
        return [week for week in weeks if any(cell["day"] for cell in week)]
