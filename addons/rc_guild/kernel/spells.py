"""Which guild a member was in on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Spell:
    """A stay in a guild, half-open in days; ``left_on`` None while it lasts."""

    membership_id: int
    guild_id: int
    joined_on: date
    left_on: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)


def spell_on(spells: Iterable[Spell], day: date) -> Spell | None:
    """Return the stay a payment of that day counts for; the later joined one if stays overlap.

    Stays of one member do not overlap; those of two contacts merged into one may.

    >>> a, b = Spell(1, 8, date(2026, 1, 1), date(2026, 2, 1)), Spell(2, 9, date(2026, 2, 1))
    >>> spell_on([a, b], date(2026, 1, 31)).guild_id, spell_on([a, b], date(2026, 2, 1)).guild_id
    (8, 9)
    """
    holding = [spell for spell in spells if day in spell]
    return max(holding, key=lambda spell: (spell.joined_on, spell.membership_id), default=None)
