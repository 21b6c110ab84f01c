from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import get_order_rules, get_own_participants, read_order_candidates
from ..adapters_attribution import get_param
from ..kernel.attribution import decide
from ..kernel.split import PAID_BY, pay_sponsor

EVIDENCE = [
    ("claim", "Accepted Claim"),
    ("typed_code", "Code Typed"),
    ("activation", "Activation or Gift Code"),
    ("deal", "Registered Deal"),
    ("coupon", "Coupon"),
    ("link", "Link or QR"),
    ("sponsor", "Sponsor"),
    ("salesperson", "Salesperson"),
    ("none", "Nobody"),
]


class RcAttribution(models.Model):
    """The decision who brought a member or an order, with everybody who might have."""

    _name = "rc.attribution"
    _description = "Attribution"
    _order = "decided_at desc, id desc"
    _allow_sudo_commands = False

    res_model = fields.Char("Source Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Source", model_field="res_model", required=True, readonly=True
    )
    subject = fields.Char("About", compute="_compute_subject")
    winner_id = fields.Many2one(
        "res.partner", "Participant", readonly=True, ondelete="restrict", index=True
    )
    code_id = fields.Many2one("rc.code", readonly=True, ondelete="restrict", index=True)
    touch_id = fields.Many2one("rc.touch", readonly=True, ondelete="set null")
    evidence = fields.Selection(EVIDENCE, required=True, readonly=True)
    reason = fields.Char(compute="_compute_reason")
    candidates = fields.Json(readonly=True)
    candidates_html = fields.Html(
        "All Candidates", compute="_compute_candidates_html", sanitize=False
    )
    visitor = fields.Char(readonly=True, groups="base.group_system", index="btree_not_null")
    decided_at = fields.Datetime(required=True, readonly=True)
    link_model = fields.Char("Rule for Several Links", readonly=True)
    share_ids = fields.One2many("rc.attribution.share", "attribution_id", "Paid", readonly=True)
    is_flagged = fields.Boolean(
        "Look at It",
        readonly=True,
        help="The coupon that won was typed less than a minute before checkout.",
    )
    is_contested = fields.Boolean(
        "With Losers", readonly=True, help="Several participants stood for it."
    )
    is_existing_customer = fields.Boolean(
        "Had Bought Before", readonly=True, help="The buyer was a customer already."
    )
    is_current = fields.Boolean(default=True, readonly=True)
    superseded_by_id = fields.Many2one("rc.attribution", readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    _current_uniq = models.UniqueIndex(
        "(res_model, res_id) WHERE is_current", "This was attributed already."
    )

    @api.depends("evidence", "winner_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["evidence"]._description_selection(self.env))
        for record in self:
            label = labels.get(record.evidence, "")
            name = record.winner_id.name
            record.display_name = f"{name} ({label})" if name else label

    def _compute_subject(self):
        for model, records in self.grouped("res_model").items():
            targets = self.env[model].browse(records.mapped("res_id")).exists()
            readable = {target.id: target for target in targets._filtered_access("read")}
            for record in records:
                target = readable.get(record.res_id)
                record.subject = target.display_name if target else f"{model} {record.res_id}"

    @api.depends("evidence")
    def _compute_reason(self):
        sentences = self._get_evidence_sentences()
        for record in self:
            record.reason = sentences[record.evidence]

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_current(self, record):
        """Return the decision that holds for ``record`` (empty if none was made)."""
        return self.sudo().search(  # decisions are read for visitors and by crons
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("is_current", "=", True),
            ],
            limit=1,
        )

    @api.model
    @api.private
    def _decide_for_order(self, order, at=None):
        """Decide who brought ``order``; the same answer again changes nothing.

        :param at: naive UTC datetime of the checkout; default: when the buyer went to pay, else
            the confirmation
        :return: the decision that holds
        """
        order = order.sudo()  # touches and the tree are closed to whoever confirms an order
        order.ensure_one()
        # READ
        at = at or order._rc_get_checkout_at()
        rules = get_order_rules(order, at)
        candidates = read_order_candidates(order, at, rules)
        # DECIDE
        own = get_own_participants(order.partner_id, candidates)
        decision = decide(candidates, at, rules, own)
        shares = self._get_paid(decision, candidates, own)
        # WRITE
        cases = self.env["rc.fraud.case"].with_company(order.company_id)
        cases._log_own(order.partner_id, own, at)
        attribution = self._store(
            order, decision, at, order.company_id, order.rc_visitor, rules, shares
        )
        if order.rc_attribution_id != attribution:
            order.rc_attribution_id = attribution
        return attribution

    @api.model
    @api.private
    def _preview_shares(self, order):
        """Return participant id → part: who is paid for ``order``, or would be if it were confirmed
        now."""
        order = order.sudo()  # as above; nothing is written
        held = order.rc_attribution_id
        if held:
            shares = {share.partner_id.id: share._get_fraction() for share in held.share_ids}
            return shares or ({held.winner_id.id: Fraction(1)} if held.winner_id else {})
        at = order._rc_get_checkout_at()
        rules = get_order_rules(order, at)
        candidates = read_order_candidates(order, at, rules)
        own = get_own_participants(order.partner_id, candidates)
        decision = decide(candidates, at, rules, own)
        return self._get_paid(decision, candidates, own)

    @api.model
    def _get_paid(self, decision, candidates, own):
        """Return participant id → part of the order they are paid for (setting), {} for nobody.

        A claim was decided by a person, and a salesperson is no rival of the sponsor.
        """
        shares = dict(decision.shares)
        paid_by = get_param(self.env, "paid_by")
        if decision.evidence in ("claim", "sponsor", "salesperson") or paid_by not in PAID_BY:
            return shares
        sponsors = [c.participant for c in candidates if c.evidence == "sponsor"]
        sponsor = next((who for who in sponsors if who not in own), None)
        return pay_sponsor(shares, sponsor, paid_by)

    def _store(self, record, decision, at, company, visitor=None, rules=None, shares=None):
        """Write a decision unless the one that holds says the same; the old one is superseded.

        :param shares: who is paid (participant → part), where it is not the winner alone
        """
        winner = decision.winner
        shares = {} if winner and shares == {winner.participant: 1} else shares or {}
        vals = {
            "res_model": record._name,
            "res_id": record.id,
            "winner_id": winner.participant if winner else False,
            "code_id": (winner and winner.code) or False,
            "touch_id": (winner and winner.touch) or False,
            "evidence": decision.evidence,
            "candidates": [self._prepare_candidate(v) for v in decision.verdicts],
            "visitor": visitor,
            "decided_at": at,
            "link_model": rules.link_model if rules else False,
            "is_flagged": bool(decision.flags),
            "is_contested": len({v.candidate.participant for v in decision.verdicts}) > 1,
            "is_existing_customer": bool(rules and rules.customer_since),
            "company_id": company.id,
        }
        current = self._get_current(record)
        if current and current._says(vals, shares):
            return current
        current.write({"is_current": False})
        current.flush_recordset(["is_current"])  # the unique index allows one at a time
        attribution = self.sudo().create(vals)  # no role may write decisions by hand
        attribution.share_ids.create(
            [
                {
                    "attribution_id": attribution.id,
                    "partner_id": participant,
                    "numerator": part.numerator,
                    "denominator": part.denominator,
                }
                for participant, part in shares.items()
            ]
        )
        current.write({"superseded_by_id": attribution.id})
        return attribution

    def _says(self, vals, shares):
        """Tell whether this decision is the one of ``vals``."""
        same = (self.winner_id.id, self.code_id.id, self.evidence)
        known = {share.partner_id.id: share._get_fraction() for share in self.share_ids}
        return known == shares and same == tuple(
            vals[name] for name in ("winner_id", "code_id", "evidence")
        )

    def _prepare_candidate(self, verdict):
        candidate = verdict.candidate
        return {
            "evidence": candidate.evidence,
            "participant": candidate.participant,
            "code": candidate.code,
            "touch": candidate.touch,
            "at": fields.Datetime.to_string(candidate.at),
            "days": candidate.window.days if candidate.window else None,
            "reason": verdict.reason,
        }

    @api.model
    @api.private
    def _get_for_invoice(self, move):
        """Return the participant (res.partner, may be empty) an invoice's sale is attributed to.

        The decision on its order holds; without one (a renewal) the member's sponsor on the day
        of the invoice. A credit note follows the invoice it reverses.
        """
        move = move.sudo()  # asked by crons and for payers without rights on orders
        source = move.reversed_entry_id or move
        order = source.line_ids.sale_line_ids.order_id[:1]
        if order.rc_attribution_id:
            return order.rc_attribution_id.winner_id
        day = source.invoice_date or source.date
        end_of_day = fields.Datetime.end_of(fields.Datetime.to_datetime(day), "day")
        edge = self.env["rc.sponsor.edge"]._get_at(source._rc_get_member(), end_of_day)
        return edge.sponsor_id

    @api.model
    @api.private
    def _merge_members(self, sources, target):
        """Let decisions about merged members be about the one that stays; one of them holds."""
        about = [("res_model", "=", "res.partner")]
        records = self.sudo()  # a merge of contacts is decided by its own rights
        moved = records.search([*about, ("res_id", "in", sources.ids)])
        holding = records.search(
            [*about, ("res_id", "in", (sources | target).ids), ("is_current", "=", True)],
            order="decided_at, id",
        )
        holding[1:].write({"is_current": False, "superseded_by_id": holding[:1].id})
        records.flush_model(["is_current"])  # the unique index allows one at a time
        moved.write({"res_id": target.id})

    def action_view_source(self):
        self.ensure_one()
        self.check_access("read")
        target = self.env[self.res_model].browse(self.res_id).exists()
        if not target:
            raise UserError(self.env._("The record this decision was about is gone."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
