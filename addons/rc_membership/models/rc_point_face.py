"""What Odoo's shop, sales order and POS do to a card, as entries of the ledger."""

import dataclasses
import uuid
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    @api.private
    def _post_face_change(self, change, cause):
        """Post what somebody else's code did to the card.

        A document's points come back into the lots they were drawn from; what is more makes a lot.
        Spending meets the same checks as at our own door; staff who adjust a balance do not.
        """
        self.ensure_one()
        at = fields.Datetime.now()
        amount = abs(change)
        house = "adjusted" if cause.kind == "adjust" else "shop"
        # every write by Odoo's own loyalty code is a fact of its own
        key = f"loyalty.card:{self.card_id.id}:{uuid.uuid4()}"
        lots = {}
        if change < 0:
            if cause.kind in ("order", "unknown"):
                self._check_spend(amount, at, cause.confirmed >= amount)
            sides = ("available", house)
        else:
            sides = (house, "available")
            if cause.record:
                lots["gives_back"] = tuple(self._get_spent_of(cause.record).ids)
        posting = self._prepare_posting(
            key,
            *sides,
            amount,
            kind="adjust" if cause.kind == "adjust" else "shop",
            at=at,
            reason=cause.reason or self.env._("Loyalty card"),
            **lots,
        )
        origin = cause.record or ("loyalty.card", self.card_id.id)
        self._post_or_refuse([dataclasses.replace(posting, origin=origin)])
        if change > 0:
            self._settle_debt(key, at)

    def _get_spent_of(self, record):
        """Return the entries that spent points of this account for a document."""
        return self.env["rc.point.entry"].search(
            [
                ("origin_model", "=", record[0]),
                ("origin_id", "=", record[1]),
                ("debit_account_id", "=", self.id),
                ("debit_bucket", "=", "available"),
                ("kind", "in", ("shop", "spend")),
            ],
            order="id",
        )

    @api.private
    def _get_net_of(self, record):
        """Return what a document did to the spendable points so far (negative: it spent)."""
        self.env.flush_all()
        [(net,)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(CASE WHEN credit_bucket = 'available' THEN amount
                                         ELSE -amount END), 0)::text
                  FROM rc_point_entry
                 WHERE origin_model = %s AND origin_id = %s AND kind IN ('shop', 'give_back')
                   AND COALESCE(credit_account_id, debit_account_id) = %s
                """,
                *record,
                self.id,
            )
        )
        return Decimal(net)
