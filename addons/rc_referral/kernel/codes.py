"""Codes people type: one alphabet, one folded form, and a check character that tells a slip.

``INVITE-4K7M2F`` is a prefix and six characters of Crockford's base 32: five are random, the last
is a check character over GF(32). It catches every wrong single character and every exchange of two
characters, so that a slip of the finger is told from a code that nobody ever made. A vanity code
(``LOTUS``, ``SALES001``) has no check character.

A code of value (``ACT-7K2M-Q4XD-0HTV-9``) works like money: 60 random bits and the same check
character, so that guessing is hopeless and a slip is still told.

Two texts are the same code when their folded forms are equal: case, blanks, dashes, full-width
letters, and the look-alikes O/0 and I/L/1 make no difference.
"""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
LOOK_ALIKES = str.maketrans("OIL", "011")
LENGTH_MAX = 64
BODY_LENGTH = 6  # five random characters and the check character
RANDOM_BYTES = 4  # 25 of their 32 bits are used
PREFIXES = {"invite": "INVITE", "guild": "GUILD", "mission": "MISSION"}
VALUED = {"activation": "ACT", "gift": "GIFT"}
VALUED_DATA = 12  # 60 random bits
VALUED_BYTES = 8  # 60 of their 64 bits are used
VALUED_SLIP = 2  # so many characters more or less still look like a code of value

_DASHES = "-_\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_VALUES = {char: value for value, char in enumerate(ALPHABET)}
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: 2 generates all 31 weights


