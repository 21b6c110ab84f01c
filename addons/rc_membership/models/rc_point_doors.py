"""The doors of the points ledger into an account: grant, give back, settle a debt."""

from decimal import Decimal

from odoo import api, fields, models

from ..adapters import local_day
from ..exceptions import Refusal
from ..kernel.lots import BOUGHT, NewLot
from ..kernel.points import split_grant


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    # ------------------------------------------------------------------
    # In
    # ------------------------------------------------------------------

    @api.private
    def _grant(
        self,
        amount,
        key,
        reason,
        origin=None,
        occurred_at=None,
        kind="earn",
        rule=None,
        nature="earned",
        expires_on=None,
        available_on=None,
        paid=None,
    ):
        """Give ``amount`` whole points once; return the entries.

        :param nature: earned, bonus or bought; earned and bonus points clear a points debt first
        :param expires_on: first day on which they cannot be spent; None: as the program says,
            False: they never expire
        :param available_on: a later day from which they can be spent; pending until then
        :param paid: Decimal, what was paid for bought points, in the company's currency
        """
        self.ensure_one()
        amount = self._whole(amount)
        if done := self._get_posted(key, amount):
            return done
        at = occurred_at or fields.Datetime.now()
        today = local_day(at, self.company_id)
        facts = {"nature": nature, "expires_on": expires_on or None, "paid_amount": paid}
        if rule:
            facts["rule_id"] = rule.id
        common = {"kind": kind, "at": at, "reason": reason, "origin": origin}
        if available_on and available_on > today:
            facts["available_on"] = available_on
            if expires_on is False:
                facts["expires_on"] = fields.Date.to_date("9999-12-31")
            postings = [
                self._prepare_posting(
                    f"{key}|pending", "issued", "pending", amount, facts=facts, **common
                )
            ]
        else:
            debt = self._get_balances()[self.id]["debt"]
            split = split_grant(amount, Decimal(0) if nature == BOUGHT else debt)
            if expires_on is None:
                facts["expires_on"] = self.program_id._get_points_expiry(nature, today)
            postings = self._prepare_gift(key, split, facts, common)
        return self.env["rc.point.entry"]._post(postings)

    def _prepare_gift(self, key, split, facts, common):
        """Return the postings of points that can be spent at once, and of the debt they clear."""
        postings = []
        if split.available:
            lot = NewLot(
                facts["nature"], split.available, facts["expires_on"], paid=facts["paid_amount"]
            )
            postings.append(
                self._prepare_posting(
                    f"{key}|available",
                    "issued",
                    "available",
                    split.available,
                    facts=facts,
                    gives=(lot,),
                    **common,
                )
            )
        if split.debt:
            postings.append(
                self._prepare_posting(
                    f"{key}|debt", "debt", "issued", split.debt, facts=facts, **common
                )
            )
        return postings

    @api.private
    def _give_back(self, spend_key, amount, key, reason, origin=None, occurred_at=None):
        """Return ``amount`` points of a spend into the lots they came from, the last drawn first.

        :raise Refusal: more than was spent and not yet given back
        """
        self.ensure_one()
        amount = self._whole(amount)
        entries = self.env["rc.point.entry"]
        if done := entries.search([("key", "=", key)]):
            return self._check_same(done, amount)
        spent = entries.search([("key", "=", spend_key)])
        out = self.env["rc.point.lot"]._read_draws(spent.ids)
        if amount > sum((row.amount for rows in out.values() for row in rows), Decimal(0)):
            raise Refusal(
                self.env._("That many points of this spend are not left to be given back."),
                "not_eligible",
            )
        at = occurred_at or fields.Datetime.now()
        posting = self._prepare_posting(
            key,
            "redeemed",
            "available",
            amount,
            kind="give_back",
            at=at,
            reason=reason,
            origin=origin,
            gives_back=tuple(spent.ids),
        )
        done = entries._post([posting])
        self._settle_debt(key, at)
        return done

    @api.private
    def _settle_debt(self, key, at):
        """Points that came back clear a debt, earned and bonus ones only."""
        self.ensure_one()
        debt = self._get_balances()[self.id]["debt"]
        takeable = self.env["rc.point.lot"]._read_takeable(self.ids)[self.id] if debt else 0
        if not (debt and takeable):
            return self.env["rc.point.entry"]
        common = {"kind": "clear", "at": at, "reason": self.env._("Points debt cleared")}
        part = min(debt, takeable)
        return self.env["rc.point.entry"]._post(
            [
                self._prepare_posting(
                    f"{key}|cleared|available",
                    "available",
                    "cleared",
                    part,
                    spares_bought=True,
                    **common,
                ),
                self._prepare_posting(f"{key}|cleared|debt", "debt", "cleared", part, **common),
            ]
        )
