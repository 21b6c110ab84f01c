"""Decisions about a person's data: may it be erased now, and what of a text names them."""

import html
import re
from dataclasses import dataclass
from numbers import Real

REFUSES = "refuses"  # erasing would hurt somebody else, or break a duty
LOST = "lost"  # the person's own, told first and given up by their word
NEEDLE_MIN = 3  # shorter texts are found in everything
_WORD = re.compile("[0-9A-Za-z]")  # Chinese has no blanks between words
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\0")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that stands open when a person asks to be erased.

    ``code`` is one word, ``level`` is REFUSES or LOST, ``text`` the sentence people read.
    """

    code: str
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Area:
    """One line of what an erasure does: to what (``title``), which ``fate``, how many, and why."""

    title: str
    fate: str  # deleted, anonymous, ended, kept
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks against erasing now; empty twice: it may be done."""

    refusals: tuple[Finding, ...]
    untold: tuple[Finding, ...]

    @property
    def is_free(self) -> bool:
        return not (self.refusals or self.untold)


def decide(findings, accepted) -> Verdict:
    """Decide whether a person may be erased.

    :param findings: what stands open, now
    :param accepted: codes of what the person gave up, when they asked

    >>> points = Finding("points", LOST, "120 points are lost")
    >>> decide([points], []).untold == (points,), decide([points], ["points"]).is_free
    (True, True)
    >>> decide([Finding("invoice", REFUSES, "unpaid")], ["invoice"]).is_free
    False
    """
    accepted = set(accepted)
    return Verdict(
        refusals=tuple(f for f in findings if f.level == REFUSES),
        untold=tuple(f for f in findings if f.level == LOST and f.code not in accepted),
    )


def get_pattern(texts, edge=r"\y") -> str:
    """Return a pattern that finds a person's texts, longest first, as whole words.

    Texts are found as they are and as HTML writes them; '' where there is nothing to find.

    :param edge: how the reader of the pattern writes the edge of a word (PostgreSQL's)

    >>> get_pattern(["a@b.example", "", "Al", None], edge="|")
    '|a@b\\\\.example|'
    """
    found = set()
    for text in texts:
        text = (text or "").strip()
        if len(text) >= NEEDLE_MIN or (len(text) > 1 and not text.isascii()):
            escaped = html.escape(text)
            found |= {text, escaped, escaped.replace("&#x27;", "&#39;")}
            found.add(html.escape(text, quote=False))
    ordered = sorted(found, key=lambda one: (-len(one), one))
    return "|".join(
        (edge if _WORD.match(one[0]) else "")
        + re.escape(one)
        + (edge if _WORD.match(one[-1]) else "")
        for one in ordered
    )


def safe_cell(value) -> str:
    """Return the value as text that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("Mia"), safe_cell(None), safe_cell(-3)
    ("'=1+1", 'Mia', '', '-3')
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        return str(value)
    text = "" if value is None or value is False else str(value)
    return f"'{text}" if text.startswith(_ACTIVE) else text
