from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.db import make_append_only
from odoo.addons.rc_membership.kernel.ledger import Posting, Slot
from odoo.addons.rc_membership.kernel.money import round_half_up
from odoo.addons.rc_membership.kernel.periods import utc_midnight

from ..adapters import company_today, company_zone, line_key, local_day, read_award_states
from ..kernel.accrue import decide_deltas, due_amounts
from ..wording import award_sentence, award_steps

STATES = [
    ("held", "Held"),
    ("payable", "Payable"),
    ("settled", "Billed"),
    ("paid", "Paid"),
    ("reversed", "Reversed"),
]


class RcCommissionAward(models.Model):
    """What a payee gets for an invoice line once it is paid in full, with its explanation.

    Fixed at the line's first received payment; how much of it has accrued is in the entries.
    """

    _name = "rc.commission.award"
    _description = "Commission"
    _order = "received_on desc, id desc"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    account_id = fields.Many2one(
        "rc.commission.account",
        "Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Payee Contact")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    amount = fields.Monetary("Full Award", readonly=True, help="When all of the line is received.")
    version_id = fields.Many2one(
        "rc.commission.plan.version",
        "Plan Version",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    plan_id = fields.Many2one(related="version_id.plan_id", string="Plan")
    plan_code = fields.Char(required=True, readonly=True)
    rule = fields.Char(required=True, readonly=True)
    part = fields.Integer(readonly=True)
    distance = fields.Integer(
        "Level", readonly=True, help="Distance from the buyer; 0: not by level."
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        "Invoice Line",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    received_on = fields.Date("Sale Paid On", required=True, readonly=True, index=True)
    explanation = fields.Json(readonly=True)
    explanation_text = fields.Text("Why", compute="_compute_explanation_text")
    entry_ids = fields.One2many("rc.commission.entry", "award_id", "Entries")
    state = fields.Selection(STATES, compute="_compute_state", search="_search_state")
    accrued = fields.Monetary(compute="_compute_state")
    held = fields.Monetary(compute="_compute_state")
    payable = fields.Monetary(compute="_compute_state")
    settled = fields.Monetary("Billed", compute="_compute_state")
    paid = fields.Monetary(compute="_compute_state")
    payable_on = fields.Date("Payable From", compute="_compute_state")

    _key_uniq = models.Constraint("UNIQUE (key)", "This commission was awarded before.")
    _amount_positive = models.Constraint("CHECK (amount > 0)", "An award is above zero.")

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("Commissions are awarded by the engine only."))

    def write(self, vals):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("An award never changes. Post a reversing entry instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An award is never deleted. Post a reversing entry instead."))

    @api.depends("plan_code", "rule", "account_id")
    def _compute_display_name(self):
        for award in self:
            award.display_name = f"{award.partner_id.display_name}: {award.plan_code}.{award.rule}"

    def _compute_state(self):
        states = {}
        for company, awards in self.grouped("company_id").items():
            states |= read_award_states(self.env, company_today(company), awards.ids)
        for award in self:
            values = states.get(award._origin.id)
            for name in ("accrued", "held", "payable", "settled", "paid"):
                award[name] = float(getattr(values, name)) if values else 0.0
            award.payable_on = values.payable_on if values else False
            award.state = values.state if values else "reversed"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = []
        for company in self.env.companies:
            states = read_award_states(self.env, company_today(company), company=company)
            found += [award_id for award_id, values in states.items() if values.state in value]
        return [("id", "in", found)]

    # ------------------------------------------------------------------
    # Accrual
    # ------------------------------------------------------------------

    def _prepare_postings(self, steps, book, at):
        """DECIDE: return the postings that bring this award's entries to what is due now.

        :param steps: the invoice's received shares (kernel ``ShareStep``)
        :param book: what is posted (``adapters.ledger.Book``)
        :param at: when it happened, for a change that no document dates
        """
        self.ensure_one()
        digits = self.currency_id.decimal_places
        hold_days = self.explanation["hold_days"]
        full = round_half_up(exact(self.amount), digits)
        due = due_amounts(full, steps, line_key(self.move_line_id.id), digits)
        fell = len(due) > 1 and due[-1][1] < due[-2][1]
        on = due[-1][0] if fell else local_day(at, self.company_id)
        deltas = decide_deltas(due, book.posted, hold_days, on)
        live = self.account_id._get_live().id
        zone = company_zone(self.company_id)
        return [
            self._prepare_posting(delta, book.count + number, book.accounts, live, zone)
            for number, delta in enumerate(deltas, 1)
        ]

    def _prepare_posting(self, delta, number, accounts, live, zone):
        if delta.kind == "accrual":
            debit, credit = Slot("expense"), Slot("open", live)
        elif delta.kind == "reversal":
            debit, credit = Slot("open", accounts[delta.payable_on]), Slot("expense")
        else:
            debit, credit = Slot("clawback"), Slot("debt", live)
        return Posting(
            key=f"{self.key}|{number}",
            kind=delta.kind,
            debit=debit,
            credit=credit,
            amount=delta.amount,
            occurred_at=utc_midnight(delta.on, zone),
            reason=f"{self.move_id.name}: {self.plan_code}.{self.rule}",
            origin=("account.move.line", self.move_line_id.id),
            extra={"award_id": self.id, "payable_on": delta.payable_on},
        )

    @api.depends_context("lang", "uid")
    def _compute_explanation_text(self):
        for award in self:
            award.explanation_text = award._get_explanation()

    @api.private
    def _get_explanation(self):
        """Return the whole explanation as sentences in the reader's language."""
        self.ensure_one()
        return " ".join([award_sentence(self), *award_steps(self)])

    def action_view_invoice(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }
