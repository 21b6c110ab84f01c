"""The tree has no circle, however its edges come."""

from . import world

CIRCLES = """
    WITH RECURSIVE up(start, id) AS (
        SELECT member_id, sponsor_id FROM rc_sponsor_edge WHERE ended_at IS NULL
        UNION
        SELECT up.start, edge.sponsor_id FROM rc_sponsor_edge edge
          JOIN up ON up.id = edge.member_id WHERE edge.ended_at IS NULL
    ) SELECT start FROM up WHERE start = id
"""


def bind_in_a_circle(pool, rounds, size):
    for _number in rounds:
        people = world.members(size)
        pairs = zip(people, people[1:] + people[:1], strict=True)
        answers = pool.race([("bind", member, sponsor) for member, sponsor in pairs])
        assert sorted(word for word, _value in answers) == ["done"] * (size - 1) + ["refused"]
        assert world.ask(CIRCLES) == []


def test_of_two_opposite_edges_at_once_one_is_refused(pool, few):
    bind_in_a_circle(pool, few, 2)


def test_of_five_edges_that_would_close_a_circle_at_once_one_is_refused(pool, few):
    bind_in_a_circle(pool, few, 5)


def test_of_two_corrections_that_would_close_a_circle_at_once_one_is_refused(pool, few):
    """Both members have a sponsor already: their edges are ended and replaced."""
    for _number in few:
        above, one, two = world.members(3)
        assert pool.race([("bind", one, above), ("bind", two, above)]) == [("done", above)] * 2
        answers = pool.race([("rebind", one, two), ("rebind", two, one)])
        assert sorted(word for word, _value in answers) == ["done", "refused"], answers
        assert world.ask(CIRCLES) == []


def test_a_member_bound_to_several_sponsors_at_once_has_one(pool, few):
    for _number in few:
        member, *sponsors = world.members(5)
        answers = pool.race([("bind", member, sponsor) for sponsor in sponsors])
        assert [word for word, _value in answers] == ["done"] * 4, answers
        assert len({value for _word, value in answers}) == 1


def test_many_sign_ups_under_one_sponsor_at_once_all_succeed(pool, few):
    """A sponsor everybody comes from must not become a row that everybody waits for."""
    for _number in few:
        sponsor, *crowd = world.members(31)
        answers = pool.race([("bind", member, sponsor) for member in crowd])
        assert answers == [("done", sponsor)] * 30
