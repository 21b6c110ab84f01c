from datetime import datetime

import pytest

from odoo.addons.rc_referral.kernel.fraud import Signal, decide
from odoo.addons.rc_referral.kernel.fraud_patterns import (
    is_brand_ad,
    quiet_days,
    read_sub_id,
    sub_percent,
)

GOOGLE = "https://www.google.co.uk/search?q=rainbow+city+coupon"


@pytest.mark.parametrize(
    ("args", "referrer", "answer"),
    [
        ({"gclid": "x", "utm_term": "rainbow city"}, "", True),
        ({"gclid": "x", "utm_term": "RainbowCity-app"}, "", True),
        ({"gclid": "x"}, GOOGLE, True),
        ({"utm_medium": "CPC "}, GOOGLE, True),
        ({"msclkid": "x", "utm_term": "彩虹城 下载"}, "", True),
        ({"bd_vid": "x"}, "https://www.baidu.com/s?wd=%E5%BD%A9%E8%99%B9%E5%9F%8E", True),
        ({"gclid": "x", "utm_term": "ai companion"}, "", False),
        ({"utm_term": "rainbow city"}, GOOGLE, False),
        ({"gclid": ""}, GOOGLE, False),
        ({"gclid": "x"}, "https://evil.example/search?q=rainbow+city", False),
        ({"gclid": "x"}, "https://[::1", False),
        ({"gclid": "x"}, "https://google.com/?" + "&".join(["q=a"] * 99), False),
        ({}, "", False),
    ],
)
def test_an_advert_on_our_name_is_bought_and_searched(args, referrer, answer):
    assert is_brand_ad(args, referrer, ["RainbowCity", "彩虹城"]) is answer


def test_one_letter_and_nothing_are_no_names():
    assert not is_brand_ad({"gclid": "x", "utm_term": "a - b"}, "", ["a", "", "-"])


@pytest.mark.parametrize(
    ("args", "text"),
    [({"sub": "a"}, "a"), ({"subid": "b\n\t"}, "b"), ({"sub": "", "aff_sub": "c"}, "c"), ({}, "")],
)
def test_a_sub_id_is_one_short_line(args, text):
    assert read_sub_id(args) == text


@pytest.mark.parametrize(
    ("clicks", "of_one", "percent"), [(100, 80, 80), (99, 99, 0), (1000, 809, 80), (0, 0, 0)]
)
def test_few_clicks_say_nothing_of_where_they_come_from(clicks, of_one, percent):
    assert sub_percent(clicks, of_one, 100) == percent


@pytest.mark.parametrize(
    ("before", "woke", "days"),
    [
        (datetime(2026, 1, 1), datetime(2026, 4, 1), 90),
        (datetime(2026, 1, 1), datetime(2026, 3, 31, 23, 59), 89),
        (datetime(2026, 4, 1), datetime(2026, 1, 1), 0),
        (None, datetime(2026, 1, 1), 0),
        (datetime(2026, 1, 1), None, 0),
    ],
)
def test_who_slept_is_told_in_whole_days(before, woke, days):
    assert quiet_days(before, woke) == days


def test_what_somebody_asks_for_is_looked_at_whatever_it_weighs():
    assert decide([Signal("by_hand")], 90, 100).word == "review"
    assert decide([Signal("brand")], 90, 100).word == "pass"
