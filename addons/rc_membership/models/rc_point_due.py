"""What falls due by the calendar: pending points, locks that mature, lots that expire."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import company_zone, local_day
from ..kernel.lots import BOUGHT, NewLot
from ..kernel.periods import utc_midnight
from ..kernel.points import split_grant

BATCH = 200


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    @api.model
    @api.private
    def _run_due(self, company, today, limit=BATCH):
        """Do a batch of what is due in a company; return how much was done, 0 when nothing is."""
        return (
            self._release_due(company, today, limit)
            or self.env["rc.point.lock"]._mature_due(company, today, limit)
            or self._expire_due(company, today, limit)
        )

    @api.model
    def _cron_points_due(self):
        """Release, mature and expire in every company, committing after each batch."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        self.env["rc.point.hold"]._free_due(now)
        for company in self.env["res.company"].search([]):
            today = local_day(now, company)
            while done := self._run_due(company, today):
                if not cron._commit_progress(done, remaining=1):
                    return
        cron._commit_progress(remaining=0)

    # ------------------------------------------------------------------
    # Pending
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _release_due(self, company, today, limit=BATCH):
        """Let pending points be spent from their day on; return how many grants were released."""
        rows = self._read_pending(SQL("entry.available_on <= %s", today), company, limit)
        for entry_id, left in rows:
            self._release_entry(self.env["rc.point.entry"].browse(entry_id), left)
        return len(rows)

    @api.private
    def _release_pending(self, grant_key, occurred_at=None):
        """Let the pending points of one grant be spent now (a review that passed)."""
        self.ensure_one()
        rows = self._read_pending(SQL("entry.key = %s", f"{grant_key}|pending"), self.company_id, 1)
        entries = self.env["rc.point.entry"]
        for entry_id, left in rows:
            entries |= self._release_entry(entries.browse(entry_id), left, occurred_at)
        return entries

    def _read_pending(self, condition, company, limit):
        """Return (entry id, points still waiting) of grants that wait for a day."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.id, (entry.amount - COALESCE(SUM(taken.amount), 0))::text
                  FROM rc_point_entry entry
                  JOIN rc_point_account account ON account.id = entry.credit_account_id
                  LEFT JOIN rc_point_entry taken
                    ON taken.pending_entry_id = entry.id AND taken.debit_bucket = 'pending'
                 WHERE entry.available_on IS NOT NULL AND entry.credit_bucket = 'pending'
                   AND account.company_id = %s AND %s
                 GROUP BY entry.id HAVING entry.amount > COALESCE(SUM(taken.amount), 0)
                 ORDER BY entry.available_on, entry.id LIMIT %s
                """,
                company.id,
                condition,
                limit,
            )
        )
        return [(entry_id, Decimal(left)) for entry_id, left in rows]

    def _release_entry(self, entry, amount, occurred_at=None):
        """Move what waits to the spendable points; a debt is cleared first, not by bought ones."""
        account = entry.credit_account_id._get_heir()
        zone = company_zone(account.company_id)
        at = occurred_at or utc_midnight(entry.available_on, zone)
        debt = account._get_balances()[account.id]["debt"]
        split = split_grant(amount, Decimal(0) if entry.nature == BOUGHT else debt)
        expires_on = entry.expires_on or account.program_id._get_points_expiry(
            entry.nature, local_day(at, account.company_id)
        )
        if expires_on and expires_on.year == 9999:  # granted to last for ever
            expires_on = None
        paid = Decimal(str(entry.paid_amount)) if entry.paid_amount else None
        common = {
            "kind": "release",
            "at": at,
            "reason": entry.reason or "",
            "facts": {
                "nature": entry.nature,
                "rule_id": entry.rule_id.id,
                "pending_entry_id": entry.id,
            },
        }
        key = f"{entry.key}|release"
        postings = []
        if split.available:
            lot = NewLot(entry.nature, split.available, expires_on, paid=paid)
            postings.append(
                account._prepare_posting(
                    key, "pending", "available", split.available, gives=(lot,), **common
                )
            )
        if split.debt:
            postings += [
                account._prepare_posting(
                    f"{key}|cleared", "pending", "cleared", split.debt, **common
                ),
                account._prepare_posting(
                    f"{key}|debt", "debt", "cleared", split.debt, **{**common, "kind": "clear"}
                ),
            ]
        return self.env["rc.point.entry"]._post(postings)

    # ------------------------------------------------------------------
    # Expiry
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _expire_due(self, company, today, limit=BATCH):
        """Expire what is left of lots whose day has come; return how many lots."""
        condition = SQL("account.company_id = %s AND lot.expires_on <= %s", company.id, today)
        return self._expire_lots(condition, limit)

    def _expire_due_of(self, at):
        """Nobody spends points whose day has come, whether the cron was there or not."""
        self.ensure_one()
        self.env["rc.point.hold"]._free_due(at, self)
        day = local_day(at, self.company_id)
        condition = SQL("account.id = %s AND lot.expires_on <= %s", self.id, day)
        while self._expire_lots(condition, BATCH):
            pass

    def _expire_lots(self, condition, limit):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.account_id, lot.remaining::text, lot.expires_on,
                       (SELECT COUNT(*) FROM rc_point_draw draw WHERE draw.lot_id = lot.id)
                  FROM rc_point_lot lot JOIN rc_point_account account ON account.id = lot.account_id
                 WHERE lot.remaining > 0 AND %s
                 ORDER BY lot.expires_on, lot.id LIMIT %s
                """,
                condition,
                limit,
            )
        )
        postings = []
        for lot_id, account_id, left, expires_on, count in rows:
            account = self.browse(account_id)
            postings.append(
                account._prepare_posting(
                    # a lot into which points came back expires again
                    f"rc.point.lot:{lot_id}|expire|{count}",
                    "available",
                    "expired",
                    Decimal(left),
                    kind="expire",
                    at=utc_midnight(expires_on, company_zone(account.company_id)),
                    reason=self.env._("Points expired"),
                    only_from=lot_id,
                )
            )
        self.env["rc.point.entry"]._post(postings)
        return len(rows)
