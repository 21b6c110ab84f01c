from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.db import insert_once
from odoo.addons.rc_membership.kernel.ledger import LedgerError, Posting, Slot
from odoo.addons.rc_membership.kernel.money import round_half_up
from odoo.addons.rc_membership.kernel.periods import utc_midnight

from ..adapters import company_zone, read_bill_payments
from ..kernel.settle import paid_amount

STATES = [
    ("billed", "Billed"),
    ("paid", "Paid"),
    ("netted", "Swallowed by Debt"),
    ("cancelled", "Cancelled"),
]


class RcSettlement(models.Model):
    """What a run closed for one payee, currency and company, and its vendor bill."""

    _name = "rc.settlement"
    _description = "Commission Settlement"
    _order = "as_of desc, id desc"
    _allow_sudo_commands = False

    name = fields.Char(required=True, readonly=True)
    run_id = fields.Many2one(
        "rc.settlement.run", required=True, readonly=True, ondelete="restrict", index=True
    )
    account_id = fields.Many2one(
        "rc.commission.account",
        "Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Payee Contact")
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="account_id.currency_id")
    as_of = fields.Date("As of", related="run_id.as_of", store=True)
    payable = fields.Monetary(readonly=True)
    netted = fields.Monetary("Taken Off by Debt", readonly=True)
    amount = fields.Monetary("Billed", readonly=True)
    amount_paid = fields.Monetary("Paid", compute="_compute_amount_paid")
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    item_ids = fields.One2many("rc.settlement.item", "settlement_id", "Lines", readonly=True)
    bill_ids = fields.One2many("account.move", "rc_settlement_id", "Bills", readonly=True)
    bill_id = fields.Many2one("account.move", compute="_compute_bill_id")

    _run_account_uniq = models.Constraint(
        "UNIQUE (run_id, account_id)", "The run settled this payee already."
    )
    _amounts_add_up = models.Constraint(
        "CHECK (payable = netted + amount AND netted >= 0 AND amount >= 0)",
        "A settlement bills what is payable less the debt.",
    )

    @api.depends("bill_ids")
    def _compute_bill_id(self):
        for settlement in self:
            settlement.bill_id = settlement.bill_ids[:1]

    def _compute_amount_paid(self):
        paid = self._read_paid()
        for settlement in self:
            settlement.amount_paid = float(paid.get(settlement._origin.id, 0))

    def _read_paid(self):
        """Return settlement id → exact sum of its pay entries."""
        totals = defaultdict(Decimal)
        for settlement, kind, amount in (
            self.env["rc.commission.entry"]
            .sudo()
            ._read_group(
                [("settlement_id", "in", self.ids), ("kind", "in", ("pay", "unpay"))],
                ["settlement_id", "kind"],
                ["amount:sum"],
            )
        ):  # sums of what the reader of the settlement sees anyway
            totals[settlement.id] += exact(amount) if kind == "pay" else -exact(amount)
        return totals

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A settlement is never deleted. Cancel its bill instead."))

    def write(self, vals):
        if set(vals) - {"state"}:
            raise UserError(self.env._("A settlement never changes. Cancel its bill instead."))
        return super().write(vals)

    def _update_state(self, allowed, target):
        """Move from one of the ``allowed`` states to ``target``; anything else is left alone."""
        moving = self.filtered(lambda s: s.state in allowed and s.state != target)
        moving.write({"state": target})
        return moving

    # ------------------------------------------------------------------
    # Settling
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _settle(self, run, decisions):
        """WRITE a batch of a run: settlements, their lines, ledger entries and bills.

        :param decisions: account record → kernel ``Settlement``
        """
        if not decisions:
            return self.browse()
        settlements = self.sudo().create(  # the run works for all payees, whoever started it
            [
                {
                    "name": self.env["ir.sequence"].sudo().next_by_code("rc.settlement"),
                    "run_id": run.id,
                    "account_id": account.id,
                    "payable": float(decision.payable),
                    "netted": float(decision.netted),
                    "amount": float(decision.amount),
                    "state": "billed" if decision.amount else "netted",
                }
                for account, decision in decisions.items()
            ]
        )
        pairs = list(zip(settlements, decisions.values(), strict=True))
        rows = [
            {"settlement_id": settlement.id, "entry_id": item.id, "amount": item.amount}
            for settlement, decision in pairs
            for item in decision.items
        ]
        if len(insert_once(self.env, "rc_settlement_item", rows, "entry_id")) != len(rows):
            raise LedgerError("settled_twice")
        settlements.invalidate_recordset(["item_ids"], flush=False)
        self.env["rc.commission.entry"]._post(
            posting for settlement, d in pairs for posting in settlement._prepare_settle_postings(d)
        )
        settlements.filtered("amount")._create_bills()
        return settlements

    def _prepare_settle_postings(self, decision):
        account = self.account_id.id
        moves = [
            ("settle", Slot("open", account), Slot("settled", account), decision.amount),
            ("net", Slot("open", account), Slot("clearing"), decision.netted),
            ("net_debt", Slot("debt", account), Slot("clearing"), decision.netted),
        ]
        return [self._prepare_posting(*move) for move in moves if move[3]]

    def _prepare_posting(self, fact, debit, credit, amount, at=None, **extra):
        self.ensure_one()
        return Posting(
            key=f"rc.settlement:{self.id}|{fact}",
            kind=fact.split("|")[0].removesuffix("_debt"),
            debit=debit,
            credit=credit,
            amount=amount,
            occurred_at=at or self.env.cr.now(),
            reason=self.name,
            origin=("rc.settlement", self.id),
            extra={"settlement_id": self.id, **extra},
        )

    # ------------------------------------------------------------------
    # Payment and cancellation
    # ------------------------------------------------------------------

    @api.private
    def _sync_payment(self, at):
        """Make the pay entries equal what is paid on the bills. Idempotent."""
        live = self.filtered(lambda s: s.state in ("billed", "paid"))
        # READ
        payments = read_bill_payments(live.bill_id)
        posted = live._read_paid()
        counts = dict(
            self.env["rc.commission.entry"]
            .sudo()
            ._read_group(
                [("settlement_id", "in", live.ids), ("kind", "in", ("pay", "unpay"))],
                ["settlement_id"],
                ["__count"],
            )
        )
        postings = []
        for settlement in live:
            # DECIDE
            digits = settlement.currency_id.decimal_places
            amount = round_half_up(exact(settlement.amount), digits)
            paid, untaxed, total, paid_on = payments[settlement.bill_id.id]
            target = paid_amount(amount, paid, untaxed, total, digits)
            delta = target - posted[settlement.id]
            if delta:
                number = counts.get(settlement, 0) + 1
                zone = company_zone(settlement.company_id)
                when = utc_midnight(paid_on, zone) if delta > 0 else at
                postings.append(settlement._prepare_pay_posting(delta, number, when))
            settlement._update_state(("billed", "paid"), "paid" if target == amount else "billed")
        # WRITE
        self.env["rc.commission.entry"]._post(postings)

    def _prepare_pay_posting(self, delta, number, at):
        account = self.account_id._get_live().id
        settled, paid = Slot("settled", account), Slot("paid", account)
        if delta > 0:
            return self._prepare_posting(f"pay|{number}", settled, paid, delta, at)
        return self._prepare_posting(f"unpay|{number}", paid, settled, -delta, at)

    @api.private
    def _cancel(self, at):
        """Take cancelled settlements back: their lines are payable again by new entries.

        Called when the bill was cancelled; a bill with a payment on it cannot be.
        """
        settlements = self.filtered(lambda s: s.state == "billed" or s.state == "paid")
        settlements._sync_payment(at)
        paid = settlements._read_paid()
        for settlement in settlements:
            if paid[settlement.id]:
                raise UserError(
                    self.env._(
                        "The bill of %s has a payment. Take the payment back first.",
                        settlement.partner_id.display_name,
                    )
                )
        moving = settlements._update_state(("billed", "paid"), "cancelled")
        self.env["rc.commission.entry"]._post(
            posting for settlement in moving for posting in settlement._prepare_cancel_postings(at)
        )

    def _prepare_cancel_postings(self, at):
        """Return the entries that undo a settlement: open as before, the debt as before."""
        account = self.account_id._get_live().id
        digits = self.currency_id.decimal_places
        amount, netted = (round_half_up(exact(v), digits) for v in (self.amount, self.netted))
        postings = [
            self._prepare_posting(f"unsettle|{name}", debit, credit, value, at)
            for name, debit, credit, value in (
                ("settled", Slot("settled", account), Slot("clearing"), amount),
                ("debt", Slot("clearing"), Slot("debt", account), netted),
            )
            if value
        ]
        for item in self.item_ids:
            value = round_half_up(exact(item.amount), digits)
            sides = [Slot("clearing"), Slot("open", account)]
            postings.append(
                self._prepare_posting(
                    f"reopen|{item.entry_id.id}",
                    *(sides if value > 0 else reversed(sides)),
                    abs(value),
                    at,
                    award_id=item.award_id.id,
                    payable_on=item.entry_id.payable_on,
                )
            )
        return postings
