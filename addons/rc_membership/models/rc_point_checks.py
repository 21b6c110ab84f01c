"""What the doors of the points ledger check, post and read."""

from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..adapters import company_zone, local_day
from ..exceptions import Refusal
from ..kernel.ledger import LedgerError, Posting, Slot
from ..kernel.lots import LotPosting
from ..kernel.periods import calendar_period, utc_midnight
from ..kernel.points import check_spend, whole_points

PARTS = ("available", "debt", "pending")


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

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
        accounts = entries.debit_account_id | entries.credit_account_id
        is_own = self in {account._get_heir() for account in accounts}
        if not is_own or sum(entries.mapped("amount")) != amount:
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
