"""A birthday is kept once a year, also by who was born on the 29th of February."""

from datetime import date

import pytest

from odoo.addons.rc_membership.kernel.birthdays import last_birthday


@pytest.mark.parametrize(
    ("born", "today", "day"),
    [
        ((1990, 5, 4), (2027, 5, 4), (2027, 5, 4)),
        ((1990, 5, 4), (2027, 5, 10), (2027, 5, 4)),
        ((1990, 5, 4), (2027, 5, 11), None),
        ((1990, 5, 4), (2027, 5, 3), None),
        ((2000, 2, 29), (2027, 3, 1), (2027, 2, 28)),
        ((2000, 2, 29), (2028, 2, 28), None),
        ((2000, 2, 29), (2028, 2, 29), (2028, 2, 29)),
        ((1990, 12, 28), (2027, 1, 2), (2026, 12, 28)),
        ((2027, 5, 4), (2027, 5, 4), None),
    ],
)
def test_the_birthday_of_the_last_week(born, today, day):
    assert last_birthday(date(*born), date(*today), 7) == (day and date(*day))
