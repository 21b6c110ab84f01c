"""Scenario files are read strictly: a slip is named with its line and what was probably meant."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from odoo.addons.rc_commission.kernel.errors import PlanError
from odoo.addons.rc_commission.scenario.file import describe, load_scenario
from odoo.addons.rc_commission.scenario.types import AS_SPONSOR, Figure, Line
from odoo.addons.rc_commission.scenario.vocabulary import EVENTS

SCENARIOS = Path(__file__).parents[4] / "tests" / "scenarios"

BASE = """scenario: small
currency: USD
people:
  - {id: ann, role: promoter}
  - {id: bob, sponsor: ann}
events:
"""


def a_scenario(*events, base=BASE):
    return load_scenario(base + "".join(f"  - {event}\n" for event in events))


def problem(*events, base=BASE):
    with pytest.raises(PlanError) as caught:
        a_scenario(*events, base=base)
    return describe(caught.value)


def test_the_files_of_the_repository_are_read():
    names = [load_scenario(path.read_text()).name for path in SCENARIOS.glob("*.yaml")]
    assert len(names) >= 6 and all(names)


def test_a_payment_is_read_with_its_defaults():
    [event] = a_scenario("{at: 2026-01-05, do: pay, who: bob, item: pro-month, key: o1}").events
    assert event.at == datetime(2026, 1, 5, 12)
    assert event.args == {"who": "bob", "key": "o1", "lines": (Line("pro-month", 1, None),)}
    assert (event.fails, event.line) == (None, 7)


def test_amounts_are_exact_however_they_are_written():
    [event] = a_scenario(
        '{at: 2026-01-05, do: pay, who: bob, item: x, amount: 10.10, paid: "3"}'
    ).events
    assert event.args["lines"][0].amount == Decimal("10.10")
    assert event.args["paid"] == Decimal("3")


def test_a_time_of_day_is_utc():
    [event] = a_scenario("{at: '2026-01-05T23:30:00+02:00', do: advance}").events
    assert event.at == datetime(2026, 1, 5, 21, 30)


def test_what_is_expected_is_read_to_single_figures():
    [event] = a_scenario(
        '{at: 2026-01-05, do: expect, cash: {bob: {held: "5.00", debt: 0}}, '
        "rank: {ann: {sales: null}}, placement: {bob: ann, ann: null}, price: 1.43}"
    ).events
    assert event.figures == (
        Figure("cash", ("bob", "held"), Decimal("5.00")),
        Figure("cash", ("bob", "debt"), Decimal(0)),
        Figure("rank", ("ann", "sales"), None),
        Figure("placement", ("bob",), "ann"),
        Figure("placement", ("ann",), None),
        Figure("price", (), Decimal("1.43")),
    )


def test_who_signs_up_does_not_exist_before():
    scenario = a_scenario("{at: 2026-01-05, do: signup, who: cy, code: '@ann'}")
    assert [(p.id, p.signs_up) for p in scenario.people] == [
        ("ann", False),
        ("bob", False),
        ("cy", True),
    ]


def test_a_place_of_ones_own_is_told_from_none_given():
    base = BASE.replace("{id: ann, role: promoter}", "{id: ann, placement: null}")
    ann, bob = a_scenario("{at: 2026-01-05, do: advance}", base=base).people
    assert (ann.placement, bob.placement) == (None, AS_SPONSOR)


def test_rates_hold_from_their_day():
    base = BASE.replace("people:", 'rates: {EUR: {2026-01-01: "0.90"}, CNY: "7"}\npeople:')
    rates = a_scenario("{at: 2026-01-05, do: advance}", base=base).rates
    assert rates == {
        "EUR": {date(2026, 1, 1): Decimal("0.90")},
        "CNY": {date.min: Decimal(7)},
    }


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            "{at: 2026-01-05, do: pay, who: bob, itm: pro-month}",
            'line 7: events[0].itm: unknown key "itm"; did you mean "item"?',
        ),
        (
            "{at: 2026-01-05, do: payy, who: bob}",
            'line 7: events[0].do: "payy" is not possible here; did you mean "pay"?',
        ),
        (
            "{at: 2026-01-05, do: pay, who: bobb, item: x}",
            'line 7: events[0].who: "bobb" is nobody of this scenario; did you mean "bob"?',
        ),
        (
            "{at: 2026-01-05, do: refund, order: o1}",
            'line 7: events[0].order: no earlier event has the key "o1"',
        ),
        (
            "{at: 2026-01-05, do: expect, cash: {ann: {hold: 1}}}",
            'line 7: events[0].cash.ann.hold: unknown key "hold"; did you mean "held"?',
        ),
        (
            "{at: 2026-01-05, do: pay, who: bob}",
            'line 7: events[0]: "item" is missing',
        ),
        (
            "{at: 2026-01-05, do: pay, who: bob, item: x, amount: -5}",
            'line 7: events[0].amount: "-5" is not an amount; write it like "5.00"',
        ),
        (
            "{at: soon, do: settle}",
            "line 7: events[0].at: a date, or a date with a time belongs here",
        ),
        (
            "{at: 2026-01-05, do: signup, who: bob, fails: own_cod}",
            'line 7: events[0].fails: "own_cod" is not possible here; did you mean "own_code"?',
        ),
    ],
)
def test_a_slip_is_named_with_its_line_and_a_suggestion(event, said):
    assert problem(event).startswith(said)


def test_time_never_goes_back():
    said = problem("{at: 2026-01-05, do: settle}", "{at: 2026-01-04, do: settle}")
    assert said.startswith("line 8: events[1].at: 2026-01-04 12:00:00 is before the event above")


def test_unknown_keys_of_the_world_and_of_people_are_refused():
    assert "unknown key" in problem("{at: 2026-01-05, do: settle}", base="plan: x\n" + BASE)
    base = BASE.replace("role: promoter", "rol: promoter")
    assert problem("{at: 2026-01-05, do: settle}", base=base) == (
        'line 4: people[0].rol: unknown key "rol"; did you mean "role"?'
    )


def test_a_plan_that_is_not_shipped_is_refused():
    base = BASE.replace("people:", "plans: [promoter]\npeople:")
    assert problem("{at: 2026-01-05, do: settle}", base=base) == (
        'line 3: plans[0]: there is no plan "promoter"; did you mean "promoters"?'
    )


def test_plans_may_stand_in_the_file():
    inline = "plan_files: [{plan: own, name: Own, currency: USD, rules: []}]\npeople:"
    scenario = a_scenario("{at: 2026-01-05, do: settle}", base=BASE.replace("people:", inline))
    assert list(scenario.definitions) == ["own"]


def test_a_circle_of_sponsors_is_refused():
    base = BASE.replace("{id: ann, role: promoter}", "{id: ann, sponsor: bob}")
    assert '"ann" stands above themselves' in problem("{at: 2026-01-05, do: settle}", base=base)


def test_every_event_of_the_format_is_known_and_what_we_added():
    assert set(EVENTS) == set(
        "signup touch pay pay_more bounce refund chargeback chargeback_won cancel renew check_in "
        "activity consume buy_package spend_points sell_points campaign make_codes redeem mission "
        "pickup found_guild join_guild close settle withdraw payout dispute resolve grant_rank "
        "set_region advance expect "
        # ours, beside the fixed ones
        "coupon deal lead claim correct_sponsor change_sponsor link_rule "
        "change_plan resume try_plan give_days verify choose set_budget "
        "grant_points return_points lock_points unlock_points "
        "mall gift_points convert_points begin_payment end_payment "
        "gift give_card take_card open_poll vote close_poll tell_birthday "
        "open_program join_program".split()
    )
