"""Who may found a guild, join one, leave one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


class GuildError(Exception):
    """A refusal with a code of refusal (``tier_required``, …) and its values."""

    def __init__(self, code: str, **values):
        self.code = code
        self.values = values
        super().__init__(f"{code}: {values}" if values else code)


@dataclass(frozen=True, slots=True)
class FoundingConditions:
    """What a program asks of a founder; ``referrals_above`` None asks for none."""

    tier_codes: frozenset[str]
    points: int
    referrals_above: int | None = None


@dataclass(frozen=True, slots=True)
class Founder:
    """Where a member stands who wants to found a guild."""

    tier_code: str | None
    points: int
    referrals: int
    guild_id: int | None
    free_on: date | None


def cooling_ends_on(left_on: Iterable[date], cooling_days: int) -> date | None:
    """Return the first day on which somebody who left may join again, None if never left.

    >>> cooling_ends_on([date(2026, 1, 5)], 7)
    datetime.date(2026, 1, 12)
    """
    last = max(left_on, default=None)
    return last and last + timedelta(days=cooling_days)


def check_free(guild_id: int | None, free_on: date | None, today: date) -> None:
    """Raise ``limit_reached`` for a member of a guild, ``cooling_off`` before ``free_on``."""
    if guild_id is not None:
        raise GuildError("limit_reached", guild_id=guild_id)
    if free_on is not None and today < free_on:
        raise GuildError("cooling_off", free_on=free_on)


def check_founding(
    founder: Founder, conditions: FoundingConditions, today: date, pays_points: bool
):
    """Raise the first reason why a member cannot found a guild now.

    ``limit_reached``, ``cooling_off``, ``tier_required``, ``not_eligible`` (too few referrals),
    ``insufficient_points`` (only when the fee is paid in points).
    """
    check_free(founder.guild_id, founder.free_on, today)
    if founder.tier_code not in conditions.tier_codes:
        raise GuildError("tier_required", tier_codes=sorted(conditions.tier_codes))
    above = conditions.referrals_above
    if above is not None and founder.referrals <= above:
        raise GuildError("not_eligible", referrals=founder.referrals, above=above)
    if pays_points and founder.points < conditions.points:
        raise GuildError("insufficient_points", points=founder.points, needed=conditions.points)


def check_joining(
    is_open: bool,
    has_code: bool,
    is_active: bool,
    guild_id: int | None,
    free_on: date | None,
    today: date,
) -> None:
    """Raise why somebody cannot join: ``not_available`` (guild suspended), ``code_required``, …"""
    if not is_active:
        raise GuildError("not_available")
    if not is_open and not has_code:
        raise GuildError("code_required")
    check_free(guild_id, free_on, today)
