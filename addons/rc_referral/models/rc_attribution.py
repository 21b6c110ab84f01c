from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import (
    CHECKOUT_LEAD,
    get_own_participants,
    get_rules,
    read_code_candidate,
    read_order_candidates,
    read_touch_candidates,
)
from ..kernel.attribution import decide

EVIDENCE = [
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
    visitor = fields.Char(readonly=True, groups="base.group_system")
    decided_at = fields.Datetime(required=True, readonly=True)
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

    @api.depends("candidates")
    def _compute_candidates_html(self):
        """A table of all candidates and why each won or lost."""
        labels = dict(self._fields["evidence"]._description_selection(self.env))
        reasons = self._get_reason_sentences()
        heads = (
            self.env._("Participant"),
            self.env._("Evidence"),
            self.env._("Code"),
            self.env._("When"),
            self.env._("Result"),
        )
        head = Markup().join(Markup("<th>%s</th>") % text for text in heads)
        for record in self:
            rows = Markup().join(
                record._get_candidate_row(values, labels, reasons)
                for values in record.candidates or []
            )
            record.candidates_html = (
                Markup(
                    '<table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
                )
                % (head, rows)
                if rows
                else Markup("<p>%s</p>") % self.env._("There was no evidence of any kind.")
            )

    def _get_candidate_row(self, values, labels, reasons):
        partner = self.env["res.partner"].browse(values["participant"]).exists()
        code = self.env["rc.code"].browse(values["code"]).exists()
        at = fields.Datetime.context_timestamp(self, fields.Datetime.to_datetime(values["at"]))
        cells = (
            (partner or code.partner_id).display_name or "",
            labels[values["evidence"]],
            code.code or "",
            at.strftime("%Y-%m-%d %H:%M:%S"),
            reasons[values["reason"]],
        )
        cell_html = Markup("<td>%s</td>")
        if values["reason"] == "won":
            cell_html = Markup('<td class="table-success"><strong>%s</strong></td>')
        return Markup("<tr>%s</tr>") % Markup().join(cell_html % cell for cell in cells)

    @api.model
    def _get_reason_sentences(self):
        return {
            "won": self.env._("Won"),
            "own_code": self.env._("Own code: nobody brings themselves"),
            "in_future": self.env._("Later than the decision"),
            "outside_window": self.env._("Too long ago"),
            "weaker_evidence": self.env._("Weaker evidence than the winner's"),
            "older": self.env._("A later one of the same kind won"),
            "newer": self.env._("The first one of the same kind won"),
            "too_fresh": self.env._("Clicked less than a minute before checkout"),
        }

    @api.model
    def _get_evidence_sentences(self):
        return {
            "typed_code": self.env._("A code was typed: the strongest evidence there is."),
            "activation": self.env._("An activation or gift code was redeemed."),
            "deal": self.env._("The customer was registered as a deal."),
            "coupon": self.env._("A coupon of the participant was used."),
            "link": self.env._("The visitor came by a link or QR code within the window."),
            "sponsor": self.env._("No fresher evidence: the buyer's sponsor."),
            "salesperson": self.env._("No code, link or sponsor: the salesperson in charge."),
            "none": self.env._("Nobody brought the customer."),
        }

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
        rules = get_rules(self.env, link_lead=CHECKOUT_LEAD)
        candidates = read_order_candidates(order, at, rules)
        # DECIDE
        decision = decide(candidates, at, rules, get_own_participants(order.partner_id))
        # WRITE
        attribution = self._store(order, decision, at, order.company_id, order.rc_visitor)
        if order.rc_attribution_id != attribution:
            order.rc_attribution_id = attribution
        return attribution

    @api.model
    @api.private
    def _decide_for_sign_up(self, partner, at, typed=None, visitor=None, passed=None):
        """Decide who brought a new member and bind them; keep all candidates.

        :param typed: rc.code records typed by the member
        :param visitor: id of the visitor's cookie
        :param passed: rc.code that came back with an identity provider's answer
        :return: the decision
        :raise UserError: the tree refuses the edge
        """
        env = self.sudo().env  # the new member has no rights on any of this
        rules = get_rules(env)
        touches = read_touch_candidates(env, [visitor], at, rules)
        codes = env["rc.code"]
        typed, passed = typed or codes, passed or codes
        # the form shows the code of the link: left as it is, it is still the link's evidence
        clicked = {candidate.code for candidate in touches}
        candidates = [
            *touches,
            *(read_code_candidate(code, at) for code in typed if code.id not in clicked),
            *(read_code_candidate(code, at, "link") for code in passed if code.id not in clicked),
        ]
        records = {code.id: code for code in codes.browse({c.code for c in candidates})}
        primary = [c for c in candidates if not records[c.code]._is_secondary()]
        decision = decide(primary or candidates, at, rules, get_own_participants(partner))
        attribution = env["rc.attribution"]._store(
            partner,
            decision,
            at,
            records[decision.winner.code].company_id if decision.winner else env.company,
            visitor,
        )
        if attribution.code_id:
            partner._rc_bind(attribution.touch_id or attribution.code_id, at)
        came_with = typed | attribution.code_id | self._get_last_secondary(candidates, records)
        for code in came_with:
            code._on_bound(partner, at)
        return attribution

    def _get_last_secondary(self, candidates, records):
        """Return the secondary code of the latest touch: a guild's link counts besides a sponsor's."""
        secondary = [c for c in candidates if records[c.code]._is_secondary()]
        last = max(secondary, key=lambda c: (c.at, c.code), default=None)
        return records[last.code] if last else self.env["rc.code"]

    def _store(self, record, decision, at, company, visitor=None):
        """Write a decision unless the one that holds says the same; the old one is superseded."""
        winner = decision.winner
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
            "company_id": company.id,
        }
        current = self._get_current(record)
        same = ("winner_id", "code_id", "evidence")
        if current and all(
            (current[name].id if name != "evidence" else current[name]) == vals[name]
            for name in same
        ):
            return current
        current.write({"is_current": False})
        current.flush_recordset(["is_current"])  # the unique index allows one at a time
        attribution = self.sudo().create(vals)  # no role may write decisions by hand
        current.write({"superseded_by_id": attribution.id})
        return attribution

    def _prepare_candidate(self, verdict):
        candidate = verdict.candidate
        return {
            "evidence": candidate.evidence,
            "participant": candidate.participant,
            "code": candidate.code,
            "touch": candidate.touch,
            "at": fields.Datetime.to_string(candidate.at),
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
