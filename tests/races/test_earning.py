"""Earning and the mall under concurrency: one check-in a day, one last item, caps that hold."""

import datetime

from . import world

CROWD = 20


def words(answers):
    return sorted(word for word, _value in answers)


def a_capped_rule(number):
    with world.env() as env:
        return (
            env["rc.point.rule"]
            .create(
                {
                    "name": "Race",
                    "code": f"race_{number}_{datetime.datetime.now().timestamp()}",
                    "program_id": world.program_id(),
                    "event": "activity",
                    "activity_kind": "race",
                    "points": 3,
                    "cap_day": 10,
                    "cap_month": 100,
                }
            )
            .id
        )


def an_item(number, **values):
    with world.env() as env:
        return (
            env["rc.mall.item"]
            .create(
                {
                    "name": "Race",
                    "code": f"race_{number}_{datetime.datetime.now().timestamp()}",
                    "program_id": world.program_id(),
                    "kind": "virtual",
                    "virtual_kind": "badge",
                    "price": 10,
                    **values,
                }
            )
            .id
        )


def test_of_twenty_clicks_at_once_one_checks_in(pool, few):
    for partner in world.members(len(few)):
        answers = pool.race([("earning", "check_in", partner)] * CROWD)
        assert words(answers) == ["done"] + ["refused"] * (CROWD - 1), answers
        rows = world.ask("SELECT day::text, streak FROM rc_checkin WHERE partner_id = %s", partner)
        earned = world.ask(
            "SELECT COUNT(*), SUM(points)::int FROM rc_point_earning WHERE partner_id = %s", partner
        )
        assert (rows, earned) == ([("2026-03-02", 1)], [(1, 1)])


def test_a_cap_of_ten_holds_against_twenty_facts_of_three(pool, few):
    rule = a_capped_rule("cap")
    for partner in world.members(len(few)):
        account = world.point_account(partner, 0)
        answers = pool.race([("earning", "earn", rule, partner, n) for n in range(CROWD)])
        assert words(answers) == ["done"] * CROWD, answers
        assert sorted(value for _word, value in answers) == [0] * 16 + [1, 3, 3, 3]
        assert world.points_of(account) == ("10", "10", "10")


def test_the_last_item_is_bought_by_one_of_twenty(pool, few):
    for number in few:
        item = an_item(number, is_limited=True, stock=1)
        partners = world.members(CROWD)
        for partner in partners:
            world.point_account(partner, 10)
        answers = pool.race([("earning", "buy", item, p, f"race:{item}:{p}") for p in partners])
        assert words(answers) == ["done"] + ["refused"] * (CROWD - 1), answers
        [(sold, orders)] = world.ask(
            "SELECT sold, (SELECT COUNT(*) FROM rc_mall_order WHERE item_id = item.id)"
            " FROM rc_mall_item item WHERE id = %s",
            item,
        )
        assert (sold, orders) == (1, 1)


def test_of_what_each_member_may_have_once_twenty_requests_of_one_member_get_one(pool, few):
    for number, partner in enumerate(world.members(len(few))):
        item = an_item(f"one_{number}", member_max=1)
        account = world.point_account(partner, 1000)
        answers = pool.race(
            [("earning", "buy", item, partner, f"race:{item}:{n}") for n in range(CROWD)]
        )
        assert words(answers) == ["done"] + ["refused"] * (CROWD - 1), answers
        assert world.points_of(account) == ("990", "990", "990")


def test_gifts_of_one_member_at_once_stay_under_the_limit_of_the_day(pool, few):
    for _number in few:
        giver, receiver = world.members(2)
        source, target = world.point_account(giver, 5000), world.point_account(receiver, 0)
        answers = pool.race(
            [("earning", "give", giver, receiver, 300, f"race:{giver}:{n}") for n in range(CROWD)]
        )
        assert words(answers) == ["done"] * 3 + ["refused"] * (CROWD - 3), answers
        assert world.points_of(source)[0] == "4100"
        assert world.points_of(target) == ("900", "900", "900")
