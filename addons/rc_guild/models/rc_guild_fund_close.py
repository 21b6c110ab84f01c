from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.rc_commission.adapters.time import company_zone, local_day
from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.kernel.money import round_half_up
from odoo.addons.rc_membership.kernel.periods import calendar_period, local_date, utc_midnight

from ..adapters import read_receipts
from ..kernel.fund import MonthShare, bases_by_month, close_month, open_months


class RcGuildFundClose(models.Model):
    """A month of a program whose shares are in the growth funds; each month is closed once."""

    _name = "rc.guild.fund.close"
    _description = "Growth Fund Close"
    _order = "month desc, id desc"
    _rec_name = "month"
    _check_company_auto = True
    _allow_sudo_commands = False

    program_id = fields.Many2one(
        "rc.program", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    rate = fields.Float("Rate (%)", digits=(5, 2), required=True, readonly=True)
    closed_at = fields.Datetime(required=True, readonly=True)
    entry_ids = fields.One2many("rc.guild.entry", "close_id", "Entries", readonly=True)
    base = fields.Monetary("Net Payments", compute="_compute_sums")
    amount = fields.Monetary("Put into Funds", compute="_compute_sums")

    _month_uniq = models.Constraint("UNIQUE (program_id, month)", "This month is closed already.")
    _month_start = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is named by its first day."
    )

    @api.depends("entry_ids")
    def _compute_sums(self):
        sums = {
            close: (base, fund)
            for close, base, fund in self.env["rc.guild.entry"]._read_group(
                [("close_id", "in", self.ids)], ["close_id"], ["base:sum", "fund:sum"]
            )
        }
        for close in self:
            close.base, close.amount = sums.get(close, (0, 0))

    @api.depends("month", "program_id.name")
    def _compute_display_name(self):
        for close in self:
            close.display_name = f"{close.program_id.name} {close.month:%Y-%m}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A closed month stays closed."))

    # ------------------------------------------------------------------
    # Which months
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_open_months(self, program, today):
        """Return the months that are over and not closed, oldest first."""
        first = self.env["rc.guild.membership"].search(
            [("program_id", "=", program.id)], order="joined_at", limit=1
        )
        if not first:
            return []
        last = self.search([("program_id", "=", program.id)], order="month desc", limit=1)
        closed_until = last and calendar_period(last.month, "month").end
        zone = company_zone(program.company_id)
        return open_months(local_date(first.joined_at, zone), closed_until or None, today)

    @api.model
    @api.private
    def _close_due(self, program, now):
        """Close every month that is over, oldest first; return the closes made."""
        today = local_day(now, program.company_id)
        closes = self.browse()
        for period in self._get_open_months(program, today):
            closes |= self._close_one(program, period, now)
        return closes

    # ------------------------------------------------------------------
    # One month
    # ------------------------------------------------------------------

    def _close_one(self, program, period, now):
        """READ net payments → DECIDE each guild's share → WRITE; nothing if closed already."""
        close = self._claim(program, period, now)
        if not close:
            return close
        guilds = self.env["rc.guild"].with_context(active_test=False)
        guilds = guilds.search([("program_id", "=", program.id)])
        bases = self._read_bases(program, period.end)
        closed = [
            MonthShare(past.month, 0, exact(past.rate) / 100)
            for past in self.search([("program_id", "=", program.id), ("id", "!=", close.id)])
        ]
        posted = self._read_posted(guilds)
        digits = program.currency_id.decimal_places
        postings = []
        for guild in guilds:
            decision = close_month(
                period.start,
                Fraction(exact(close.rate)) / 100,
                bases.get(guild.id, {}),
                closed,
                posted.get(guild.id, 0),
                digits,
            )
            postings += close._prepare_postings(guild, decision, period, digits)
        self.env["rc.guild.entry"]._post(postings)
        close.invalidate_recordset(["base", "amount", "entry_ids"])
        return close

    def _claim(self, program, period, now):
        """Insert the close of the month; empty when somebody else did. UNIQUE decides."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_guild_fund_close (program_id, company_id, month, rate, closed_at,
                                                 create_uid, create_date, write_uid, write_date)
                SELECT id, company_id, %s, rc_guild_fund_rate, %s, %s, %s, %s, %s
                  FROM rc_program WHERE id = %s
                ON CONFLICT (program_id, month) DO NOTHING RETURNING id
                """,
                period.start,
                now,
                self.env.uid,
                now,
                self.env.uid,
                now,
                program.id,
            )
        )
        return self.browse(row[0] for row in rows)

    def _read_bases(self, program, end):
        """Return guild → month → net payments received before ``end``, as known today."""
        members = self.env["rc.guild.membership"]._read_group(
            [("program_id", "=", program.id)], ["partner_id"]
        )
        receipts = read_receipts(program, [partner.id for (partner,) in members])
        return bases_by_month(
            receipt for own in receipts.values() for receipt in own if receipt.received_on < end
        )

    def _read_posted(self, guilds):
        """Return guild → what closes put into its fund so far."""
        if not guilds:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT guild_id, SUM(fund)::text FROM rc_guild_entry WHERE guild_id IN %s"
                    " AND kind IN ('fund_share', 'fund_correction') GROUP BY guild_id",
                    tuple(guilds.ids),
                )
            )
        )

    def _prepare_postings(self, guild, decision, period, digits):
        """Return the share of the month and the correction of earlier ones, where not zero."""
        Entry = self.env["rc.guild.entry"]
        at = utc_midnight(period.end, company_zone(self.company_id))
        month = f"{period.start:%Y-%m}"
        rate = f"{exact(self.rate).normalize():f}"
        parts = [
            (
                "fund_share",
                decision.share,
                round_half_up(decision.base, digits),
                self.env._("%(rate)s %% of net payments in %(month)s", rate=rate, month=month),
            ),
            (
                "fund_correction",
                decision.correction,
                Decimal(0),
                self.env._("Refunds and late payments of months before %s", month),
            ),
        ]
        return [
            Entry._prepare_posting(
                guild,
                f"rc.guild:{guild.id}|{kind}|{month}",
                kind,
                at,
                change,
                reason,
                origin=("rc.guild.fund.close", self.id),
                close_id=self.id,
                base=base,
            )
            for kind, change, base, reason in parts
            if change
        ]

    # ------------------------------------------------------------------
    # Who starts it
    # ------------------------------------------------------------------

    @api.model
    def _cron_close(self):
        """Close what is due, one program after the other, each in a transaction of its own."""
        now = self.env.cr.now()
        programs = self.env["rc.program"].search([])
        self.env["ir.cron"]._commit_progress(remaining=len(programs))
        for program in programs:
            self._close_due(program.with_company(program.company_id), now)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _check_closer(self):
        user = self.env.user
        if not (
            user.has_group("rc_membership.group_program_manager")
            or user.has_group("rc_membership.group_accountant")
        ):
            raise AccessError(
                self.env._("Only a program manager or an accountant can close a month.")
            )
