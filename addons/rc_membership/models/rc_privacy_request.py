from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..exceptions import Refusal
from ..kernel.privacy import decide

KINDS = [("export", "Copy of the Data"), ("erasure", "Erasure")]
STATES = [
    ("waiting", "Waiting for Decision"),
    ("approved", "In Work"),
    ("done", "Done"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
    ("expired", "File Deleted"),
]
LIVE = ("waiting", "approved")


class RcPrivacyRequest(models.Model):
    """A person asks for a copy of their data, or to be erased.

    The row is the log of it as well, so it says nothing about the person but which contact it was.
    """

    _name = "rc.privacy.request"
    _description = "Privacy Request"
    _inherit = ["rc.fact.mixin"]
    _order = "asked_at desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _rc_facts = (
        "state",
        "origin",
        "asked_at",
        "asked_by_id",
        "accepted",
        "decided_at",
        "decided_by_id",
        "done_at",
        "result",
        "file",
        "file_until",
        "failures",
        "next_try_at",
        "company_id",
    )

    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, required=True)
    state = fields.Selection(STATES, default="waiting", required=True, readonly=True, copy=False)
    origin = fields.Selection(
        [("portal", "The Person"), ("staff", "Staff")],
        default="staff",
        required=True,
        readonly=True,
    )
    is_told = fields.Boolean(
        "Told What Is Lost",
        copy=False,
        help="The person knows what is lost and said that they give it up.",
    )
    accepted = fields.Json(readonly=True, copy=False, help="What the person gave up, in codes.")
    reason = fields.Char("Reason of a Refusal", copy=False, help="The person reads it.")
    asked_at = fields.Datetime("Asked", readonly=True, copy=False)
    asked_by_id = fields.Many2one(
        "res.users", "Entered by", readonly=True, copy=False, ondelete="set null"
    )
    decided_at = fields.Datetime("Decided", readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, ondelete="set null"
    )
    done_at = fields.Datetime("Done", readonly=True, copy=False)
    result = fields.Json(readonly=True, copy=False, help="What was deleted, in numbers.")
    result_text = fields.Char("Deleted", compute="_compute_result_text")
    file = fields.Binary(attachment=True, readonly=True, copy=False, groups="base.group_system")
    file_until = fields.Datetime("Download until", readonly=True, copy=False)
    failures = fields.Integer("Tries That Failed", readonly=True, copy=False)
    next_try_at = fields.Datetime("Next Try", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    _live_uniq = models.UniqueIndex(
        "(partner_id, kind) WHERE state IN ('waiting', 'approved')",
        "The person has asked for this already.",
    )

    @api.depends("result")
    def _compute_result_text(self):
        names = {
            "messages": self.env._("messages"),
            "files": self.env._("files"),
            "logins": self.env._("logins"),
            "touches": self.env._("clicks"),
            "leads": self.env._("leads"),
        }
        for request in self:
            counts = (request.result or {}).items()
            texts = [f"{count} {names.get(key, key)}" for key, count in counts if count]
            request.result_text = ", ".join(texts)

    @api.depends("partner_id", "kind", "state")
    @api.depends_context("lang")
    def _compute_preview(self):
        """What stands open and what will become of what: for whoever decides."""
        now = fields.Datetime.now()
        for request in self:
            partner = request.partner_id
            if not partner or request.kind != "erasure" or request.state not in LIVE:
                request.preview = False
                continue
            request.preview = self.env["ir.qweb"]._render(
                "rc_membership.privacy_preview",
                {
                    "findings": partner._rc_get_erasure_findings(now),
                    "areas": partner._rc_get_erasure_areas(),
                },
            )

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """When and by whom it was entered is the system's; a copy needs no decision."""
        requests = super().create(vals_list)
        now = fields.Datetime.now()
        for request in requests.sudo():
            request._check_may_ask()
            vals = {}
            if not request.asked_at:
                vals = {"asked_at": now, "asked_by_id": self.env.uid}
            if request.kind == "export":
                vals["state"] = "approved"
            request.write(vals)
        requests.filtered(lambda request: request.kind == "export")._wake()
        return requests

    def write(self, vals):
        about = {"partner_id", "kind"}
        if about & set(vals) and not self.env.su:
            raise UserError(self.env._("Withdraw the request and enter another one."))
        if not self.env.su and any(request.state != "waiting" for request in self):
            raise UserError(self.env._("This request was decided already."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Requests are the log of what was done: they are kept."))

    def _check_may_ask(self):
        """Raise where the request makes no sense, or was made already."""
        self.ensure_one()
        partner = self.partner_id
        if partner._rc_is_erased():
            raise Refusal(self.env._("This person was erased already."), "not_eligible")
        if self.kind == "export" and not partner.user_ids:
            raise Refusal(
                self.env._(
                    "Only the person opens the copy, in the portal: give them a portal login first."
                ),
                "not_eligible",
            )

    @api.model
    @api.private
    def _ask(self, partner, kind, at, user, origin="portal", accepted=()):
        """Enter a person's request once; return the one that is open.

        :param accepted: codes of findings the person was told and gives up
        :raise Refusal: ``not_eligible``, with all sentences of what speaks against it
        """
        requests = self.sudo()  # members have no rights on requests; the caller knows who it is
        partner = partner.sudo()
        open_one = requests.search(
            [("partner_id", "=", partner.id), ("kind", "=", kind), ("state", "in", LIVE)], limit=1
        )
        if open_one:
            return open_one
        if kind == "erasure":
            verdict = decide(partner._rc_get_erasure_findings(at), accepted)
            if not verdict.is_free:
                texts = [finding.text for finding in (*verdict.refusals, *verdict.untold)]
                raise Refusal("\n".join(texts), "not_eligible")
        return requests.create(
            {
                "partner_id": partner.id,
                "kind": kind,
                "origin": origin,
                "accepted": sorted(accepted),
                "asked_at": at,
                "asked_by_id": user.id,
                "company_id": (partner.company_id or self.env.company).id,
            }
        )

    # ------------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------------

    def action_approve(self):
        now = fields.Datetime.now()
        for request in self:
            request._check_decider()
            request._check_free(now)
            request._decide("approved", now)
        self._wake()

    def action_refuse(self):
        for request in self:
            request._check_decider()
            if not (request.reason or "").strip():
                raise UserError(self.env._("Write the reason: the person reads it."))
            request._decide("refused", fields.Datetime.now())

    def action_withdraw(self):
        self.check_access("write")
        for request in self:
            request._decide("withdrawn", fields.Datetime.now())

    def _check_decider(self):
        self.ensure_one()
        self.check_access("write")
        user = self.env.user
        if not user.has_group("rc_membership.group_administrator"):
            raise AccessError(self.env._("Ask an administrator to decide this."))
        if user.partner_id == self.partner_id:
            raise UserError(self.env._("Somebody else decides about your own request."))

    def _check_free(self, at):
        """Raise while something speaks against erasing the person."""
        findings = self.partner_id._rc_get_erasure_findings(at)
        told = [finding.code for finding in findings] if self.is_told else self.accepted or []
        verdict = decide(findings, told)
        if verdict.refusals:
            text = "\n".join(finding.text for finding in verdict.refusals)
            raise Refusal(self.env._("This cannot be done yet:\n%s", text), "not_eligible")
        if verdict.untold:
            text = "\n".join(finding.text for finding in verdict.untold)
            raise Refusal(
                self.env._("Tell the person first, and tick that they give it up:\n%s", text),
                "not_eligible",
            )

    @api.private
    def _decide(self, state, at):
        """Decide a waiting request, once."""
        self.ensure_one()
        if self.state != "waiting":
            raise UserError(self.env._("This request was decided already."))
        # facts of the system; rights were checked at the button
        self.sudo().write({"state": state, "decided_at": at, "decided_by_id": self.env.uid})

    # ------------------------------------------------------------------
    # Doing
    # ------------------------------------------------------------------

    def _wake(self):
        # the job belongs to the system
        self.env.ref("rc_membership.ir_cron_privacy").sudo()._trigger()

    def _retry_later(self, at):
        """Note that a try failed; what failed is in the server's log, without the person's data."""
        self.failures += 1
        self.next_try_at = at + timedelta(minutes=10 * 2 ** min(self.failures, 6))
