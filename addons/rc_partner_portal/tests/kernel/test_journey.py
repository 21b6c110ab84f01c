from datetime import date

from odoo.addons.rc_partner_portal.kernel.journey import STEPS, get_stage, get_steps

CLICK, SIGN_UP, PAID = date(2026, 1, 4), date(2026, 1, 5), date(2026, 3, 1)


def test_all_steps_are_listed_in_the_order_they_happen():
    steps = get_steps({"payment": PAID, "click": CLICK})
    assert [(step.code, step.on) for step in steps] == [
        ("click", CLICK),
        ("sign_up", None),
        ("sale", None),
        ("accrual", None),
        ("bill", None),
        ("payment", PAID),
    ]


def test_nothing_done_has_no_stage():
    assert get_stage({}) is None
    assert get_stage(dict.fromkeys(STEPS)) is None


def test_the_stage_is_the_furthest_step_even_when_an_earlier_one_is_missing():
    assert get_stage({"sign_up": SIGN_UP}) == "sign_up"
    assert get_stage({"sale": PAID, "click": CLICK}) == "sale"
