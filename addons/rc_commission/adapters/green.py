"""Green points as the kernel's book sees them: holders, what they paid, lots of the awards at hand."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.money import to_fraction

from ..kernel.replay_green import GreenBook
from ..kernel.types import Person


@dataclass(frozen=True, slots=True)
class GreenLine:
    """The purchase behind a contribution: who bought, and what they paid in the plan's currency."""

    buyer: int
    paid: Fraction


class _Pool:
    """What a book needs of a world: the pool's total, and who joined first."""

    def __init__(self, total, people):
        self._total = total
        self._people = people

    def pool(self, _name):
        return self._total

    def add_to_pool(self, _name, _on, amount):
        self._total += amount

    def person(self, person_id):
        return self._people.get(person_id)


class OdooGreenBook(GreenBook):
    """A book that knows what changed since it was read."""

    def __init__(self, plan, world):
        super().__init__(plan, world)
        self.lines = {}
        self._seen = {}

    def mark(self):
        """Remember how things stand, as what is in the database."""
        self._seen = {p: (self.held[p], self.purchases.get(p, Fraction(0))) for p in self.held}

    def take_change(self, person):
        """Return how somebody's points and what they paid changed since they were last taken."""
        points, paid = self._seen.get(person, (0, Fraction(0)))
        now = self.held.get(person, 0), self.purchases.get(person, Fraction(0))
        self._seen[person] = now
        return now[0] - points, now[1] - paid


def read_green_book(env, pool, plan, total, awards):
    """Return the book of a plan's green points; two queries more for each award at hand.

    :param total: what is in the pool
    :param awards: the contributions that change (``rc.commission.award`` records)
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT account.id, account.partner_id, account.points::text, partner.create_date::date
              FROM rc_green_account account
              JOIN res_partner partner ON partner.id = account.partner_id
             WHERE account.company_id = %s AND account.plan_code = %s
               AND account.merged_into_id IS NULL
            """,
            pool.company_id.id,
            plan.code,
        )
    )
    people = {row[1]: Person(row[1], joined=row[3], number=row[1]) for row in rows}
    book = OdooGreenBook(plan, _Pool(total, people))
    paid = env["rc.green.entry"]._read_paid([row[0] for row in rows])
    for account_id, partner_id, points, _joined in rows:
        book.held[partner_id] = int(Decimal(points))
        book.purchases[partner_id] = to_fraction(paid.get(account_id, Decimal(0)))
    _read_lines(env, book, awards)
    _read_lots(env, book, awards)
    book.mark()
    return book


def _read_lines(env, book, awards):
    """Fill invoice line → who bought and for how much.

    The buyer comes from the facts: they follow a merge of contacts, what was seen at the first
    money does not.
    """
    for line_id, snapshot, buyer_id in env.execute_query(
        SQL(
            """
            SELECT DISTINCT ON (credit.move_line_id)
                   credit.move_line_id, credit.snapshot, fact.buyer_id
              FROM rc_commission_credit credit
              JOIN rc_commission_fact fact ON fact.move_line_id = credit.move_line_id
             WHERE credit.move_line_id IN %s ORDER BY credit.move_line_id, fact.id DESC
            """,
            tuple(award.move_line_id.id for award in awards) or (0,),
        )
    ):
        rate = to_fraction(snapshot["exchange"][book.plan.currency])
        book.lines[line_id] = GreenLine(buyer_id, to_fraction(snapshot["net"]) * rate)


def _read_lots(env, book, awards):
    """Fill what each award put into the pool so far, and the points it gave."""
    entries = env["rc.green.entry"].sudo()  # the ledger is the system's
    for award in awards:
        contribution = _read_contribution(env, award)
        if contribution > 0:
            points = sum(
                int(entry.amount) if entry.kind == "earn" else -int(entry.amount)
                for entry in entries.search([("award_id", "=", award.id)])
            )
            book.add_lot(award.key, book.lines[award.move_line_id.id].buyer, contribution, points)


def _read_contribution(env, award):
    """Return what is in the pool of an award."""
    [[total]] = env.execute_query(
        SQL(
            """
            SELECT COALESCE(SUM(CASE kind WHEN 'contribution' THEN amount ELSE -amount END), 0)::text
              FROM rc_commission_pool_entry WHERE award_id = %s
            """,
            award.id,
        )
    )
    return to_fraction(total)
