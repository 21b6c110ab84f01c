"""A puzzle that costs a browser a second and a machine that floods us a lot: proof of work.

The server keeps nothing of it: the puzzle is signed, and says until when it holds. The answer is a
number that, written behind the puzzle, gives a SHA-256 hash that begins with so many zero bits.
"""

import hashlib
import hmac
from collections.abc import Sequence

BITS = 15
SECONDS = 1800
_ANSWER_MAX = 20


def make_puzzle(key: bytes, nonce: str, now: int, bits: int = BITS) -> str:
    """Return ``nonce.bits.until.signature``; ``now`` in seconds.

    >>> make_puzzle(b"k", "abc", 0).rpartition(".")[0]
    'abc.15.1800'
    """
    text = f"{nonce}.{bits}.{now + SECONDS}"
    return f"{text}.{_sign(key, text)}"


def read_puzzle(key: bytes, puzzle: str, answer: str, now: int) -> str | None:
    """Return the nonce of a solved puzzle of ours that still holds, else None.

    Whoever asks remembers the nonce: each puzzle is good for once.
    """
    text, _dot, signature = puzzle.rpartition(".")
    parts = text.split(".")
    if not puzzle.isascii() or len(parts) != 3 or not answer.isascii() or not answer.isdigit():
        return None
    if len(answer) > _ANSWER_MAX or not hmac.compare_digest(signature, _sign(key, text)):
        return None
    nonce, bits, until = parts
    if now > int(until) or not is_solved(puzzle, answer, int(bits)):
        return None
    return nonce


def is_solved(puzzle: str, answer: str, bits: int) -> bool:
    """Tell whether the hash of puzzle and answer begins with ``bits`` zero bits.

    >>> is_solved("p", "anything", 0), is_solved("p", "1", 200)
    (True, False)
    """
    digest = hashlib.sha256(f"{puzzle}:{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def solve(puzzle: str) -> str:
    """Return an answer: what a browser does, for tests and command lines."""
    bits = int(puzzle.split(".")[1])
    number = 0
    while not is_solved(puzzle, str(number), bits):
        number += 1
    return str(number)


def is_captcha_on(
    has_recaptcha: bool,
    is_recaptcha_enabled: bool,
    recaptcha_keys: Sequence[str | None],
    has_turnstile: bool,
    turnstile_keys: Sequence[str | None],
) -> bool:
    """Tell whether the site checks sign-ups by a captcha, so that ours would be one too many.

    Keys that an addon left behind, or one key alone, check nobody.

    >>> is_captcha_on(True, True, ("site", "secret"), False, (None, None))
    True
    >>> is_captcha_on(True, False, ("site", "secret"), False, ("site", "secret"))
    False
    """
    is_recaptcha = has_recaptcha and is_recaptcha_enabled and all(recaptcha_keys)
    return bool(is_recaptcha or (has_turnstile and all(turnstile_keys)))


def _sign(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
