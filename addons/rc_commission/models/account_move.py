from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import read_invoices, read_network, read_posted, read_sales
from ..db import insert_once
from ..kernel.evaluate import evaluate
from ..kernel.explain import describe_credit
from ..kernel.received import first_received_on, received_steps


class AccountMove(models.Model):
    _inherit = "account.move"

    _rc_facts = ("rc_subscription_id", "rc_settlement_id")

    rc_settlement_id = fields.Many2one(
        "rc.settlement",
        "Commission Settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # ------------------------------------------------------------------
    # Customer invoices: accrue and reverse
    # ------------------------------------------------------------------

    @api.private
    def _rc_accrue(self, at):
        """Make the commission ledger say what these invoices' received money is worth.

        :param at: naive UTC datetime of what happened; dates a reversal that no document dates

        Recomputed from the documents each time, so running it twice, or for two events of one
        payment, adds nothing. READ → DECIDE → WRITE, set-based over ``self``.
        """
        invoices = self.sudo().filtered(lambda m: m.move_type == "out_invoice")  # by the inbox
        # READ
        steps = {
            move_id: (invoice, received_steps(invoice))
            for move_id, invoice in read_invoices(invoices).items()
        }
        # DECIDE and WRITE: who gets what, once per line
        invoices._rc_credit_lines(steps)
        # READ
        awards = (
            self.env["rc.commission.award"]
            .sudo()
            .search([("move_line_id.move_id", "in", invoices.ids)], order="id")
        )
        books = read_posted(self.env, awards.ids)
        # DECIDE
        postings = []
        for award in awards:
            line_steps = steps[award.move_id.id][1]
            postings += award._prepare_postings(line_steps, books[award.id], at)
        # WRITE
        self.env["rc.commission.entry"]._post(postings)

    def _rc_credit_lines(self, steps):
        """Evaluate the plans for lines that were received for the first time; write the outcome."""
        new = self._rc_get_new_lines(steps)
        if not new:
            return
        invoices = self.browse(sorted(new))
        # READ
        published = self.env["rc.commission.plan"]._get_published(invoices.company_id)
        versions = {
            move.id: published.filtered(
                lambda v, move=move: (
                    v.company_id == move.company_id and v._is_in_force(new[move.id][0])
                )
            )
            for move in invoices
        }
        currencies = self.env["res.currency"].union(*(v.currency_id for v in versions.values()))
        sales = read_sales(
            invoices, {move_id: day for move_id, (day, _k) in new.items()}, currencies
        )
        networks = read_network(invoices, sales)
        # DECIDE
        outcomes = []
        for move in invoices:
            sale = sales[move.id].only(new[move.id][1])
            for version in versions[move.id]:
                outcomes.append(
                    (move, version, evaluate(version._parse(), sale, networks[move.id]))
                )
        # WRITE
        fresh = self._rc_write_credits(invoices, sales, networks, new, outcomes)
        self._rc_write_awards(outcomes, new, fresh)

    def _rc_get_new_lines(self, steps):
        """Return invoice id → (day, line keys) of lines first received and not credited yet."""
        credited = set(
            self.env["rc.commission.credit"]
            .sudo()
            .search([("move_line_id.move_id", "in", list(steps))])
            .mapped("key")
        )
        new = {}
        for move_id, (invoice, line_steps) in steps.items():
            keys = [
                line.key
                for line in invoice.lines
                if line.key not in credited and first_received_on(line_steps, line.key)
            ]
            if keys:
                new[move_id] = (min(first_received_on(line_steps, key) for key in keys), keys)
        return new

    def _rc_write_credits(self, invoices, sales, networks, new, outcomes):
        """Insert what was seen and not paid; return the keys of lines nobody credited before."""
        skips = {}
        for _move, _version, outcome in outcomes:
            for skip in outcome.skips:
                skips.setdefault(skip.line, []).append(
                    {
                        "plan": skip.plan,
                        "rule": skip.rule,
                        "payee": skip.payee,
                        "code": skip.code,
                        "values": dict(skip.values),
                    }
                )
        rows = []
        for move in invoices:
            sale, network = sales[move.id], networks[move.id]
            for line in sale.lines:
                if line.key in new[move.id][1]:
                    rows.append(
                        {
                            "key": line.key,
                            "move_line_id": int(line.key.rpartition(":")[2]),
                            "company_id": move.company_id.id,
                            "received_on": new[move.id][0],
                            "snapshot": describe_credit(sale, line, network),
                            "skips": skips.get(line.key, []),
                        }
                    )
        return insert_once(self.env, "rc_commission_credit", rows, "key")

    def _rc_write_awards(self, outcomes, new, fresh):
        """Insert the awards of lines credited just now, and the accounts they need."""
        found = [
            (move, version, award)
            for move, version, outcome in outcomes
            for award in outcome.awards
            if award.line in fresh
        ]
        accounts = self.env["rc.commission.account"]._get_or_create_many(
            (award.payee, move.company_id.id, version.currency_id.id)
            for move, version, award in found
        )
        rows = [
            {
                "key": award.key,
                "account_id": accounts[award.payee, move.company_id.id, version.currency_id.id],
                "company_id": move.company_id.id,
                "currency_id": version.currency_id.id,
                "amount": award.amount,
                "version_id": version.id,
                "plan_code": award.plan,
                "rule": award.rule,
                "part": award.part,
                "distance": award.distance,
                "move_line_id": int(award.line.rpartition(":")[2]),
                "received_on": new[move.id][0],
                "explanation": dict(award.explanation),
            }
            for move, version, award in found
        ]
        insert_once(self.env, "rc_commission_award", rows, "key")

    # ------------------------------------------------------------------
    # Vendor bills of settlements
    # ------------------------------------------------------------------

    def button_cancel(self):
        result = super().button_cancel()
        settlements = self.rc_settlement_id.sudo()  # accountants cancel bills, the ledger is ours
        settlements._cancel(self.env.cr.now())
        return result

    def button_draft(self):
        for move in self.filtered(lambda m: m.state == "cancel" and m.rc_settlement_id):
            raise UserError(
                self.env._(
                    "The settlement of %s was cancelled with this bill, and its commissions are "
                    "payable again. Run a new settlement instead.",
                    move.partner_id.display_name,
                )
            )
        return super().button_draft()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settlement_bill(self):
        for move in self.filtered("rc_settlement_id"):
            raise UserError(
                self.env._(
                    "This bill belongs to the settlement %s. Cancel the bill instead of deleting "
                    "it: its commissions then become payable again.",
                    move.rc_settlement_id.name,
                )
            )

    def action_rc_view_settlement(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.settlement",
            "res_id": self.rc_settlement_id.id,
            "views": [(False, "form")],
        }
