"""Ladders, what follows a sale, and the moves in the placement tree."""

from datetime import date
from fractions import Fraction

import pytest

from odoo.addons.rc_commission.kernel.engine import Engine
from odoo.addons.rc_commission.kernel.facts import make_facts
from odoo.addons.rc_commission.kernel.ranks import progress
from odoo.addons.rc_commission.kernel.received import ShareStep
from odoo.addons.rc_commission.kernel.types import Person, RankChange
from odoo.addons.rc_commission.kernel.world import World
from odoo.addons.rc_membership.kernel.periods import Period

from .builders import line, plan, sale, shipped

JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


class Story:
    """A world, its plans, and sales that are paid at once."""

    def __init__(self, *plans, **sponsors):
        self.world = World()
        self.plans = plans
        self.engine = Engine(self.world)
        self.paid = {}
        self.number = 0
        for member, sponsor in sponsors.items():
            self.join(member, sponsor)

    def join(self, member, sponsor=None, role="promoter", **values):
        number = len(self.world.people)
        self.world.people[member] = Person(member, role, number=number, **values)
        if sponsor:
            self.world.bind(member, sponsor, date(2026, 1, 1))

    def pay(self, buyer, on=date(2026, 1, 5), net="499", **values):
        self.number += 1
        one = line(self.number, net, **values)
        seller = self.world.above("sponsor", buyer)
        rates = {"USD": Fraction(1), "CNY": Fraction(1)}
        key = f"o{self.number}"
        order = sale(one, buyer=buyer, seller=seller, on=on, order_key=key, exchange=rates)
        outcomes = self.engine.credit(order, self.plans)
        facts = make_facts(order, [ShareStep(on, {one.key: Fraction(1)})], self.world, on)
        more = self.engine.advance(facts, self.plans, on, order)
        for _plan, outcome in (*outcomes, *more.outcomes):
            for award in outcome.awards:
                self.paid[award.payee] = self.paid.get(award.payee, 0) + award.amount
        return order, more.effects

    def rank(self, person, ladder, number=0):
        return self.world.rank(self.plans[number].ladder(ladder), person)

    def close(self, period, kind="month"):
        return self.engine.close(kind, period, self.plans).effects


def a_ladder(*ranks, **keys):
    return plan([{"rate": "1%"}], ladders={"l": list(ranks)}, **keys)


def needs(count, period="month", **keys):
    return {"all": [{"metric": "direct_paid", "period": period, "at_least": count}], **keys}


STEPS = ({"rank": "low"}, {"rank": "mid", **needs(1)}, {"rank": "high", **needs(2)})


def test_a_rank_rises_at_once_with_its_figures_and_falls_at_the_close():
    story = Story(a_ladder(*STEPS), up=None, a="up", b="up")
    assert story.rank("up", "l") == "low"
    _order, effects = story.pay("a")
    assert effects.ranks == (
        RankChange(
            "up", "l", "mid", "low", date(2026, 1, 5), "met", "test", {"direct_paid month": "1"}
        ),
    )
    story.pay("b", on=date(2026, 2, 3))
    assert story.rank("up", "l") == "mid"  # one in each month
    assert story.close(JANUARY).ranks == ()  # January's figure holds for February
    story.close(FEBRUARY)
    assert story.rank("up", "l") == "mid"
    changes = story.close(Period(date(2026, 3, 1), date(2026, 4, 1))).ranks
    assert [(change.person, change.rank, change.cause) for change in changes] == [
        ("up", "low", "close")
    ]


def test_what_the_new_period_has_reached_already_counts_when_a_close_comes_late():
    story = Story(a_ladder(*STEPS), up=None, a="up", b="up")
    story.pay("a")
    story.pay("b", on=date(2026, 3, 2))
    story.close(JANUARY)
    assert story.close(FEBRUARY).ranks == ()


