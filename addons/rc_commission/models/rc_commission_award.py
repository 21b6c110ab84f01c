from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.db import make_append_only
from odoo.addons.rc_membership.kernel.ledger import Posting, Slot
from odoo.addons.rc_membership.kernel.money import round_half_up
from odoo.addons.rc_membership.kernel.periods import utc_midnight

from ..adapters import company_today, company_zone, read_award_states, read_posted
from ..kernel.accrue import decide_deltas, due_amounts
from ..wording import award_sentence, award_steps

STATES = [
    ("held", "Held"),
    ("payable", "Payable"),
    ("settled", "Billed"),
    ("paid", "Paid"),
    ("reserve", "In Reserve"),
    ("reversed", "Reversed"),
]
GIVES = [
    ("cash", "Cash"),
    ("points", "Points"),
    ("coupon", "Coupon"),
    ("days", "Days"),
    ("record", "Record Only"),
]
REVIEWS = [
    ("none", "None Needed"),
    ("open", "To Review"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
]
SUMS = ("accrued", "held", "payable", "settled", "paid", "reserve")


class RcCommissionAward(models.Model):
    """What a payee gets for a source once it is paid in full, with its explanation.

    The source is an invoice line (fixed at its first received payment), a closed period, a sign-up
    or a mission; how much of it has accrued is in the entries. The payee is a participant, or a
    pool that a part of the sale goes to.
    """

    _name = "rc.commission.award"
    _description = "Commission"
    _order = "received_on desc, id desc"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    account_id = fields.Many2one(
        "rc.commission.account",
        "Payee",
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    pool_id = fields.Many2one(
        "rc.commission.pool", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Payee Contact")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    give = fields.Selection(GIVES, required=True, readonly=True, default="cash")
    amount = fields.Monetary(
        "Full Award",
        readonly=True,
        help="When all of the line is received. Of points, coupons and days: how many.",
    )
    reserve_share = fields.Char(
        readonly=True, help="The part of it that waits in reserve for its task, as a fraction."
    )
    is_review = fields.Boolean(
        "Held for Review", readonly=True, help="Over a limit of the plan: waits for a decision."
    )
    review_ids = fields.One2many("rc.commission.review", "award_id", "Reviews")
    review_state = fields.Selection(
        REVIEWS, "Review", compute="_compute_review_state", search="_search_review_state"
    )
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
    source = fields.Char(
        required=True, readonly=True, index=True, help="What it is for: a line, a closed period …"
    )
    period_id = fields.Many2one(
        "rc.commission.period",
        "Closed Period",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    origin = fields.Char("For", compute="_compute_origin")
    move_line_id = fields.Many2one(
        "account.move.line",
        "Invoice Line",
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    received_on = fields.Date(
        "Earned On",
        required=True,
        readonly=True,
        index=True,
        help="The day of the sale's first money, of the sign-up, or the end of the closed period.",
    )
    explanation = fields.Json(readonly=True)
    explanation_text = fields.Text("Why", compute="_compute_explanation_text")
    entry_ids = fields.One2many("rc.commission.entry", "award_id", "Entries")
    state = fields.Selection(STATES, compute="_compute_state", search="_search_state")
    accrued = fields.Monetary(compute="_compute_state")
    held = fields.Monetary(compute="_compute_state")
    payable = fields.Monetary(compute="_compute_state")
    settled = fields.Monetary("Billed", compute="_compute_state")
    paid = fields.Monetary(compute="_compute_state")
    reserve = fields.Monetary(compute="_compute_state")
    payable_on = fields.Date("Payable From", compute="_compute_state")

    _key_uniq = models.Constraint("UNIQUE (key)", "This commission was awarded before.")
    _amount_positive = models.Constraint("CHECK (amount > 0)", "An award is above zero.")
    _one_payee = models.Constraint(
        "CHECK ((account_id IS NULL) <> (pool_id IS NULL))", "A participant earns, or a pool."
    )
    _day_idx = models.Index("(company_id, plan_code, received_on)")

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

    @api.depends("plan_code", "rule", "account_id", "pool_id")
    def _compute_display_name(self):
        for award in self:
            payee = award.partner_id.display_name or award.pool_id.display_name
            award.display_name = f"{payee}: {award.plan_code}.{award.rule}"

    @api.depends("move_line_id.move_id.name", "period_id", "source")
    def _compute_origin(self):
        for award in self:
            award.origin = award._get_origin()

    def _get_origin(self):
        """Return what the award is for, in the reader's words."""
        self.ensure_one()
        if self.move_line_id:
            return self.move_id.name
        if self.period_id:
            return self.period_id.display_name
        word, _colon, number = (self.source or "").partition(":")
        if word == "signup" and number.isdigit():
            partner = self.env["res.partner"].browse(int(number)).exists()
            return self.env._("Sign-up of %s", partner.display_name or number)
        if word == "rc.reward" and number.isdigit():
            # a mission or clicks; what it was for may be known by whoever reads the award
            reward = self.env["rc.reward"].sudo().browse(int(number)).exists()
            return reward._get_title() if reward else self.source
        return self.source

    @api.depends("is_review", "review_ids.decision")
    def _compute_review_state(self):
        for award in self:
            award.review_state = "none"
            if award.is_review:
                award.review_state = award.review_ids[:1].decision or "open"

    @api.model
    def _search_review_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        decided = [state for state in value if state in ("approved", "rejected")]
        domains = []
        if decided:
            domains.append([("review_ids.decision", "in", decided)])
        if "open" in value:
            domains.append([("is_review", "=", True), ("review_ids", "=", False)])
        if "none" in value:
            domains.append([("is_review", "=", False)])
        return fields.Domain.OR(domains)

    def _compute_state(self):
        states = {}
        for company, awards in self.grouped("company_id").items():
            states |= read_award_states(self.env, company_today(company), awards.ids)
        for award in self:
            values = states.get(award._origin.id)
            for name in SUMS:
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

    @api.private
    def _get_digits(self):
        """Return the decimals of what is given."""
        self.ensure_one()
        return self.currency_id.decimal_places if self.give == "cash" else 0

    @api.private
    def _get_full_amount(self):
        """Return the award in full, exact."""
        self.ensure_one()
        return round_half_up(exact(self.amount), self._get_digits())

    @api.private
    def _get_due(self, steps):
        """Return (day, amount due) in order of days.

        :param steps: the received shares of the award's line (kernel ``ShareStep``); what is not
            for a line is due in full on its day
        """
        self.ensure_one()
        digits = self._get_digits()
        full = self._get_full_amount()
        if not self.move_line_id:
            return [(self.received_on, full)]
        clawback = self.version_id._parse().clawback
        # an award made after the money (a milestone, a pickup) is held from its own day
        return [
            (max(day, self.received_on), amount)
            for day, amount in due_amounts(full, steps, self.source, digits, clawback)
        ]

    @api.private
    def _decide(self, steps, book, day, is_free=False, is_rejected=False):
        """DECIDE: return the kernel ``Delta`` that bring this award to what is due now.

        :param book: what is posted (``adapters.ledger.Book``)
        :param day: when it happened, for a change that no document dates
        :param is_free: its reserve was unlocked before; ``is_rejected``: a review refused it
        """
        due = self._get_due(steps)
        if is_rejected:
            due.append((day, round_half_up(0, self._get_digits())))
        fell = len(due) > 1 and due[-1][1] < due[-2][1]
        on = due[-1][0] if fell else day
        reserve = self._get_reserve_share(is_free)
        return decide_deltas(
            due, book.posted, self.explanation["hold_days"], on, reserve, self._get_digits()
        )

    @api.private
    def _get_reserve_share(self, is_free):
        """Return the part that waits in reserve: nothing once it was unlocked."""
        self.ensure_one()
        return Fraction(0) if is_free else Fraction(self.reserve_share or 0)

    @api.private
    def _prepare_postings(self, deltas, book, house="expense"):
        """Return the ledger postings of what was decided.

        :param house: who pays: ``expense``, or ``pool`` for shares of a pool
        """
        self.ensure_one()
        live = self.account_id._get_live().id
        zone = company_zone(self.company_id)
        bucket = "review" if self.review_state == "open" else "open"
        postings = []
        for number, delta in enumerate(deltas, book.count + 1):
            own = Slot(delta.bucket, live)
            if delta.bucket == "open":
                account = book.accounts.get(delta.payable_on, live)
                own = Slot(bucket, account if delta.kind == "reversal" else live)
            sides = (own, Slot(house)) if delta.kind == "reversal" else (Slot(house), own)
            if delta.kind == "debt":
                sides = (Slot("clawback"), own)
            postings.append(
                self._prepare_posting(f"{self.key}|{number}", delta.kind, *sides, delta, zone)
            )
        return postings

    def _prepare_posting(self, key, kind, debit, credit, delta, zone):
        return Posting(
            key=key,
            kind=kind,
            debit=debit,
            credit=credit,
            amount=delta.amount,
            occurred_at=utc_midnight(delta.on, zone),
            reason=f"{self._get_origin()}: {self.plan_code}.{self.rule}",
            origin=self._get_ledger_origin(),
            extra={"award_id": self.id, "payable_on": delta.payable_on},
        )

    @api.private
    def _get_ledger_origin(self):
        if self.move_line_id:
            return ("account.move.line", self.move_line_id.id)
        if self.period_id:
            return ("rc.commission.period", self.period_id.id)
        return ("rc.commission.award", self.id)

    # ------------------------------------------------------------------
    # Review
    # ------------------------------------------------------------------

    def action_approve(self):
        """Program managers: what a limit held for review is held and payable like any other."""
        return self._decide_review("approved")

    def action_reject(self):
        """Program managers: what a limit held for review is taken back."""
        return self._decide_review("rejected")

    def _decide_review(self, decision):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can decide a review."))
        self.check_access("read")
        if any(award.review_state != "open" for award in self):
            raise UserError(self.env._("Only commissions that wait for a review can be decided."))
        # the right was checked; the ledger is the system's
        awards = self.sudo()
        awards.env["rc.commission.state"]._claim(awards.company_id)
        books = read_posted(self.env, awards.ids)
        at = self.env.cr.now()
        self.env["rc.commission.review"].sudo()._insert(  # see above
            [
                {
                    "key": f"review:{award.id}",
                    "company_id": award.company_id.id,
                    "award_id": award.id,
                    "decision": decision,
                    "decided_at": at,
                    "user_id": self.env.uid,
                }
                for award in awards
            ]
        )
        if decision == "approved":
            postings = [p for a in awards for p in a._prepare_approve_postings(books[a.id], at)]
        else:
            postings = [p for a in awards for p in a._prepare_reject_postings(books[a.id])]
        self.env["rc.commission.entry"]._post(postings)
        self.env["rc.commission.award"].invalidate_model(["review_ids", "review_state"])

    def _prepare_approve_postings(self, book, at):
        """Return the entries that move what is in review to open, with the dates it had."""
        live = self.account_id._get_live().id
        return [
            Posting(
                key=f"{self.key}|approve|{payable_on}",
                kind="approve",
                debit=Slot("review", live),
                credit=Slot("open", live),
                amount=amount,
                occurred_at=at,
                reason=f"{self._get_origin()}: {self.plan_code}.{self.rule}",
                origin=self._get_ledger_origin(),
                extra={"award_id": self.id, "payable_on": payable_on},
            )
            for payable_on, amount in sorted(book.posted.open_parts.items())
        ]

    def _prepare_reject_postings(self, book):
        """Return the entries that take everything of it back today."""
        today = company_today(self.company_id)
        zero = [(today, round_half_up(0, self._get_digits()))]
        deltas = decide_deltas(zero, book.posted, 0, today)
        live = self.account_id._get_live().id
        zone = company_zone(self.company_id)
        return [
            self._prepare_posting(
                f"{self.key}|{number}",
                delta.kind,
                Slot("reserve" if delta.bucket == "reserve" else "review", live),
                Slot("expense"),
                delta,
                zone,
            )
            for number, delta in enumerate(deltas, book.count + 1)
        ]

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
        if not self.move_id:
            raise UserError(self.env._("This commission is not for an invoice."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }
