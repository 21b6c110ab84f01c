from collections import Counter
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from odoo.addons.rc_commission.adapters.time import local_day
from odoo.addons.rc_membership.adapters import local_noon
from odoo.addons.rc_membership.kernel.ledger import Posting, Slot

from ..adapters import read_receipts, read_terms
from ..kernel.contribution import changes, points_due

KINDS = [
    ("contribution", "Contribution"),
    ("prize", "Prize of a Board"),
    ("fund_share", "Share for the Fund"),
    ("fund_correction", "Correction of Earlier Months"),
]
POINT_KINDS = ("contribution", "prize")


class RcGuildEntry(models.Model):
    """One movement of a guild's points or fund; the rows only grow.

    An entry names the stay, not the person: stays move when contacts are merged, entries cannot.
    """

    _name = "rc.guild.entry"
    _description = "Guild Contribution"
    _inherit = ["rc.ledger.entry.mixin"]
    _check_company_auto = True

    _ledger_account = "rc.guild.account"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    debit_account_id = fields.Many2one(
        "rc.guild.account",
        "From Account",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    credit_account_id = fields.Many2one(
        "rc.guild.account",
        "To Account",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    amount = fields.Float(digits=(16, 2), required=True, readonly=True)
    reverses_id = fields.Many2one("rc.guild.entry", readonly=True, ondelete="restrict")
    guild_id = fields.Many2one("rc.guild", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    membership_id = fields.Many2one(
        "rc.guild.membership",
        "Contributor",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    partner_id = fields.Many2one(related="membership_id.partner_id", string="Member")
    close_id = fields.Many2one(
        "rc.guild.fund.close", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    points = fields.Integer(readonly=True, help="Change of the guild's points.")
    fund = fields.Monetary("Growth Fund", readonly=True, help="Change of the growth fund.")
    base = fields.Monetary(
        "Net Payments", readonly=True, help="What members paid in the closed month, net."
    )

    _guild_idx = models.Index("(guild_id, occurred_at)")
    _one_measure = models.Constraint(
        "CHECK (amount = abs(points) AND fund = 0 OR amount = abs(fund) AND points = 0)",
        "An entry moves either points or money.",
    )

    def _after_post(self, postings, account_ids):
        super()._after_post(postings, account_ids)
        accounts = self.env["rc.guild.account"].browse(account_ids)
        accounts.guild_id.invalidate_recordset(["points", "fund", "entry_ids"], flush=False)
        self.env["rc.guild.membership"].invalidate_model(["points"], flush=False)

    def _get_day_text(self):
        """Return the day of a contribution, the month of a close, as the portal shows it."""
        self.ensure_one()
        if self.close_id:
            return self.env["rc.guild"]._format_month(self.close_id.month)
        return format_date(self.env, local_day(self.occurred_at, self.company_id))

    def _get_points_text(self):
        """Return the change of points as the portal shows it."""
        self.ensure_one()
        return self.env._("%s points", f"{self.points:+d}")

    # ------------------------------------------------------------------
    # Contributions
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _post_contributions(self, program, partners, occurred_at):
        """READ what members paid → DECIDE the points due → WRITE the difference to what was given.

        Idempotent: keys count the entries of a stay, so two runs at once ask for the same key.
        :return: number of changes written
        """
        receipts = read_receipts(program, partners.ids)
        stays = self.env["rc.guild.membership"].search(
            [("program_id", "=", program.id), ("partner_id", "in", partners.ids)]
        )
        given, counts = self._read_given(stays)
        terms = read_terms(program)
        written = 0
        for partner in partners:
            own = set(stays.filtered(lambda stay, p=partner: stay.partner_id == p).ids)
            found = changes(
                points_due(receipts[partner.id], terms),
                {holder: points for holder, points in given.items() if holder[0] in own},
            )
            for change in found:
                counts[change.holder] += 1
                at = change.received_on and local_noon(change.received_on, program.company_id)
                self._write_change(change, counts[change.holder], at or occurred_at)
            written += len(found)
        return written

    def _read_given(self, stays):
        """Return two Counters by holder: points given so far, number of entries."""
        given, counts = Counter(), Counter()
        if not stays:
            return given, counts
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT membership_id, NULL, SUM(points), COUNT(*)
                  FROM rc_guild_entry
                 WHERE membership_id IN %(stays)s AND kind = 'contribution'
                 GROUP BY membership_id
                UNION ALL
                SELECT entry.origin_id, account.partner_id,
                       SUM(CASE WHEN entry.debit_bucket = 'issued' THEN entry.amount
                                ELSE -entry.amount END),
                       COUNT(DISTINCT split_part(entry.key, '|', 3))
                  FROM rc_point_entry entry
                  JOIN rc_point_account account
                    ON account.id = COALESCE(entry.credit_account_id, entry.debit_account_id)
                 WHERE entry.origin_model = 'rc.guild.membership'
                   AND entry.origin_id IN %(stays)s
                   AND starts_with(entry.key, 'rc.guild.membership:')
                 GROUP BY entry.origin_id, account.partner_id
                """,
                stays=tuple(stays.ids),
            )
        )
        for membership_id, sponsor_id, points, count in rows:
            given[membership_id, sponsor_id] = int(points)
            counts[membership_id, sponsor_id] = count
        return given, counts

    def _write_change(self, change, number, at):
        membership_id, sponsor_id = change.holder
        stay = self.env["rc.guild.membership"].browse(membership_id)
        if sponsor_id is None:
            self._post([self._prepare_contribution(stay, change.points, number, at)])
            return
        sponsor = self.env["res.partner"].browse(sponsor_id)
        account = self.env["rc.point.account"]._get_or_create(sponsor, stay.program_id)
        move = account._grant if change.points > 0 else account._take_back
        move(
            abs(change.points),
            f"rc.guild.membership:{stay.id}|sponsor:{sponsor_id}|{number}",
            stay._get_points_reason(),
            origin=stay,
            occurred_at=at,
        )

    def _prepare_contribution(self, stay, points, number, at):
        guild = stay.guild_id
        return self._prepare_posting(
            guild,
            f"rc.guild.membership:{stay.id}|contribution|{number}",
            "contribution",
            at,
            Decimal(points),
            self.env._("Payments"),
            origin=("rc.guild.membership", stay.id),
            membership_id=stay.id,
        )

    def _prepare_posting(self, guild, key, kind, at, change, reason, origin, **extra):
        """Return the posting of a signed change of the guild's points or fund."""
        bucket = "points" if kind in POINT_KINDS else "fund"
        account = Slot(bucket, guild.account_ids.id)
        house = Slot("house")
        return Posting(
            key=key,
            kind=kind,
            debit=house if change > 0 else account,
            credit=account if change > 0 else house,
            amount=abs(change),
            occurred_at=at,
            reason=reason,
            origin=origin,
            extra={
                "guild_id": guild.id,
                "company_id": guild.company_id.id,
                "currency_id": guild.currency_id.id,
                "points": int(change) if bucket == "points" else 0,
                "fund": change if bucket == "fund" else Decimal(0),
                **extra,
            },
        )
