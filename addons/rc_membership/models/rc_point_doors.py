"""The doors of the points ledger: grant, spend, take back, give back, settle a debt."""

import dataclasses
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import company_zone, local_day
from ..exceptions import Refusal
from ..kernel.ledger import LedgerError, Posting, Slot
from ..kernel.lots import BOUGHT, LotPosting, NewLot
from ..kernel.periods import calendar_period, utc_midnight
from ..kernel.points import check_spend, split_grant, split_take_back, whole_points

PARTS = ("available", "debt", "pending")


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
        self.ensure_one()
        amount = self._whole(amount)
        entries = self.env["rc.point.entry"]
        if done := entries.search([("key", "=", key)]):
            return self._check_same(done, amount)
        at = occurred_at or fields.Datetime.now()
        self._expire_due_of(at)
        self._check_spend(amount, at, confirmed)
        lots = {"natures": tuple(natures)} if natures else {}
        posting = self._prepare_posting(
            key,
            "available",
            "redeemed",
            amount,
            kind=kind,
            at=at,
            reason=reason,
            origin=origin,
            **lots,
        )
        return self._post_or_refuse([posting])

    @api.private
    def _transfer(
        self, target, amount, key, reason, origin=None, occurred_at=None, kind="gift", natures=()
    ):
        """Move points to another member's account once; they keep their nature and last day.

        Whoever calls has checked who may give what to whom; a debt blocks it as it does spending.
        """
        self.ensure_one()
        amount = self._whole(amount)
        entries = self.env["rc.point.entry"]
        if done := entries.search([("key", "=", key)]):
            return self._check_same(done, amount)
        at = occurred_at or fields.Datetime.now()
        self._expire_due_of(at)
        self._check_debt()
        posting = self._prepare_posting(
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
        credit = Slot("available", target.id)
        done = self._post_or_refuse([dataclasses.replace(posting, credit=credit)])
        target._settle_debt(key, at)
        return done

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

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    @api.private
    def _check_spend(self, amount, at, confirmed=False, held=Decimal(0)):
        """Refuse a spend that the balance, a debt or the program's limits do not allow.

        :param held: points that are held for this spend
        """
        self.ensure_one()
        balances = self._check_debt()
        if balances["available"] + held < amount:
            error = LedgerError(
                "insufficient_available", balance=balances["available"], needed=amount
            )
            raise self._get_user_error(error)
        limits = self.program_id._get_points_limits()
        day, month = self._read_spent(at)
        code = check_spend(amount, limits, day, month, confirmed)
        if code == "limit_reached":
            raise Refusal(
                self.env._(
                    "At most %(day)s points can be spent a day and %(month)s a month; "
                    "%(spent)s were spent this month. Spend less, or come back later.",
                    day=int(limits.day) or "∞",
                    month=int(limits.month) or "∞",
                    spent=int(month),
                ),
                code,
            )
        if code:
            raise Refusal(
                self.env._(
                    "Spending more than %s points at once needs your confirmation. Confirm it to "
                    "go on.",
                    int(limits.confirm_above),
                ),
                code,
            )

    def _check_debt(self):
        """Refuse while there is a points debt; return the balances."""
        balances = self._get_balances()[self.id]
        if balances["debt"]:
            raise Refusal(
                self.env._(
                    "A refund left a points debt of %s. Earned points clear it; then you can "
                    "spend again.",
                    int(balances["debt"]),
                ),
                "insufficient_points",
                debt=balances["debt"],
            )
        return balances

    def _read_spent(self, at):
        """Return points spent on the day and in the month of ``at``, less what was given back."""
        day = local_day(at, self.company_id)
        zone = company_zone(self.company_id)
        month = calendar_period(day, "month")
        start = utc_midnight(day, zone)
        self.env.flush_all()
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(change) FILTER (WHERE occurred_at >= %(start)s), 0)::text,
                       COALESCE(SUM(change), 0)::text
                  FROM (SELECT occurred_at, amount AS change FROM rc_point_entry
                         WHERE debit_account_id = %(account)s AND debit_bucket = 'available'
                           AND kind IN ('spend', 'shop')
                         UNION ALL
                        SELECT occurred_at, -amount FROM rc_point_entry
                         WHERE credit_account_id = %(account)s AND credit_bucket = 'available'
                           AND kind IN ('give_back', 'shop')) moves
                 WHERE occurred_at >= %(since)s AND occurred_at < %(until)s
                """,
                start=start,
                account=self.id,
                since=utc_midnight(month.start, zone),
                until=utc_midnight(month.end, zone),
            )
        )
        return tuple(max(Decimal(value), Decimal(0)) for value in row)

    @api.model
    def _whole(self, amount):
        try:
            return whole_points(amount)
        except LedgerError as error:
            raise self._get_user_error(error) from error

    def _get_posted(self, key, amount):
        """Return the entries of a grant or take-back whose key was seen before (else none)."""
        entries = self.env["rc.point.entry"]
        done = entries.search([("key", "in", [f"{key}|{part}" for part in PARTS])])
        return self._check_same(done, amount) if done else done

    def _check_same(self, entries, amount):
        if sum(entries.mapped("amount")) != amount:
            raise self._get_user_error(LedgerError("key_conflict", key=entries[:1].key))
        return entries

    # ------------------------------------------------------------------
    # Postings
    # ------------------------------------------------------------------

    @api.private
    def _prepare_posting(
        self, key, debit, credit, amount, kind, at, reason, origin=None, facts=None, **lots
    ):
        """Return a posting between a bucket of this account and another of it or of the house.

        :param lots: what :class:`LotPosting` says of lots
        """
        buckets = self._ledger_buckets
        values = {
            "key": key,
            "kind": kind,
            "debit": Slot(debit, self.id if debit in buckets else None),
            "credit": Slot(credit, self.id if credit in buckets else None),
            "amount": amount,
            "occurred_at": at,
            "reason": reason,
            "origin": (origin._name, origin.id) if origin else None,
            "extra": {name: value for name, value in (facts or {}).items() if value},
        }
        return LotPosting(**values, **lots) if lots else Posting(**values)

    def _post_or_refuse(self, postings):
        try:
            return self.env["rc.point.entry"]._post(postings)
        except LedgerError as error:
            raise self._get_user_error(error) from error

    @api.model
    def _get_user_error(self, error):
        """Return a ledger refusal as a sentence that says what to do next."""
        if error.code in ("insufficient_available", "insufficient_lots"):
            return Refusal(
                self.env._(
                    "Only %(balance)s points are available, %(needed)s are needed. "
                    "Earn or buy more points, or choose less.",
                    balance=int(error.values.get("balance", 0)),
                    needed=int(error.values["needed"]),
                ),
                "insufficient_points",
            )
        if error.code == "key_conflict":
            sentence = self.env._(
                "This request was sent before with other content. Start it again."
            )
        elif error.code in ("not_whole", "too_many"):
            sentence = self.env._("Points are whole numbers above zero, and not that many.")
        else:
            sentence = self.env._("The points could not be moved (%s).", error)
        return Refusal(sentence, error.code)

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_lifetime(self, partners, program, until=None, since=None):
        """Return partner id → whole points ever granted that could be spent, net of take-backs.

        Earned, bonus and bought points count from the day they can be spent; what a shop order
        gave back does not. ``until`` and ``since`` are dates, ``until`` itself does not count.
        """
        found = dict.fromkeys(partners.ids, 0)
        if not found or not program:
            return found
        self.env.flush_all()
        zone = company_zone(program.company_id)
        window = [
            SQL("AND entry.occurred_at %s %s", sign, utc_midnight(bound, zone))
            for sign, bound in ((SQL(">="), since), (SQL("<"), until))
            if bound
        ]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.partner_id, SUM(CASE
                       WHEN entry.debit_bucket IN ('issued', 'pending')
                        AND entry.credit_bucket IN ('available', 'cleared') THEN entry.amount
                       WHEN entry.debit_bucket = 'debt' AND entry.credit_bucket = 'issued'
                       THEN entry.amount
                       WHEN entry.debit_bucket = 'available' AND entry.credit_bucket = 'issued'
                       THEN -entry.amount
                       WHEN entry.debit_bucket = 'issued' AND entry.credit_bucket = 'debt'
                       THEN -entry.amount ELSE 0 END)::text
                  FROM rc_point_entry entry
                  JOIN rc_point_account account
                    ON account.id = COALESCE(entry.credit_account_id, entry.debit_account_id)
                 WHERE account.program_id = %s AND account.partner_id IN %s
                   AND entry.kind <> 'merge' %s
                 GROUP BY account.partner_id
                """,
                program.id,
                tuple(found),
                SQL(" ").join(window),
            )
        )
        found.update((partner_id, int(Decimal(total))) for partner_id, total in rows)
        return found
