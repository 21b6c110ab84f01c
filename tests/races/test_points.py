"""Points under concurrency: never below zero, never lost, never twice."""

from . import world

CROWD = 50


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


def test_one_request_sent_by_fifty_processes_spends_once(pool, rounds):
    [partner] = world.members(1)
    account = world.point_account(partner, 100)
    for number in rounds[:5]:
        before = int(world.points_of(account)[0])
        answers = pool.race([("spend", account, 10, f"race:same:{account}:{number}")] * CROWD)
        assert words(answers) == ["done"] * CROWD, answers
        assert world.points_of(account) == (str(before - 10),) * 3


def test_fifty_processes_opening_one_members_account_make_one_account_and_one_card(pool, rounds):
    program = world.program_id()
    for partner in world.members(len(rounds)):
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
