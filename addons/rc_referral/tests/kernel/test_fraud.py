from fractions import Fraction

import pytest

from odoo.addons.rc_referral.kernel import challenge, fraud
from odoo.addons.rc_referral.kernel.fraud import Identity, Signal, decide, find_shared

CASES = [
    # signals, decision, score
    ([], "pass", 0),
    (["address"], "pass", 20),
    (["network"], "pass", 10),
    (["device"], "pass", 30),
    (["network", "address"], "pass", 30),
    (["device", "address"], "review", 50),
    (["device", "address", "verified_phone"], "pass", 30),
    (["verified_phone"], "pass", 0),
    (["disposable"], "review", 50),
    (["fast"], "review", 50),
    (["address_hour"], "review", 50),
    (["address_day", "address_hour", "fast", "disposable"], "review", 99),
    (["email"], "reject", 100),
    (["phone"], "reject", 100),
    (["tax_id"], "reject", 100),
    (["bank"], "reject", 100),
    (["card"], "reject", 100),
    (["entity"], "reject", 100),
    (["cycle"], "reject", 100),
    (["email", "verified_phone"], "reject", 100),
    (["email", "fast"], "reject", 150),
    (["refunds"], "review", 60),
    (["rate"], "review", 50),
    (["brand"], "review", 60),
    (["sub_agent"], "review", 50),
    (["dormant"], "review", 50),
    (["refused_payments"], "review", 50),
    (["by_hand"], "review", 50),
    (["by_hand", "verified_phone"], "review", 30),
]


@pytest.mark.parametrize(("names", "word", "score"), CASES)
def test_signals_become_a_decision(names, word, score):
    decision = decide(map(Signal, names))
    assert (decision.word, decision.score) == (word, score)
    assert {signal.name for signal in decision.reasons} == set(names)


def test_every_signal_is_in_the_table_of_cases_or_weighs_like_one():
    told = {name for names, _word, _score in CASES for name in names}
    alike = {"device_many", "flood", "framed", "late_coupon", "ring", "by_hand"}
    assert told | alike == set(fraud.SIGNALS)


def test_the_heaviest_reason_comes_first_and_each_counts_once():
    decision = decide([Signal("address"), Signal("device"), Signal("address", 9)])
    assert [signal.name for signal in decision.reasons] == ["device", "address"]
    assert decision.score == 50


def test_other_thresholds_decide_otherwise():
    signals = [Signal("address")]
    assert decide(signals, review_at=20).word == "review"
    assert decide([Signal("fast")], review_at=60).word == "pass"
    with pytest.raises(ValueError):
        decide(signals, review_at=0)
    with pytest.raises(ValueError):
        decide(signals, review_at=101, reject_at=100)


def test_an_unknown_signal_is_an_error():
    with pytest.raises(ValueError):
        Signal("feeling")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("anna.lee@gmail.com", "annalee+2@googlemail.com", True),
        ("ANNA@studio.cn", "anna+shop@studio.cn", True),
        ("anna.lee@studio.cn", "annalee@studio.cn", False),
        ("anna-1@yahoo.com", "anna-2@yahoo.com", True),
        ("anna@studio.cn", "anna@studio.com", False),
        ("+a@studio.cn", "+b@studio.cn", False),
        ("no address", "", True),
    ],
)
def test_aliases_are_one_mailbox(one, other, is_same):
    assert (fraud.canonical_email(one) == fraud.canonical_email(other)) is is_same


@pytest.mark.parametrize("text", ["", "@", "a@", "@b.org", "a", "+@"])
def test_what_is_no_address_is_nothing(text):
    assert fraud.canonical_email(text) in ("",)


def test_one_person_is_known_by_each_hard_identifier_alone():
    for name in ("entity", "email", "phone", "tax_id", "bank", "card"):
        same = Identity(**{name: frozenset({"x"})})
        assert [signal.name for signal in find_shared(same, same)] == [name]
        assert decide(find_shared(same, same)).word == "reject"
    assert find_shared(Identity(), Identity()) == []


def test_neighbours_share_a_network():
    assert fraud.network_of("192.0.2.1") == fraud.network_of("192.0.2.254")
    assert fraud.network_of("192.0.2.1") != fraud.network_of("192.0.3.1")
    assert fraud.network_of("") == ""
    assert fraud.network_of("::1") == ":0:0"


def test_rates_far_from_peers_are_told():
    usual = [Fraction(n, 100) for n in (3, 4, 5, 6, 7, 5)]
    assert fraud.is_far_from_peers(Fraction(1, 2), usual, 3)
    assert not fraud.is_far_from_peers(Fraction(8, 100), usual, 3)
    assert not fraud.is_far_from_peers(Fraction(1, 2), usual[:4], 3)
    assert not fraud.is_far_from_peers(Fraction(1, 2), usual, 0)


def test_a_ring_is_most_of_a_group():
    strangers = {n: frozenset({str(n)}) for n in range(7)}
    assert fraud.find_ring(strangers) == 0
    assert fraud.find_ring({n: frozenset({"same"}) for n in range(5)}) == 0
    assert fraud.find_ring({n: frozenset({"same"}) for n in range(6)}) == 6
    assert fraud.find_ring({n: frozenset({"same"} if n < 3 else {str(n)}) for n in range(6)}) == 0


def test_a_puzzle_is_solved_once_signed_and_in_time():
    puzzle = challenge.make_puzzle(b"key", "nonce", 1000, bits=8)
    answer = challenge.solve(puzzle)
    assert challenge.read_puzzle(b"key", puzzle, answer, 1000) == "nonce"
    assert challenge.read_puzzle(b"key", puzzle, answer, 1000 + challenge.SECONDS + 1) is None
    assert challenge.read_puzzle(b"other", puzzle, answer, 1000) is None
    easier = puzzle.replace(".8.", ".0.")
    assert challenge.read_puzzle(b"key", easier, "1", 1000) is None


@pytest.mark.parametrize("puzzle", ["", "a.b.c.d", "...", "é.8.1.x", "a" * 10_000])
@pytest.mark.parametrize("answer", ["", "x", "-1", "1" * 5000, "１"])
def test_nonsense_solves_no_puzzle(puzzle, answer):
    assert challenge.read_puzzle(b"key", puzzle, answer, 0) is None


@pytest.mark.parametrize(
    ("recaptcha", "enabled", "keys", "turnstile", "other_keys", "is_on"),
    [
        (True, True, ("p", "s"), False, (None, None), True),
        (False, True, (None, None), True, ("p", "s"), True),
        (True, True, ("p", None), True, ("p", "s"), True),
        (True, False, ("p", "s"), False, (None, None), False),  # switched off in the settings
        (True, True, (None, "s"), False, (None, None), False),  # a page without its widget
        (True, True, ("p", None), False, (None, None), False),  # Odoo checks nothing
        (False, True, ("p", "s"), False, ("p", "s"), False),  # keys of addons that are gone
        (False, True, (None, None), True, (None, "s"), False),
    ],
)
def test_a_captcha_counts_only_where_it_checks(
    recaptcha, enabled, keys, turnstile, other_keys, is_on
):
    answer = challenge.is_captcha_on(recaptcha, enabled, keys, turnstile, other_keys)
    assert answer is is_on
