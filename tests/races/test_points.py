"""Points under concurrency: never below zero, never lost, never twice."""

from . import world

CROWD = 50
LAST = "race:lots:{}:{}:2"  # the bought points, which are spent last


def words(answers):
    return [word for word, _value in answers]


def test_of_fifty_processes_spending_ten_of_a_hundred_points_exactly_ten_succeed(pool, rounds):
    [partner] = world.members(1)
    account = world.point_account(partner, 0)
    for number in rounds:
        with world.env() as env:
            env["rc.point.account"].browse(account)._grant(100, f"race:fill:{number}", "fill")
        answers = pool.race([("spend", account, 10, f"race:{number}:{n}") for n in range(CROWD)])
        assert sorted(words(answers)) == ["done"] * 10 + ["refused"] * 40, answers
        assert all("points are available" in v for word, v in answers if word == "refused")
        assert world.points_of(account) == ("0", "0", "0")


def test_fifty_spends_over_several_lots_draw_each_point_once(pool, few):
    [partner] = world.members(1)
    account = world.point_account(partner, 0)
    for number in few:
        with world.env() as env:
            for lot, nature in enumerate(("earned", "bonus", "bought", "earned", "bonus")):
                env["rc.point.account"].browse(account)._grant(
                    21, f"race:lots:{account}:{number}:{lot}", "fill", nature=nature
                )
        answers = pool.race(
            [("spend", account, 10, f"race:lots:{account}:{number}:{n}") for n in range(CROWD)]
        )
        assert sorted(words(answers)) == ["done"] * 10 + ["refused"] * 40, answers
        with world.env() as env:
            env["rc.point.account"].browse(account)._take_back(
                5,
                f"race:lots:{account}:{number}:rest",
                "rest",
                grant_key=LAST.format(account, number),
            )
        drawn = world.ask(
            """
            SELECT SUM(draw.amount)::int, COUNT(DISTINCT draw.entry_id)
              FROM rc_point_draw draw JOIN rc_point_entry entry ON entry.id = draw.entry_id
             WHERE entry.key LIKE %s AND entry.kind = 'spend'
            """,
            f"race:lots:{account}:{number}:%",
        )
        assert drawn == [(100, 10)]
        assert world.points_of(account) == ("0", "0", "0")


def test_fifty_spends_at_once_stay_within_the_limit_of_the_day(pool, few):
    with world.env() as env:
        program = env["rc.program"]._get_platform()
        before = program.point_spend_day
        program.point_spend_day = 50
    try:
        for number, partner in zip(few, world.members(len(few)), strict=True):
            account = world.point_account(partner, 1000)
            answers = pool.race(
                [("spend", account, 10, f"race:limit:{account}:{n}") for n in range(CROWD)]
            )
            assert sorted(words(answers)) == ["done"] * 5 + ["refused"] * 45, (number, answers)
            assert world.points_of(account) == ("950",) * 3
    finally:
        with world.env() as env:
            env["rc.program"]._get_platform().point_spend_day = before


def test_one_request_sent_by_fifty_processes_spends_once(pool, few):
    [partner] = world.members(1)
    account = world.point_account(partner, 100)
    for number in few:
        before = int(world.points_of(account)[0])
        answers = pool.race([("spend", account, 10, f"race:same:{account}:{number}")] * CROWD)
        assert words(answers) == ["done"] * CROWD, answers
        assert world.points_of(account) == (str(before - 10),) * 3


def test_fifty_processes_opening_one_members_account_make_one_account_and_one_card(pool, few):
    program = world.program_id()
    for partner in world.members(len(few)):
        answers = pool.race([("open_account", partner, program)] * CROWD)
        assert words(answers) == ["done"] * CROWD, answers
        assert len({value for _word, value in answers}) == 1
        cards = world.ask("SELECT COUNT(*) FROM loyalty_card WHERE partner_id = %s", partner)
        accounts = world.ask("SELECT COUNT(*) FROM rc_point_account WHERE partner_id = %s", partner)
        assert (accounts, cards) == ([(1,)], [(1,)])


def test_the_race_is_real_a_sum_then_an_insert_overspends(pool, rounds):
    """The control: the same crowd on the textbook mistake, which takes more than there is."""
    world.ask("CREATE TABLE race_naive (wallet int, amount numeric); SELECT 1")
    spent = 0
    try:
        for number in rounds[:3]:
            world.ask("INSERT INTO race_naive VALUES (%s, 100); SELECT 1", number)
            answers = pool.race([("naive_spend", number, 10)] * CROWD)
            spent += 10 * sum(value for _word, value in answers)
    finally:
        world.ask("DROP TABLE race_naive; SELECT 1")
    assert spent > 100 * len(rounds[:3])
