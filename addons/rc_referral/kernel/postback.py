"""Server postback: a participant's own server is told of a conversion, without anybody's data."""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlsplit

MACROS = ("event", "id", "code", "sub", "amount", "currency", "time")
URL_MAX = 1000
ATTEMPTS_MAX = 6
_MINUTES = (1, 5, 30, 120, 720)


def find_problem(url: str) -> str | None:
    """Return why an address cannot be called, as a word; None where it can.

    Only https on the usual port, to a name with a dot, without login; macros stand behind the host.

    >>> find_problem("https://ads.example.com/pb?e={event}&c={sub}")
    >>> find_problem("http://ads.example.com/"), find_problem("https://10.0.0.1/")
    ('https', 'host')
    """
    if len(url) > URL_MAX or not url.isascii() or any(not char.isprintable() for char in url):
        return "text"
    if " " in url or "\\" in url:
        return "text"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "host"
    if parts.scheme != "https":
        return "https"
    if parts.username is not None or parts.password is not None or port not in (None, 443):
        return "host"
    if not _is_name(host):
        return "host"
    return None if set(_macros_of(url)) <= set(MACROS) else "macro"


def _is_name(host: str) -> bool:
    """Tell whether it is a name of the public internet, not an address or a name of ours."""
    labels = host.split(".")
    if len(labels) < 2 or not all(
        label and label.strip("-") == label and all(c.isalnum() or c == "-" for c in label)
        for label in labels
    ):
        return False
    is_number = labels[-1].isdigit() or labels[-1].startswith("0x")
    return not is_number and labels[-1] not in ("local", "localhost", "internal", "lan", "home")


def _macros_of(url: str) -> list[str]:
    """Return what stands in braces; a brace without its pair is an empty name."""
    names = []
    for part in url.split("{")[1:]:
        name, brace, rest = part.partition("}")
        names.append(name if brace and "}" not in rest else "")
    return names if "}" not in url.split("{")[0] else ["", *names]


def fill(url: str, values: Mapping[str, str]) -> str:
    """Return the address with its macros filled in, each quoted as one value.

    >>> fill("https://a.example/?s={sub}&e={event}", {"sub": "a&b/ü", "event": "sale"})
    'https://a.example/?s=a%26b%2F%C3%BC&e=sale'
    """
    for name in MACROS:
        url = url.replace("{" + name + "}", quote(str(values.get(name) or ""), safe=""))
    return url


def are_public(addresses: Iterable[str]) -> bool:
    """Tell whether all addresses of a host lie in the public internet (none is not).

    >>> are_public(["93.184.216.34"]), are_public(["93.184.216.34", "127.0.0.1"]), are_public([])
    (True, False, False)
    """
    found = [ipaddress.ip_address(address.partition("%")[0]) for address in addresses]
    return bool(found) and all(_is_public(address) for address in found)


def _is_public(address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if mapped is not None:
        return _is_public(mapped)
    if getattr(address, "teredo", None) is not None or str(address).startswith("64:ff9b:"):
        return False
    return address.is_global and not address.is_multicast


def sign(secret: str, stamp: str, url: str) -> str:
    """Return the signature of a call: HMAC-SHA256 over ``<stamp>.<url>``, as hex."""
    return hmac.new(secret.encode(), f"{stamp}.{url}".encode(), hashlib.sha256).hexdigest()


def minutes_to_next(attempts: int) -> int | None:
    """Return how long to wait after so many attempts that failed; None: it is given up.

    >>> minutes_to_next(1), minutes_to_next(5), minutes_to_next(6)
    (1, 720, None)
    """
    if attempts >= ATTEMPTS_MAX:
        return None
    return _MINUTES[attempts - 1]
