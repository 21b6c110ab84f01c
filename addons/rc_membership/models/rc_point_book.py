"""WRITE: lots and draws that follow new entries, set-based, in the transaction of the entries."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..adapters import local_day
from ..kernel.lots import BONUS, BOUGHT, EARNED, Draw, Lot, LotPosting, NewLot, draw, give_back

NATURE_OF_KIND = {"buy": BOUGHT, "bonus": BONUS, "growth": BONUS, "adjust": BONUS, "shop": BONUS}


def holds(slot):
    return slot.bucket == "available" and slot.account_id is not None


class Book:
    """The lots of the accounts a batch touches, and what is to be written about them."""

    def __init__(self, lots):
        self.lots = {lot.id: lot for rows in lots.values() for lot in rows}
        self.owner = {lot.id: account for account, rows in lots.items() for lot in rows}
        self.changes = defaultdict(Decimal)  # lot id → change of what remains
        self.new = []  # (lot id, account id, entry id, made on, NewLot)
        self.draws = []  # (entry id, lot id, amount, reversed draw id)

    def of(self, account_id):
        return [lot for key, lot in self.lots.items() if self.owner[key] == account_id]

    def add(self, lot_id, account_id, entry_id, made_on, gift):
        self.new.append((lot_id, account_id, entry_id, made_on, gift))
        self.lots[lot_id] = Lot(lot_id, gift.nature, gift.amount, gift.expires_on)
        self.owner[lot_id] = account_id

    def move(self, entry_id, row, sign, reverses=None):
        lot = self.lots[row.lot_id]
        self.lots[row.lot_id] = replace(lot, remaining=lot.remaining + sign * row.amount)
        self.changes[row.lot_id] += sign * row.amount
        self.draws.append((entry_id, row.lot_id, row.amount, reverses))


class RcPointLot(models.Model):
    _inherit = "rc.point.lot"

    @api.model
    @api.private
    def _follow(self, postings):
        """Let lots follow new postings: READ the lots → DECIDE draws → WRITE rows.

        The accounts were updated before, so nobody else can move their lots now.
        """
        moves = [p for p in postings if holds(p.debit) or holds(p.credit)]
        merges = [p for p in moves if isinstance(p, LotPosting) and p.moves_lots]
        moves = [p for p in moves if p not in merges]
        self._hand_over(merges)
        if not moves:
            return
        entries = self._read_entry_ids(moves)
        out = self._read_out(moves)
        accounts = {s.account_id for p in moves for s in (p.debit, p.credit) if holds(s)}
        touched = {row.lot_id for rows in out.values() for row in rows}
        book = Book(self._read_open(accounts, also=touched))
        incoming = [p for p in moves if not holds(p.debit)]
        for posting in incoming:
            self._come_in(book, posting, entries[posting.key], out)
        for posting in moves:
            if holds(posting.debit):
                self._go_out(book, posting, entries[posting.key])
        self._write_book(book)

    def _hand_over(self, postings):
        """The lots themselves go to the account that stays (contacts merged)."""
        for posting in postings:
            self._move(posting.debit.account_id, posting.credit.account_id)

    @api.model
    @api.private
    def _move(self, source_id, target_id):
        """Let all lots of an account belong to another, the empty ones too: points come back."""
        self.env.cr.execute(
            SQL(
                "UPDATE rc_point_lot SET account_id = %s WHERE account_id = %s",
                target_id,
                source_id,
            )
        )
        self.invalidate_model(["account_id"], flush=False)

    def _read_entry_ids(self, postings):
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT key, id FROM rc_point_entry WHERE key IN %s",
                    tuple(posting.key for posting in postings),
                )
            )
        )

    def _read_out(self, postings):
        """Return entry id → its draws that have not been put back, in the order they were made."""
        wanted = {
            entry_id for p in postings if isinstance(p, LotPosting) for entry_id in p.gives_back
        }
        return self._read_draws(wanted)

    @api.model
    @api.private
    def _read_draws(self, entry_ids):
        out = {entry_id: [] for entry_id in entry_ids}
        if not out:
            return out
        rows = self.env.execute_query(
            SQL(
                """
                SELECT draw.entry_id, draw.id, draw.lot_id,
                       (draw.amount - COALESCE(SUM(back.amount), 0))::text
                  FROM rc_point_draw draw
                  LEFT JOIN rc_point_draw back ON back.reverses_id = draw.id
                 WHERE draw.entry_id IN %s AND draw.reverses_id IS NULL
                 GROUP BY draw.id ORDER BY draw.id
                """,
                tuple(out),
            )
        )
        for entry_id, draw_id, lot_id, left in rows:
            out[entry_id].append(Draw(lot_id, Decimal(left), draw_id))
        return out

    # ------------------------------------------------------------------
    # DECIDE, with the kernel
    # ------------------------------------------------------------------

    def _come_in(self, book, posting, entry_id, out):
        """Points from outside fill the lots they were drawn from, or make new ones."""
        account = self.env["rc.point.account"].browse(posting.credit.account_id)
        made_on = local_day(posting.occurred_at, account.company_id)
        left = posting.amount
        if isinstance(posting, LotPosting) and posting.gives_back:
            drawn = [row for key in sorted(posting.gives_back) for row in out[key]]
            total = sum((row.amount for row in drawn), Decimal(0))
            for row in give_back(drawn, min(left, total)):
                book.move(entry_id, row, 1, reverses=row.id)
            left -= min(left, total)
        gifts = posting.gives if isinstance(posting, LotPosting) else ()
        if left and not gifts:
            nature = posting.extra.get("nature") or NATURE_OF_KIND.get(posting.kind, EARNED)
            expires_on = account.program_id._get_points_expiry(nature, made_on)
            gifts = (NewLot(nature, left, expires_on),)
        for lot_id, gift in zip(self._next_ids(len(gifts)), gifts, strict=True):
            book.add(lot_id, account.id, entry_id, made_on, gift)

    def _go_out(self, book, posting, entry_id):
        """Points that leave draw lots; what goes to another member keeps nature and last day."""
        wishes = posting if isinstance(posting, LotPosting) else None
        lots = book.of(posting.debit.account_id)
        if wishes and wishes.only_from:
            lots = [lot for lot in lots if lot.id == wishes.only_from]
        if wishes and wishes.natures:
            lots = [lot for lot in lots if lot.nature in wishes.natures]
        draws = draw(
            lots,
            posting.amount,
            prefers=wishes.prefers if wishes else (),
            spares_bought=bool(wishes and wishes.spares_bought),
        )
        for row in draws:
            book.move(entry_id, row, -1)
        if holds(posting.credit):
            account = self.env["rc.point.account"].browse(posting.credit.account_id)
            made_on = local_day(posting.occurred_at, account.company_id)
            gifts = self._continue(book, draws)
            for lot_id, gift in zip(self._next_ids(len(gifts)), gifts, strict=True):
                book.add(lot_id, account.id, entry_id, made_on, gift)

    def _continue(self, book, draws):
        """Return new lots that carry on parts of others: nature, last day and price."""
        roots = {lot_id: gift.root_id for lot_id, _account, _entry, _on, gift in book.new}
        known = self.browse(row.lot_id for row in draws if row.lot_id not in roots)
        roots.update((lot.id, lot.root_id.id) for lot in known)
        parts = [(book.lots[row.lot_id], row.amount) for row in draws]
        return [
            NewLot(lot.nature, amount, lot.expires_on, root_id=roots[lot.id] or lot.id)
            for lot, amount in parts
        ]

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    def _next_ids(self, count):
        if not count:
            return []
        rows = self.env.execute_query(
            SQL("SELECT nextval('rc_point_lot_id_seq') FROM generate_series(1, %s)", count)
        )
        return [row[0] for row in rows]

    def _write_book(self, book):
        now, uid = self.env.cr.now(), self.env.uid
        if book.new:
            rows = SQL(", ").join(
                SQL(
                    "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    lot_id,
                    account_id,
                    entry_id,
                    gift.nature,
                    gift.amount,
                    gift.amount,
                    gift.expires_on or None,
                    made_on,
                    gift.paid,
                    gift.root_id,
                    uid,
                    now,
                )
                for lot_id, account_id, entry_id, made_on, gift in book.new
            )
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO rc_point_lot (id, account_id, entry_id, nature, amount, remaining,
                           expires_on, made_on, paid_amount, root_id, create_uid, create_date)
                    VALUES %s
                    """,
                    rows,
                )
            )
        self._write_draws(book, uid, now)
        self.invalidate_model(["remaining", "draw_ids"], flush=False)
        self.env["rc.point.entry"].invalidate_model(["draw_ids"], flush=False)

    def _write_draws(self, book, uid, now):
        if not book.draws:
            return
        rows = SQL(", ").join(SQL("(%s, %s, %s, %s, %s, %s)", *row, uid, now) for row in book.draws)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO rc_point_draw
                       (entry_id, lot_id, amount, reverses_id, create_uid, create_date)
                VALUES %s
                """,
                rows,
            )
        )
        changes = SQL(", ").join(
            SQL("(%s, %s)", lot_id, change) for lot_id, change in sorted(book.changes.items())
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE rc_point_lot lot SET remaining = lot.remaining + moved.change
                  FROM (VALUES %s) AS moved (id, change) WHERE lot.id = moved.id
                """,
                changes,
            )
        )
