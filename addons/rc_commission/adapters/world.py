"""The network of a company as the engine's ``World``, read set by set when it is first asked for.

What was read stands for the time before a batch; what the batch decides is added in memory by the
kernel's own methods. Whatever is asked of one person is read for everybody known so far, so a
hundred events cost the queries of one.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from odoo.addons.rc_membership.kernel.periods import utc_midnight

from ..kernel.types import Move
from ..kernel.world import PLACEMENT, SPONSOR, World
from . import awards, counts, network, purchases
from .time import company_today, company_zone, local_day


class OdooWorld(World):
    """Everybody is the id of a ``res.partner``."""

    def __init__(self, env, company):
        super().__init__()
        self.env = env
        self.company = company
        self.zone = company_zone(company)
        self._day = None
        self._asked = set()  # people looked up, found or not
        self._edges = {}  # member → [(bound_at, ended_at, sponsor)]
        self._placed_order = {}  # member → order of the move that placed them
        self._expanded = {SPONSOR: set(), PLACEMENT: set()}
        self._once = set()  # what is read once in all
        self._owners = {}
        self._ranked = defaultdict(set)  # ladder → people whose rank was read
        self._sums = defaultdict(dict)  # what is summed → person → sum before the batch
        self._purchases = {}
        self._buyers = set()
        self._left_read = set()
        self._pool_moves = {}

    # ------------------------------------------------------------------
    # Time
    # ------------------------------------------------------------------

    def set_day(self, day):
        """Let sponsors be those at the end of ``day``: later bindings were not there yet."""
        if day != self._day:
            self._day = day
            self._apply_edges(self._edges)

    def _apply_edges(self, members):
        until = utc_midnight(self._day + timedelta(days=1), self.zone) if self._day else None
        for member in members:
            self.sponsors.pop(member, None)
            self.bound_on.pop(member, None)
            for bound_at, ended_at, sponsor in self._edges[member]:
                if until is None:
                    is_live = ended_at is None
                else:
                    is_live = bound_at <= until and (ended_at is None or ended_at > until)
                if is_live:
                    self.sponsors[member] = sponsor
                    self.bound_on[member] = local_day(bound_at, self.company)
        self._children.clear()

    # ------------------------------------------------------------------
    # People and trees
    # ------------------------------------------------------------------

    def prefetch(self, ids, buyers=()):
        """Read people, everybody above them, and the purchases of the buyers, all at once."""
        self._buyers |= set(buyers) - {None}
        self._load_people([*ids, *buyers])

    def above(self, tree, person_id):
        self._load_people([person_id])
        return super().above(tree, person_id)

    def _load_people(self, ids):
        """Fill people, and the trees above them, for the ids not asked for before."""
        new = {i for i in ids if isinstance(i, int) and not isinstance(i, bool)} - self._asked
        if not new:
            return
        edges = network.read_upward(self.env, self.company, new)
        new = (new | set(edges)) - self._asked
        self._asked |= new
        for member, rows in edges.items():
            self._edges.setdefault(member, rows)
        for member, place in network.read_places(self.env, self.company, new).items():
            if member not in self._placed_order:
                self._placed_order[member] = place["id"]
                self.placements[member] = place["parent_id"]
                if place["side"]:
                    self.sides[member] = place["side"]
        self._apply_edges(set(edges))
        day = self._day or company_today(self.company)
        for person in network.read_people(self.env, self.company, new, day):
            self.people[person.id] = person
        self.unlocked |= network.read_unlocked(self.env, self.company, new)

    def _load_participants(self, roles):
        if self._is_first("participants"):
            self._load_people(network.read_participant_ids(self.env, self.company))

    def _load_below(self, tree, person_id):
        """Read who stands directly below everybody known, so that a level costs one query."""
        if person_id in self._expanded[tree] or not isinstance(person_id, int):
            return
        self._load_people([person_id])
        new = set(self._asked) - self._expanded[tree]
        self._expanded[tree] |= new
        children = network.read_children(self.env, self.company, tree, new)
        self._load_people(children)
        self._children.clear()

    def placed_below(self, person_id):
        found = super().placed_below(person_id)
        return sorted(found, key=lambda member: self._placed_order.get(member, 0))

    def place(self, move: Move):
        self._load_people([move.person, move.parent, move.by])
        self._load_left([move.by])
        super().place(move)
        self._placed_order[move.person] = 2**62 + len(self._placed_order)

    def owner(self, level, territory):
        if self._is_first("owners"):
            self._owners = network.read_owners(self.env, self.company)
            self._load_people(self._owners.values())
        person = self.person(self._owners.get((level, territory)))
        return person if person and person.role == "partner" else None

    def _load_team(self, team):
        if self._is_first("teams"):
            self._load_people(network.read_team_member_ids(self.env, self.company))

    def left_behind(self, person_id):
        self._load_left([person_id])
        return super().left_behind(person_id)

    def _load_left(self, ids):
        if {i for i in ids if i is not None} <= self._left_read:
            return
        new = ({i for i in ids if i is not None} | set(self.people)) - self._left_read
        self._note_left(network.read_left(self.env, self.company, new), new)

    def _load_leaders(self):
        if self._is_first("leaders"):
            found = network.read_left(self.env, self.company)
            self._note_left(found, set(found) - self._left_read)
            self._load_people([*found, *(p for people in found.values() for p in people)])

    def _note_left(self, found, people):
        self._left_read |= people
        for person in found:
            if person in people and found[person]:
                self.left_by[person] = found[person]

    def referrals(self, person, start, end):
        key = ("referrals", start, end)
        return self._get_sum(
            key, person, lambda ids: network.read_referrals(self.env, self.zone, ids, start, end)
        )

    # ------------------------------------------------------------------
    # Ranks
    # ------------------------------------------------------------------

    def _load_ranks(self, ladder, ids):
        missing = {i for i in ids if isinstance(i, int)} - self._ranked[ladder]
        if missing:
            new = (missing | set(self.people)) - self._ranked[ladder]
            self._note_ranks(ladder, network.read_ranks(self.env, self.company, ladder, new), new)

    def rank_before(self, ladder, person_id, day):
        self._load_people([person_id])
        held = self._get_sum(
            ("rank", ladder.code, day),
            person_id,
            lambda ids: network.read_ranks(self.env, self.company, ladder.code, ids, before=day),
            None,
        )
        if held and held[0] is not None and ladder.index(held[0]) >= 0:
            return held[0]
        return self._lowest(ladder, person_id)

    def _load_holders(self, ladder):
        if self._is_first(("holders", ladder)):
            found = network.read_ranks(self.env, self.company, ladder)
            self._note_ranks(ladder, found, set(found))
            self._load_people(found)

    def _note_ranks(self, ladder, found, people):
        self._ranked[ladder] |= people
        for person, (rank, cause, misses) in found.items():
            if (ladder, person) not in self.ranks:
                self.ranks[ladder, person] = (rank, cause)
                if misses:
                    self.misses[ladder, person] = misses

    # ------------------------------------------------------------------
    # Purchases and counts
    # ------------------------------------------------------------------

    def sum_facts(self, relation, person, measure, start, end, currency=None, **only):
        filters = tuple(sorted((name, value) for name, value in only.items() if value))
        spec = purchases.Spec(relation, measure, start, end, currency, filters)
        before = self._get_sum(
            spec, person, lambda ids: purchases.read_sums(self.env, self.company, spec, ids)
        )
        added = super().sum_facts(relation, person, measure, start, end, currency, **only)
        return before + added

    def _get_sum(self, key, person, read, nothing=Fraction(0)):
        """Return a figure of a person as it was before the batch, read for everybody known."""
        sums = self._sums[key]
        if person not in sums:
            self._load_people([person])
            new = (set(self.people) | {person}) - set(sums)
            found = read({i for i in new if isinstance(i, int)})
            sums.update({i: found.get(i, nothing) for i in new})
        return sums[person]

    def purchases_of(self, buyer):
        self._load_purchases(buyer)
        return (*self._purchases.get(buyer, ()), *self._by.get(("buyer", buyer), ()))

    def _load_purchases(self, buyer):
        if buyer in self._purchases:
            return
        new = (self._buyers | {buyer}) - set(self._purchases)
        found = purchases.read_purchases(self.env, self.company, new)
        self._purchases.update({i: tuple(found.get(i, ())) for i in new})

    def fallen_orders(self, since):
        return purchases.read_fallen_orders(self.env, self.company, since)

    def sum_counts(self, name, person, start, end):
        before = self._get_sum(
            ("count", name, start, end),
            person,
            lambda ids: counts.read_counts(
                self.env, self.company, name, ids, start, end, self._day
            ),
        )
        return before + super().sum_counts(name, person, start, end)

    def paid_orders(self, buyer, order_key):
        """Return how many other orders of a buyer have their money."""
        opened = defaultdict(int)
        for fact in self.purchases_of(buyer):
            opened[fact.order] += fact.opens
        return sum(1 for order, opens in opened.items() if opens > 0 and order != order_key)

    # ------------------------------------------------------------------
    # What was awarded
    # ------------------------------------------------------------------

    def _load_awarded(self, plan, payee, on):
        return self._get_sum(
            ("awarded", plan, on),
            payee,
            lambda ids: awards.read_awarded(self.env, self.company, plan, on, ids),
            Decimal(0),
        )

    def _load_spent(self, plan, rule, start, end):
        return awards.read_spent(self.env, self.company, plan, rule, start, end)

    def _load_reached(self, plan, rule, payee):
        found = self._get_sum(
            ("reached", plan, rule),
            payee,
            lambda ids: awards.read_reached(self.env, self.company, plan, rule, ids),
            {},
        )
        return dict(found)

    def _load_reserved(self):
        found = network.read_reserved(self.env, self.company)
        self._load_people(found)
        return found

    def _load_pool(self, name):
        if self._is_first("pools"):
            self._pool_moves = purchases.read_pool_moves(self.env, self.company)
        return list(self._pool_moves.get(name, ()))

    def _is_first(self, what):
        """True once for each ``what``."""
        if what in self._once:
            return False
        self._once.add(what)
        return True
