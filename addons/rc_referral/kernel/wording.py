"""Words that material shared in public must not have: those that advertise recruiting.

Earning from recruiting people, instead of from sales, is what anti-pyramid laws forbid; a page or a
card that promises it is evidence. A company's list is a text, one word or phrase a line.
"""

import re
import unicodedata
from collections.abc import Iterable

WORDS = (
    "recruit",
    "downline",
    "upline",
    "pyramid",
    "MLM",
    "multi-level marketing",
    "network marketing",
    "get rich",
    "passive income",
    "residual income",
    "unlimited income",
    "guaranteed income",
    "guaranteed earnings",
    "financial freedom",
    "quit your job",
    "ground floor opportunity",
    "per head",
    "for every person you bring",
    "拉人头",
    "人头费",
    "入门费",
    "下线",
    "发展会员赚",
    "招代理",
    "招募代理",
    "团队计酬",
    "多级分销",
    "三级分销",
    "传销",
    "躺赚",
    "躺赢",
    "稳赚",
    "暴富",
    "暴利",
    "被动收入",
    "财务自由",
    "日入过万",
    "月入过万",
    "零风险",
)
_CJK = "\u3400-\u9fff\uf900-\ufaff"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}])[\W_]+(?=[{_CJK}])")
_DASHES = re.compile(r"[\s\-_\u2010-\u2015.·*]+")


def read_words(text: str) -> tuple[str, ...]:
    """Return the words of a list, one a line; blank lines do not count.

    >>> read_words("recruit\\n\\n 拉人头 ")
    ('recruit', '拉人头')
    """
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def find_banned(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``words`` that ``text`` has, in the order of the list.

    Case, full-width letters, invisible characters, dashes, and what is put between Chinese characters
    make no difference. A word in Latin letters is found where a word begins ("recruit" in
    "recruiting", not in "precruit"), a Chinese one anywhere.

    >>> find_banned("Re\u200bcruiting is fun. 拉*人 头!", ("recruit", "拉人头", "MLM"))
    ('recruit', '拉人头')
    """
    folded = _fold(text)
    return tuple(word for word in words if _has(folded, _fold(word)))


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    return _DASHES.sub(" ", _BETWEEN_CJK.sub("", visible)).strip()


def _has(text: str, word: str) -> bool:
    if not word:
        return False
    before = r"(?<!\w)" if word[0].isascii() else ""
    return bool(re.search(before + re.escape(word), text))
