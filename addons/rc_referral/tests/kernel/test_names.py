import pytest

from odoo.addons.rc_referral.kernel.names import get_first_name, get_short_name


@pytest.mark.parametrize(
    "name, first, short",
    [
        ("Mia Chen", "Mia", "Mia C."),
        ("Mia", "Mia", "Mia"),
        ("  Ana  de la Cruz ", "Ana", "Ana C."),
        ("陈晓雨", "晓雨", "陈**"),
        ("高明", "明", "高*"),
        ("", "", ""),
    ],
)
def test_only_a_part_of_the_name_is_shown(name, first, short):
    assert (get_first_name(name), get_short_name(name)) == (first, short)


def test_a_company_is_named_in_full():
    assert get_first_name("Lotus Yoga Studio", is_company=True) == "Lotus Yoga Studio"


def test_a_mail_address_used_as_a_name_is_hidden():
    assert get_short_name("miriam@example.com") == "mi…"
