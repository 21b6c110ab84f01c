"""Playing scenarios: what is told of one that holds, of one that does not, and of one that waits."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from odoo.addons.rc_commission.scenario.command import run_file
from odoo.addons.rc_commission.scenario.engine_side import EngineSide
from odoo.addons.rc_commission.scenario.file import load_scenario
from odoo.addons.rc_commission.scenario.report import as_json, as_text, judge
from odoo.addons.rc_commission.scenario.runner import Result, run
from odoo.addons.rc_commission.scenario.waiting import read_waiting

ROOT = Path(__file__).parents[4]
FILE = """scenario: ten percent
currency: USD
plan_files:
  - {plan: own, name: Own, currency: USD, rules: [{id: direct, on: payment, pay: {to: sponsor, level: 1}, rate: 10%}]}
people:
  - {id: ann}
  - {id: bob, sponsor: ann}
events:
  - {at: 2026-01-05, do: pay, who: bob, item: pro-month, amount: "20.00", key: o}
"""


def play(*events):
    scenario = load_scenario(FILE + "".join(f"  - {event}\n" for event in events), "x.yaml")
    return run(scenario, [EngineSide(scenario)])


class OtherSide(EngineSide):
    """A side that miscounts by a cent."""

    name = "other"

    def cash(self, who, today):
        found = super().cash(who, today)
        found["USD"]["held"] += Decimal("0.01")
        return found


def test_a_file_that_holds_passes():
    result = play('{at: 2026-01-05, do: expect, cash: {ann: {held: "2.00"}}}')
    assert result.is_passed and (result.events, result.checked) == (2, 2)


def test_a_wrong_figure_is_told_with_its_line_and_the_awards_behind_it():
    result = play('{at: 2026-01-05, do: expect, cash: {ann: {held: "3.00", debt: 0}}}')
    [failure] = result.failures
    assert (failure.line, failure.what) == (10, "cash ann held")
    assert (failure.expected, failure.got) == ("3.00", {"engine": "2.00"})
    assert "own.direct on o:1: full award 2.00" in failure.why[0]
    text = as_text([result], {})
    assert "FAILED  x.yaml: ten percent" in text
    assert text.endswith(f"0 passed, 1 failed, 0 waiting; {result.checked} checks in 0 s")
    told = json.loads(as_json([result], {}))
    assert told["failed"] == 1 and told["files"][0]["failures"][0]["got"] == {"engine": "2.00"}


def test_a_disagreement_of_the_sides_is_found_without_being_asked_for():
    scenario = load_scenario(FILE, "x.yaml")
    result = run(scenario, [EngineSide(scenario), OtherSide(scenario)])
    assert {failure.what for failure in result.failures} == {
        "cash ann at the end",
        "cash bob at the end",
    }


def test_a_refusal_that_is_expected_passes_and_one_that_is_not_ends_the_file():
    own = "{at: 2026-01-06, do: pay, who: bob, item: pro-month, code: '@bob'%s}"
    assert play(own % ", fails: own_code").is_passed
    result = play(own % "", "{at: 2026-01-07, do: settle}")
    assert result.code == "own_code" and result.events == 2
    result = play(own % ", fails: unknown_code")
    assert result.failures[0].expected == "refused: unknown_code"
    result = play("{at: 2026-01-06, do: settle, fails: kyc_missing}")
    assert result.failures[0].got == {"engine": "done"}


def test_a_circle_is_refused_with_its_code():
    result = play("{at: 2026-01-06, do: signup, who: ann, code: '@bob', fails: cycle}")
    assert result.is_passed


def test_a_broken_file_is_a_result_and_stops_no_other(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("scenario: x\ncurrency: USD\nevents: [{at: 2026-01-01, do: settel}]\n")
    result = run_file(path)
    assert 'did you mean "settle"?' in result.failures[0].got[""]
    result = run_file(tmp_path / "missing.yaml")
    assert not result.is_passed


def test_a_waiting_file_that_passes_everywhere_is_an_error():
    passed, alone = Result("a.yaml", is_whole=True), Result("a.yaml")
    assert judge(passed, "Later") == "failed"
    assert judge(alone, "Later") == "waits"
    assert "take it off the waiting list" in as_text([passed], {Path("a.yaml"): "Later"})


def test_every_waiting_file_is_there_and_names_an_issue():
    folder = ROOT / "tests" / "scenarios"
    waiting = read_waiting(folder)
    assert [name for name in waiting if not (folder / name).exists()] == []


def test_the_examples_of_the_documentation_hold():
    text = (ROOT / "docs" / "user" / "scenarios.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        scenario = load_scenario(example)
        assert run(scenario, [EngineSide(scenario)]).failures == []


def test_exchange_follows_the_rates_of_the_file():
    text = FILE.replace("people:", 'rates: {EUR: "0.50"}\npeople:')
    scenario = load_scenario(
        text + "  - {at: 2026-01-06, do: pay, who: bob, item: pro-month, currency: EUR}\n"
    )
    side = EngineSide(scenario)
    for event in scenario.events:
        side.due(event)
        side.play(event)
    # 15.00 of the list are 7.50 EUR, and those are 15.00 USD again
    assert side.cash("ann", date(2026, 1, 6))["USD"]["held"] == Decimal("3.50")
