"""The JSON Schema of scenario files, made from the vocabulary.

The test that compares it with ``schema/scenario.schema.json`` writes the file anew when
``RC_WRITE_SCHEMA`` is set.
"""

from .vocabulary import (
    ANSWERS,
    CASH_STATES,
    EVENTS,
    GUILD_FIGURES,
    PERIODS,
    POINT_STATES,
    REFUSALS,
    REGION_LEVELS,
    REWARD_FIGURES,
    ROLES,
    ROUTES,
    SIDES,
    TIERS,
    Key,
)

AMOUNT = {"$ref": "#/$defs/amount"}
SIGNED = {"$ref": "#/$defs/signed"}
TEXT = {"type": "string"}
DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
AT = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?$",
    "description": "A date (12:00 UTC), or a date with a time (UTC unless it says otherwise).",
}
COUNT = {"type": "integer", "minimum": 1}
TEXTS = {"type": "object", "additionalProperties": TEXT}
REGION = {
    "type": "object",
    "properties": dict.fromkeys(REGION_LEVELS, TEXT),
    "additionalProperties": False,
}
LINES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"item": TEXT, "quantity": COUNT, "amount": AMOUNT},
        "required": ["item"],
        "additionalProperties": False,
    },
}


def _of_people(inner: dict) -> dict:
    return {"type": "object", "additionalProperties": inner}


def _states(names) -> dict:
    return {
        "type": "object",
        "properties": dict.fromkeys(names, SIGNED),
        "additionalProperties": False,
    }


def _or_null(inner: dict) -> dict:
    return {"anyOf": [inner, {"type": "null"}]}


KINDS = {
    "person": TEXT,
    "newcomer": TEXT,
    "order": TEXT,
    "key": TEXT,
    "text": TEXT,
    "amount": AMOUNT,
    "count": COUNT,
    "day": DAY,
    "region": REGION,
    "lines": LINES,
    "ranks": TEXTS,
    "rank": {"anyOf": [TEXT, TEXTS]},
    "expect_cash": _of_people(_states(CASH_STATES)),
    "expect_rewards": _of_people(_states(REWARD_FIGURES)),
    "expect_votes": _of_people(_states(ANSWERS)),
    "expect_points": _of_people(_states(POINT_STATES)),
    "expect_rank": _of_people(_of_people(_or_null(TEXT))),
    "expect_tier": _of_people({"enum": list(TIERS)}),
    "expect_quota": _of_people(_of_people({"anyOf": [SIGNED, {"const": "unlimited"}]})),
    "expect_bills": _of_people(SIGNED),
    "expect_growth": _of_people(SIGNED),
    "expect_pool": _of_people(SIGNED),
    "expect_until": _of_people(_or_null(AT)),
    "expect_guild": _of_people(_states(GUILD_FIGURES)),
    "expect_people": _of_people(_or_null(TEXT)),
    "expect_lead": _of_people(
        {
            "type": "object",
            "properties": {"won": {"type": "boolean"}, "salesperson": _or_null(TEXT)},
            "additionalProperties": False,
        }
    ),
    "expect_program_points": _of_people(_of_people(SIGNED)),
    "expect_price": {"anyOf": [SIGNED, _of_people(SIGNED)]},
}

PERSON = {
    "type": "object",
    "properties": {
        "id": TEXT,
        "role": {"enum": list(ROLES)},
        "sponsor": TEXT,
        "parent": TEXT,
        "manager": TEXT,
        "placement": _or_null(TEXT),
        "side": {"enum": list(SIDES)},
        "tier": {"enum": list(TIERS)},
        "country": TEXT,
        "region": REGION,
        "joined": AT,
        "ranks": TEXTS,
        "training": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
        "team": TEXT,
        "route": {"enum": list(ROUTES)},
        "kyc": {"type": "boolean"},
        "company": {"anyOf": [TEXT, {"type": "boolean"}]},
    },
    "required": ["id"],
    "additionalProperties": False,
}


def build_schema() -> dict:
    """Return the schema of a scenario file; an editor checks with it while one types."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://github.com/rainbowcity-network/odoo-network/scenario.schema.json",
        "title": "Scenario: a small world, dated events, and what must hold",
        "type": "object",
        "properties": {
            "scenario": TEXT,
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "plans": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
            "plan_files": {
                "description": "Plan files, as in plan.schema.json.",
                "type": ["array", "object"],
            },
            "rules": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
            "rates": _of_people({"anyOf": [AMOUNT, _of_people(AMOUNT)]}),
            "people": {"type": "array", "items": PERSON},
            "events": {"type": "array", "items": {"oneOf": [_event(do) for do in EVENTS]}},
        },
        "required": ["scenario", "currency", "events"],
        "additionalProperties": False,
        "$defs": {
            "amount": {
                "description": "A decimal, best in quotes; never below zero.",
                "anyOf": [
                    {"type": "number", "minimum": 0},
                    {"type": "string", "pattern": r"^\d*\.?\d+$"},
                ],
            },
            "signed": {
                "description": "A decimal, best in quotes.",
                "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d*\.?\d+$"}],
            },
        },
    }


def _event(do: str) -> dict:
    keys = EVENTS[do]
    properties = {"at": AT, "do": {"const": do}}
    properties |= {name: _value(key) for name, key in keys.items()}
    if do != "expect":
        properties["fails"] = {"enum": list(REFUSALS)}
    return {
        "type": "object",
        "properties": properties,
        "required": ["at", "do", *(name for name, key in keys.items() if key.required)],
        "additionalProperties": False,
    }


def _value(key: Key) -> dict:
    return {"enum": list(key.choices or PERIODS)} if key.kind == "choice" else KINDS[key.kind]
