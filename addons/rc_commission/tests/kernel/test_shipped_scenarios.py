"""Every scenario file of the repository holds on the engine alone."""

from pathlib import Path

import pytest

from odoo.addons.rc_commission.scenario.command import find_files, run_file
from odoo.addons.rc_commission.scenario.report import as_text
from odoo.addons.rc_commission.scenario.waiting import read_all

FOLDER = Path(__file__).parents[4] / "tests" / "scenarios"
FILES = find_files([FOLDER])
WAITING = read_all(FILES)
# points, rights and growth of members: only the real records know them (``odoo scenario`` in CI)
LIVE = ("points-", "mall-", "usage-", "growth-", "ladder-", "quota-and-tier")
LIVE += ("packages-board", "packages-invited-friend")
OWN = 45  # files of our own beside the six shared ones, at the least


def test_there_are_enough_of_them_and_each_says_what_it_shows():
    assert len(FILES) - len(WAITING) >= OWN + 4
    shared = {"chain-2-1", "layered-differentials", "packages", "quota-and-tier"}
    shared |= {"second-level-refund", "staff-basic"}
    for path in FILES:
        if path.stem not in shared:
            assert path.read_text(encoding="utf-8").startswith("# "), path.name


@pytest.mark.parametrize(
    "path", [path for path in FILES if path not in WAITING], ids=lambda path: path.stem
)
def test_the_engine_alone_contradicts_no_file(path):
    """Of what it has no part in, it says so; everything else holds."""
    result = run_file(path)
    if not path.stem.startswith(LIVE):
        assert result.is_passed, as_text([result], {})
        assert result.checked
    wrong = [one for one in result.failures if one.got != {"engine": "not_available"}]
    assert not wrong, as_text([result], {})
