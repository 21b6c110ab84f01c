import itertools

import pytest

from odoo.addons.rc_referral.kernel import codes


def test_the_alphabet_has_32_characters_without_ambiguous_letters():
    assert len(set(codes.ALPHABET)) == 32
    assert not set("ILOU") & set(codes.ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "INVITE-4K7M2F",
        "invite-4k7m2f",
        " invite 4k7 m2f ",
        "INVITE\u20144K7M2F",
        "1NV1TE4K7M2F",
        "lnvite_4k7m2f",
        "\uff29\uff2e\uff36\uff29\uff34\uff25\uff0d\uff14\uff2b\uff17\uff2d\uff12\uff26",
    ],
)
def test_ways_of_writing_one_code_are_the_same_code(typed):
    assert codes.fold(typed) == codes.fold("INVITE-4K7M2F")
    assert codes.diagnose(typed) == "ok"
    assert codes.pretty(typed) == "INVITE-4K7M2F"


def test_look_alikes_in_the_random_part_are_the_same_code():
    code = codes.make("INVITE", bytes([0, 0x10, 0x80, 0x21]))
    swapped = code[:7] + code[7:].replace("0", "o").replace("1", "l")
    assert swapped != code
    assert codes.diagnose(swapped) == "ok"
    assert codes.fold(swapped) == codes.fold(code)


@pytest.mark.parametrize(
    "typed, reason",
    [
        ("", "empty"),
        ("  -- ", "empty"),
        ("A" * 65, "too_long"),
        ("\ufdfa" * 60, "too_long"),  # one character that NFKC makes 18
        ("A" * 10_000, "too_long"),
        ("<script>", "bad_character"),
        ("LOTUS'", "bad_character"),
        ("莲花", "bad_character"),
        ("LO\x00TUS", "bad_character"),
        ("ß", "bad_character"),
        ("ı", "bad_character"),
    ],
)
def test_texts_that_cannot_be_codes_are_refused_with_their_reason(typed, reason):
    with pytest.raises(codes.CodeFormatError) as caught:
        codes.normalise(typed)
    assert caught.value.reason == reason
    assert codes.diagnose(typed) == "mistyped"


def test_multiplication_is_a_field_so_that_the_check_is_linear():
    multiply = codes._multiply
    for a, b, c in itertools.product(range(32), repeat=3):
        assert multiply(a, b ^ c) == multiply(a, b) ^ multiply(a, c)
    for a in range(1, 32):
        assert sorted(multiply(a, b) for b in range(32)) == list(range(32))


def test_weights_are_distinct_powers_of_the_generator():
    weights = [1]
    while len(weights) < 31:
        weights.append(codes._multiply(weights[-1], 2))
    assert sorted(weights) == list(range(1, 32))


def test_every_single_wrong_character_is_caught():
    """The check is linear, so a slip is caught iff the slip alone has a check sum."""
    for position, slip in itertools.product(range(6), range(1, 32)):
        error = ["0"] * 6
        error[position] = codes.ALPHABET[slip]
        assert not codes.has_valid_check("".join(error))


def test_every_exchange_of_two_characters_is_caught():
    """Exchanging a and b adds a^b at both places, wherever they stand."""
    for (left, right), difference in itertools.product(
        itertools.combinations(range(6), 2), range(1, 32)
    ):
        error = ["0"] * 6
        error[left] = error[right] = codes.ALPHABET[difference]
        assert not codes.has_valid_check("".join(error))


@pytest.mark.parametrize("seed", range(0, 256, 17))
def test_every_slip_and_exchange_in_real_codes_is_told_as_mistyped(seed):
    code = codes.make("GUILD", bytes([seed, seed ^ 0x5A, 255 - seed, 7]))
    assert codes.diagnose(code) == "ok"
    body = code.removeprefix("GUILD-")
    for position, char in itertools.product(range(6), codes.ALPHABET):
        if char != body[position]:
            wrong = body[:position] + char + body[position + 1 :]
            assert codes.diagnose(f"GUILD-{wrong}") == "mistyped"
    for left, right in itertools.combinations(range(6), 2):
        if body[left] != body[right]:
            swapped = list(body)
            swapped[left], swapped[right] = body[right], body[left]
            assert codes.diagnose(f"GUILD-{''.join(swapped)}") == "mistyped"
    for wrong in (body[:-1], body + "0", body[:2] + "U" + body[3:]):
        assert codes.diagnose(f"GUILD-{wrong}") == "mistyped"


def test_all_random_bytes_give_codes_of_the_alphabet_and_25_bits_count():
    assert codes.make("MISSION", bytes([0xFF] * 4)) == "MISSION-ZZZZZ1"
    assert codes.make("MISSION", bytes([0x01, 0xFF, 0xFF, 0xFF])) == "MISSION-ZZZZZ1"
    assert codes.make("MISSION", bytes([0xFE, 0, 0, 1])) == codes.make(
        "MISSION", bytes([0, 0, 0, 1])
    )


@pytest.mark.parametrize("random_bytes", [b"", b"123", b"12345"])
def test_a_code_needs_exactly_four_random_bytes(random_bytes):
    with pytest.raises(ValueError):
        codes.make("INVITE", random_bytes)


def test_vanity_codes_have_no_check_and_keep_their_letters():
    assert codes.diagnose("SALES001") == "unknown_shape"
    assert codes.pretty("sales-001") == "SALES001"
    assert codes.get_kind("SALES001") is None
    assert codes.get_kind("guild-1") == "guild"


@pytest.mark.parametrize("kind, prefix", [("activation", "ACT"), ("gift", "GIFT")])
def test_a_code_of_value_has_sixty_random_bits_and_a_check_character(kind, prefix):
    code = codes.make_valued(kind, bytes(range(8)))
    assert len(code) == len(prefix) + len("-XXXX-XXXX-XXXX-C")
    assert (codes.diagnose(code), codes.get_kind(code)) == ("ok", kind)
    assert codes.pretty(code.lower().replace("-", " ")) == code
    made = {codes.make_valued(kind, (1 << bit).to_bytes(8, "big")) for bit in range(60)}
    assert len(made) == 60
    assert codes.make_valued(kind, b"\xff" * 8).count("Z") == 12


def test_slips_and_exchanges_in_a_code_of_value_are_mistyped():
    code = codes.make_valued("activation", b"\x5a\x13\x77\x42\x99\x01\xee\x35")
    body = codes.fold(code)[3:]
    for position, char in itertools.product(range(13), codes.ALPHABET):
        if char != body[position]:
            wrong = body[:position] + char + body[position + 1 :]
            assert codes.diagnose(f"ACT-{wrong}") == "mistyped"
    for wrong in (body[:-1], body[:-2], body + "0", body + "00"):
        assert codes.diagnose(f"ACT-{wrong}") == "mistyped"


def test_words_that_begin_like_a_code_of_value_are_ordinary_codes():
    for word in ("ACTION", "ACT", "GIFT10", "ACTIVE2026", "GIFTSFORALL"):
        assert (codes.get_kind(word), codes.is_valued(word)) == (None, False)


def test_a_mask_tells_nothing_but_kind_and_check_character():
    code = codes.make_valued("gift", b"\x01\x02\x03\x04\x05\x06\x07\x08")
    assert codes.mask_valued(code) == f"GIFT-****-****-****-{code[-1]}"