@pytest.mark.parametrize(
    "keys, after_two_bad_months", [({}, "low"), ({"grace": 2}, "mid"), ({"demote": False}, "mid")]
)
def test_grace_and_no_demotion_soften_the_fall(keys, after_two_bad_months):
    story = Story(a_ladder({"rank": "low"}, {"rank": "mid", **needs(1), **keys}), up=None, a="up")
    story.pay("a")
    for month in (1, 2, 3):
        story.close(Period(date(2026, month, 1), date(2026, month + 1, 1)))
    assert story.rank("up", "l") == after_two_bad_months
    story.close(Period(date(2026, 4, 1), date(2026, 5, 1)))
    if keys == {"grace": 2}:
        assert story.rank("up", "l") == "low"


def test_granted_ranks_stand_until_changed_and_may_rise():
    story = Story(a_ladder(*STEPS), up=None, a="up", b="up")
    story.engine.grant(RankChange("up", "l", "mid", "low", date(2026, 1, 1), "grant"), story.plans)
    story.close(JANUARY)
    assert story.rank("up", "l") == "mid"
    story.pay("a", on=date(2026, 2, 1))
    story.pay("b", on=date(2026, 2, 1))
    assert story.rank("up", "l") == "high"


def test_after_makes_a_lower_rank_necessary():
    own = {"metric": "own_purchases", "at_least": 1}
    ladder = ({"rank": "agent", "all": [own]}, {"rank": "boss", "after": "agent", **needs(1)})
    story = Story(a_ladder(*ladder), up=None, a="up")
    story.pay("a")
    assert story.rank("up", "l") is None
    story.pay("up", on=date(2026, 1, 6))
    assert story.rank("up", "l") == "boss"


def test_only_the_ladders_roles_rise_and_hold_the_lowest_rank():
    story = Story(a_ladder(*STEPS, roles=["staff"]), up=None, a="up")
    story.pay("a")
    assert story.rank("up", "l") is None


def test_no_sale_earns_by_the_rank_it_causes():
    table = {"by": "rank", "ladder": "l", "table": {"low": "10%", "mid": "20%"}}
    rules = [{"pay": {"to": "sponsor"}, "rate": table}]
    story = Story(plan(rules, ladders={"l": list(STEPS[:2])}), up=None, a="up", b="up")
    story.pay("a", net="100")
    story.pay("b", net="100")
    assert story.paid == {"up": 30}


def test_a_rank_met_by_a_tier_before_the_sale_counts_for_it():
    ladder = [{"rank": "junior"}, {"rank": "top", "all": [{"tier": "ultimate"}]}]
    table = {"by": "rank", "ladder": "l", "table": {"junior": "10%", "top": "20%"}}
    story = Story(plan([{"pay": {"to": "sponsor"}, "rate": table}], ladders={"l": ladder}))
    story.join("up", tier="ultimate")
    story.join("a", "up")
    _order, effects = story.pay("a", net="100")
    assert story.paid == {"up": 20}
    assert [change.rank for change in effects.ranks] == ["top"]


def test_progress_says_what_is_between_somebody_and_the_next_rank():
    story = Story(a_ladder(*STEPS), up=None, a="up")
    rules = story.plans[0]
    story.pay("a")
    found = progress(story.world, rules, rules.ladder("l"), "up", date(2026, 1, 6))
    assert found["rank"] == "high"
    row = found["requirements"][0]
    assert (row["value"], row["wanted"], row["part"], row["met"]) == ("1", "2", "1/2", False)
    story.world.set_rank(RankChange("up", "l", "high", None, date(2026, 1, 6), "grant"))
    assert progress(story.world, rules, rules.ladder("l"), "up", date(2026, 1, 6)) is None


def test_milestones_pay_once_when_a_sale_reaches_them():
    rules = [
        {
            "on": "reach",
            "pay": {"to": "sponsor"},
            "of": {"metric": "direct_paid"},
            "rate": {"by": "milestone", "table": {"2": "50.00", "3": "150.00"}},
        }
    ]
    story = Story(plan(rules), up=None, a="up", b="up", c="up")
    found = []
    for buyer in ("a", "a", "b", "c", "c"):
        story.pay(buyer)
        found.append(story.paid.get("up", 0))
    assert found == [0, 0, 50, 200, 200]


