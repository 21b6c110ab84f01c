"""The doors of the points ledger out of an account: spend, transfer, take back."""

import dataclasses
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.ledger import Slot
from ..kernel.lots import BOUGHT
from ..kernel.points import split_take_back


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    # ------------------------------------------------------------------
    # Out
    # ------------------------------------------------------------------

    @api.private
    def _spend(
        self,
        amount,
        key,
        reason,
        origin=None,
        occurred_at=None,
        confirmed=False,
        kind="spend",
        natures=(),
    ):
        """Spend ``amount`` points once; return the entry.

        :param confirmed: the member said yes a second time (above the program's threshold)
        :param natures: points of these natures only, for example ``("earned",)``
        :raise Refusal: ``insufficient_points`` (also while there is a points debt),
            ``limit_reached``, ``review_required``
        """
        amount, done, at = self._begin_out(amount, key, occurred_at)
        if done:
            return done
        self._check_spend(amount, at, confirmed)
        posting = self._prepare_out(key, amount, kind, at, reason, origin, natures)
        return self._post_or_refuse([posting])

    @api.private
    def _transfer(
        self, target, amount, key, reason, origin=None, occurred_at=None, kind="gift", natures=()
    ):
        """Move points to another member's account once; they keep their nature and last day.

        Whoever calls has checked who may give what to whom; a debt blocks it as it does spending.
        """
        amount, done, at = self._begin_out(amount, key, occurred_at)
        if done:
            return done
        self._check_debt()
        posting = self._prepare_out(key, amount, kind, at, reason, origin, natures)
        credit = Slot("available", target.id)
        done = self._post_or_refuse([dataclasses.replace(posting, credit=credit)])
        target._settle_debt(key, at)
        return done

    def _begin_out(self, amount, key, occurred_at):
        """Return (whole amount, what the key posted before, time); expire what was due by then."""
        self.ensure_one()
        amount = self._whole(amount)
        if done := self.env["rc.point.entry"].search([("key", "=", key)]):
            return amount, self._check_same(done, amount), None
        at = occurred_at or fields.Datetime.now()
        self._expire_due_of(at)
        return amount, done, at

    def _prepare_out(self, key, amount, kind, at, reason, origin, natures):
        return self._prepare_posting(
            key,
            "available",
            "redeemed",
            amount,
            kind=kind,
            at=at,
            reason=reason,
            origin=origin,
            natures=tuple(natures),
        )

    @api.private
    def _take_back(
        self, amount, key, reason, origin=None, occurred_at=None, rule=None, grant_key=None
    ):
        """Take granted points back once; what was spent already becomes debt. Returns the entries.

        :param grant_key: the key they were granted by: what still waits of them goes first, then
            what is left of their lots; without it, earned and bonus points (never bought ones)
        """
        self.ensure_one()
        amount = self._whole(amount)
        if done := self._get_posted(key, amount):
            return done
        common = {
            "kind": "take_back",
            "at": occurred_at or fields.Datetime.now(),
            "reason": reason,
            "origin": origin,
            "facts": {"rule_id": rule.id} if rule else {},
        }
        waiting, lots = self._read_grant(grant_key)
        postings, left = [], amount
        for entry_id, part in waiting:
            part = min(part, left)
            if part:
                facts = {**common["facts"], "pending_entry_id": entry_id}
                postings.append(
                    self._prepare_posting(
                        f"{key}|pending", "pending", "issued", part, **{**common, "facts": facts}
                    )
                )
                left -= part
        takeable = self.env["rc.point.lot"]._read_takeable(self.ids)[self.id]
        bought = sum((part for _id, nature, part in lots if nature == BOUGHT), Decimal(0))
        split = split_take_back(left, takeable + bought)
        if split.available:
            postings.append(
                self._prepare_posting(
                    f"{key}|available",
                    "available",
                    "issued",
                    split.available,
                    prefers=tuple(lot_id for lot_id, _nature, _part in lots),
                    spares_bought=True,
                    **common,
                )
            )
        if split.debt:
            postings.append(
                self._prepare_posting(f"{key}|debt", "issued", "debt", split.debt, **common)
            )
        return self._post_or_refuse(postings)

    def _read_grant(self, grant_key):
        """Return what is left of a grant: [(entry id, points waiting)], [(lot id, nature, left)]."""
        if not grant_key:
            return [], []
        self.env.flush_all()
        keys = tuple(f"{grant_key}|{part}" for part in ("available", "pending", "pending|release"))
        waiting = self.env.execute_query(
            SQL(
                """
                SELECT entry.id, (entry.amount - COALESCE(SUM(taken.amount), 0))::text
                  FROM rc_point_entry entry
                  LEFT JOIN rc_point_entry taken
                    ON taken.pending_entry_id = entry.id AND taken.debit_bucket = 'pending'
                 WHERE entry.key = %s AND entry.credit_bucket = 'pending' GROUP BY entry.id
                """,
                f"{grant_key}|pending",
            )
        )
        lots = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.nature, lot.remaining::text
                  FROM rc_point_lot lot JOIN rc_point_entry entry ON entry.id = lot.entry_id
                 WHERE entry.key IN %s AND lot.remaining > 0 AND lot.account_id = %s
                 ORDER BY lot.id
                """,
                keys,
                self.id,
            )
        )
        return (
            [(entry_id, Decimal(left)) for entry_id, left in waiting],
            [(lot_id, nature, Decimal(left)) for lot_id, nature, left in lots],
        )
