from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..kernel.attribution import Candidate

STATES = [
    ("submitted", "Waiting"),
    ("in_review", "In Review"),
    ("accepted", "Accepted"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]
OPEN = ("submitted", "in_review")


class RcAttributionClaim(models.Model):
    """Somebody says an order was their work: with evidence, reviewed and decided by another.

    An accepted claim changes who the order is attributed to, and nothing else: never the tree.
    """

    _name = "rc.attribution.claim"
    _description = "Attribution Claim"
    _inherit = ["mail.thread", "mail.activity.mixin", "rc.fact.mixin"]
    _order = "submitted_at desc, id desc"
    _rec_name = "order_id"
    _check_company_auto = True

    _rc_facts = (
        "customer_text",
        "state",
        "submitted_at",
        "submitted_by_id",
        "reviewer_id",
        "decided_at",
        "attribution_id",
        "previous_winner_id",
    )

    order_id = fields.Many2one(
        "sale.order",
        ondelete="restrict",
        index=True,
        domain=[("state", "=", "sale")],
        check_company=True,
        help="Whoever reviews a claim from the portal says which order it is about.",
    )
    customer_text = fields.Char(
        "Customer, as Written",
        readonly=True,
        copy=False,
        help="Participants see no orders: they name the customer by e-mail address or order number.",
    )
    claimant_id = fields.Many2one(
        "res.partner",
        "Participant",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        default=lambda self: self.env.user.partner_id,
        help="Whose work it was.",
    )
    buyer_id = fields.Many2one(related="order_id.partner_id", string="Buyer")
    current_winner_id = fields.Many2one(related="order_id.rc_partner_id", string="Attributed to")
    reason = fields.Text("What Happened", required=True)
    proof = fields.Binary("Evidence", attachment=True, help="A chat, a mail, an offer.")
    proof_name = fields.Char("Name of the File")
    state = fields.Selection(
        STATES, default="submitted", required=True, readonly=True, copy=False, tracking=True
    )
    submitted_at = fields.Datetime(readonly=True, copy=False)
    submitted_by_id = fields.Many2one(
        "res.users", "Submitted by", readonly=True, copy=False, ondelete="restrict"
    )
    reviewer_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict", tracking=True
    )
    answer = fields.Text(help="Why it was accepted or refused; the participant reads it.")
    decided_at = fields.Datetime(readonly=True, copy=False)
    previous_winner_id = fields.Many2one(
        "res.partner", "Was Attributed to", readonly=True, copy=False, ondelete="restrict"
    )
    attribution_id = fields.Many2one(
        "rc.attribution", "New Decision", readonly=True, copy=False, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True, index=True
    )

    _open_uniq = models.UniqueIndex(
        "(order_id, claimant_id) WHERE state IN ('submitted', 'in_review')",
        "There is an open claim of this participant about this order.",
    )

    @api.depends("order_id.company_id")
    def _compute_company_id(self):
        for claim in self:
            claim.company_id = claim.order_id.company_id or claim.company_id or self.env.company

    @api.depends("order_id", "customer_text", "claimant_id")
    def _compute_display_name(self):
        for claim in self:
            about = claim.order_id.name or claim.customer_text or ""
            claim.display_name = f"{about} – {claim.claimant_id.name or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create(vals_list)
        fresh = claims.sudo().filtered(lambda claim: not claim.submitted_at)
        fresh.write({"submitted_at": fields.Datetime.now(), "submitted_by_id": self.env.uid})
        return claims

    def write(self, vals):
        about = {"order_id", "claimant_id", "reason", "proof", "proof_name"}
        if not self.env.su and about & set(vals):
            # the order of a claim from the portal is found by whoever reviews it
            is_found = set(vals) == {"order_id"} and not any(claim.order_id for claim in self)
            if not is_found and any(claim.state != "submitted" for claim in self):
                raise UserError(self.env._("A claim in review is kept as it was submitted."))
        if not self.env.su and "answer" in vals:
            self._check_reviewer()
        return super().write(vals)

    @api.constrains("order_id", "claimant_id")
    def _check_claim(self):
        for claim in self:
            if not claim.order_id:
                if not claim.customer_text:
                    raise UserError(self.env._("Say first which order it is about."))
                continue
            if claim.order_id.state != "sale":
                raise UserError(
                    self.env._("An order is attributed when it is confirmed: claim it then.")
                )
            buyer = claim.order_id.partner_id.commercial_partner_id
            if claim.claimant_id.commercial_partner_id == buyer:
                raise UserError(self.env._("Nobody brings themselves."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never_decided(self):
        if any(claim.state != "submitted" for claim in self):
            raise UserError(self.env._("A claim in review is kept as it was submitted."))

    # ------------------------------------------------------------------
    # Review
    # ------------------------------------------------------------------

    def action_review(self):
        self._check_reviewer()
        self._update_state(("submitted",), "in_review", reviewer_id=self.env.uid)

    def action_accept(self):
        self._check_reviewer()
        now = fields.Datetime.now()
        for claim in self:
            claim._check_answer()
            if not claim.order_id:
                raise UserError(self.env._("Say first which order it is about."))
            claim._accept(now, self.env.user)

    def _accept(self, at, user):
        """READ the order's evidence and this claim → DECIDE → WRITE a new decision."""
        order = self.sudo().order_id  # reviewers need no rights on the order itself
        self._update_state(
            OPEN,
            "accepted",
            reviewer_id=user.id,
            decided_at=at,
            previous_winner_id=order.rc_partner_id.id,
        )
        decided = order.rc_attribution_id.decided_at or order.date_order
        attribution = self.env["rc.attribution"]._decide_for_order(order, decided)
        self.sudo().attribution_id = attribution

    def action_refuse(self):
        self._check_reviewer()
        now = fields.Datetime.now()
        for claim in self:
            claim._check_answer()
            claim._update_state(OPEN, "refused", reviewer_id=self.env.uid, decided_at=now)

    def action_withdraw(self):
        self.check_access("write")
        for claim in self:
            if claim.submitted_by_id != self.env.user:
                raise AccessError(self.env._("Only who submitted a claim withdraws it."))
            claim._update_state(OPEN, "withdrawn", decided_at=fields.Datetime.now())

    def _check_reviewer(self):
        """Raise unless a program manager reviews what is not their own."""
        self.check_access("write")
        user = self.env.user
        if not user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Ask a program manager to decide about claims."))
        for claim in self:
            if user == claim.submitted_by_id or user.partner_id == claim.claimant_id:
                raise UserError(
                    self.env._("Nobody decides about their own claim: ask another manager.")
                )

    def _check_answer(self):
        self.ensure_one()
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write the answer first: the participant reads it."))

    def _update_state(self, allowed, state, **facts):
        """Move the claims from one of ``allowed`` to ``state``."""
        if any(claim.state not in allowed for claim in self):
            raise UserError(self.env._("This claim was decided already."))
        self.sudo().write({"state": state, **facts})  # rights were checked at the button

    # ------------------------------------------------------------------
    # Evidence
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _read_candidates(self, order, at):
        """Return the accepted claim that holds for an order, as a candidate (or none)."""
        claim = self.sudo().search(  # orders are decided for buyers and by crons
            [("order_id", "=", order.id), ("state", "=", "accepted")],
            order="decided_at desc, id desc",
            limit=1,
        )
        return [Candidate("claim", claim.claimant_id.id, at)] if claim else []

    # ------------------------------------------------------------------
    # Merging contacts
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _merge_claimants(self, sources, target):
        """Keep every claim; of those that are open about one order the oldest stays open."""
        claims = self.sudo()  # a merge of contacts is decided by its own rights
        found = claims.search(
            [("claimant_id", "in", (sources | target).ids), ("state", "in", OPEN)], order="id"
        )
        for same in found.filtered("order_id").grouped("order_id").values():
            same[1:]._update_state(OPEN, "withdrawn", decided_at=fields.Datetime.now())
        claims.flush_model()  # the unique index allows one that is open
