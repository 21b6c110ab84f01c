"""Questions that the council of a program decides on."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..exceptions import Refusal

COUNCIL = "council"


class RcPoll(models.Model):
    _name = "rc.poll"
    _description = "Poll"
    _inherit = ["rc.fact.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _rc_facts = ("state", "opened_at", "closed_at")

    name = fields.Char("Question", required=True, translate=True, tracking=True)
    description = fields.Text("Background", translate=True, help="What voters read first.")
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Open"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    ends_at = fields.Datetime("Open until", copy=False, help="Empty: until somebody closes it.")
    opened_at = fields.Datetime(readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    option_ids = fields.One2many("rc.poll.option", "poll_id", "Answers", copy=True)
    vote_count = fields.Integer("Votes", compute="_compute_vote_count", compute_sudo=True)

    def _compute_vote_count(self):
        counts = dict(
            self.env["rc.poll.vote"]._read_group(
                [("poll_id", "in", self.ids), ("is_void", "=", False)], ["poll_id"], ["__count"]
            )
        )
        for poll in self:
            poll.vote_count = counts.get(poll, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if self.filtered(lambda poll: poll.state != "draft"):
            raise UserError(self.env._("What the council was asked is kept. Close it instead."))

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _check_manager(self):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager opens and closes polls."))
        self.check_access("write")

    def action_open(self):
        self._check_manager()
        for poll in self:
            if len(poll.option_ids) < 2:
                raise UserError(self.env._("A question needs two answers at least."))
            poll._move("draft", "open", {"opened_at": fields.Datetime.now()})

    def action_close(self):
        self._check_manager()
        for poll in self:
            poll._move("open", "closed", {"closed_at": fields.Datetime.now()})

    def _move(self, source, target, values):
        if self.state != source:
            raise UserError(self.env._("“%s” was opened or closed before.", self.name))
        self.sudo().write({"state": target, **values})  # facts of the system; the right was checked

    # ------------------------------------------------------------------
    # Voting
    # ------------------------------------------------------------------

    @api.private
    def _is_open(self, at):
        self.ensure_one()
        return self.state == "open" and (not self.ends_at or at < self.ends_at)

    @api.model
    @api.private
    def _is_on_council(self, partner, program, at):
        """Return whether somebody votes in a program's polls at ``at`` (naive UTC).

        Extended by whatever else brings a seat on the council: call super, or.
        """
        # whether somebody holds a right is asked by the system, for themselves
        usage = self.env["rc.usage"].sudo()
        rights = self.env["rc.entitlement"].sudo()
        known = rights.search_count(
            [("code", "=", COUNCIL), ("company_id", "=", program.company_id.id)], limit=1
        )
        return bool(known) and usage._check(partner, COUNCIL, 1, at, program)["allowed"]

    @api.private
    def _vote(self, option, partner, at):
        """Count one vote of a member, once and for good; return the ``rc.poll.vote``.

        READ whether they may → DECIDE → WRITE: the database holds that each has one.

        :raise Refusal: ``not_eligible`` (not on the council, or the poll is not open),
            ``limit_reached`` (voted before)
        """
        self.ensure_one()
        if not self._is_open(at):
            raise Refusal(self.env._("This poll is not open."), "not_eligible")
        if option.poll_id != self:
            raise Refusal(self.env._("Choose one of the answers."), "not_eligible")
        if not self._is_on_council(partner, self.program_id, at):
            raise Refusal(
                self.env._("The council votes here. Your level does not have a vote yet."),
                "not_eligible",
            )
        return self.env["rc.poll.vote"]._cast(self, option, partner, at)

    @api.private
    def _get_result(self):
        """Return a list of (option, votes), in the order of the options, in one query."""
        self.ensure_one()
        counts = dict(
            self.env["rc.poll.vote"]._read_group(
                [("poll_id", "=", self.id), ("is_void", "=", False)], ["option_id"], ["__count"]
            )
        )
        return [(option, counts.get(option, 0)) for option in self.option_ids]

    def action_view_votes(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_membership.rc_poll_vote_action")
        return {**action, "domain": [("poll_id", "in", self.ids)]}
