"""Patterns in what partners' links bring: bought adverts on our name, one hidden source, a sleeper."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

# marks of bought clicks: Google, Microsoft, Baidu, Yandex
_AD_KEYS = ("gclid", "gbraid", "wbraid", "dclid", "msclkid", "bd_vid", "yclid")
_AD_MEDIUMS = ("cpc", "ppc", "sem", "paid", "paidsearch", "paid_search", "paid-search")
_SEARCHES = ("google", "bing", "baidu", "yahoo", "yandex", "duckduckgo", "sogou", "so", "ecosia")
_QUERY_KEYS = ("q", "query", "wd", "p", "text", "keyword", "word")
_SUB_KEYS = ("sub", "subid", "sub_id", "aff_sub")
_SUB_MAX = 64
_TEXT_MAX = 500


def is_brand_ad(args: Mapping[str, str], referrer: str, brands: Iterable[str]) -> bool:
    """Tell whether a click was bought on a search for one of our names.

    :param args: what stands behind the link (utm_term, gclid …)
    :param referrer: the page the visitor came from; a search engine's may tell the words

    >>> is_brand_ad({"gclid": "x", "utm_term": "Rainbow City app"}, "", ["rainbowcity"])
    True
    >>> is_brand_ad({"utm_term": "rainbowcity"}, "", ["rainbowcity"])
    False
    >>> is_brand_ad({"utm_medium": "cpc"}, "https://www.baidu.com/s?wd=%E5%BD%A9%E8%99%B9%E5%9F%8E", ["彩虹城"])
    True
    """
    is_bought = any(args.get(key) for key in _AD_KEYS)
    if not is_bought and (args.get("utm_medium") or "").strip().lower() not in _AD_MEDIUMS:
        return False
    said = _squeeze(" ".join([args.get("utm_term") or "", *_read_query(referrer)])[:_TEXT_MAX])
    names = (_squeeze(brand) for brand in brands)
    return any(len(name) > 1 and name in said for name in names)


def _squeeze(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _read_query(referrer: str) -> list[str]:
    """Return the words somebody searched, where a search engine tells them."""
    try:
        parts = urlsplit(referrer[: 4 * _TEXT_MAX])
        host = parts.hostname or ""
        found = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return []
    if not set(host.split(".")) & set(_SEARCHES):
        return []
    return [text for key in _QUERY_KEYS for text in found.get(key, [])]


def read_sub_id(args: Mapping[str, str]) -> str:
    """Return the sub id behind a link, as one short line.

    >>> read_sub_id({"aff_sub": " team-7 "}), read_sub_id({"sub": "x" * 99}) == "x" * 64, read_sub_id({})
    ('team-7', True, '')
    """
    text = next((args[key] for key in _SUB_KEYS if args.get(key)), "")
    return "".join(char for char in text if char.isprintable()).strip()[:_SUB_MAX]


def sub_percent(clicks: int, of_one: int, least: int) -> int:
    """Return how many per cent of the clicks came by one sub id; zero of fewer than ``least``.

    >>> sub_percent(200, 190, 100), sub_percent(20, 20, 100), sub_percent(0, 0, 0)
    (95, 0, 0)
    """
    return 100 * of_one // clicks if clicks and clicks >= least else 0


def quiet_days(before: datetime | None, woke: datetime | None) -> int:
    """Return how many days lay between the last sign-up and the first of a burst.

    >>> quiet_days(datetime(2026, 1, 1), datetime(2026, 4, 1, 5)), quiet_days(None, None)
    (90, 0)
    """
    if before is None or woke is None or woke <= before:
        return 0
    return (woke - before) // timedelta(days=1)
