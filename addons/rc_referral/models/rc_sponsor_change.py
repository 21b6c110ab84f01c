from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.rc_membership.exceptions import Refusal

from ..errors import code_error

CORRECTION_DAYS = 7  # how long members put their own sponsor right
STATES = [
    ("waiting", "Waiting for Approval"),
    ("done", "Done"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]


class RcSponsorChange(models.Model):
    """A correction of who brought a member: their own in the first days, later two managers'.

    It holds from the moment it is done, for what is sold afterwards; the old edge is ended and kept.
    """

    _name = "rc.sponsor.change"
    _description = "Sponsor Correction"
    _inherit = ["mail.thread", "mail.activity.mixin", "rc.fact.mixin"]
    _order = "requested_at desc, id desc"
    _rec_name = "member_id"

    _rc_facts = (
        "origin",
        "state",
        "old_edge_id",
        "new_edge_id",
        "requested_at",
        "requested_by_id",
        "decided_at",
        "decided_by_id",
        "company_id",
    )

    member_id = fields.Many2one(
        "res.partner", required=True, ondelete="restrict", index=True, tracking=True
    )
    old_sponsor_id = fields.Many2one(related="old_edge_id.sponsor_id", string="Sponsor until then")
    sponsor_id = fields.Many2one(
        "res.partner", "New Sponsor", required=True, ondelete="restrict", index=True, tracking=True
    )
    code_id = fields.Many2one("rc.code", readonly=True, ondelete="restrict", index="btree_not_null")
    reason = fields.Text(required=True)
    origin = fields.Selection(
        [("manager", "Manager"), ("member", "Member"), ("late", "Click Told Late")],
        default="manager",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        STATES, default="waiting", required=True, readonly=True, copy=False, tracking=True
    )
    requested_at = fields.Datetime(readonly=True, copy=False)
    requested_by_id = fields.Many2one(
        "res.users", "Requested by", readonly=True, copy=False, ondelete="restrict"
    )
    decided_at = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, ondelete="restrict"
    )
    old_edge_id = fields.Many2one("rc.sponsor.edge", readonly=True, copy=False, ondelete="restrict")
    new_edge_id = fields.Many2one("rc.sponsor.edge", readonly=True, copy=False, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    _waiting_uniq = models.UniqueIndex(
        "(member_id) WHERE state = 'waiting'", "A correction of this member's sponsor is waiting."
    )

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        for change in changes.sudo().filtered(lambda change: not change.requested_at):
            change.write(
                {
                    "requested_at": fields.Datetime.now(),
                    "requested_by_id": self.env.uid,
                    "old_edge_id": change._get_live_edge().id,
                }
            )
        return changes

    def write(self, vals):
        about = {"member_id", "sponsor_id", "reason"}
        if not self.env.su and about & set(vals):
            raise UserError(
                self.env._("What was asked for is kept. Withdraw it and ask for another one.")
            )
        return super().write(vals)

    @api.constrains("member_id", "sponsor_id")
    def _check_people(self):
        for change in self:
            if change.member_id == change.sponsor_id:
                raise UserError(self.env._("Nobody is their own sponsor."))
            if change._get_live_edge().sponsor_id == change.sponsor_id and change.state != "done":
                raise UserError(
                    self.env._("%s is the sponsor already.", change.sponsor_id.display_name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Corrections are kept. Withdraw one that is not wanted."))

    def _get_live_edge(self):
        return (
            self.env["rc.sponsor.edge"]
            .sudo()  # the tree is the system's
            .search([("member_id", "=", self.member_id.id), ("ended_at", "=", False)], limit=1)
        )

    # ------------------------------------------------------------------
    # Two managers
    # ------------------------------------------------------------------

    def action_approve(self):
        now = fields.Datetime.now()
        for change in self:
            change._check_approver()
            change._do(now, self.env.user)

    def action_refuse(self):
        for change in self:
            change._check_approver()
            change._update_state("refused", self.env.user)

    def action_withdraw(self):
        self.check_access("write")
        for change in self:
            if change.requested_by_id != self.env.user:
                raise AccessError(self.env._("Only who asked for a correction withdraws it."))
            change._update_state("withdrawn", self.env.user)

    def _check_approver(self):
        """Raise unless a second program manager, who is none of the people in it, decides."""
        self.ensure_one()
        self.check_access("write")
        user = self.env.user
        if not user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Ask a program manager to approve it."))
        people = self.member_id | self.sponsor_id | self.old_edge_id.sponsor_id
        if user == self.requested_by_id or user.partner_id in people:
            raise UserError(
                self.env._(
                    "A second program manager approves this: not who asked for it, and nobody "
                    "it is about."
                )
            )

    def _do(self, at, user):
        """End the old edge and bind under the new sponsor at ``at``."""
        self._check_waiting()
        edges = self.env["rc.sponsor.edge"]
        old = self._get_live_edge()
        edge = edges._rebind(self.member_id, self.sponsor_id, at, self.code_id)
        self.sudo().write({"old_edge_id": old.id, "new_edge_id": edge.id})
        self._update_state("done", user, at)

    def _check_waiting(self):
        if self.state != "waiting":
            raise UserError(self.env._("This correction was decided already."))

    def _update_state(self, state, user, at=None):
        """Move a waiting correction to ``state``."""
        self.ensure_one()
        self._check_waiting()
        # facts of the system; rights were checked at the button
        self.sudo().write(
            {
                "state": state,
                "decided_at": at or fields.Datetime.now(),
                "decided_by_id": user.id,
            }
        )

    @api.model
    @api.private
    def _get_corrections(self, member, at):
        """Return id of each sponsor a member no longer has → instant of the correction."""
        changes = self.sudo().search(  # orders are decided for buyers and by crons
            [("member_id", "=", member.id), ("state", "=", "done"), ("decided_at", "<=", at)],
            order="decided_at, id",
        )
        corrected = {}
        for change in changes:
            corrected[change.old_edge_id.sponsor_id.id] = change.decided_at
            corrected.pop(change.sponsor_id.id, None)
        return corrected

    # ------------------------------------------------------------------
    # The member's own
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_member_deadline(self, member):
        """Return until when (naive UTC) a member may name another sponsor, or None.

        Counted from the sign-up, however often it was corrected since.
        """
        records = self.env["rc.attribution"].sudo()  # the member's own decision
        first = records.search(
            [("res_model", "=", "res.partner"), ("res_id", "=", member.id)],
            order="decided_at, id",
            limit=1,
        )
        return first.decided_at + timedelta(days=CORRECTION_DAYS) if first else None

    @api.model
    @api.private
    def _correct_by_member(self, member, user, text, at):
        """A member names who really brought them, by a code.

        :param user: whose login it is
        :raise CodeError: the code is refused
        :raise UserError: too late, or the tree refuses the edge
        """
        deadline = self._get_member_deadline(member)
        if deadline is None or at >= deadline:
            raise Refusal(
                self.env._("The days in which you can correct this are over. Please write to us."),
                "not_eligible",
            )
        code = self.env["rc.code"]._resolve(text, partner=member, at=at)
        if code._is_secondary():
            raise code_error(self.env, "unknown_code", text)
        changes = self.sudo()  # members have no rights on corrections
        waiting = changes.search([("member_id", "=", member.id), ("state", "=", "waiting")])
        if waiting:
            raise Refusal(
                self.env._("Somebody is looking at your sponsor already."), "not_eligible"
            )
        change = changes.create(
            {
                "member_id": member.id,
                "sponsor_id": code.partner_id.id,
                "code_id": code.id,
                "reason": self.env._("The member named another code."),
                "origin": "member",
                "requested_at": at,
                "requested_by_id": user.id,
                "old_edge_id": changes.new({"member_id": member.id})._get_live_edge().id,
                "company_id": code.company_id.id,
            }
        )
        change._do(at, user)
        return change

    # ------------------------------------------------------------------
    # Merging contacts
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _merge_members(self, sources, target, inner_edges):
        """Keep every correction; of those that wait for one person the oldest waits on.

        :param inner_edges: edges between the merged, which are no more
        """
        merged = sources | target
        changes = self.sudo()  # a merge of contacts is decided by its own rights
        for name in ("old_edge_id", "new_edge_id"):
            changes.search([(name, "in", inner_edges.ids)]).write({name: False})
        waiting = changes.search(
            [("member_id", "in", merged.ids), ("state", "=", "waiting")], order="id"
        )
        empty = waiting.filtered(lambda change: change.sponsor_id in merged)
        for change in empty | (waiting - empty)[1:]:
            change._update_state("withdrawn", self.env.user)
        changes.flush_model()  # the unique index allows one that waits
