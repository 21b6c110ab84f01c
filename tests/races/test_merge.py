"""Merging two contacts loses nothing, in either direction, also while they earn."""

import pytest

from . import tasks, world

TOTALS = {
    "points": """
        SELECT COALESCE(SUM(available + pending + locked - debt), 0)::int::text
          FROM rc_point_account WHERE partner_id = %s AND active""",
    "commission": """
        SELECT trim_scale(COALESCE(SUM(open), 0))::text, trim_scale(COALESCE(SUM(settled), 0))::text
          FROM rc_commission_account WHERE partner_id = %s AND merged_into_id IS NULL""",
    "guild points": """
        SELECT COALESCE(SUM(entry.points), 0)::text
          FROM rc_guild_entry entry JOIN rc_guild_membership stay ON stay.id = entry.membership_id
         WHERE stay.partner_id = %s""",
    "live guild stays": """
        SELECT COUNT(*)::text FROM rc_guild_membership WHERE partner_id = %s AND left_at IS NULL""",
    "running plans": """
        SELECT COUNT(*)::text FROM rc_subscription
         WHERE partner_id = %s AND state IN ('trial', 'active', 'past_due', 'grace')""",
    "all plans": "SELECT COUNT(*)::text FROM rc_subscription WHERE partner_id = %s",
    "live sponsors": """
        SELECT COUNT(*)::text FROM rc_sponsor_edge WHERE member_id = %s AND ended_at IS NULL""",
    "codes": "SELECT COUNT(*)::text FROM rc_code WHERE partner_id = %s",
    "invoices": "SELECT COUNT(*)::text FROM account_move WHERE partner_id = %s",
}

APPEND_ONLY = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
     WHERE tgname = 'rc_append_only_row' ORDER BY 1
"""


def totals(partner):
    return {
        name: [str(value) for value in world.ask(sql, partner)[0]] for name, sql in TOTALS.items()
    }


def append_only_rows():
    """Return how many rows each table has that may only grow."""
    return {
        table: world.ask(f"SELECT COUNT(*) FROM {table}")[0][0]
        for (table,) in world.ask(APPEND_ONLY)
    }


def rich_members():
    """Return ids of two contacts that have something in every ledger, and of their guild."""
    first, second, sponsor, leader = world.members(4, "Merged")
    with world.env() as env:
        program = env["rc.program"]._get_platform()
        guild = env["rc.guild"].search([("state", "=", "active")], limit=1)
        code = env["res.partner"].browse(sponsor)._rc_ensure_code()[:1]
        for number, partner in enumerate((first, second)):
            contact = env["res.partner"].browse(partner)
            contact._rc_ensure_code()
            contact._rc_bind(code, env.cr.now())
            env["rc.guild.membership"].create(
                {
                    "guild_id": guild.id,
                    "partner_id": partner,
                    "joined_at": "2026-01-01 00:00:00",
                    "left_at": False if number else "2026-01-02 00:00:00",
                }
            )
            account = env["rc.point.account"]._get_or_create(contact, program)
            account._grant(100 + number, f"race:rich:{partner}", "opening")
            world.paid_invoice(env, partner)
    tasks.drain()
    for partner in (first, second):
        with world.env() as env:
            key = (partner, env.company.id, env.company.currency_id.id)
            payee = env["rc.commission.account"]._get_or_create_many([key])[key]
        world.fill_commission([payee], "open", "7.25", f"race:rich:{partner}:open")
        world.fill_commission([payee], "settled", "2.50", f"race:rich:{partner}:settled")
    return first, second


def added(first, second):
    return [str(int(a) + int(b)) for a, b in zip(first, second, strict=True)]


@pytest.mark.parametrize("direction", ["first into second", "second into first"])
def test_a_merge_of_two_contacts_with_everything_loses_nothing(pool, direction):
    people = rich_members()
    source, target = people if direction == "first into second" else reversed(people)
    before, rows = [totals(partner) for partner in people], append_only_rows()
    tasks.merge(source, target)
    tasks.drain()
    after = totals(target)
    assert world.ask("SELECT 1 FROM res_partner WHERE id = %s", source) == []
    for name in ("points", "guild points", "all plans", "codes", "invoices"):
        assert after[name] == added(before[0][name], before[1][name]), name
    assert after["commission"] == ["14.5", "5"]
    for name in ("live guild stays", "running plans", "live sponsors"):
        assert after[name] == ["1"], name
    lost = {t: n for t, n in rows.items() if append_only_rows()[t] < n}
    assert lost == {}
    assert world.ask("SELECT key, error FROM rc_event WHERE state <> 'done'") == []


def test_points_earned_during_a_merge_are_on_the_contact_that_stays(pool, rounds):
    program = world.program_id()
    for number in rounds:
        source, target = world.members(2, "Merging")
        for partner in (source, target):
            world.point_account(partner, 100)
        grants = [
            ("grant", partner, program, 10, f"race:merge:{partner}:{number}:{n}")
            for partner in (source, target)
            for n in range(4)
        ]
        (merged, trace), *answers = pool.race([("merge", source, target), *grants])
        assert merged == "done", trace
        assert not [value for word, value in answers if word == "failed"]
        earned = 10 * sum(value is True for _word, value in answers)
        account = world.ask(
            "SELECT id FROM rc_point_account WHERE partner_id = %s AND active", target
        )
        assert len(account) == 1
        assert world.points_of(account[0][0]) == (str(200 + earned),) * 3
        hidden = world.ask(
            "SELECT available FROM rc_point_account WHERE NOT active AND available > 0"
        )
        assert hidden == []


def test_an_event_about_a_contact_that_was_merged_away_still_counts(pool):
    """Signed up, then merged before the inbox was worked off: the fact follows the person."""
    source, target = world.members(2, "Renamed")
    with world.env() as env:
        partner = env["res.partner"].browse(source)
        env["rc.event"]._push(f"race:signed_up:{source}", "signed_up", partner)
    tasks.merge(source, target)
    tasks.drain()
    left = world.ask(
        "SELECT consumer, error FROM rc_event WHERE key = %s AND state <> 'done'",
        f"race:signed_up:{source}",
    )
    assert left == []
    accounts = world.ask("SELECT id FROM rc_point_account WHERE partner_id = %s AND active", target)
    assert len(accounts) == 1
