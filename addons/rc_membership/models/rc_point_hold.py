from datetime import timedelta

from odoo import api, fields, models

from ..adapters import exact
from ..exceptions import Refusal

HOLD_MINUTES = 60  # a buyer who has not paid by then has left
HOLD_DAYS = 7  # a transfer that was promised and has not come


class RcPointHold(models.Model):
    """Points of an order that is being paid: nobody can spend them a second time meanwhile."""

    _name = "rc.point.hold"
    _description = "Points Held for a Payment"
    _inherit = ["rc.fact.mixin"]
    _order = "id desc"
    _rec_name = "account_id"
    _allow_sudo_commands = False
    _rc_facts = ("account_id", "order_id", "amount", "held_at", "until", "state", "ended_at")

    account_id = fields.Many2one(
        "rc.point.account", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    amount = fields.Float("Points", digits=(16, 0), required=True, readonly=True)
    held_at = fields.Datetime(required=True, readonly=True)
    until = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [("held", "Held"), ("spent", "Spent"), ("freed", "Freed")],
        default="held",
        required=True,
        readonly=True,
    )
    ended_at = fields.Datetime(readonly=True)

    _live_uniq = models.UniqueIndex(
        "(order_id, account_id) WHERE state = 'held'", "This order's points are held already."
    )
    _until_idx = models.Index("(until) WHERE state = 'held'")
    _amount_positive = models.Constraint("CHECK (amount > 0)", "A hold is of some points.")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise Refusal(self.env._("Held points are freed, never deleted."), "refused")

    @api.model
    @api.private
    def _take(self, account, amount, order, at, until):
        """Hold whole points of an account for an order; return the hold.

        :raise Refusal: as a spend of them would be
        """
        account._expire_due_of(at)
        account._check_spend(amount, at, order.rc_confirmed_points >= amount)
        hold = self.create(
            {
                "account_id": account.id,
                "order_id": order.id,
                "amount": float(amount),
                "held_at": at,
                "until": until,
            }
        )
        account._post_or_refuse(
            [
                account._prepare_posting(
                    f"rc.point.hold:{hold.id}|hold",
                    "available",
                    "held",
                    amount,
                    kind="hold",
                    at=at,
                    reason=self.env._("Payment of %s under way", order.name),
                    origin=hold,
                )
            ]
        )
        return hold

    @api.private
    def _free(self, at, state="freed"):
        """Give held points back into the lots they came from, once."""
        entries = self.env["rc.point.entry"]
        for hold in self.filtered(lambda one: one.state == "held"):
            account, key = hold.account_id, f"rc.point.hold:{hold.id}"
            taken = entries.search([("key", "=", f"{key}|hold")])
            account._post_or_refuse(
                [
                    account._prepare_posting(
                        f"{key}|free",
                        "held",
                        "available",
                        exact(hold.amount),
                        kind="free",
                        at=at,
                        reason=hold.order_id.name or self.env._("Payment given up"),
                        origin=hold,
                        gives_back=tuple(taken.ids),
                    )
                ]
            )
            hold.write({"state": state, "ended_at": at})
            if state == "freed":
                account._settle_debt(f"{key}|free", at)

    @api.model
    @api.private
    def _free_due(self, at, account=None):
        """Free what is held for payments that were given up (of one account only)."""
        domain = [("state", "=", "held"), ("until", "<=", at)]
        if account:
            domain.append(("account_id", "=", account.id))
        self.search(domain, order="id")._free(at)


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    hold_ids = fields.One2many("rc.point.hold", "account_id", "Held for Payments", readonly=True)


def until_of(at, is_promised):
    """Return until when points stay held: a payment begun, or one that is promised or authorized."""
    return at + (timedelta(days=HOLD_DAYS) if is_promised else timedelta(minutes=HOLD_MINUTES))
