import doctest
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.rc_membership.kernel import golive, opening
from odoo.addons.rc_membership.kernel.golive import (
    AMOUNT,
    CHOICE,
    DATE,
    EMAIL,
    PHONE,
    Column,
    FileSpec,
    circles,
    read_file,
)

SPEC = FileSpec(
    (
        Column("reference", is_required=True),
        Column("name"),
        Column("email", EMAIL),
        Column("phone", PHONE),
        Column("points", AMOUNT),
        Column("nature", CHOICE, choices=("earned", "bought")),
        Column("on", DATE),
    ),
    ("reference",),
)


def read(text, encoding="utf-8"):
    return read_file(text if isinstance(text, bytes) else text.encode(encoding), SPEC)


def problems(text):
    return [(p.line, p.column, p.code) for p in read(text).problems]


def test_examples_in_the_code_are_true():
    assert doctest.testmod(golive).failed == 0
    assert doctest.testmod(opening).failed == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_comma_or_semicolon_with_or_without_bom_and_chinese_names_read_alike(
    encoding, delimiter, end
):
    lines = ["reference,name,points,on", "M1,林小雨,12.50,2026-03-31", "", "M2,“Q”\u3000,,"]
    found = read(end.join(lines).replace(",", delimiter), encoding)
    assert found.problems == ()
    assert [(row.line, dict(row.values)) for row in found.rows] == [
        (
            2,
            {
                "reference": "M1",
                "name": "林小雨",
                "points": Decimal("12.50"),
                "on": date(2026, 3, 31),
            },
        ),
        (4, {"reference": "M2", "name": "“Q”", "points": None, "on": None}),
    ]


def test_a_cell_in_quotes_may_hold_the_delimiter_and_line_numbers_are_those_of_the_editor():
    found = read('reference,name\nM1,"Lin, Luna\nLin"\nM2,x,y\n')
    assert dict(found.rows[0].values) == {"reference": "M1", "name": "Lin, Luna Lin"}
    assert [(p.line, p.code) for p in found.problems] == [(4, "too_many_cells")]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("reference", "", "required"),
        ("name", "=HYPERLINK(1)", "formula"),
        ("name", "@SUM(A1)", "formula"),
        ("name", "-1+1", "formula"),
        ("name", "x" * 201, "too_long"),
        ("email", "mia", "bad_email"),
        ("email", "=a@b.c", "formula"),
        ("phone", "call me", "bad_phone"),
        ("phone", "=1", "formula"),
        ("points", "-5", "negative"),
        ("points", "0.00", "zero"),
        ("points", "1e5", "bad_amount"),
        ("points", "NaN", "bad_amount"),
        ("points", "1 000", "bad_amount"),
        ("points", "=A1", "formula"),
        ("points", "1000000000000", "too_large"),
        ("nature", "given", "bad_choice"),
        ("on", "31.03.2026", "bad_date"),
        ("on", "2026-02-30", "bad_date"),
        ("on", "20260301", "bad_date"),
    ],
)
def test_a_bad_cell_is_told_by_line_and_column(column, cell, code):
    values = {"reference": "M1", column: cell}
    text = ";".join(values) + "\n" + ";".join(f'"{v}"' for v in values.values())
    if column == "reference":
        text = 'reference;name\n"";Mia'
    assert problems(text) == [(2, column, code)]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(1, "", "empty")]),
        (b"PK\x03\x04", [(1, "", "workbook")]),
        ("reference\nM1".encode("utf-16"), [(1, "", "not_utf8")]),
        ("reference,name\nM1,a\nM2,Ren\u00e9".encode("latin-1"), [(3, "", "not_utf8")]),
        (b"reference\n", [(1, "", "no_rows")]),
        (b"name\nMia", [(1, "reference", "missing_column")]),
        (b"reference,colour\nM1,red", [(1, "colour", "unknown_column")]),
        (b"reference,name,name\nM1,a,b", [(1, "name", "column_twice")]),
        (b'reference,name\nM1,"a\n', [(2, "", "bad_quotes")]),
        (b"reference\nM1\nM2\nM1", [(4, "reference", "twice")]),
    ],
)
def test_a_bad_file_says_where(content, found):
    assert problems(content) == found


def test_a_phone_number_with_a_plus_is_no_formula():
    assert read("reference,phone\nM1,+86 138-0000 (0)").rows[0]["phone"] == "+86 138-0000 (0)"


def test_lines_with_problems_are_still_known_by_name():
    found = read("reference,points\nM1,1\nM2,-1")
    assert (len(found.rows), found.names, found.line_count) == (1, {"M1", "M2"}, 2)


def test_a_circle_is_found_however_long_and_wherever_it_is_entered():
    chain = {number: number + 1 for number in range(5000)}
    assert circles(chain) == frozenset()
    assert circles({**chain, 5000: 4000}) == set(range(4000, 5001))