class CodeFormatError(ValueError):
    """The text cannot be a code: ``reason`` is ``empty``, ``too_long`` or ``bad_character``."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


def normalise(text: str) -> str:
    """Return the text in capitals without blanks, dashes and full-width forms.

    Look-alikes stay as they are; :func:`fold` treats them. Raises :class:`CodeFormatError`.

    >>> normalise(" invite\u20144k7 m2q")
    'INVITE4K7M2Q'
    """
    if len(text) > LENGTH_MAX:
        raise CodeFormatError("too_long")
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(char for char in plain if char not in _DASHES and not char.isspace())
    if not kept:
        raise CodeFormatError("empty")
    if len(kept) > LENGTH_MAX:
        raise CodeFormatError("too_long")
    if not (kept.isascii() and kept.isalnum()):
        raise CodeFormatError("bad_character")
    return kept.upper()


def fold(text: str) -> str:
    """Return the form by which codes are compared: normalised, look-alikes as digits.

    >>> fold("Lotus")
    '10TUS'
    """
    return normalise(text).translate(LOOK_ALIKES)


def check_character(data: str) -> str:
    """Return the check character of up to 30 characters of the alphabet.

    >>> check_character("4K7M2")
    'F'
    """
    return ALPHABET[_weighted_sum(data + "0")]


def has_valid_check(body: str) -> bool:
    """Tell whether the last character of ``body`` is the check character of those before it."""
    return all(char in _VALUES for char in body) and _weighted_sum(body) == 0


def make(prefix: str, random_bytes: bytes) -> str:
    """Return a code with a check character from four random bytes given by the caller.

    >>> make("INVITE", bytes(4))
    'INVITE-000000'
    """
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are needed, not {len(random_bytes)}")
    number = int.from_bytes(random_bytes, "big")
    data = "".join(ALPHABET[number >> shift & 31] for shift in (20, 15, 10, 5, 0))
    return f"{prefix}-{data}{check_character(data)}"


def make_valued(kind: str, random_bytes: bytes) -> str:
    """Return a code of value from eight random bytes given by the caller.

    >>> make_valued("gift", bytes(8))
    'GIFT-0000-0000-0000-0'
    """
    if len(random_bytes) != VALUED_BYTES:
        raise ValueError(f"{VALUED_BYTES} random bytes are needed, not {len(random_bytes)}")
    number = int.from_bytes(random_bytes, "big")
    data = "".join(ALPHABET[number >> 5 * i & 31] for i in range(VALUED_DATA))
    return _print_valued(VALUED[kind], data + check_character(data))


def mask_valued(text: str) -> str:
    """Return what may be shown of a code of value: its kind and the check character.

    >>> mask_valued("gift 0000 0000 0000 0")
    'GIFT-****-****-****-0'
    """
    return _print_valued(VALUED[get_kind(text)], "*" * VALUED_DATA + fold(text)[-1])


def _print_valued(prefix, body):
    return "-".join([prefix, body[:4], body[4:8], body[8:12], body[12:]])


def get_kind(text: str) -> str | None:
    """Return the kind whose shape the text has (``invite``, ``activation`` …), or None.

    ``ACT`` and ``GIFT`` are beginnings of ordinary words: only with about as many characters behind
    them as a code of value has do they mean one.

    >>> get_kind("guild-1"), get_kind("GIFT10"), get_kind("act-0000-0000-0000-1")
    ('guild', None, 'activation')
    """
    folded = fold(text)
    for kind, prefix in PREFIXES.items():
        if folded.startswith(prefix.translate(LOOK_ALIKES)):
            return kind
    for kind, prefix in VALUED.items():
        rest = len(folded) - len(prefix)
        if folded.startswith(prefix.translate(LOOK_ALIKES)) and (
            abs(rest - VALUED_DATA - 1) <= VALUED_SLIP
        ):
            return kind
    return None


def is_valued(text: str) -> bool:
    """Tell whether the text has the shape of a code of value, good or mistyped.

    >>> is_valued("act-0000-0000-0000-1"), is_valued("ACTION"), is_valued("%")
    (True, False, False)
    """
    try:
        return get_kind(text) in VALUED
    except CodeFormatError:
        return False


def has_our_prefix(text: str) -> bool:
    """Tell whether only a code of ours, good or mistyped, begins like the text.

    >>> has_our_prefix("invite-4k7m2z"), has_our_prefix("producthunt"), has_our_prefix("blog.com")
    (True, False, False)
    """
    try:
        return get_kind(text) is not None
    except CodeFormatError:
        return False


def diagnose(text: str) -> str:
    """Tell ``ok``, ``mistyped`` or ``unknown_shape`` (a vanity code, which has no check).

    A text that cannot be a code at all is mistyped; ``ok`` does not say that the code exists.

    >>> diagnose("invite-4k7m2f"), diagnose("invite-4k7m2z"), diagnose("LOTUS")
    ('ok', 'mistyped', 'unknown_shape')
    """
    try:
        kind = get_kind(text)
    except CodeFormatError:
        return "mistyped"
    if kind is None:
        return "unknown_shape"
    body = fold(text)[len(_get_prefix(kind)) :]
    length = VALUED_DATA + 1 if kind in VALUED else BODY_LENGTH
    return "ok" if len(body) == length and has_valid_check(body) else "mistyped"


def is_claimable(text: str) -> bool:
    """Tell whether staff may choose the text as their code: 4 to 20 characters, a letter first.

    >>> is_claimable("SARA2026"), is_claimable("007"), is_claimable("INVITEME"), is_claimable("")
    (True, False, False, False)
    """
    try:
        plain = normalise(text)
    except CodeFormatError:
        return False
    return 4 <= len(plain) <= 20 and plain[0].isalpha() and get_kind(plain) is None


def pretty(text: str) -> str:
    """Return a code as it is printed: capitals, a dash after the prefix of its kind.

    >>> pretty("invite4k7m2f"), pretty("lotus")
    ('INVITE-4K7M2F', 'LOTUS')
    """
    kind = get_kind(text)
    if kind is None:
        return normalise(text)
    prefix = _get_prefix(kind)
    body = fold(text)[len(prefix) :]
    return _print_valued(prefix, body) if kind in VALUED else f"{prefix}-{body}"


def _get_prefix(kind):
    return PREFIXES.get(kind) or VALUED[kind]


def _weighted_sum(symbols: str) -> int:
    """Return the sum in GF(32) of the symbols, the last weighing 1, those before 2, 4, 8, …"""
    total, weight = 0, 1
    for char in reversed(symbols):
        total ^= _multiply(_VALUES[char], weight)
        weight = _multiply(weight, 2)
    return total


def _multiply(left: int, right: int) -> int:
    """Multiply in GF(32)."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 32:
            left ^= _POLYNOMIAL
        right >>= 1
    return product
