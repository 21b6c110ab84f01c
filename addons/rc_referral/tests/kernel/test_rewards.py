from odoo.addons.rc_referral.kernel.rewards import Given, Step, next_step


def play(*situations, points=100):
    """Apply (is_due, points of the rule then) one after the other; return the entries."""
    given = []
    for is_due, rule_points in situations:
        step = next_step("key", given, is_due, rule_points)
        if step:
            given.append(Given(step.key, step.points))
    return [entry.points for entry in given]


def test_what_is_due_is_given_once_however_often_it_is_asked():
    assert play((True, 100), (True, 100), (True, 250)) == [100]


def test_what_is_no_longer_due_is_taken_back_once():
    assert play((True, 100), (False, 100), (False, 100)) == [100, -100]


def test_what_falls_due_again_is_given_again_in_the_first_amount():
    assert play((True, 100), (False, 100), (True, 999)) == [100, -100, 100]


def test_nothing_is_taken_that_was_never_given_and_no_points_are_no_step():
    assert play((False, 100)) == []
    assert play((True, 0)) == []


def test_each_step_has_a_key_of_its_own():
    assert next_step("k", [Given("k|0", 5), Given("k|1", -5)], True, 5) == Step("k|2", 5)
