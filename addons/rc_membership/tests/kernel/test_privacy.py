"""What of a text names a person, and may they be erased now."""

import re

import pytest

from odoo.addons.rc_membership.kernel.privacy import (
    LOST,
    REFUSES,
    Finding,
    decide,
    get_pattern,
    safe_cell,
)

POINTS = Finding("points", LOST, "40 points are lost")
PLAN = Finding("plan", LOST, "the plan ends")
UNPAID = Finding("unpaid", REFUSES, "an invoice is not paid")


@pytest.mark.parametrize(
    ("findings", "accepted", "refusals", "untold"),
    [
        ([], [], (), ()),
        ([POINTS, PLAN], [], (), (POINTS, PLAN)),
        ([POINTS, PLAN], ["points"], (), (PLAN,)),
        ([POINTS, PLAN], ["plan", "points", "other"], (), ()),
        ([UNPAID, POINTS], ["unpaid", "points"], (UNPAID,), ()),
    ],
)
def test_what_refuses_cannot_be_given_up_and_what_is_lost_must_be(
    findings, accepted, refusals, untold
):
    verdict = decide(findings, accepted)
    assert (verdict.refusals, verdict.untold) == (refusals, untold)
    assert verdict.is_free == (not refusals and not untold)


@pytest.mark.parametrize(
    ("texts", "text", "left"),
    [
        (["Mia Chen"], "Dear MIA CHEN!", "Dear X!"),
        (["Mia Chen", "Mia Chen Li"], "Mia Chen Li", "X"),
        (["O'Neil & Co"], "O&#39;Neil &amp; Co, O'Neil & Co", "X, X"),
        (["a.b@c.example"], "aXb@c.example a.b@c.example", "aXb@c.example X"),
        (["陈晓雨"], "给陈晓雨的信", "给X的信"),
        (["Ana"], "Ana's analysis, ANA", "X's analysis, X"),
        (["陈晨"], "陈晨 says", "X says"),
        ([".*(", "[x"], "[x .*(", "[x X"),
    ],
)
def test_a_pattern_finds_a_persons_texts_and_nothing_else(texts, text, left):
    assert re.sub(get_pattern(texts, edge=r"\b"), "X", text, flags=re.IGNORECASE) == left


def test_short_and_empty_texts_find_nothing():
    assert get_pattern(["", None, False, "Al", "  "]) == ""


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1", "'=1"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        (-3, "-3"),
        (None, ""),
        (False, ""),
        ("a", "a"),
    ],
)
def test_no_cell_is_a_formula(value, cell):
    assert safe_cell(value) == cell
