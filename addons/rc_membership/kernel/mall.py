"""Decisions of the mall: whether somebody may buy something with points, and what is missing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """What is sold: ``left`` and ``member_max`` are None where nothing limits them; the period of
    sale is ``[starts_on, ends_on)``."""

    price: Decimal
    tier_rank: int = 0
    left: int | None = None
    member_max: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    def is_on_sale(self, today: date) -> bool:
        """Return whether anybody could buy it today.

        >>> Offer(Decimal(5), left=0).is_on_sale(date(2026, 1, 1))
        False
        """
        has_begun = self.starts_on is None or self.starts_on <= today
        has_ended = self.ends_on is not None and self.ends_on <= today
        return has_begun and not has_ended and self.left != 0


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: rank of the tier, how many of it they have, points to spend, points debt."""

    tier_rank: int
    bought: int
    available: Decimal
    debt: Decimal = Decimal(0)


def find_obstacle(offer: Offer, buyer: Buyer, today: date) -> tuple[str, str] | None:
    """Return (code of refusal, what is in the way), or None.

    >>> offer = Offer(Decimal(500), tier_rank=30)
    >>> find_obstacle(offer, Buyer(20, 0, Decimal(900)), date(2026, 1, 1))
    ('tier_required', 'tier')
    >>> find_obstacle(offer, Buyer(30, 0, Decimal(400)), date(2026, 1, 1))
    ('insufficient_points', 'points')
    """
    if offer.starts_on and today < offer.starts_on:
        return "not_eligible", "not_yet"
    if offer.ends_on and today >= offer.ends_on:
        return "not_eligible", "over"
    if buyer.tier_rank < offer.tier_rank:
        return "tier_required", "tier"
    if offer.left is not None and offer.left <= 0:
        return "limit_reached", "sold_out"
    if offer.member_max is not None and buyer.bought >= offer.member_max:
        return "limit_reached", "member_max"
    if buyer.debt > 0:
        return "insufficient_points", "debt"
    if buyer.available < offer.price:
        return "insufficient_points", "points"
    return None
