"""Open commissions in a go-live import: opening accruals, confirmed by an accountant."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.golive import AMOUNT, DATE, Column, FileSpec, is_too_fine
from odoo.addons.rc_membership.kernel.ledger import Posting, Slot
from odoo.addons.rc_membership.kernel.money import round_half_up


class RcGoliveRun(models.Model):
    _inherit = "rc.golive.run"
    _rc_facts = ("confirmed_by_id", "confirmed_at")

    commission_file = fields.Binary("Open Commissions", attachment=True, copy=False)
    commission_filename = fields.Char(copy=False)
    confirmed_by_id = fields.Many2one(
        "res.users", "Amounts Confirmed By", readonly=True, copy=False, ondelete="restrict"
    )
    confirmed_at = fields.Datetime("Amounts Confirmed On", readonly=True, copy=False)
    commission_todo_count = fields.Integer(
        "Commissions to Post", compute="_compute_commission_todo_count"
    )

    @api.depends("line_ids.state")
    def _compute_commission_todo_count(self):
        counts = dict(
            self.env["rc.golive.line"]._read_group(
                [("run_id", "in", self.ids), ("kind", "=", "commission"), ("state", "=", "todo")],
                ["run_id"],
                ["__count"],
            )
        )
        for run in self:
            run.commission_todo_count = counts.get(run, 0)

    @api.model
    def _get_kinds(self):
        return [*super()._get_kinds(), ("commission", self.env._("Open Commissions"))]

    @api.model
    def _get_sentences(self):
        return super()._get_sentences() | {
            "unknown_currency": self.env._(
                "No such currency, or it is switched off. Known: %(known)s. Switch it on under "
                "Accounting ‣ Configuration ‣ Currencies."
            )
        }

    def _get_spec_commission(self):
        columns = (
            Column("reference", is_required=True),
            Column("currency", is_required=True),
            Column("amount", AMOUNT, is_required=True),
            Column("payable_on", DATE, is_required=True),
            Column("reason", is_required=True),
        )
        return FileSpec(columns, ("reference", "currency", "payable_on", "reason"))

    # ------------------------------------------------------------------
    # Four eyes
    # ------------------------------------------------------------------

    def _forget_check(self):
        """Other files: what was confirmed is not what is there."""
        result = super()._forget_check()
        self.write({"confirmed_by_id": False, "confirmed_at": False})
        return result

    def action_confirm_amounts(self):
        """An accountant who did not upload the files says that the open commissions are right."""
        if not self.env.user.has_group("rc_membership.group_accountant"):
            raise AccessError(self.env._("Only a network accountant can confirm amounts."))
        self.check_access("read")
        for run in self:
            if run.state != "checked" or run.error_count:
                raise UserError(self.env._("There is nothing to confirm: check the files first."))
            if run.uploaded_by_id == self.env.user:
                raise UserError(
                    self.env._("You uploaded the files. Let a second person confirm the amounts.")
                )
        # who confirmed, and when, is a fact of the system; the right was checked
        self.sudo().write({"confirmed_by_id": self.env.uid, "confirmed_at": fields.Datetime.now()})

    def _check_startable(self):
        super()._check_startable()
        if self.commission_todo_count and not self.confirmed_by_id:
            raise UserError(
                self.env._(
                    "An accountant must confirm the open commissions first: ask one to open this "
                    "import and compare the totals."
                )
            )

    # ------------------------------------------------------------------
    # Check
    # ------------------------------------------------------------------

    def _check_commission(self, book, rows):
        currencies = {c.name: c for c in self.env["res.currency"].search([])}
        keys = {row.line: self._get_commission_key(row) for row in rows}
        posted = self._read_openings(list(keys.values()))
        for row in rows:
            currency = currencies.get(row["currency"].upper())
            if not currency:
                known = ", ".join(sorted(currencies))
                book.error("commission", row, "currency", "unknown_currency", known=known)
            elif is_too_fine(row["amount"], currency.decimal_places):
                digits = currency.decimal_places
                book.error("commission", row, "amount", "too_fine", digits=digits)
            elif book.is_member("commission", row):
                before = posted.get(keys[row.line])
                is_other = before is not None and before != row["amount"]
                book.line(
                    "commission",
                    row,
                    keys[row.line],
                    currency.name,
                    row["amount"],
                    [("amount", before, row["amount"])] if is_other else (),
                    is_known=before is not None,
                    data={"currency_id": currency.id},
                )

    def _get_commission_key(self, row):
        parts = (row["reference"], row["currency"].upper(), row["payable_on"], row["reason"])
        return ":".join(("golive", str(self.company_id.id), "commission", *map(str, parts)))

    def _read_openings(self, keys):
        """READ key → amount that was posted by it."""
        if not keys:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT key, amount::text FROM rc_commission_entry WHERE key = ANY(%s)",
                keys,
            )
        )
        return {key: round_half_up(Decimal(amount), 6).normalize() for key, amount in rows}

    # ------------------------------------------------------------------
    # Posting
    # ------------------------------------------------------------------

    def _post_commission(self, lines):
        """WRITE an accrual for each line, payable from its day: the next settlement pays it."""
        partners = self._get_members(lines)
        slots = {
            line: (partners[line.reference].id, self.company_id.id, line.data["currency_id"])
            for line in lines
        }
        accounts = self.env["rc.commission.account"]._get_or_create_many(slots.values())
        self.env["rc.commission.entry"]._post(
            [
                Posting(
                    key=line.key,
                    kind="accrual",
                    debit=Slot("expense"),
                    credit=Slot("open", accounts[slots[line]]),
                    amount=Decimal(line.data["amount"]),
                    occurred_at=self.started_at,
                    reason=line.data["reason"],
                    origin=(self._name, self.id),
                    extra={"payable_on": fields.Date.to_date(line.data["payable_on"])},
                )
                for line in lines
            ]
        )

    def _read_booked_commission(self):
        """READ currency → (lines in the ledger, their sum)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line."group", COUNT(*), SUM(entry.amount)::text
                  FROM rc_golive_line line JOIN rc_commission_entry entry ON entry.key = line.key
                 WHERE line.run_id = %s AND line.kind = 'commission'
                 GROUP BY line."group"
                """,
                self.id,
            )
        )
        return {group: (count, Decimal(amount)) for group, count, amount in rows}
