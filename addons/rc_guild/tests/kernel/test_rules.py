"""Who may found, join and leave."""

import dataclasses
from datetime import date

import pytest

from odoo.addons.rc_guild.kernel.rules import (
    Founder,
    FoundingConditions,
    GuildError,
    check_founding,
    check_joining,
    cooling_ends_on,
)

TODAY = date(2026, 1, 12)
ASKED = FoundingConditions(frozenset({"premium", "ultimate", "team"}), 1000, 10)
FIT = Founder("premium", 1000, 11, None, None)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"tier_code": "pro"}, "tier_required"),
        ({"tier_code": None}, "tier_required"),
        ({"points": 999}, "insufficient_points"),
        ({"referrals": 10}, "not_eligible"),
        ({"guild_id": 4}, "limit_reached"),
        ({"free_on": date(2026, 1, 13)}, "cooling_off"),
    ],
)
def test_founding_is_refused_with_its_reason(changed, code):
    with pytest.raises(GuildError) as refusal:
        check_founding(dataclasses.replace(FIT, **changed), ASKED, TODAY, pays_points=True)
    assert refusal.value.code == code


def test_a_fit_founder_is_let_through_on_the_last_day_of_cooling():
    check_founding(dataclasses.replace(FIT, free_on=TODAY), ASKED, TODAY, pays_points=True)


def test_points_are_not_asked_of_somebody_who_pays_money():
    check_founding(dataclasses.replace(FIT, points=0), ASKED, TODAY, pays_points=False)


def test_referrals_are_not_asked_when_the_condition_is_off():
    asked = dataclasses.replace(ASKED, referrals_above=None)
    check_founding(dataclasses.replace(FIT, referrals=0), asked, TODAY, pays_points=True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((True, False, False, None, None), "not_available"),
        ((False, False, True, None, None), "code_required"),
        ((False, True, True, 4, None), "limit_reached"),
        ((True, False, True, None, date(2026, 1, 13)), "cooling_off"),
    ],
)
def test_joining_is_refused_with_its_reason(arguments, code):
    with pytest.raises(GuildError) as refusal:
        check_joining(*arguments, TODAY)
    assert refusal.value.code == code


def test_a_code_opens_a_guild_that_is_not_open():
    check_joining(False, True, True, None, None, TODAY)
    check_joining(True, False, True, None, None, TODAY)


def test_the_cooling_time_counts_from_the_last_leaving():
    days = [date(2026, 1, 5), date(2025, 12, 1)]
    assert cooling_ends_on(days, 7) == TODAY
    assert cooling_ends_on([], 7) is None
