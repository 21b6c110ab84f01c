from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class RcEntitlementDispute(models.Model):
    """A member says that a use is wrong; a manager decides, and gives it back or not.

    Evidence are the files attached to it.
    """

    _name = "rc.entitlement.dispute"
    _description = "Dispute of a Use"
    _inherit = ["rc.fact.mixin", "mail.thread"]
    _order = "state desc, id desc"
    _rec_name = "use_id"
    _mail_post_access = "read"  # evidence is added by whoever may see the dispute
    _rc_facts = ("state", "decided_by_id", "decided_at")

    use_id = fields.Many2one("rc.entitlement.use", required=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(related="use_id.partner_id", string="Member")
    entitlement_id = fields.Many2one(related="use_id.entitlement_id")
    occurred_at = fields.Datetime(related="use_id.occurred_at", string="Used At")
    place = fields.Char(related="use_id.place")
    recorded_by_id = fields.Many2one(related="use_id.user_id", string="Recorded By")
    company_id = fields.Many2one(related="use_id.company_id", store=True, index=True)
    reason = fields.Text(required=True, help="What is wrong, in the member's words.")
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Given Back"), ("rejected", "Rejected")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    decision = fields.Char(tracking=True, help="Why it is given back or not; the member reads it.")
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    decided_at = fields.Datetime(readonly=True, copy=False)

    _open_uniq = models.UniqueIndex(
        "(use_id) WHERE state = 'open'", "This use is disputed already."
    )
    _decided = models.Constraint(
        "CHECK (state = 'open' OR decision IS NOT NULL)", "A decision has its reason."
    )

    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        for dispute in disputes:
            if dispute.use_id.reverses_id or dispute.use_id.is_given_back:
                raise UserError(self.env._("This use was given back already."))
        return disputes

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A dispute is kept. Decide it instead."))

    def action_accept(self):
        """Give the use back: a reversing row with the decision as its reason."""
        self._check_manager()
        now = fields.Datetime.now()
        for dispute in self:
            dispute._decide("accepted", now)
            self.env["rc.usage"]._release(
                dispute.use_id.key, dispute.decision, now, dispute.company_id
            )

    def action_reject(self):
        self._check_manager()
        for dispute in self:
            dispute._decide("rejected", fields.Datetime.now())

    def _check_manager(self):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can decide a dispute."))
        self.check_access("write")

    def _decide(self, state, now):
        """Move from open to a decision, once."""
        self.ensure_one()
        if self.state != "open":
            raise UserError(self.env._("This dispute was decided already."))
        if not self.decision:
            raise UserError(self.env._("Write down why, then decide."))
        self.sudo().write(  # facts of the system; the right to decide was checked
            {"state": state, "decided_by_id": self.env.uid, "decided_at": now}
        )
        self.flush_recordset()  # the key of open disputes sees it before another is opened
