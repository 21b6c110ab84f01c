"""Rights under concurrency: a quota of five never serves six, a key never counts twice."""

import datetime

from . import world

CROWD = 20
NOON = "2026-03-{:02d} 12:00:00"


def words(answers):
    return [word for word, _value in answers]


def counted(partner_id):
    """Return (uses, sum of uses, sum of counters) of somebody, as texts."""
    [row] = world.ask(
        """
        SELECT COUNT(*), trim_scale(COALESCE(SUM(amount), 0))::text,
               (SELECT trim_scale(COALESCE(SUM(used), 0))::text FROM rc_entitlement_counter
                 WHERE partner_id = %s AND next_id IS NULL)
          FROM rc_entitlement_use WHERE partner_id = %s
        """,
        partner_id,
        partner_id,
    )
    return row


def test_twenty_processes_on_a_quota_of_five_are_served_five_times(pool, rounds):
    for number, partner in zip(rounds, world.members(len(rounds), "Consumer"), strict=True):
        at = NOON.format(1 + number % 28)
        answers = pool.race(
            [
                ("use_right", partner, "chat", 1, f"race:five:{partner}:{n}", at)
                for n in range(CROWD)
            ]
        )
        assert sorted(words(answers)) == ["done"] * 5 + ["refused"] * 15, answers
        assert sorted(value for word, value in answers if word == "done") == list("01234")
        assert all("Chat: 0 left" in value for word, value in answers if word == "refused")
        assert counted(partner) == (5, "5", "5")


def test_one_use_delivered_by_twenty_processes_counts_once(pool, few):
    for number, partner in zip(few, world.members(len(few), "Consumer"), strict=True):
        at = NOON.format(1 + number % 28)
        answers = pool.race([("use_right", partner, "chat", 2, f"race:key:{partner}", at)] * CROWD)
        assert words(answers) == ["done"] * CROWD, answers
        assert {value for _word, value in answers} == {"3"}
        assert counted(partner) == (1, "2", "2")


def test_twenty_processes_on_a_stock_and_a_quota_take_both_up_and_no_more(pool, few):
    people = world.members(len(few), "Consumer")
    for partner in people:
        world.give_stock(partner, "chat", 4)
        at = NOON.format(9)
        answers = pool.race(
            [
                ("use_right", partner, "chat", 1, f"race:both:{partner}:{n}", at)
                for n in range(CROWD)
            ]
        )
        assert sorted(words(answers)) == ["done"] * 9 + ["refused"] * 11, answers
        assert counted(partner)[:2] == (9, "9")


def test_uses_during_an_upgrade_are_all_carried(pool, few):
    """Pro's one self-reflection and Premium's three: whoever is first, three are served in all."""
    for partner in world.members(len(few), "Upgrader"):
        begin = datetime.date(2026, 3, 1)
        world.subscribe(partner, "pro-month", begin)
        first = ("use_right", partner, "self_reflection", 1, f"race:up:{partner}", NOON.format(5))
        assert words(pool.race([first])) == ["done"]
        world.change_plan(partner, "premium-month", datetime.date(2026, 3, 9))
        at = NOON.format(10)
        answers = pool.race(
            [
                ("use_right", partner, "self_reflection", 1, f"race:up:{partner}:{n}", at)
                for n in range(CROWD)
            ]
        )
        assert sorted(words(answers)) == ["done"] * 2 + ["refused"] * 18, answers
        assert counted(partner) == (3, "3", "3")


def test_a_use_given_back_by_twenty_processes_is_given_back_once(pool, few):
    for partner in world.members(len(few), "Consumer"):
        key = f"race:back:{partner}"
        pool.race([("use_right", partner, "chat", 2, key, NOON.format(9))])
        answers = pool.race([("release", key, NOON.format(9))] * CROWD)
        assert words(answers) == ["done"] * CROWD, answers
        assert counted(partner) == (2, "0", "0")


def test_the_race_is_real_a_count_then_an_insert_serves_too_many(pool, rounds):
    """The control: the same crowd on the textbook mistake, which serves more than there is."""
    world.ask("CREATE TABLE race_naive_use (member int); SELECT 1")
    served = 0
    try:
        for number in rounds[:3]:
            answers = pool.race([("naive_consume", number, 5)] * CROWD)
            served += sum(value for _word, value in answers)
    finally:
        world.ask("DROP TABLE race_naive_use; SELECT 1")
    assert served > 5 * len(rounds[:3])
