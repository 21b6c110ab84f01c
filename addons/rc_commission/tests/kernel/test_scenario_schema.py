"""The JSON Schema of scenario files says what the reader accepts."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from odoo.addons.rc_commission.kernel.plan_file import load_plan, to_json
from odoo.addons.rc_commission.scenario.schema import build_schema

SCHEMA = Path(__file__).parents[2] / "schema" / "scenario.schema.json"
SCENARIOS = sorted((Path(__file__).parents[4] / "tests" / "scenarios").glob("*.yaml"))


def test_the_file_is_what_the_vocabulary_says():
    text = json.dumps(build_schema(), indent=2) + "\n"
    if os.environ.get("RC_WRITE_SCHEMA"):
        SCHEMA.write_text(text, encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == text
    Draft202012Validator.check_schema(build_schema())


def validator():
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_of_the_repository_is_valid(path):
    content = json.loads(to_json(load_plan(path.read_text(encoding="utf-8"))))
    assert [error.message for error in validator().iter_errors(content)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"people": [{"id": "a", "rol": "member"}]},
        {"people": [{"role": "member"}]},
        {"events": [{"at": "2026-01-01", "do": "fly"}]},
        {"events": [{"at": "soon", "do": "settle"}]},
        {"events": [{"at": "2026-01-01", "do": "pay", "who": "a", "itm": "x"}]},
        {"events": [{"at": "2026-01-01", "do": "expect", "cash": {"a": {"hold": 1}}}]},
        {"events": [{"at": "2026-01-01", "do": "settle", "fails": "own_cod"}]},
    ],
    ids=str,
)
def test_what_the_reader_refuses_is_invalid(change):
    content = {"scenario": "s", "currency": "USD", "people": [{"id": "a"}], "events": []}
    assert not list(validator().iter_errors(content))
    assert list(validator().iter_errors(content | change))
