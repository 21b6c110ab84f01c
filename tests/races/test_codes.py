"""Codes under concurrency: a limit holds whoever comes at once, and no code is a hot row."""

from . import world

CROWD = 50
WAVES = 6


def a_code(number, **values):
    with world.env() as env:
        owner = env["res.partner"].create({"name": f"Owner {number}"})
        code = env["rc.code"].create({"kind": "invite", "partner_id": owner.id, **values})
        return code.id


def words(answers):
    return sorted(word for word, _value in answers)


def live_uses(code_id):
    with world.env() as env:
        return env["rc.code"].browse(code_id).use_count


def test_of_fifty_carts_with_one_single_use_code_one_wins(pool, rounds):
    people = world.members(CROWD)
    for number in rounds:
        code = a_code(number, use_limit=1)
        answers = pool.race([("code", "use", code, who, f"race:{code}:{who}") for who in people])
        assert words(answers) == ["done"] + ["refused"] * (CROWD - 1), answers
        assert len({value for word, value in answers if word == "refused"}) == 1
        assert live_uses(code) == 1


def test_three_hundred_uses_of_a_campaign_limited_to_a_hundred_are_a_hundred(pool, rounds):
    """Three participants' codes, one limit of their campaign; each wave is fifty at once."""
    people = world.members(CROWD)
    for number in rounds:
        with world.env() as env:
            campaign = env["utm.campaign"].create({"name": f"race{number}", "rc_use_limit": 100}).id
        owned = [a_code(f"{number}.{part}", campaign_id=campaign) for part in range(3)]
        answers = []
        for wave in range(WAVES):
            codes = [owned[(wave + place) % 3] for place in range(CROWD)]
            answers += pool.race(
                [
                    ("code", "use", code, who, f"race:{campaign}:{wave}:{who}")
                    for code, who in zip(codes, people, strict=True)
                ]
            )
        assert words(answers) == ["done"] * 100 + ["refused"] * 200
        assert sum(map(live_uses, owned)) == 100


def test_one_person_at_once_in_many_carts_stays_within_the_own_limit(pool, few):
    [who] = world.members(1)
    for number in few:
        code = a_code(number, use_limit_per_person=2)
        answers = pool.race([("code", "use", code, who, f"race:{code}:{n}") for n in range(10)])
        assert words(answers) == ["done"] * 2 + ["refused"] * 8, answers


def test_a_storm_on_an_unlimited_code_waits_for_nobody(pool, rounds):
    people = world.members(CROWD)
    for number in rounds:
        code = a_code(number)
        answers = pool.race(
            [("code_once", "use", code, who, f"race:{code}:{who}") for who in people]
        )
        assert answers == [("done", 0)] * CROWD
        assert live_uses(code) == CROWD


def test_a_use_given_back_by_many_at_once_comes_back_once(pool, few):
    first, second, third = world.members(3)
    for number in few:
        code = a_code(number, use_limit=1)
        pool.race([("code", "use", code, first, f"race:{code}:first")])
        answers = pool.race([("code", "give_back", f"race:{code}:first")] * 10)
        assert sorted(value for _word, value in answers) == [False] * 9 + [True]
        answers = pool.race([("code", "use", code, w, f"race:{code}:{w}") for w in (second, third)])
        assert words(answers) == ["done", "refused"]


def test_a_limiter_counts_over_all_workers(pool, few):
    for number in few:
        answers = pool.race([("code", "hit", f"race{number}", "10.0.0.1", 10)] * CROWD)
        assert [word for word, _value in answers] == ["done"] * CROWD
        assert sum(value for _word, value in answers) <= 10
        answers = pool.race([("code", "hit", f"race{number}", "10.0.0.2", 10)])
        assert answers == [("done", True)]


def test_a_code_is_redeemed_or_replaced_and_never_both(pool, few):
    buyer, taker = world.members(2)
    for number in few:
        batch, code, text = world.sold_code(buyer, f"race:{number}:{buyer}")
        pool.race([("code", "redeem", text, taker), ("code", "replace", batch, code)] * 2)
        with world.env() as env:
            made = env["rc.activation.batch"].browse(batch)
            live = made.code_ids.filtered("active")
            assert len(live) == 1, "one code was paid, one is worth something"
