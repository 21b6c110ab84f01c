"""Fraud screening: signals with weights become a score, and the score a decision with reasons.

Who shares a *hard* identifier with whom they brought (company, address, number, account, card) is the
same person: that alone rejects. *Soft* signals add up and are for a person to judge, so however
many there are they only hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

REVIEW_SCORE = 50
REJECT_SCORE = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """``theme`` is what the person concerned is told: no secret of how it was noticed.

    ``is_asked``: somebody wants it to be looked at, whatever it weighs.
    """

    weight: int
    theme: str
    is_hard: bool = False
    is_asked: bool = False


SIGNALS: Mapping[str, Kind] = {
    "entity": Kind(100, "same_person", is_hard=True),
    "email": Kind(100, "same_person", is_hard=True),
    "phone": Kind(100, "same_person", is_hard=True),
    "tax_id": Kind(100, "same_person", is_hard=True),
    "bank": Kind(100, "same_person", is_hard=True),
    "card": Kind(100, "same_person", is_hard=True),
    "cycle": Kind(100, "circle", is_hard=True),
    "device": Kind(30, "same_place"),
    "address": Kind(20, "same_place"),
    "network": Kind(10, "same_place"),
    "address_hour": Kind(50, "many"),
    "address_day": Kind(50, "many"),
    "device_many": Kind(50, "many"),
    "ring": Kind(60, "many"),
    "disposable": Kind(50, "mailbox"),
    "fast": Kind(50, "unusual"),
    "flood": Kind(50, "unusual"),
    "framed": Kind(50, "unusual"),
    "rate": Kind(50, "unusual"),
    "late_coupon": Kind(50, "unusual"),
    "refunds": Kind(60, "refunds"),
    "brand": Kind(60, "ads"),
    "sub_agent": Kind(50, "unusual"),
    "dormant": Kind(50, "unusual"),
    "refused_payments": Kind(50, "payments"),
    "verified_phone": Kind(-20, ""),
    "by_hand": Kind(50, "by_hand", is_asked=True),
}


@dataclass(frozen=True, slots=True)
class Signal:
    """What was noticed; ``found`` of what only ``allowed`` is usual, where it is a number."""

    name: str
    found: int = 0
    allowed: int = 0

    def __post_init__(self):
        if self.name not in SIGNALS:
            raise ValueError(f"unknown signal {self.name!r}")

    @property
    def weight(self) -> int:
        return SIGNALS[self.name].weight


@dataclass(frozen=True, slots=True)
class Decision:
    """``word`` is pass, review or reject; ``reasons`` are the signals, heaviest first."""

    word: str
    score: int
    reasons: tuple[Signal, ...]


def decide(
    signals: Iterable[Signal], review_at: int = REVIEW_SCORE, reject_at: int = REJECT_SCORE
) -> Decision:
    """Decide by the sum of the weights, each signal counted once.

    >>> decide([Signal("address")]).word, decide([Signal("address"), Signal("device")]).word
    ('pass', 'review')
    >>> decide([Signal("email")]).word
    'reject'
    >>> decide([Signal("fast"), Signal("address_day"), Signal("disposable")]).score
    99
    """
    if not 0 < review_at <= reject_at:
        raise ValueError("something is held before it is rejected, and both need a signal")
    by_name = {signal.name: signal for signal in signals}
    reasons = tuple(sorted(by_name.values(), key=lambda s: (-s.weight, s.name)))
    score = max(0, sum(signal.weight for signal in reasons))
    if any(SIGNALS[signal.name].is_hard for signal in reasons):
        return Decision("reject", max(score, reject_at), reasons)
    score = min(score, reject_at - 1) if reject_at > review_at else score
    is_asked = any(SIGNALS[signal.name].is_asked for signal in reasons)
    return Decision("review" if is_asked or score >= review_at else "pass", score, reasons)


# ----------------------------------------------------------------------
# One person under two names
# ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a person, in canonical form; ``entity`` is the company they belong to."""

    entity: frozenset[str] = frozenset()
    email: frozenset[str] = frozenset()
    phone: frozenset[str] = frozenset()
    tax_id: frozenset[str] = frozenset()
    bank: frozenset[str] = frozenset()
    card: frozenset[str] = frozenset()


def find_shared(one: Identity, other: Identity) -> list[Signal]:
    """Return a signal for each identifier that two people have in common.

    >>> find_shared(Identity(email=frozenset({"a@x.org"})), Identity(email=frozenset({"a@x.org"})))
    [Signal(name='email', found=0, allowed=0)]
    """
    return [
        Signal(field.name)
        for field in fields(Identity)
        if getattr(one, field.name) & getattr(other, field.name)
    ]


_NO_DOTS = {"gmail.com", "googlemail.com"}
_SAME_DOMAIN = {"googlemail.com": "gmail.com", "hotmail.co.uk": "hotmail.com"}
_MINUS = {"yahoo.com", "ymail.com"}


