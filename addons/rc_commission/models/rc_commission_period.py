from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from odoo.addons.rc_membership.kernel.periods import Period, calendar_period

from ..adapters import company_today
from ..kernel.close import close_key, close_kinds

KINDS = [("week", "Week"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year")]
ORDER = [kind for kind, _label in KINDS]  # of several that end on a day the shorter is closed first
TRIES = 5


class RcCommissionPeriod(models.Model):
    """A calendar period that plans pay for, or set ranks by, when it is over. Closed once."""

    _name = "rc.commission.period"
    _description = "Commission Period"
    _order = "date_to desc, id desc"
    _allow_sudo_commands = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date_from = fields.Date("First Day", required=True, readonly=True)
    date_to = fields.Date("Until (excluded)", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], required=True, readonly=True, default="open"
    )
    closed_at = fields.Datetime(readonly=True)
    award_ids = fields.One2many("rc.commission.award", "period_id", "Commissions", readonly=True)

    _period_uniq = models.UniqueIndex(
        "(company_id, kind, date_from)", "This period was opened before."
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_to > date_from)", "A period ends after it began."
    )
    _closed_is_dated = models.Constraint(
        "CHECK ((state = 'closed') = (closed_at IS NOT NULL))", "A closed period says when."
    )

    @api.depends("kind", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for period in self:
            last = period._get_last_day()
            dates = f"{format_date(self.env, period.date_from)} – {format_date(self.env, last)}"
            period.display_name = f"{labels.get(period.kind, '')} {dates}"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("Periods are opened and closed by the engine only."))

    def write(self, vals):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("Periods are opened and closed by the engine only."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A period is kept: commissions are explained by it."))

    def _get_last_day(self):
        """Return the last day of the period: its plans are those in force then."""
        self.ensure_one()
        return self.date_to - timedelta(days=1)

    def _get_kernel(self):
        return Period(self.date_from, self.date_to)

    def _get_source(self):
        return close_key(self.kind, self._get_kernel())

    # ------------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _close(self, company, kind, today):
        """Close every ended open period of a length, oldest first; return those closed.

        :param today: date in the company's time zone; a period that ends today is over
        """
        closed = self.browse()
        self._open_until(company, [kind], today)
        while due := self._get_due(company, today, [kind]):
            due._close_one()
            closed |= due
        return closed

    @api.model
    @api.private
    def _get_kinds(self, company):
        """Return the lengths of period the plans of a company need closed → since when."""
        starts = {}
        for version in self.env["rc.commission.plan"]._get_published(company):
            for kind in close_kinds(version._parse()):
                starts[kind] = min(version.date_from, starts.get(kind, version.date_from))
        return starts

    @api.model
    def _open_until(self, company, kinds, today):
        """Open the periods up to the one that holds ``today``, without a gap.

        The first is the one in which something happened while a plan that needs it was in force.
        """
        starts = self._get_kinds(company)
        first = self._read_first_day(company) if starts else None
        rows = []
        for kind in kinds:
            last = self.search(
                [("company_id", "=", company.id), ("kind", "=", kind)],
                order="date_to desc",
                limit=1,
            )
            begin = last.date_to
            if not last:
                if kind not in starts or not first:
                    continue
                begin = max(first, starts[kind])
            period = calendar_period(begin, kind)
            while period.start <= today:
                rows.append((company.id, kind, period.start, period.end))
                period = calendar_period(period.end, kind)
        if rows:
            self._insert_open(rows)

    def _insert_open(self, rows):
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_commission_period (company_id, kind, date_from, date_to, state,
                                                  create_uid, create_date)
                VALUES %s ON CONFLICT (company_id, kind, date_from) DO NOTHING RETURNING id
                """,
                SQL(", ").join(
                    SQL("(%s, %s, %s, %s, 'open', %s, %s)", *row, self.env.uid, self.env.cr.now())
                    for row in rows
                ),
            )
        )

    def _read_first_day(self, company):
        """Return the first day on which anything happened in the network, or None."""
        self.env.flush_all()
        [(day,)] = self.env.execute_query(
            SQL(
                """
                SELECT LEAST(
                    (SELECT MIN(date) FROM rc_commission_fact WHERE company_id = %(company)s),
                    (SELECT MIN(since) FROM rc_commission_rank WHERE company_id = %(company)s),
                    (SELECT MIN(bound_at)::date FROM rc_sponsor_edge
                      WHERE company_id = %(company)s AND ended_at IS NULL))
                """,
                company=company.id,
            )
        )
        return day

    @api.model
    def _get_due(self, company, today, kinds=None):
        """Return the open period that ended first (empty: none is due)."""
        due = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("date_to", "<=", today),
                ("kind", "in", kinds or ORDER),
            ]
        )
        return due.sorted(lambda p: (p.date_to, ORDER.index(p.kind)))[:1]

    def _close_one(self):
        """Close this period in the running transaction; whoever comes second changes nothing."""
        self.ensure_one()
        self.env["rc.commission.state"]._claim(self.company_id)
        claimed = self.env.execute_query(
            SQL(
                """
                UPDATE rc_commission_period SET state = 'closed', closed_at = %s
                 WHERE id = %s AND state = 'open' RETURNING id
                """,
                self.env.cr.now(),
                self.id,
            )
        )
        self.invalidate_recordset(flush=False)
        if claimed:
            self.env["rc.commission.engine"]._close_period(self)

    # ------------------------------------------------------------------
    # Cron
    # ------------------------------------------------------------------

    @api.model
    def _cron_close(self):
        """Close what is over, each period in a transaction of its own, missed ones first."""
        cron = self.env["ir.cron"]
        for company in self.env["res.company"].search([]):
            today = company_today(company)
            kinds = list(self._get_kinds(company))
            self._open_until(company, kinds, today)
            while self._close_next_retrying(company, today):
                if not cron._commit_progress(1, remaining=1):
                    return
        cron._commit_progress(remaining=0)

    def _close_next_retrying(self, company, today):
        """Close the next period, again if another transaction was faster; True if there was one."""
        for attempt in range(1, TRIES + 1):
            try:
                due = self._get_due(company, today)
                if due:
                    due._close_one()
                return bool(due)
            except psycopg2.OperationalError:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                if attempt == TRIES:
                    raise
        return False

    def action_view_awards(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_award_action"
        )
        return {**action, "domain": [("period_id", "=", self.id)], "context": {}}
