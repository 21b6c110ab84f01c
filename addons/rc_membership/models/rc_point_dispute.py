from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..adapters import exact
from ..exceptions import Refusal

OPEN_MAX = 20  # disputes a member can have waiting at once


class RcPointDispute(models.Model):
    """A member says that a spend was not right; a manager decides, and points come back or not."""

    _name = "rc.point.dispute"
    _description = "Points Dispute"
    _inherit = ["rc.fact.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "entry_id"
    _rc_facts = (
        "entry_id",
        "account_id",
        "company_id",
        "reason",
        "state",
        "opened_at",
        "decided_at",
        "decided_by_id",
        "returned",
        "reversal_id",
    )

    entry_id = fields.Many2one(
        "rc.point.entry", "Spend", required=True, readonly=True, ondelete="restrict", index=True
    )
    account_id = fields.Many2one(
        "rc.point.account", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Member")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    spent = fields.Float(related="entry_id.amount", string="Points Spent")
    spend_reason = fields.Char(related="entry_id.reason", string="Spent On")
    reason = fields.Text("What Is Wrong", required=True)
    evidence = fields.Text(help="What shows it: order numbers, links, names. Files go to the log.")
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    opened_at = fields.Datetime(required=True, readonly=True)
    points = fields.Float("Points to Return", digits=(16, 0), help="At most what was spent.")
    decision = fields.Text("Decision and Why")
    decided_at = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    returned = fields.Float("Points Returned", digits=(16, 0), readonly=True)
    reversal_id = fields.Many2one(
        "rc.point.entry", "Reversing Entry", readonly=True, ondelete="restrict"
    )

    _open_uniq = models.UniqueIndex(
        "(entry_id) WHERE state = 'open'", "A dispute of this spend is open already."
    )

    @api.model
    @api.private
    def _open(self, account, entry, reason, evidence, at):
        """Open a dispute of one of the account's spends.

        :raise Refusal: no reason, no spend of the account, or one that is disputed already
        """
        reason = (reason or "").strip()
        if not reason:
            raise Refusal(self.env._("Say what is wrong with this spend."), "refused")
        is_spend = entry.debit_bucket == "available" and entry.kind in ("spend", "shop")
        if not is_spend or entry.debit_account_id._get_heir() != account:
            raise Refusal(self.env._("Only a spend of your own can be disputed."), "not_eligible")
        waiting = self.search([("account_id", "=", account.id), ("state", "=", "open")])
        if entry in waiting.entry_id:
            raise Refusal(self.env._("You told us about this spend. We are on it."), "refused")
        if len(waiting) >= OPEN_MAX:
            raise Refusal(
                self.env._("Many disputes are open. Wait until they are decided."), "limit_reached"
            )
        return self.create(
            {
                "entry_id": entry.id,
                "account_id": account.id,
                "company_id": account.company_id.id,
                "reason": reason[:2000],
                "evidence": (evidence or "").strip()[:2000],
                "points": entry.amount,
                "opened_at": at,
            }
        )

    def action_accept(self):
        """A manager gives the points back, into the lots they came from."""
        self._check_manager()
        for dispute in self:
            dispute._check_decidable()
            at = fields.Datetime.now()
            spend = dispute.entry_id
            # a document's cancelling later must know that its points came back
            is_order = spend.origin_model == "sale.order"
            # entries and facts are written by the system only; the manager was checked
            entry = dispute.sudo().account_id._give_back(
                spend.key,
                exact(dispute.points),
                f"rc.point.dispute:{dispute.id}",
                self.env._("Dispute accepted: %s", dispute.spend_reason or ""),
                origin=self.env["sale.order"].browse(spend.origin_id) if is_order else dispute,
                occurred_at=at,
            )
            dispute._decide("accepted", at, entry)

    def action_reject(self):
        self._check_manager()
        for dispute in self:
            dispute._check_decidable()
            dispute._decide("rejected", fields.Datetime.now())

    def _check_manager(self):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can decide a dispute."))
        self.check_access("write")

    def _check_decidable(self):
        if self.state != "open":
            raise Refusal(self.env._("This dispute is decided already."), "refused")
        if not (self.decision or "").strip():
            raise Refusal(self.env._("Write your decision and why, for the member."), "refused")

    def _decide(self, state, at, entry=None):
        # see action_accept
        self.sudo().write(
            {
                "state": state,
                "decided_at": at,
                "decided_by_id": self.env.uid,
                "returned": entry.amount if entry else 0,
                "reversal_id": entry and entry.id,
            }
        )
