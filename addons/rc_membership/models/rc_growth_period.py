from datetime import timedelta
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..adapters import exact, local_day
from ..kernel.growth import BEHAVIOUR, Buying, is_falling, score, window_start
from ..kernel.ladders import closing_unit
from ..kernel.periods import calendar_period

_CHUNK = 5000
_RECENT_DAYS = 90


class RcGrowthPeriod(models.Model):
    """A closed month of a program: RFM scores were given and ranks were looked at, once."""

    _name = "rc.growth.period"
    _description = "Closed Growth Period"
    _order = "date_from desc, id desc"
    _rec_name = "date_from"
    _allow_sudo_commands = False

    program_id = fields.Many2one(
        "rc.program", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    date_from = fields.Date("First Day", required=True, readonly=True)
    date_to = fields.Date("Up to", required=True, readonly=True, help="The day after its last.")
    scored_count = fields.Integer("Members Scored", readonly=True)
    fallen_count = fields.Integer("Ranks Lost", readonly=True)
    win_back_count = fields.Integer("Asked to Come Back", readonly=True)

    _period_uniq = models.UniqueIndex(
        "(program_id, date_from)", "This period of the program was closed before."
    )

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _close(self, company, today, limit=None):
        """Close every ended open month of the company's programs, oldest first; return them.

        :param today: a date where the company is
        :param limit: at most so many (the cron commits after each)
        """
        closed = self.browse()
        programs = self.env["rc.program"].search([("company_id", "=", company.id)])
        for program in programs:
            while limit is None or len(closed) < limit:
                period = self._get_next(program)
                if period is None or period.end > today:
                    break
                closed |= self._close_one(program, period)
        return closed

    def _get_next(self, program):
        """Return the first open month of a program as a kernel ``Period``."""
        last = self.search([("program_id", "=", program.id)], order="date_from desc", limit=1)
        if last:
            return calendar_period(last.date_to, "month")
        begin = program.growth_since or self._get_first_day(program)
        return calendar_period(begin, "month") if begin else None

    def _get_first_day(self, program):
        """Return the day of the first growth, purchase or rank of a program (None: nothing yet)."""
        self.env.flush_all()
        [(first,)] = self.env.execute_query(
            SQL(
                """
                SELECT MIN(day) FROM (
                    SELECT MIN(date) AS day FROM rc_growth_entry WHERE program_id = %(program)s
                     UNION ALL SELECT MIN(date) FROM rc_member_purchase
                                WHERE company_id = %(company)s
                     UNION ALL SELECT MIN(history.since) FROM rc_member_rank history
                                 JOIN rc_ladder ladder ON ladder.id = history.ladder_id
                                WHERE ladder.program_id = %(program)s
                ) first
                """,
                program=program.id,
                company=program.company_id.id,
            )
        )
        return first

    @api.model
    def _cron_close(self):
        """Close what ended, one month of one program at a time, and commit after each."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        companies = self.env["rc.program"].search([]).company_id
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            while self.with_company(company)._close(company, local_day(now, company), limit=1):
                if not cron._commit_progress():
                    return
            self.env["rc.ladder"].with_company(company)._review_all(local_day(now, company))
            if not cron._commit_progress(1):
                return

    def action_close(self):
        """Program managers: close what has ended now instead of tonight."""
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can close periods."))
        self.check_access("read")
        company = self.env.company
        # scores and ranks are the system's; the right was checked
        self.sudo()._close(company, local_day(fields.Datetime.now(), company))

    # ------------------------------------------------------------------
    # One month
    # ------------------------------------------------------------------

    def _close_one(self, program, period):
        """READ what everybody bought and has → DECIDE scores and ranks → WRITE them, once."""
        closed = self.create(
            {
                "program_id": program.id,
                "company_id": program.company_id.id,
                "date_from": period.start,
                "date_to": period.end,
            }
        )
        scores, falling = self._score_all(program, period)
        self._write_scores(program, period, scores)
        told = self.env["rc.growth.account"]._note_scores(program, period.end, scores, falling)
        for partner_id in told:
            self.env["rc.event"]._push(
                f"growth:{program.id}:{period.start}:{partner_id}",
                "win_back",
                self.env["res.partner"].browse(partner_id),
                payload={"program_id": program.id, "since": str(period.end)},
            )
        fallen = sum(
            ladder._close(period)
            for ladder in program.ladder_ids
            if self._is_closing(ladder, period)
        )
        closed.write(
            {
                "scored_count": len(scores),
                "fallen_count": fallen,
                "win_back_count": len(told),
            }
        )
        if scores:
            program.ladder_ids._review(self.env["res.partner"].browse(sorted(scores)), period.end)
        return closed

    def _is_closing(self, ladder, period):
        """Whether the month is the last of the longest period the ladder's figures count over."""
        unit = closing_unit(ladder._get_kernel())
        return unit is not None and calendar_period(period.start, unit).end == period.end

    def _score_all(self, program, period):
        """Return (partner id → kernel ``Score``, ids of those who buy much less than before)."""
        bands = program._get_bands()
        if not bands.is_complete:
            return {}, set()
        part_left = 1 - Fraction(exact(program.rfm_fall_percent)) / 100
        scores, falling = {}, set()
        for partner_id, buying in self._read_buying(program, period.end).items():
            scores[partner_id] = score(bands, buying, period.end)
            if is_falling(buying, program.rfm_fall_orders, part_left):
                falling.add(partner_id)
        return scores, falling

    def _read_buying(self, program, end):
        """Return partner id → kernel ``Buying``, of whoever ever bought, in four queries."""
        purchases = self.env["rc.member.purchase"]
        company = program.company_id
        recent, before = end - timedelta(days=_RECENT_DAYS), end - timedelta(days=2 * _RECENT_DAYS)
        start = window_start(end, program.rfm_months)
        window = purchases._read_sums(company, None, start, end)
        now = purchases._read_sums(company, None, recent, end)
        then = purchases._read_sums(company, None, before, recent)
        nothing = (Fraction(0), 0)
        return {
            partner_id: Buying(
                last_on,
                window.get(partner_id, nothing)[1],
                window.get(partner_id, nothing)[0],
                now.get(partner_id, nothing)[1],
                then.get(partner_id, nothing)[1],
            )
            for partner_id, last_on in purchases._read_last_days(company, end).items()
        }

    def _write_scores(self, program, period, scores):
        """Add each score to the growth value, where the program's model counts RFM."""
        if program.growth_model == BEHAVIOUR:
            return
        rows = [
            {
                "key": f"rfm:{program.id}:{period.start}:{partner_id}",
                "partner_id": partner_id,
                "date": period.end - timedelta(days=1),
                "kind": "rfm",
                "value": found.value,
                "values": {
                    "recency": found.recency,
                    "frequency": found.frequency,
                    "monetary": found.monetary,
                },
            }
            for partner_id, found in sorted(scores.items())
        ]
        for start in range(0, len(rows), _CHUNK):
            self.env["rc.growth.entry"]._post(program, rows[start : start + _CHUNK])
