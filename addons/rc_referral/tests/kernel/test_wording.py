import pytest

from odoo.addons.rc_referral.kernel.wording import WORDS, find_banned, read_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Come to yoga with me", ()),
        ("We are RECRUITING partners", ("recruit",)),
        ("Ｒｅｃｒｕｉｔ friends", ("recruit",)),
        ("re\u200bcruit", ("recruit",)),
        ("precruit", ()),
        ("Build your down-line", ()),
        ("build your downline, find your upline", ("downline", "upline")),
        ("Multi-Level  Marketing", ("multi-level marketing",)),
        ("multi level marketing", ("multi-level marketing",)),
        ("get\nrich", ("get rich",)),
        ("拉人头", ("拉人头",)),
        ("拉*人 头", ("拉人头",)),
        ("轻松躺赚，零风险！", ("躺赚", "零风险")),
        ("新功能上线了", ()),
        ("", ()),
        ("x" * 100_000, ()),
    ],
)
def test_words_that_advertise_recruiting_are_found(text, found):
    assert find_banned(text, WORDS) == found


def test_an_empty_list_finds_nothing():
    assert find_banned("recruit", ()) == ()
    assert find_banned("recruit", read_words("\n  \n")) == ()


def test_a_word_of_signs_only_is_no_word():
    assert find_banned("anything", ("***", " ")) == ()
