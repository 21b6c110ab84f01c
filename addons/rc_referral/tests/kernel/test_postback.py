import pytest

from odoo.addons.rc_referral.kernel.postback import (
    ATTEMPTS_MAX,
    are_public,
    fill,
    find_problem,
    minutes_to_next,
    sign,
)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://ads.example.com/pb?c={sub}&e={event}&i={id}", None),
        ("https://ads.example.com:443", None),
        ("https://xn--fsq.xn--fiqs8s/a", None),
        ("http://ads.example.com/", "https"),
        ("ftp://ads.example.com/", "https"),
        ("//ads.example.com/", "https"),
        ("", "https"),
        ("https://ads.example.com:8443/", "host"),
        ("https://ads.example.com:99999/", "host"),
        ("https://me:pw@ads.example.com/", "host"),
        ("https://@ads.example.com/", "host"),
        ("https://localhost/", "host"),
        ("https://db.internal/", "host"),
        ("https://127.0.0.1/", "host"),
        ("https://[::1]/", "host"),
        ("https://[::1/", "host"),
        ("https://2130706433/", "host"),
        ("https://0x7f.0x1/", "host"),
        ("https://127.1/", "host"),
        ("https://{sub}.example.com/", "host"),
        ("https://ads..example.com/", "host"),
        ("https://-ads.example.com/", "host"),
        ("https://ads.example.com\\@evil.example/", "text"),
        ("https://ads.example.com/a b", "text"),
        ("https://ads.example.com/\r\nX: y", "text"),
        ("https://ädß.example.com/", "text"),
        ("https://ads.example.com/" + "a" * 1000, "text"),
        ("https://ads.example.com/?m={email}", "macro"),
        ("https://ads.example.com/?m={}", "macro"),
        ("https://ads.example.com/?m={sub", "macro"),
        ("https://ads.example.com/?m=sub}", "macro"),
    ],
)
def test_only_public_https_names_are_called(url, problem):
    assert find_problem(url) == problem


@pytest.mark.parametrize(
    ("addresses", "answer"),
    [
        (["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"], True),
        ([], False),
        (["10.1.2.3"], False),
        (["172.16.0.1"], False),
        (["192.168.1.1"], False),
        (["169.254.169.254"], False),
        (["127.0.0.1"], False),
        (["100.64.0.1"], False),
        (["0.0.0.0"], False),
        (["224.0.0.1"], False),
        (["255.255.255.255"], False),
        (["::1"], False),
        (["fe80::1%eth0"], False),
        (["fd00::1"], False),
        (["::ffff:10.0.0.1"], False),
        (["2002:7f00:1::"], False),
        (["64:ff9b::a00:1"], False),
        (["93.184.216.34", "10.0.0.1"], False),
    ],
)
def test_no_address_of_a_host_may_be_private(addresses, answer):
    assert are_public(addresses) is answer


def test_values_cannot_leave_their_place():
    url = fill("https://a.example/{code}?s={sub}&a={amount}", {"code": "../x", "sub": "1&e=2#{id}"})
    assert url == "https://a.example/..%2Fx?s=1%26e%3D2%23%7Bid%7D&a="


def test_the_signature_covers_time_and_address():
    first = sign("secret", "2026-03-01T12:00:00Z", "https://a.example/")
    assert first == sign("secret", "2026-03-01T12:00:00Z", "https://a.example/")
    assert first != sign("secret", "2026-03-01T12:00:01Z", "https://a.example/")
    assert first != sign("other", "2026-03-01T12:00:00Z", "https://a.example/")
    assert len(first) == 64


def test_tries_end():
    waits = [minutes_to_next(attempt) for attempt in range(1, ATTEMPTS_MAX + 1)]
    assert waits == [1, 5, 30, 120, 720, None]
