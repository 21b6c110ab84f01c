import pytest

from odoo.addons.rc_referral.kernel import code_file, codes, table

HEAD = "code,owner,valid_from,expires_on,use_limit,landing_page\n"


def problems(line):
    return [(p.column, p.kind) for p in code_file.read(HEAD + line)[1]]


@pytest.mark.parametrize(
    "line, wrong",
    [
        ("LOTUS,a@b.c,,,,", []),
        ("lotus-one,a@b.c,2026-01-01,2026-02-01,100,/shop", []),
        ("INVITE-4K7M2F,a@b.c,,,,", []),
        ("INVITE-4K7M2Z,a@b.c,,,,", [("code", "bad_code")]),
        ("GUILD-000000,a@b.c,,,,", [("code", "bad_code")]),
        ("花,a@b.c,,,,", [("code", "bad_code")]),
        ("=cmd()|x,a@b.c,,,,", [("code", "formula")]),
        ("LOTUS,@SUM(A1),,,,", [("owner", "formula")]),
        ("LOTUS,,,,,", [("owner", "missing")]),
        (",a@b.c,,,,", [("code", "missing")]),
        ("LOTUS,a@b.c,1.2.2026,,,", [("valid_from", "bad_date")]),
        ("LOTUS,a@b.c,2026-02-01,2026-02-01,,", [("expires_on", "dates_reversed")]),
        ("LOTUS,a@b.c,,,many,", [("use_limit", "bad_number")]),
        ("LOTUS,a@b.c,,,100001,", [("use_limit", "bad_number")]),
        ("LOTUS,a@b.c,,,,\nL0TUS,a@b.c,,,,", [("code", "twice")]),
    ],
)
def test_each_mistake_of_a_line_is_told(line, wrong):
    assert problems(line) == wrong


def test_a_good_line_is_read_with_its_types():
    [line], wrong = code_file.read("\ufeff" + HEAD + "lotus one,a@b.c,2026-01-01,,5,/x\n\n")
    assert wrong == []
    assert (line.number, line.values["code"], line.values["use_limit"]) == (2, "LOTUSONE", 5)
    assert "expires_on" not in line.values


def test_the_head_is_checked_first():
    kinds = [(p.number, p.column, p.kind) for p in code_file.read("code,colour\nA,b")[1]]
    assert kinds == [(1, "owner", "missing_column"), (1, "colour", "unknown_column")]
    assert code_file.read("")[1][0].kind == "missing_column"
    too_long = HEAD + "X,a@b.c,,,,\n" * (code_file.LINES_MAX + 1)
    assert code_file.read(too_long)[1][-1].kind == "too_long"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\0=1"])
def test_no_cell_runs_in_a_spreadsheet(text):
    assert table.safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text, claimable",
    [("SARA", True), ("sara-2026", True), ("1SARA", False), ("SAR", False), ("S" * 21, False),
     ("GUILDS", False), ("MISSIONX", False), ("莎拉", False), ("ACTION", True)],
)  # fmt: skip
def test_what_staff_may_claim(text, claimable):
    assert codes.is_claimable(text) is claimable
