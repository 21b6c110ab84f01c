"""Names as far as a stranger may read them."""

import re

_CJK = re.compile(r"^[\u3400-\u9fff\uf900-\ufaff]{2,4}$")


def get_first_name(name: str, is_company: bool = False) -> str:
    """Return the name by which an inviter is introduced; a company has only its full name.

    >>> get_first_name("Mia Chen"), get_first_name("陈晓雨"), get_first_name("Lotus Yoga", True)
    ('Mia', '晓雨', 'Lotus Yoga')
    """
    name = name.strip()
    if is_company:
        return name
    if _CJK.match(name):
        return name[1:]
    return name.split()[0] if name else ""


def get_short_name(name: str) -> str:
    """Return first name and initial.

    >>> get_short_name("Mia van Chen"), get_short_name("Mia"), get_short_name("陈晓雨")
    ('Mia C.', 'Mia', '陈**')
    """
    name = name.strip()
    if _CJK.match(name):
        return name[0] + "*" * (len(name) - 1)
    words = name.split()
    if len(words) < 2:
        return _hide_address(name)
    return f"{words[0]} {words[-1][0].upper()}."


def _hide_address(name: str) -> str:
    """Return a name that is a mail address without its host (sign-up without a name)."""
    local, at, _host = name.partition("@")
    return f"{local[:2]}…" if at else name
