"""The network as the engine sees it: people, two trees, ranks, what was bought, pools.

A :class:`World` is changed only by the facts the engine decided, in the order they happened, so the
same events give the same world. On its own it holds everything in memory (simulator, engine alone);
the Odoo side overrides the ``_load_…`` hooks and fills the same dictionaries from the database, set
by set. What was loaded stands for the time before the batch; what the batch adds is added here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .types import Fact, Ladder, Move, Person, PersonId, RankChange, Unlock

SPONSOR = "sponsor"
PLACEMENT = "placement"
TREES = (SPONSOR, PLACEMENT)
GRANTED = ("grant", "purchase")  # stand until changed
# how a person is related to a purchase: a column of the fact, or a part of a tree
LEGS = ("left", "right")
RELATIONS = ("buyer", "sponsor", "seller", "salesperson", "team", "region", *LEGS)
READ_ANEW = ("region", *LEGS)  # who owns a region, or stands in a leg, changes


class World:
    """Who exists, who stands above whom, who holds which rank, and what was bought."""

    def __init__(
        self,
        people: Iterable[Person] = (),
        sponsors: Mapping[PersonId, PersonId] | None = None,
        placements: Mapping[PersonId, PersonId | None] | None = None,
        sides: Mapping[PersonId, str] | None = None,
    ):
        self.people: dict[PersonId, Person] = {person.id: person for person in people}
        self.sponsors: dict[PersonId, PersonId | None] = dict(sponsors or {})
        self.bound_on: dict[PersonId, date] = {}
        self.placements: dict[PersonId, PersonId | None] = dict(placements or {})
        self.sides: dict[PersonId, str] = dict(sides or {})
        self.ranks: dict[tuple[str, PersonId], tuple[str | None, str]] = {}
        self._rank_log: dict[tuple[str, PersonId], list[RankChange]] = defaultdict(list)
        self.misses: dict[tuple[str, PersonId], int] = {}  # closed periods below the rank held
        self.left_by: dict[PersonId, list[PersonId]] = defaultdict(list)  # who moved away from whom
        self.facts: list[Fact] = []
        self.counts: dict[tuple[str, PersonId], list[tuple[date, Fraction]]] = defaultdict(list)
        self.unlocked: set[tuple[str, str, PersonId]] = set()
        self._awarded: dict[tuple[str, PersonId, date], Decimal] = {}
        self._budgets: dict[tuple[str, str, date | None], Decimal] = {}
        self._reached: dict[tuple[str, str, PersonId], dict[str, str]] = {}
        self._shares: dict[str, Fraction] = {}
        self._pools: dict[str, list[tuple[date, Decimal]]] = {}
        self._by: dict[tuple[str, PersonId], list[Fact]] = defaultdict(list)
        self._totals: dict[tuple, tuple[Fraction, int]] = {}  # sum and how many rows it has seen
        self._children: dict[str, dict[PersonId, list[PersonId]]] = {}

    # ------------------------------------------------------------------
    # People and trees
    # ------------------------------------------------------------------

    def person(self, person_id: PersonId | None) -> Person | None:
        if person_id is None:
            return None
        if person_id not in self.people:
            self._load_people([person_id])
        return self.people.get(person_id)

    def participants(self, roles: Sequence[str]) -> list[Person]:
        """Return everybody of the roles (empty: all), in the order they joined."""
        self._load_participants(roles)
        found = [person for person in self.people.values() if not roles or person.role in roles]
        return sorted(found, key=_by_seniority)

    def above(self, tree: str, person_id: PersonId) -> PersonId | None:
        """Return who stands directly above; without a placement of their own people stand under
        their sponsor."""
        if tree == PLACEMENT and person_id in self.placements:
            return self.placements[person_id]
        return self.sponsors.get(person_id)

    def upline(self, tree: str, person_id: PersonId | None) -> tuple[PersonId, ...]:
        """Return who stands above, nearest first; a circle in bad data ends where it closes."""
        path: list[PersonId] = []
        seen = {person_id}
        while person_id is not None:
            person_id = self.above(tree, person_id)
            if person_id is None or person_id in seen:
                break
            seen.add(person_id)
            path.append(person_id)
        return tuple(path)

    def below(self, tree: str, person_id: PersonId) -> list[PersonId]:
        """Return who stands directly below, in the order they joined."""
        self._load_below(tree, person_id)
        if tree not in self._children:
            children: dict[PersonId, list[PersonId]] = defaultdict(list)
            for child in {**self.sponsors, **(self.placements if tree == PLACEMENT else {})}:
                parent = self.above(tree, child)
                if parent is not None:
                    children[parent].append(child)
            self._children[tree] = children
        found = self._children[tree].get(person_id, [])
        return sorted(found, key=lambda child: _by_seniority(self.people.get(child), child))

    def placed_below(self, person_id: PersonId) -> list[PersonId]:
        """Return who was put directly below by a move, in the order of the moves."""
        self._load_below(PLACEMENT, person_id)
        return [child for child, parent in self.placements.items() if parent == person_id]

    def is_above(self, tree: str, upper: PersonId, lower: PersonId) -> bool:
        return upper in self.upline(tree, lower)

    def owner(self, level: str, territory: str | None) -> Person | None:
        """Return who owns a territory; the one who joined first if there are two."""
        if not territory:
            return None
        self._load_owners(level, territory)
        found = [
            p
            for p in self.people.values()
            if p.role == "partner" and p.regions.get(level) == territory
        ]
        return min(found, key=_by_seniority, default=None)

    def teams(self) -> list[PersonId]:
        """Return the sales teams, in a stable order."""
        self._load_team(None)
        return sorted({p.team for p in self.people.values() if p.team is not None}, key=str)

    def team_of(self, team: PersonId | None) -> list[Person]:
        """Return the members of a sales team, in the order they joined."""
        if team is None:
            return []
        self._load_team(team)
        return sorted((p for p in self.people.values() if p.team == team), key=_by_seniority)

    def bind(self, member: PersonId, sponsor: PersonId, on: date) -> None:
        """Put a member under a sponsor; a circle is refused with ``ValueError``."""
        if member == sponsor or self.is_above(SPONSOR, member, sponsor):
            raise ValueError("cycle")
        self.sponsors[member] = sponsor
        self.bound_on[member] = on
        self._children.clear()

    def place(self, move: Move) -> None:
        """Apply a move in the placement tree; a circle is refused with ``ValueError``."""
        if move.parent is not None and (
            move.parent == move.person or self.is_above(PLACEMENT, move.person, move.parent)
        ):
            raise ValueError("cycle")
        self.placements.pop(move.person, None)  # the newest place stands last
        self.placements[move.person] = move.parent
        if move.side:
            self.sides[move.person] = move.side
        left = self.left_by[move.by] if move.by is not None else []
        if move.cause == "leave_two" and move.by != move.person:
            left.append(move.person)
        elif move.cause == "idle_swap":  # one comes back, another leaves
            left.remove(move.person) if move.person in left else left.append(move.person)
        self._children.clear()

    def left_behind(self, person_id: PersonId) -> list[PersonId]:
        """Return who moved away from somebody on their promotion (``leave_two``)."""
        return self.left_by.get(person_id, [])

    def leaders_who_left(self) -> list[PersonId]:
        """Return who left people behind, in the order they did."""
        self._load_leaders()
        return [leader for leader, people in self.left_by.items() if people]

    # ------------------------------------------------------------------
    # Ranks
    # ------------------------------------------------------------------

    def rank(self, ladder: Ladder, person_id: PersonId) -> str | None:
        """Return the rank somebody holds; the lowest without requirements is everybody's of the
        ladder's roles."""
        self._load_ranks(ladder.code, [person_id])
        stored = self.ranks.get((ladder.code, person_id), (None, ""))[0]
        if stored is not None and ladder.index(stored) >= 0:
            return stored
        return self._lowest(ladder, person_id)

    def _lowest(self, ladder: Ladder, person_id: PersonId) -> str | None:
        """Return the lowest rank if somebody holds it without having reached it."""
        lowest = ladder.ranks[0]
        person = self.person(person_id)
        if lowest.requirements or person is None or not self._is_of(ladder, person):
            return None
        return lowest.code

    def rank_before(self, ladder: Ladder, person_id: PersonId, day: date) -> str | None:
        """Return the rank somebody held when ``day`` began."""
        log = self._rank_log.get((ladder.code, person_id))
        later = next((change for change in log or () if change.on >= day), None)
        return later.before if later else self.rank(ladder, person_id)

    @staticmethod
    def _is_of(ladder: Ladder, person: Person) -> bool:
        return not ladder.roles or person.role in ladder.roles

    def is_granted(self, ladder: str, person_id: PersonId) -> bool:
        """Whether the rank somebody holds was given or bought, not earned."""
        self._load_ranks(ladder, [person_id])
        return self.ranks.get((ladder, person_id), (None, ""))[1] in GRANTED

    def holders(self, ladder: Ladder, rank: str) -> list[Person]:
        """Return who holds exactly this rank, in the order they joined."""
        self._load_holders(ladder.code)
        if ladder.ranks[0].code == rank and not ladder.ranks[0].requirements:
            found = [p for p in self.participants(ladder.roles) if self.rank(ladder, p.id) == rank]
        else:
            ids = [
                p
                for (code, p), (held, _c) in self.ranks.items()
                if (code, held) == (ladder.code, rank)
            ]
            found = [person for person in map(self.person, ids) if person is not None]
        return sorted(found, key=_by_seniority)

    def set_rank(self, change: RankChange) -> None:
        """Apply a change; a rank kept by grace counts the closed periods below it."""
        key = (change.ladder, change.person)
        self._rank_log[key].append(change)
        self.ranks[key] = (change.rank, change.cause)
        missed = int(change.values.get("missed", 0)) if change.cause == "grace" else 0
        self.misses[key] = missed

    def reserved(self) -> list[PersonId]:
        """Return who has something in reserve."""
        return self._load_reserved()

    def unlock(self, unlock: Unlock) -> None:
        self.unlocked.add((unlock.plan, unlock.rule, unlock.person))

    # ------------------------------------------------------------------
    # Purchases
    # ------------------------------------------------------------------

    def add_fact(self, fact: Fact) -> None:
        """Add a change of what was bought; sums of metrics include it from now on."""
        self.facts.append(fact)
        self._shares[fact.line] = fact.share
        for relation in ("buyer", "sponsor", "seller", "salesperson"):
            person = getattr(fact, relation)
            if person is not None:
                self._by[relation, person].append(fact)
        for person in self.upline(SPONSOR, fact.buyer):
            self._by["team", person].append(fact)

    def sum_facts(
        self,
        relation: str,
        person: PersonId,
        measure: str,
        start: date | None,
        end: date | None,
        currency: str | None = None,
        **only: str | None,
    ) -> Fraction:
        """Return the sum of a fact's column over ``[start, end)``.

        :param relation: one of ``RELATIONS``: how the person is related to the purchase
        :param measure: ``net`` (in ``currency``), ``quantity``, ``orders``, ``first`` …
        :param only: columns and the values they must have (``tier``, ``product``, ``kind``)
        """
        facts = self._facts_of(relation, person)
        key = (relation, person, measure, start, end, currency, tuple(sorted(only.items())))
        total, seen = self._totals.get(key, (Fraction(0), 0))
        for index in range(seen, len(facts)):
            total += facts[index].count(measure, start, end, currency, only)
        # rows are only added to these, to those the tree may add old ones
        if relation not in READ_ANEW:
            self._totals[key] = (total, len(facts))
        return total

    def _facts_of(self, relation: str, person: PersonId) -> Sequence[Fact]:
        if relation not in READ_ANEW:
            return self._by.get((relation, person), ())
        if relation == "region":
            return [fact for fact in self.facts if self.is_shipped_to(person, fact)]
        legs = {
            child for child in self.below(PLACEMENT, person) if self.sides.get(child) == relation
        }
        return [
            fact for fact in self.facts if legs & {fact.buyer, *self.upline(PLACEMENT, fact.buyer)}
        ]

    def is_shipped_to(self, person_id: PersonId, fact: Fact) -> bool:
        """Whether a purchase was shipped into a territory somebody owns."""
        person = self.person(person_id)
        owned = person.regions.items() if person else ()
        return any(fact.regions.get(level) == territory for level, territory in owned)

    def purchases_of(self, buyer: PersonId) -> Sequence[Fact]:
        """Return all facts of a buyer, oldest first."""
        self._load_purchases(buyer)
        return self._by.get(("buyer", buyer), ())

    def fallen_orders(self, since: date) -> list[Fact]:
        """Return all facts of the orders of which something was taken back since a day."""
        orders = {fact.order for fact in self.facts if fact.on >= since and fact.share < 1}
        return [fact for fact in self.facts if fact.order in orders]

    def count(self, name: str, person: PersonId, on: date, amount: Fraction | int = 1) -> None:
        """Add to a count that is no purchase: points earned, activity, retained months …"""
        self.counts[name, person].append((on, Fraction(amount)))

    def sum_counts(
        self, name: str, person: PersonId, start: date | None, end: date | None
    ) -> Fraction:
        self._load_counts(name, person, start, end)
        return sum(
            (
                amount
                for on, amount in self.counts.get((name, person), ())
                if (not start or on >= start) and (not end or on < end)
            ),
            Fraction(0),
        )

    def referrals(self, person: PersonId, start: date | None, end: date | None) -> int:
        """Return how many people were bound to a sponsor in ``[start, end)``."""
        return sum(
            1
            for member in self.below(SPONSOR, person)
            if (on := self.bound_on.get(member)) is None
            or ((not start or on >= start) and (not end or on < end))
        )

    # ------------------------------------------------------------------
    # What was awarded
    # ------------------------------------------------------------------

    def awarded(self, plan: str, payee: PersonId, on: date) -> Decimal:
        """Return the cash a plan awarded somebody on a day; reversals give no room back."""
        key = (plan, payee, on)
        if key not in self._awarded:
            self._awarded[key] = self._load_awarded(*key)
        return self._awarded[key]

    def spent(self, plan: str, rule: str, start: date | None, end: date | None) -> Decimal:
        """Return what a rule awarded in ``[start, end)``."""
        key = (plan, rule, start)
        if key not in self._budgets:
            self._budgets[key] = self._load_spent(plan, rule, start, end)
        return self._budgets[key]

    def add_awarded(self, plan: str, payee: PersonId, on: date, amount: Decimal) -> None:
        self._awarded[plan, payee, on] = self.awarded(plan, payee, on) + amount

    def add_spent(self, plan, rule, start, end, amount) -> None:
        self._budgets[plan, rule, start] = self.spent(plan, rule, start, end) + amount

    def reached(self, plan: str, rule: str, payee: PersonId) -> set[str]:
        """Return the milestones of a rule somebody was paid for and that were not reversed."""
        key = (plan, rule, payee)
        if key not in self._reached:
            self._reached[key] = self._load_reached(*key)
        return {
            milestone
            for milestone, line in self._reached[key].items()
            if self._shares.get(line, 1) > 0
        }

    def add_reached(self, plan: str, rule: str, payee: PersonId, milestone: str, line: str) -> None:
        self.reached(plan, rule, payee)
        self._reached[plan, rule, payee][milestone] = line

    def pool(self, name: str, before: date | None = None) -> Decimal:
        """Return what is in a pool now, or was in it when ``before`` began (below zero: what must
        be refilled first)."""
        if name not in self._pools:
            self._pools[name] = self._load_pool(name)
        return sum(
            (amount for on, amount in self._pools[name] if before is None or on < before),
            Decimal(0),
        )

    def add_to_pool(self, name: str, on: date, amount: Decimal) -> None:
        self.pool(name)
        self._pools[name].append((on, amount))

    # ------------------------------------------------------------------
    # Hooks: a world that is in memory has everything already
    # ------------------------------------------------------------------

    def _load_people(self, ids: Sequence[PersonId]) -> None:
        """Fill ``people`` with those of ``ids`` that exist."""

    def _load_participants(self, roles: Sequence[str]) -> None:
        """Fill ``people`` with everybody of the roles."""

    def _load_below(self, tree: str, person_id: PersonId) -> None:
        """Fill the trees with the people directly below."""

    def _load_owners(self, level: str, territory: str) -> None:
        """Fill ``people`` with the owners of a territory."""

    def _load_team(self, team: PersonId | None) -> None:
        """Fill ``people`` with the members of a sales team (None: of all)."""

    def _load_ranks(self, ladder: str, ids: Sequence[PersonId]) -> None:
        """Fill ``ranks`` for these people."""

    def _load_holders(self, ladder: str) -> None:
        """Fill ``ranks`` with everybody who holds one of a ladder."""

    def _load_counts(self, name, person, start, end) -> None:
        """Fill ``counts``."""

    def _load_leaders(self) -> None:
        """Fill ``left_by`` with everybody who left people behind."""

    def _load_awarded(self, plan: str, payee: PersonId, on: date) -> Decimal:
        return Decimal(0)

    def _load_spent(self, plan, rule, start, end) -> Decimal:
        return Decimal(0)

    def _load_reached(self, plan: str, rule: str, payee: PersonId) -> dict[str, str]:
        """Return milestone → line of those paid and not reversed."""
        return {}

    def _load_pool(self, name: str) -> list[tuple[date, Decimal]]:
        """Return the dated movements of a pool."""
        return []

    def _load_reserved(self) -> list[PersonId]:
        """Return who has something in reserve."""
        return list(self.people)

    def _load_purchases(self, buyer: PersonId) -> None:
        """Fill ``purchases_of`` with all facts of a buyer."""


def _by_seniority(person: Person | None, person_id: PersonId | None = None) -> tuple:
    """Sort key: joined first, then the number (file order, id)."""
    if person is None:
        return (date.max, 0, str(person_id))
    return (person.joined or date.min, person.number, str(person.id))
