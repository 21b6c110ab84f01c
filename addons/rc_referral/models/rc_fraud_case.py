from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.db import insert_once

from ..kernel.fraud import SIGNALS, decide

STATES = [("open", "To Check"), ("cleared", "Cleared"), ("confirmed", "Confirmed")]
KINDS = [
    ("referral", "Referral"),
    ("participant", "Participant"),
    ("refusal", "Refused Self-referral"),
]


class RcFraudCase(models.Model):
    """Something about a referral or a participant that somebody should look at, with the reasons.

    One case per key for good: what is noticed later is added, and a cleared case opens again only
    for what nobody had seen. Decided cases without a person were decided by the screening.
    """

    _name = "rc.fraud.case"
    _description = "Fraud Case"
    _inherit = ["mail.thread", "mail.activity.mixin", "rc.fact.mixin"]
    _order = "opened_at desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _rc_facts = (
        "key",
        "kind",
        "partner_id",
        "member_id",
        "edge_id",
        "company_id",
        "state",
        "score",
        "opened_at",
        "decided_at",
        "decided_by_id",
        "decision_note",
    )

    key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(KINDS, "About", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Participant", required=True, readonly=True, ondelete="restrict", index=True
    )
    member_id = fields.Many2one(
        "res.partner", "New Member", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    edge_id = fields.Many2one(
        "rc.sponsor.edge", "Referral", readonly=True, ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, index=True, tracking=True, group_expand=True
    )
    score = fields.Integer(readonly=True, aggregator=None)
    signal_ids = fields.One2many("rc.fraud.signal", "case_id", "Signals", readonly=True)
    reasons = fields.Text(compute="_compute_reasons")
    opened_at = fields.Datetime("Opened", required=True, readonly=True)
    decided_at = fields.Datetime("Decided", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, ondelete="restrict", tracking=True
    )
    decision_note = fields.Text("Why It Was Decided So", readonly=True)
    is_automatic = fields.Boolean("Decided by the Screening", compute="_compute_is_automatic")
    freeze_ids = fields.One2many("rc.fraud.freeze", "case_id", "Freezes", readonly=True)
    is_frozen = fields.Boolean(
        "Frozen", compute="_compute_is_frozen", search="_search_is_frozen", compute_sudo=True
    )
    reward_ids = fields.One2many(
        related="edge_id.rc_reward_ids", string="Rewards of the Referral", readonly=True
    )
    user_id = fields.Many2one("res.users", "Looks at It", tracking=True, ondelete="set null")

    _key_uniq = models.Constraint("UNIQUE (key)", "There is a case about this.")
    _edge_idx = models.Index("(partner_id, state) WHERE state <> 'cleared'")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A case is kept; clear it instead."))

    @api.depends("signal_ids")
    @api.depends_context("lang")
    def _compute_reasons(self):
        for case in self:
            case.reasons = "\n".join(case.signal_ids.mapped("sentence"))

    @api.depends("state", "decided_by_id")
    def _compute_is_automatic(self):
        for case in self:
            case.is_automatic = case.state == "confirmed" and not case.decided_by_id

    def _compute_is_frozen(self):
        for company in self.company_id:
            own = self.filtered(lambda case, c=company: case.company_id == c)
            frozen = own.partner_id._rc_get_frozen(company)
            for case in own:
                case.is_frozen = case.partner_id in frozen
        (self.filtered(lambda case: not case.company_id)).is_frozen = False

    @api.model
    def _search_is_frozen(self, operator, value):
        if operator != "in":
            return NotImplemented
        # which cases are found is still decided by the searcher's own rules
        live = self.env["rc.fraud.freeze"].sudo().search([("ended_at", "=", False)])
        ids = [
            case.id
            for freeze in live
            for case in self.sudo().search(  # as above
                [
                    ("partner_id", "=", freeze.partner_id.id),
                    ("company_id", "=", freeze.company_id.id),
                ]
            )
        ]
        return [("id", "in" if True in value else "not in", ids)]

    @api.depends("kind", "partner_id", "member_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for case in self:
            names = [case.partner_id.name or "", case.member_id.name or ""]
            case.display_name = " → ".join(filter(None, names))

    # ------------------------------------------------------------------
    # DECIDE and WRITE what the screening noticed
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _notice(self, kind, key, partner, signals, at, company, member=None, edge=None):
        """Open a case if the signals are enough for one, or add to the one there is; return it.

        A person's decision stands until something is noticed that they could not know.
        """
        cases = self.sudo()  # cases are the system's; members cause them
        case = cases.search([("key", "=", key)])
        limits = company.sudo()  # thresholds are kept from whom they measure
        decision = decide(signals, limits.rc_fraud_review_score, limits.rc_fraud_reject_score)
        if not case:
            if decision.word == "pass":
                return case
            case = cases._open(kind, key, partner, decision, at, company, member, edge)
            # as above
            self.env["rc.fraud.signal"].sudo()._append(case, decision.reasons, at)
            if case.state == "confirmed":
                case._follow(at)  # what was given before it was noticed
            case._tell()
            return case
        # as above
        fresh = self.env["rc.fraud.signal"].sudo()._append(case, decision.reasons, at)
        if any(SIGNALS[name].weight > 0 for name in fresh):
            case._hear(fresh, decision, at)
        return case

    def _open(self, kind, key, partner, decision, at, company, member, edge):
        self.env.flush_all()
        row = {
            "key": key,
            "kind": kind,
            "partner_id": partner.id,
            "member_id": member.id if member else None,
            "edge_id": edge.id if edge else None,
            "company_id": company.id,
            "state": "confirmed" if decision.word == "reject" else "open",
            "score": decision.score,
            "opened_at": at,
            "decided_at": at if decision.word == "reject" else None,
        }
        insert_once(self.env, self._table, [row], "key")
        return self.search([("key", "=", key)])

    def _hear(self, fresh, decision, at):
        """Something new was noticed in a case that is there."""
        self.ensure_one()
        vals = {"score": max(self.score, decision.score)}
        is_hard = any(SIGNALS[name].is_hard for name in fresh)
        if self.state == "open" and is_hard:
            vals |= {"state": "confirmed", "decided_at": at}
        elif self.state == "cleared" and decision.word != "pass":
            vals |= {"state": "open", "decided_at": False, "decided_by_id": False}
        self.write(vals)
        if "state" in vals:
            self._follow(at)
            self._tell()

    def _follow(self, at):
        """Rewards of the referral follow the case's state."""
        rewards = self.edge_id._rc_get_rewards()
        if self.state == "confirmed":
            rewards._refuse_screened(at)
        elif self.state == "cleared":
            rewards._release_screened(at)

    def _tell(self):
        """Give a program manager of the company something to do about what waits for a person."""
        if self.state != "open":
            return
        managers = self._get_managers()
        if managers:
            self.user_id = self.user_id or managers[0]
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Check this case"),
                user_id=self.user_id.id,
            )

    def _get_managers(self, besides=None):
        """Return program managers of the company who are not concerned themselves."""
        group = self.env.ref("rc_membership.group_program_manager")
        people = self.partner_id | self.member_id
        return group.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and user != besides
                and user.partner_id not in people
                and self.company_id in user.company_ids
            )
        ).sorted("id")

    @api.model
    @api.private
    def _merge_members(self, sources, target):
        """Contacts that turn out to be one are no case about two; the rows stay as history."""
        merged = sources | target
        inner = self.sudo().search(  # a merge of contacts is decided by its own rights
            [("partner_id", "in", merged.ids), ("member_id", "in", merged.ids)]
        )
        inner.member_id = False
        self.env.flush_all()