# ------------------------------------------------------------------
# Facts
# ------------------------------------------------------------------


def steps(*rows):
    return [
        ShareStep(date(2026, 1, day), {"account.move.line:1": Fraction(share)}, Fraction(paid))
        for day, share, paid in rows
    ]


def columns(facts):
    return [(f.on.day, str(f.net), f.opens, f.orders, f.first, f.first_of_tier) for f in facts]


def test_facts_follow_the_share_and_count_orders_when_they_are_fully_paid():
    world = World([Person("buyer"), Person("up")], sponsors={"buyer": "up"})
    one = sale(line(1, "100", tier="pro"))
    history = steps((5, "1/2", "1/2"), (6, "1", "1"), (7, "3/4", "1"), (8, "0", "0"))
    facts = make_facts(one, history, world, date(2026, 1, 9))
    assert columns(facts) == [
        (5, "50", 1, 0, 0, 0),
        (6, "50", 0, 1, 1, 1),
        (7, "-25", 0, 0, 0, 0),
        (8, "-75", -1, -1, -1, -1),
    ]
    assert {fact.sponsor for fact in facts} == {"up"}
    for fact in facts:
        world.add_fact(fact)
    assert make_facts(one, history, world, date(2026, 1, 9)) == ()
    assert [f.key for f in facts] == [f"account.move.line:1|{n}" for n in (1, 2, 3, 4)]


def test_a_mixed_order_counts_once_for_each_tier_product_and_kind_it_has():
    world = World([Person("buyer"), Person("up")], sponsors={"buyer": "up"})
    mixed = sale(
        line(1, "5", product="bag", kind="other"),
        line(2, "25", product="month", tier="pro"),
        line(3, "70", product="year", tier="pro"),
    )
    keys = [item.key for item in mixed.lines]

    def count(**only):
        name = next(iter(only), None)
        column = f"orders_of_{name}" if name else "orders"
        return [
            int(
                world.sum_facts(
                    "buyer", "buyer", column, date(2026, 1, a), date(2026, 1, b), **only
                )
            )
            for a, b in ((5, 6), (6, 7), (7, 9))
        ]

    history = [
        ShareStep(date(2026, 1, 5), dict.fromkeys(keys, Fraction(1)), Fraction(1)),
        ShareStep(date(2026, 1, 6), dict(zip(keys, map(Fraction, (1, 0, 1)), strict=True)), Fraction(1)),
        ShareStep(date(2026, 1, 8), dict.fromkeys(keys, Fraction(0)), Fraction(0)),
    ]  # fmt: skip
    for fact in make_facts(mixed, history, world, date(2026, 1, 9)):
        world.add_fact(fact)
    assert (count(), count(product="bag"), count(kind="other")) == ([1, 0, -1],) * 3
    assert (count(tier="pro"), count(product="year")) == ([1, 0, -1],) * 2
    assert count(product="month") == [1, -1, 0]  # its line was credited, the order still has pro
    assert count(tier="team") == [0, 0, 0]


def test_a_past_that_changed_is_corrected_today():
    world = World([Person("buyer")])
    one = sale(line(1, "100"))
    for fact in make_facts(one, steps((5, "1", "1")), world, date(2026, 1, 5)):
        world.add_fact(fact)
    facts = make_facts(one, [], world, date(2026, 1, 20))  # the payment was taken back
    assert columns(facts) == [(20, "-100", -1, -1, -1, 0)]


def test_people_of_a_line_stay_those_of_its_first_money():
    world = World([Person("buyer"), Person("up"), Person("new")], sponsors={"buyer": "up"})
    one = sale(line(1, "100"))
    for fact in make_facts(one, steps((5, "1/2", "1/2")), world, date(2026, 1, 5)):
        world.add_fact(fact)
    world.sponsors["buyer"] = "new"
    assert (
        make_facts(one, steps((5, "1/2", "1/2"), (6, "1", "1")), world, date(2026, 1, 6))[0].sponsor
        == "up"
    )


