from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.ledger import Posting, Slot

from ..adapters import company_today, read_balances, read_open_items
from ..kernel.hold import is_payable
from ..kernel.settle import settle

BUCKETS = ("open", "review", "settled", "paid", "reserve", "debt")


class RcCommissionAccount(models.Model):
    """A payee's commissions in one company and currency.

    ``open`` is neither settled nor reversed; whether it is held or payable is a matter of the
    date. ``review`` is held until somebody decides, ``reserve`` until its task is done.
    held + payable + settled + paid + reserve − debt = accrued.
    """

    _name = "rc.commission.account"
    _description = "Commission Account"
    _inherit = ["rc.ledger.account.mixin"]
    _rec_name = "partner_id"
    _order = "id"

    _ledger_buckets = BUCKETS

    partner_id = fields.Many2one(
        "res.partner", "Payee", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    open = fields.Monetary(readonly=True)
    review = fields.Monetary(
        "In Review", readonly=True, help="Over a plan's limit: held until it is approved."
    )
    settled = fields.Monetary("Billed", readonly=True)
    paid = fields.Monetary(readonly=True)
    reserve = fields.Monetary(readonly=True)
    debt = fields.Monetary(
        readonly=True,
        help="Reversed after it was settled; the next settlements are shortened by it.",
    )
    merged_into_id = fields.Many2one("rc.commission.account", readonly=True, ondelete="restrict")
    held = fields.Monetary(compute="_compute_held")
    payable = fields.Monetary(compute="_compute_held")
    accrued = fields.Monetary(compute="_compute_held")
    settlement_ids = fields.One2many("rc.settlement", "account_id", "Settlements")

    _payee_uniq = models.UniqueIndex(
        "(partner_id, company_id, currency_id) WHERE merged_into_id IS NULL",
        "This payee has an account in this currency already.",
    )
    _not_negative = models.Constraint(
        "CHECK (open >= 0 AND review >= 0 AND settled >= 0 AND paid >= 0 AND reserve >= 0"
        " AND debt >= 0)",
        "A commission balance cannot go below zero.",
    )

    @api.depends("partner_id.name", "currency_id.name")
    def _compute_display_name(self):
        for account in self:
            account.display_name = f"{account.partner_id.display_name} ({account.currency_id.name})"

    @api.depends(*BUCKETS)
    def _compute_held(self):
        stored = self.filtered("id")
        items = read_open_items(self.env, stored.ids)
        for account in self:
            today = company_today(account.company_id)
            payable = sum(
                (
                    item.amount
                    for item in items.get(account.id, ())
                    if is_payable(item.payable_on, today)
                ),
                0,
            )
            account.payable = float(payable)
            account.held = account.open + account.review - account.payable
            account.accrued = (
                account.open
                + account.review
                + account.settled
                + account.paid
                + account.reserve
                - account.debt
            )

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_or_create_many(self, keys):
        """Return (partner id, company id, currency id) → account id; missing ones are made."""
        keys = sorted(set(keys))
        if not keys:
            return {}
        self.env.flush_all()
        now = self.env.cr.now()
        rows = SQL(", ").join(
            SQL("(%s, %s, %s, TRUE, 0, 0, 0, 0, 0, 0, %s, %s)", *key, self.env.uid, now)
            for key in keys
        )
        self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_commission_account (partner_id, company_id, currency_id, active,
                       open, review, settled, paid, reserve, debt, create_uid, create_date)
                VALUES %s
                ON CONFLICT (partner_id, company_id, currency_id) WHERE merged_into_id IS NULL
                DO NOTHING RETURNING id
                """,
                rows,
            )
        )
        self.env["res.partner"].invalidate_model(["rc_commission_account_ids"], flush=False)
        found = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, company_id, currency_id, id FROM rc_commission_account
                 WHERE merged_into_id IS NULL AND (partner_id, company_id, currency_id) IN %s
                """,
                tuple(keys),
            )
        )
        return {tuple(row[:3]): row[3] for row in found}

    @api.private
    def _get_live(self):
        """Return the account that stands for this one after merges of contacts."""
        self.ensure_one()
        account = self
        while account.merged_into_id:
            account = account.merged_into_id
        return account

    @api.private
    def _merge_into(self, target):
        """Move everything to ``target`` by entries and retire this account (contact merge).

        What is open moves award by award with its date, so that it can be settled or reversed
        there; the other balances move as sums.
        """
        self.ensure_one()
        reason = self.env._("Contacts merged")
        now = self.env.cr.now()
        # READ
        parts = self._read_open_parts()
        balances = read_balances(self.env, self.ids)[self.id]
        # WRITE
        prefix = f"rc.commission.account:{self.id}|merge|{target.id}"
        postings = [
            Posting(
                key=f"{prefix}|{award_id or 0}|{payable_on}",
                kind="merge",
                debit=Slot("open", self.id if amount > 0 else target.id),
                credit=Slot("open", target.id if amount > 0 else self.id),
                amount=abs(amount),
                occurred_at=now,
                reason=reason,
                extra={"award_id": award_id, "payable_on": payable_on},
            )
            for award_id, payable_on, amount in parts
        ]
        dated = sum((amount for _award, _day, amount in parts), Decimal(0))
        rest = {**balances, "open": balances["open"] - dated}
        postings += [
            Posting(
                key=f"{prefix}|{bucket}",
                kind="merge",
                debit=Slot(bucket, self.id),
                credit=Slot(bucket, target.id),
                amount=rest[bucket],
                occurred_at=now,
                reason=reason,
            )
            for bucket in BUCKETS
            if rest[bucket]
        ]
        self.env["rc.commission.entry"]._post(postings)
        self.write({"merged_into_id": target.id, "active": False})

    def _read_open_parts(self):
        """Return (award id, payable date, amount) of what is open, without zeros."""
        sums = {}
        for item in read_open_items(self.env, self.ids).get(self.id, ()):
            key = (item.award_id, item.payable_on)
            sums[key] = sums.get(key, 0) + item.amount
        return [(*key, amount) for key, amount in sums.items() if amount]

    # ------------------------------------------------------------------
    # Settlement
    # ------------------------------------------------------------------

    @api.private
    def _decide_settlements(self, as_of, settlement_day=0):
        """Return account → kernel ``Settlement`` or ``Nothing`` on the day ``as_of``.

        :param settlement_day: take only what plans with this day of the month paid; 0: everything

        The minimum of a bill is the largest one of the plans in it.
        """
        # READ
        items = read_open_items(self.env, self.ids)
        balances = read_balances(self.env, self.ids)
        award_ids = {item.award_id for rows in items.values() for item in rows if item.award_id}
        versions = {
            award.id: award.version_id
            for award in self.env["rc.commission.award"].browse(sorted(award_ids))
        }
        screened, frozen = self._read_screening(award_ids)
        decisions = {}
        for account in self:
            own = [
                item
                for item in items.get(account.id, ())
                if not settlement_day
                or item.award_id not in versions
                or versions[item.award_id].settlement_day == settlement_day
            ]
            minimum = max(
                (
                    versions[i.award_id]._parse().settlement.minimum
                    for i in own
                    if i.award_id in versions
                ),
                default=Decimal(0),
            )
            # DECIDE
            debt, is_frozen = balances[account.id]["debt"], account in frozen
            decisions[account] = (
                settle(own, debt, minimum, as_of, screened, is_frozen),
                minimum,
            )
        return decisions

    def action_view_entries(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_entry_action"
        )
        return {
            **action,
            "domain": [
                "|",
                ("debit_account_id", "in", self.ids),
                ("credit_account_id", "in", self.ids),
            ],
        }

    def action_view_awards(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_award_action"
        )
        return {**action, "domain": [("account_id", "in", self.ids)], "context": {}}
