"""Every scenario file of the repository holds on the engine alone."""

from pathlib import Path

import pytest

from odoo.addons.rc_commission.scenario.command import find_files, run_file
from odoo.addons.rc_commission.scenario.report import as_text
from odoo.addons.rc_commission.scenario.waiting import read_all

FOLDER = Path(__file__).parents[4] / "tests" / "scenarios"
FILES = find_files([FOLDER])
WAITING = read_all(FILES)
# What only the real records know (``odoo scenario`` plays it in CI): file prefix → why, and the
# events and figures of it that the engine alone may answer with "not available". Nothing else.
LIVE = {
    "points-": (
        "lots, limits, debt and earning rules are rows of members' point accounts",
        {"points", "grant_points", "spend_points", "gift_points", "tell_birthday"},
    ),
    "points-earn-own-program": (
        "a partner's own program and its members are records",
        {"open_program", "join_program", "program_points"},
    ),
    "mall-": ("what points buy is handed over by records", {"mall", "points", "grant_points"}),
    "member-cards": ("cards and their codes are rows", {"give_card"}),
    "council-": ("polls and rights of ranks are rows", {"grant_points"}),
    "usage-": ("quotas are stores of the subscription", {"consume", "quota"}),
    "quota-and-tier": ("quotas are stores of the subscription", {"consume", "quota"}),
    "growth-": ("growth and its titles are sums of activities (ADR 12)", {"growth", "rank title"}),
    "ladder-granted-rank": ("members' ladders are rc_membership's", {"rank title", "rank patron"}),
    "ladder-patron-": ("members' ladders are rc_membership's", {"rank patron", "points"}),
    "reward-": (
        "rewards, their conditions and budgets are rows of rc_referral",
        {"rewards", "points", "cash", "bills", "choose", "set_budget", "verify"},
    ),
    "fraud-": ("the screening holds rewards, which are rows of rc_referral", {"rewards"}),
    "mission-": ("missions and their rewards are rows of rc_referral", {"rewards", "points"}),
    "packages-board": ("places of the board are rows", {"points"}),
    "packages-invited-friend": ("points of a package follow its rows", {"points"}),
}
OWN = 45  # files of our own beside the six shared ones, at the least


def test_there_are_enough_of_them_and_each_says_what_it_shows():
    assert len(FILES) - len(WAITING) >= OWN + 4
    shared = {"chain-2-1", "layered-differentials", "packages", "quota-and-tier"}
    shared |= {"second-level-refund", "staff-basic"}
    for path in FILES:
        if path.stem not in shared:
            assert path.read_text(encoding="utf-8").startswith("# "), path.name


def subject(failure):
    """Return an event's word, or the figure's with the ladder of a rank."""
    first, *rest = failure.what.split(" ")
    if first == "event":
        return rest[0]
    return f"rank {rest[-1]}" if first == "rank" else first


def unknown(result):
    """Return what the engine alone has no part in."""
    return {subject(one) for one in result.failures if one.got == {"engine": "not_available"}}


@pytest.mark.parametrize(
    "path", [path for path in FILES if path not in WAITING], ids=lambda path: path.stem
)
def test_every_file_holds_on_the_engine_alone_but_for_what_only_records_know(path):
    result = run_file(path)
    wrong = [one for one in result.failures if one.got != {"engine": "not_available"}]
    assert not wrong, as_text([result], {})
    known = [what for prefix, (_why, what) in LIVE.items() if path.stem.startswith(prefix)]
    assert unknown(result) <= set().union(*known), as_text([result], {})
    assert known or result.checked


@pytest.mark.parametrize("prefix", LIVE)
def test_no_prefix_is_excused_that_need_not_be(prefix):
    files = [path for path in FILES if path.stem.startswith(prefix)]
    assert any(unknown(run_file(path)) for path in files), prefix