# ------------------------------------------------------------------
# Chain 2+1
# ------------------------------------------------------------------


def chain(code="chain_2_1", **sponsors):
    story = Story(shipped(code), **sponsors)
    first = next(iter(sponsors))
    story.engine.grant(
        RankChange(first, "chain", "boss", None, date(2026, 1, 1), "grant"), story.plans
    )
    return story


def package(story, *buyers, product="chain-package"):
    for buyer in buyers:
        story.pay(buyer, product=product)


def test_the_worked_example_of_the_chain():
    story = chain(A=None, B="A", B1="B", B2="B", B3="B", C1="B1")
    package(story, "B", "B1", "B2")
    assert story.rank("B", "chain") == "boss"
    places = {p: story.world.above("placement", p) for p in ("B", "B1", "B2", "B3", "C1")}
    assert places == {"B": None, "B1": "A", "B2": "A", "B3": "B", "C1": "B1"}
    assert story.world.above("sponsor", "B1") == "B"
    package(story, "B3", "C1")
    people = {p: str(amount) for p, amount in story.paid.items() if ":" not in p}
    assert people == {"A": "930.00", "B": "500.00", "B1": "100.00"}
    assert story.paid["chain_2_1:leaders"] == 150


def test_the_help_reserve_opens_when_both_who_were_left_work():
    story = chain(A=None, B="A", B1="B", B2="B", **{f"x{n}": "B1" for n in range(9)})
    package(story, "B", "B1", "B2", *(f"x{n}" for n in range(8)))
    assert not story.world.unlocked  # two packages of their own and eight of their teams are ten
    _order, effects = story.pay("x8", product="chain-package")
    assert {unlock.person for unlock in effects.unlocks} >= {"B"}


def spill(**people):
    ladder = {"l": [{"rank": "in", "all": [{"metric": "orders", "at_least": 1}]}]}
    moves = [{"do": "spillover", "width": [3, 2], "ladder": "l", "rank": "in"}]
    return Story(plan([{"rate": "1%"}], ladders=ladder, moves=moves), **people)


def test_direct_people_beyond_three_go_under_line_three_then_under_the_others():
    names = [f"p{n}" for n in range(1, 23)]
    story = spill(top=None, **dict.fromkeys(names, "top"))
    for name in names:
        story.pay(name)
    places = {name: story.world.above("placement", name) for name in names}
    assert [places[name] for name in names] == [
        *("top",) * 3,
        *("p3",) * 2,
        *("p1", "p1", "p2", "p2"),
        *("p4", "p4", "p5", "p5"),
        *("p6", "p6", "p7", "p7", "p8", "p8", "p9", "p9"),
        "p10",
    ]


def test_an_active_line_takes_the_place_of_an_idle_one():
    rules = shipped("chain_2_1")
    move = {"do": "idle_swap", "period": "month", "by": {"metric": "team_orders"}}
    swap = plan([{"rate": "1%"}], moves=[move]).moves
    story = chain(A=None, B="A", B1="B", B2="B", B3="B", B4="B")
    story.plans = (
        type(rules)(
            **{f: getattr(rules, f) for f in rules.__slots__} | {"moves": rules.moves + swap}
        ),
    )
    package(story, "B", "B1", "B2")
    story.join("y", "B4")
    for buyer in ("B3", "B4", "y"):
        story.pay(buyer, on=date(2026, 2, 5), product="chain-package")
    story.close(JANUARY)
    effects = story.close(FEBRUARY)
    assert [(m.person, m.parent) for m in effects.moves] == [("B1", "B"), ("B4", "A")]
    assert sorted(story.world.left_behind("B")) == ["B2", "B4"]


def test_a_circle_of_sponsors_is_refused():
    world = World(sponsors={"b": "a"})
    with pytest.raises(ValueError, match="cycle"):
        world.bind("a", "b", date(2026, 1, 1))
    with pytest.raises(ValueError, match="cycle"):
        world.bind("a", "a", date(2026, 1, 1))
