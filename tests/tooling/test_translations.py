"""Every term of an addon stands in its Simplified Chinese, too (house rule: complete zh_CN)."""

import pathlib
import re

import polib
import pytest

ADDONS = pathlib.Path(__file__).parents[2] / "addons"
TEMPLATES = sorted(ADDONS.glob("*/i18n/*.pot"))
# brands, codes, paths and abbreviations read the same in both languages
SAME_IN_BOTH = re.compile(r"[A-Z0-9 _/%.-]+|/[a-z]+|https://\S+|RainbowCity|[A-Z][a-z]*\d+")


def faults(template, chinese):
    """Terms that have no translation, and placeholders that the translation lost or invented."""
    translated = {(entry.msgid, entry.msgctxt): entry.msgstr for entry in chinese}
    for entry in template:
        text = translated.get((entry.msgid, entry.msgctxt))
        if not text and not SAME_IN_BOTH.fullmatch(entry.msgid):
            yield f"not translated: {entry.msgid}"
        if text and placeholders(text) != placeholders(entry.msgid):
            yield f"other placeholders: {entry.msgid} → {text}"


def placeholders(text):
    return sorted(re.findall(r"%\(\w+\)[sd]|%[sd]", text.replace("%%", "")))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_each_term_has_its_chinese(path):
    chinese = polib.pofile(str(path.with_name("zh_CN.po")))
    assert sorted(faults(polib.pofile(str(path)), chinese)) == []


def test_a_missing_term_and_a_lost_placeholder_are_found():
    template = [polib.POEntry(msgid=text) for text in ("Tier", "%s points", "ID", "%(a)s of %(b)s")]
    chinese = [
        polib.POEntry(msgid="%s points", msgstr="积分"),
        polib.POEntry(msgid="%(a)s of %(b)s", msgstr="%(b)s 之 %(a)s"),
    ]
    assert list(faults(template, chinese)) == [
        "not translated: Tier",
        "other placeholders: %s points → 积分",
    ]