def canonical_email(text: str) -> str:
    """Return the mailbox behind an address: without tag, and without dots where they mean nothing.

    >>> canonical_email("Anna.Lee+shop@GoogleMail.com"), canonical_email("a.lee+1@studio.cn")
    ('annalee@gmail.com', 'a.lee@studio.cn')
    """
    name, at, domain = text.strip().lower().rpartition("@")
    if not at or not name or not domain:
        return ""
    domain = domain.rstrip(".")
    name = name.partition("+")[0] or name
    if domain in _MINUS:
        name = name.partition("-")[0] or name
    if domain in _NO_DOTS:
        name = name.replace(".", "")
    return f"{name}@{_SAME_DOMAIN.get(domain, domain)}" if name else ""


def canonical_phone(text: str) -> str:
    """Return the digits of a number; too few to be one are nothing.

    >>> canonical_phone("+86 138-0013-8000"), canonical_phone("0086 13800138000")
    ('8613800138000', '8613800138000')
    >>> canonical_phone("110")
    ''
    """
    digits = "".join(char for char in text if char.isdigit() and char.isascii())
    if digits.startswith("00"):
        digits = digits[2:]
    return digits if len(digits) >= 7 else ""


def canonical_number(text: str) -> str:
    """Return a tax number or account without spaces and dots, in capitals.

    >>> canonical_number("be 0477.472.701")
    'BE0477472701'
    """
    plain = "".join(char for char in text.upper() if char.isalnum())
    return plain if len(plain) >= 5 else ""


def network_of(address: str) -> str:
    """Return the neighbourhood of an address: /24 of IPv4, /48 of IPv6; nothing for anything else.

    >>> network_of("192.0.2.17"), network_of("2001:db8:1:2::3"), network_of("x")
    ('192.0.2', '2001:db8:1', '')
    """
    parts = address.split(".")
    if len(parts) == 4 and all(part.isdigit() for part in parts):
        return ".".join(parts[:3])
    if ":" not in address:
        return ""
    return ":".join((address.split("::")[0].split(":") + ["0", "0", "0"])[:3])


def is_disposable(email: str, domains: Iterable[str]) -> bool:
    """Tell whether a mailbox is of a domain of the list, or below one.

    >>> is_disposable("x@eu.mailinator.com", {"mailinator.com"}), is_disposable("x@a.cn", set())
    (True, False)
    """
    parts = email.rpartition("@")[2].lower().split(".")
    names = {".".join(parts[start:]) for start in range(len(parts) - 1)}
    return bool(names & set(domains))


# ----------------------------------------------------------------------
# Figures of a participant
# ----------------------------------------------------------------------


def is_far_from_peers(own: Fraction, peers: Sequence[Fraction], sigma: int) -> bool:
    """Tell whether a rate lies more than ``sigma`` standard deviations from its peers' mean.

    Fewer than five peers say nothing; where all peers are alike, a fifth beside them is far.

    >>> peers = [Fraction(n, 100) for n in (4, 5, 6, 5, 5)]
    >>> is_far_from_peers(Fraction(60, 100), peers, 3), is_far_from_peers(Fraction(6, 100), peers, 3)
    (True, False)
    """
    if len(peers) < 5 or sigma <= 0:
        return False
    mean = sum(peers, Fraction(0)) / len(peers)
    variance = sum(((rate - mean) ** 2 for rate in peers), Fraction(0)) / len(peers)
    variance = max(variance, Fraction(1, 2500))  # a spread of two per cent is nothing
    return (own - mean) ** 2 > sigma**2 * variance


def has_too_many_refunds(
    refunded: int, paid: int, percent: int, least: int, median: Fraction = Fraction(0)
) -> bool:
    """Tell whether too many of who paid got their money back.

    More than ``percent`` of at least ``least``, and more than twice the usual (``median``).

    >>> has_too_many_refunds(2, 10, 10, 5), has_too_many_refunds(1, 10, 10, 5)
    (True, False)
    >>> has_too_many_refunds(2, 3, 10, 5), has_too_many_refunds(2, 10, 10, 5, Fraction(15, 100))
    (False, False)
    """
    if paid < least or paid <= 0:
        return False
    rate = Fraction(refunded, paid)
    return rate > Fraction(percent, 100) and rate > 2 * median


def median_of(rates: Sequence[Fraction]) -> Fraction:
    """Return the middle of some rates; zero of none.

    >>> median_of([Fraction(1), Fraction(0), Fraction(1, 2)])
    Fraction(1, 2)
    """
    ordered = sorted(rates)
    if not ordered:
        return Fraction(0)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def find_ring(identifiers: Mapping[int, frozenset[str]], least: int = 6) -> int:
    """Return how many of a group share an identifier with another of it, if it is most of them.

    :param identifiers: member → everything they can be known by
    :param least: smaller groups are families

    >>> find_ring({n: frozenset({"ip:1"} if n < 5 else {f"ip:{n}"}) for n in range(7)})
    5
    """
    if len(identifiers) < least:
        return 0
    owners: dict[str, set[int]] = {}
    for member, values in identifiers.items():
        for value in values:
            owners.setdefault(value, set()).add(member)
    sharing = set().union(*(group for group in owners.values() if len(group) > 1))
    return len(sharing) if 2 * len(sharing) > len(identifiers) else 0
