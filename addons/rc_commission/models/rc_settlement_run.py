import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..adapters import company_today
from ..kernel.settle import Nothing, due_dates

BATCH = 50  # payees settled between two commits
TRIES = 5


class RcSettlementRun(models.Model):
    """One closing of everything payable on a day: a settlement and a bill per payee."""

    _name = "rc.settlement.run"
    _description = "Settlement Run"
    _order = "as_of desc, id desc"
    _allow_sudo_commands = False

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    as_of = fields.Date("As of", required=True, readonly=True)
    settlement_day = fields.Integer(
        readonly=True, help="Day of the month of a scheduled run; 0: by hand."
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done")], default="running", required=True, readonly=True
    )
    settlement_ids = fields.One2many("rc.settlement", "run_id", "Settlements", readonly=True)
    skip_ids = fields.One2many("rc.settlement.skip", "run_id", "Not Settled", readonly=True)
    settlement_count = fields.Integer(compute="_compute_counts")
    bill_count = fields.Integer(compute="_compute_counts")

    _scheduled_uniq = models.UniqueIndex(
        "(company_id, settlement_day, as_of) WHERE settlement_day > 0",
        "This settlement was scheduled before.",
    )

    @api.depends("as_of", "company_id")
    def _compute_name(self):
        for run in self:
            run.name = self.env._("Settlement of %s", format_date(self.env, run.as_of))

    @api.depends("settlement_ids")
    def _compute_counts(self):
        for run in self:
            run.settlement_count = len(run.settlement_ids)
            run.bill_count = len(run.settlement_ids.bill_id)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A settlement run is kept, whatever came of it."))

    # ------------------------------------------------------------------
    # Running
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _start(self, company, as_of, settlement_day=0):
        """Return a new run; None if this scheduled one exists already."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_settlement_run (company_id, as_of, settlement_day, state,
                                               create_uid, create_date, write_uid, write_date)
                VALUES (%(company)s, %(as_of)s, %(day)s, 'running', %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT (company_id, settlement_day, as_of) WHERE settlement_day > 0
                DO NOTHING RETURNING id
                """,
                company=company.id,
                as_of=as_of,
                day=settlement_day,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        return self.browse(rows[0][0]) if rows else None

    @api.private
    def _settle_all(self):
        """Settle every payee of the run in this transaction."""
        while self._settle_next(BATCH):
            pass

    @api.private
    def _settle_next(self, limit):
        """Settle the next ``limit`` payees; return how many were looked at, 0 when it is done."""
        self.ensure_one()
        accounts = self._get_pending_accounts(limit)
        if not accounts:
            self.state = "done"
            return 0
        decisions = accounts._decide_settlements(self.as_of, self.settlement_day)
        settled = {
            account: decision
            for account, (decision, _minimum) in decisions.items()
            if not isinstance(decision, Nothing)
        }
        self.env["rc.settlement"]._settle(self, settled)
        self.env["rc.settlement.skip"]._note(
            self, {a: values for a, values in decisions.items() if a not in settled}
        )
        return len(accounts)

    def _get_pending_accounts(self, limit):
        """Return accounts with something open or owed that this run has not looked at."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id FROM rc_commission_account account
                 WHERE account.company_id = %(company)s AND account.merged_into_id IS NULL
                   AND (account.open > 0 OR account.debt > 0)
                   AND NOT EXISTS (SELECT 1 FROM rc_settlement s
                                    WHERE s.run_id = %(run)s AND s.account_id = account.id)
                   AND NOT EXISTS (SELECT 1 FROM rc_settlement_skip s
                                    WHERE s.run_id = %(run)s AND s.account_id = account.id)
                 ORDER BY account.id LIMIT %(limit)s
                """,
                company=self.company_id.id,
                run=self.id,
                limit=limit,
            )
        )
        # the run works for all payees, whoever started it: the right was checked at the button
        return self.env["rc.commission.account"].sudo().browse(row[0] for row in rows)

    # ------------------------------------------------------------------
    # Cron
    # ------------------------------------------------------------------

    @api.model
    def _cron_settle(self):
        """Make the runs that are due, missed ones first and each as of its own date."""
        for company in self.env["res.company"].search([]):
            self._start_due(company, company_today(company))
        cron = self.env["ir.cron"]
        for run in self.search([("state", "=", "running")], order="as_of, id"):
            while run._settle_next_retrying():
                if not cron._commit_progress(1, remaining=1):
                    return
        cron._commit_progress(remaining=0)

    def _settle_next_retrying(self):
        """Settle a batch, again if another transaction was faster; nobody else retries a cron."""
        for attempt in range(1, TRIES + 1):
            try:
                return self._settle_next(BATCH)
            except psycopg2.OperationalError:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                if attempt == TRIES:
                    raise
        return 0

    @api.model
    @api.private
    def _start_due(self, company, today):
        """Start the scheduled runs of a company that are due by ``today``; return them."""
        runs = self.browse()
        versions = self.env["rc.commission.plan"]._get_versions_in_force(company, today)
        for day in sorted({*versions.mapped("settlement_day"), *self._read_open_days(company)}):
            last = self.search(
                [("company_id", "=", company.id), ("settlement_day", "=", day)], limit=1
            )
            first = self.env["rc.commission.credit"].search(
                [("company_id", "=", company.id)], order="received_on", limit=1
            )
            after = last.as_of or first.received_on
            if after:
                for as_of in due_dates(day, after, today):
                    runs |= self._start(company, as_of, day) or self.browse()
        return runs

    def _read_open_days(self, company):
        """Return the settlement days of versions by which somebody has something open.

        Their plans may have another day by now, or be archived: what they gave is settled still.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT version.settlement_day
                  FROM rc_commission_account account
                  JOIN rc_commission_award award ON award.account_id = account.id
                  JOIN rc_commission_plan_version version ON version.id = award.version_id
                 WHERE account.company_id = %s AND account.open > 0
                """,
                company.id,
            )
        )
        return [day for (day,) in rows if day]

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _check_settler(self):
        if not self.env.user.has_group("rc_membership.group_accountant"):
            raise AccessError(self.env._("Only a network accountant can run settlements."))

    def action_view_bills(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_in_invoice_type"
        )
        return {
            **action,
            "domain": [("id", "in", self.settlement_ids.bill_id.ids)],
            "context": {"default_move_type": "in_invoice"},
        }

    def action_view_settlements(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_commission.rc_settlement_action")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}
