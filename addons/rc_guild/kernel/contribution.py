"""Contribution points: each whole step of a member's cumulative net payments gives points.

The steps are counted over all a member ever paid, so how the money was split into payments, and
in which order they became known, changes nothing; a refund takes back the steps it undid.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import Exact, to_fraction

from .receipts import Receipt
from .spells import Spell  # noqa: F401  the example below builds one

# Whose points: (stay in a guild, sponsor). Without a sponsor they are the guild's own.
Holder = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Terms:
    """``step`` is money; the points are given for each whole step."""

    step: Exact = Fraction(10)
    guild_points: int = 5
    sponsor_points: int = 10


@dataclass(frozen=True, slots=True)
class Change:
    """Points to post: new ones with the day they were earned on, or negative to take back."""

    holder: Holder
    points: int
    received_on: date | None = None


def whole_steps(amount: Exact, step: Exact) -> int:
    """Return how many whole steps are in the amount; none in a negative one.

    >>> whole_steps("19.99", 10)
    1
    """
    return max(0, to_fraction(amount) // to_fraction(step))


def points_due(receipts: Iterable[Receipt], terms: Terms) -> dict[Holder, dict[date, int]]:
    """Return holder → day → points of one member's receipts.

    A holder is ``(membership_id, None)`` for the guild of that stay, ``(membership_id,
    sponsor_id)`` for the sponsor. Receipts are counted in the order of their dates; a step
    belongs to the receipt that completed it. A receipt outside every stay counts towards the
    next step and gives nothing itself.

    >>> stay = Spell(1, 8, date(2026, 1, 1))
    >>> first = Receipt(date(2026, 1, 5), 1, Fraction(15), stay, sponsor_id=3)
    >>> second = Receipt(date(2026, 1, 9), 2, Fraction(5), stay)
    >>> due = points_due([second, first], Terms())
    >>> {holder: sum(days.values()) for holder, days in due.items()}
    {(1, None): 10, (1, 3): 10}
    """
    due: dict[Holder, dict[date, int]] = {}
    sum_before = Fraction(0)
    for receipt in sorted(receipts, key=lambda item: (item.received_on, item.sequence)):
        sum_after = sum_before + to_fraction(receipt.amount)
        steps = whole_steps(sum_after, terms.step) - whole_steps(sum_before, terms.step)
        sum_before = sum_after
        if not steps or receipt.spell is None:
            continue
        shares = {(receipt.spell.membership_id, None): terms.guild_points}
        if receipt.sponsor_id is not None:
            shares[receipt.spell.membership_id, receipt.sponsor_id] = terms.sponsor_points
        for holder, points in shares.items():
            if points:
                days = due.setdefault(holder, {})
                days[receipt.received_on] = days.get(receipt.received_on, 0) + steps * points
    return due


def changes(due: Mapping[Holder, Mapping[date, int]], posted: Mapping[Holder, int]) -> list[Change]:
    """Return what must still be posted so that posted becomes due; nothing where they agree.

    Ordered by stay, the guild before the sponsors. What is new carries the latest days it is due
    for, oldest first; what is taken back carries no day.

    >>> january, march = date(2026, 1, 5), date(2026, 3, 5)
    >>> for change in changes({(1, None): {january: 10, march: 5}}, {(1, None): 5, (2, None): 5}):
    ...     print(change.holder, change.points, change.received_on)
    (1, None) 5 2026-01-05
    (1, None) 5 2026-03-05
    (2, None) -5 None
    """
    found = []
    for holder in sorted({*due, *posted}, key=lambda item: (item[0], item[1] or 0)):
        days = due.get(holder, {})
        left = sum(days.values()) - posted.get(holder, 0)
        if left < 0:
            found.append(Change(holder, left))
        parts = []
        for day in sorted(days, reverse=True):
            part = min(left, days[day])
            if part > 0:
                parts.append(Change(holder, part, day))
                left -= part
        found += reversed(parts)
    return found
