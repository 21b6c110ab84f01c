import pytest

from odoo.addons.rc_referral.kernel.visitors import is_bot, is_page_view

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    "agent",
    [
        f"{PHONE} Mobile/15E148 MicroMessenger/8.0.48(0x1800302b) NetType/WIFI Language/zh_CN",
        f"{PHONE} Mobile/21E236 Instagram 325.0.0.34.90 (iPhone13,2; iOS 17_4; en_US)",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/124.0 Mobile WhatsApp/2.24.8",
        f"{PHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/456.0.0.39.103]",
        f"{PHONE} Version/17.4 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0",
    ],
)
def test_people_in_browsers_and_in_apps_are_people(agent):
    assert not is_bot(agent)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "   ",
        "WhatsApp/2.23.20.0 A",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "curl/8.5.0",
        "python-requests/2.31.0",
        "TelegramBot (like TwitterBot)",
        "Slackbot-LinkExpanding 1.0",
    ],
)
def test_machines_are_bots(agent):
    assert is_bot(agent)


@pytest.mark.parametrize(
    "method, headers, expected",
    [
        ("GET", {}, True),
        ("GET", {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}, True),
        ("HEAD", {}, False),
        ("POST", {}, False),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}, False),
        ("GET", {"Purpose": "prefetch"}, False),
        ("GET", {"X-Purpose": "preview"}, False),
        ("GET", {"X-Moz": "prefetch"}, False),
        ("GET", {"Sec-Fetch-Dest": "iframe"}, False),
        ("GET", {"Sec-Fetch-Dest": "image"}, False),
        ("GET", {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "cross-site"}, False),
        ("GET", {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}, True),
    ],
)
def test_only_a_page_opened_by_the_visitor_is_a_page_view(method, headers, expected):
    assert is_page_view(method, headers) is expected
