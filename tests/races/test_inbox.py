"""The inbox delivers at least once; what it causes happens once."""

import os
import random
import signal

from odoo import sql_db

from . import pool as processes
from . import tasks, world

CONSUMERS = """
    SELECT id FROM rc_event
     WHERE state = 'todo' AND res_model = 'account.move' AND res_id = %s
     ORDER BY id
"""

# what a paid invoice leaves behind, as texts; invoice → (ledger, kind, sum of amounts, rows)
EFFECTS = """
    SELECT 'points', entry.kind, SUM(entry.amount)::text, COUNT(*)
      FROM rc_point_entry entry WHERE origin_model = 'account.move' AND origin_id = %(move)s
     GROUP BY entry.kind
    UNION ALL
    SELECT 'charge', charge.kind, '0', COUNT(*)
      FROM rc_subscription_charge charge JOIN account_move_line line
        ON line.id = charge.invoice_line_id
     WHERE line.move_id = %(move)s GROUP BY charge.kind
    UNION ALL
    SELECT 'commission', entry.kind, SUM(entry.amount)::text, COUNT(*)
      FROM rc_commission_entry entry
      JOIN rc_commission_award award ON award.id = entry.award_id
      JOIN account_move_line line ON line.id = award.move_line_id
     WHERE line.move_id = %(move)s GROUP BY entry.kind
"""


def effects(move_id):
    return sorted(world.ask(EFFECTS.replace("%(move)s", str(int(move_id)))))


def bound_buyer(number):
    """Return the id of a member whom a promoter of their own brought: a sale to them pays commission.

    A promoter with many sales would rise, and later sales would pay more than the first.
    """
    [buyer] = world.members(1, f"Buyer {number}")
    with world.env() as env:
        promoter = env["res.partner"].create(
            {"name": f"Promoter {number}", "rc_participant_role": "promoter"}
        )
        edges = env["rc.sponsor.edge"]
        edges._bind(env["res.partner"].browse(buyer), promoter, env.cr.now())
    return buyer


def paid_sales(count):
    """Return ids of paid invoices whose events are still in the inbox."""
    buyers = [bound_buyer(number) for number in range(count)]
    with world.env() as env:
        return [world.paid_invoice(env, buyer).id for buyer in buyers]


def test_an_event_served_by_several_processes_at_once_counts_once(pool, few):
    tasks.drain()
    [alone] = paid_sales(1)
    tasks.drain()
    expected = effects(alone)
    assert {row[0] for row in expected} == {"points", "charge", "commission"}, expected
    for move in paid_sales(len(few)):
        events = [row[0] for row in world.ask(CONSUMERS, move)]
        answers = pool.race([("consume", event) for event in events for _again in range(3)])
        assert not [value for word, value in answers if word == "failed"]
        tasks.drain()
        assert effects(move) == expected


def test_a_fact_pushed_by_eight_processes_at_once_is_in_the_inbox_once(pool, few):
    [move] = paid_sales(1)
    tasks.drain()
    for number in few:
        key = f"race:{move}:{number}"
        answers = pool.race([("push", move, key)] * 8)
        assert sorted(word for word, _value in answers) == ["done"] * 8, answers
        [[rows, consumers]] = world.ask(
            "SELECT COUNT(*), COUNT(DISTINCT consumer) FROM rc_event WHERE key = %s", key
        )
        assert rows == consumers == sum(value for _word, value in answers)
    expected = effects(move)
    tasks.drain()
    assert effects(move) == expected


def test_several_processes_draining_one_inbox_do_each_thing_once(pool, few):
    [alone] = paid_sales(1)
    tasks.drain()
    expected = effects(alone)
    moves = paid_sales(len(few))
    answers = pool.race([("drain",)] * 4)
    assert [word for word, _value in answers] == ["done"] * 4, answers
    tasks.drain()
    assert [effects(move) for move in moves] == [expected] * len(moves)
    assert world.ask("SELECT key, consumer, error FROM rc_event WHERE state <> 'done'") == []


def _drain_until_killed(statements):
    """Drain, and kill -9 this process at the given statement, wherever that is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    execute, left = sql_db.Cursor.execute, statements

    def counted(*args, **kwargs):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args, **kwargs)

    sql_db.Cursor.execute = counted
    tasks.drain()
    os._exit(0)


def test_a_drain_killed_at_random_points_ends_like_one_that_was_not(pool):
    """kill -9 in the middle of anything, then again: totals equal an uninterrupted run."""
    [alone] = paid_sales(1)
    tasks.drain()
    expected = effects(alone)
    moves = paid_sales(5)
    [[waiting]] = world.ask("SELECT COUNT(*) FROM rc_event WHERE state = 'todo'")
    assert waiting >= 30
    chance, kills = random.Random(20), 0
    while kills < 40:  # then it may end; an event longer than the longest run would never
        worker = processes.forked(_drain_until_killed, chance.randint(1, 200))
        worker.join(processes.TIMEOUT)
        if worker.exitcode == 0:
            break
        assert worker.exitcode == -signal.SIGKILL
        kills += 1
    tasks.drain()
    assert kills > 3
    assert world.ask("SELECT key, consumer, error FROM rc_event WHERE state <> 'done'") == []
    assert [effects(move) for move in moves] == [expected] * len(moves)
