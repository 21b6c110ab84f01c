"""The mall on records: what points buy, limits, refunds, draws, gifts."""

from datetime import date, timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_membership.kernel.draws import draw_digest, draw_position, pick, seed_hash

from .test_earning import DAY, EarningCase


class MallCase(EarningCase):
    def a_rich_member(self, name="Mia", points=5000, **values):
        partner = self.a_member(name, **values)
        self.an_account(partner)._grant(
            points, f"test:rich:{partner.id}", "test", occurred_at=self.noon(DAY)
        )
        return partner

    def an_item(self, code="badge-early-bird", **values):
        item = self.env["rc.mall.item"]._get_by_code(code, self.program)
        item.write(values)
        return item

    def buys(self, partner, item, key="k1", day=DAY, **options):
        return item._buy(partner, key, self.noon(day), **options)

    def refused(self, code, call, *args, **kwargs):
        with self.assertRaises(Refusal) as caught, self.env.cr.savepoint():
            call(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestMall(MallCase):
    def test_each_shipped_item_is_delivered_and_paid(self):
        mia = self.a_rich_member(points=20000)
        self.buy(mia, "premium-month", on=DAY)  # promotion slots are from Premium up
        for item in self.env["rc.mall.item"].search([("program_id", "=", self.program.id)]):
            if item.kind in ("goods", "draw"):
                continue
            before = self.points(mia)
            order = self.buys(mia, item, f"all:{item.code}", confirmed=True)
            self.assertEqual(before - self.points(mia), item.price, item.code)
            self.assertEqual(order.state, "done")

    def test_days_are_held_without_a_plan(self):
        mia = self.a_rich_member()
        self.buys(mia, self.an_item("pro-30"))
        tiers = self.env["rc.subscription"]._get_tiers(mia, self.program, DAY + timedelta(days=29))
        self.assertEqual(tiers[mia.id].code, "pro")
        later = self.env["rc.subscription"]._get_tiers(mia, self.program, DAY + timedelta(days=30))
        self.assertEqual(later[mia.id].code, "free")

    def test_a_quota_pack_is_there_and_expires(self):
        mia = self.a_rich_member()
        self.buys(mia, self.an_item("self-reflection"))
        grant = self.env["rc.entitlement.grant"].search([("partner_id", "=", mia.id)])
        self.assertEqual(
            (grant.entitlement_id.code, grant.amount, grant.expires_on),
            ("self_reflection", 1, DAY + timedelta(days=90)),
        )

    def test_a_coupon_is_a_code_that_takes_its_money_off_an_order(self):
        mia = self.a_rich_member()
        order = self.buys(mia, self.an_item("coupon-10"))
        self.assertTrue(order.card_id.code)
        sale = self.an_order(mia, "premium-month")
        status = sale._try_apply_code(order.card_id.code)
        self.assertNotIn("error", status)
        [(coupon, rewards)] = status.items()
        sale._apply_program_reward(rewards, coupon)
        self.assertEqual(sale.amount_total, 15)

    def test_goods_are_an_order_of_odoo_over_nothing(self):
        mia = self.a_rich_member()
        mug = self.env["product.product"].create(
            {"name": "Mug", "type": "consu", "list_price": 12, "taxes_id": False}
        )
        item = self.env["rc.mall.item"].create(
            {"name": "Mug", "code": "mug", "kind": "goods", "product_id": mug.id, "price": 900}
        )
        order = self.buys(mia, item)
        sale = order.sale_order_id
        self.assertEqual(
            (sale.state, sale.amount_total, sale.order_line.product_id), ("sale", 0, mug)
        )
        order._refund(self.noon(DAY), "broken")
        self.assertEqual((sale.state, self.points(mia)), ("cancel", 5000))

    def test_a_request_sent_twice_buys_once(self):
        mia = self.a_rich_member()
        item = self.an_item("salon-ticket")
        self.assertEqual(self.buys(mia, item), self.buys(mia, item))
        self.assertEqual(self.points(mia), 4500)
        self.refused("key_conflict", self.buys, mia, self.an_item("pro-30"))

    def test_a_higher_tier_is_asked_for(self):
        self.refused(
            "tier_required", self.buys, self.a_rich_member(), self.an_item("promotion-slot")
        )

    def test_too_few_points_are_said_with_what_is_missing(self):
        mia = self.a_rich_member(points=100)
        item = self.an_item("pro-30")
        self.refused("insufficient_points", self.buys, mia, item)
        obstacle = item._get_obstacles(mia, self.noon(DAY))[item]
        self.assertEqual(obstacle, ("insufficient_points", "1100 points are missing"))
        self.assertFalse(self.env["rc.mall.order"].search([("partner_id", "=", mia.id)]))

    def test_a_limit_per_member_and_a_limited_stock(self):
        mia, leo = self.a_rich_member(), self.a_rich_member("Leo")
        badge = self.an_item(is_limited=True, stock=2)
        self.buys(mia, badge, "a")
        self.refused("limit_reached", self.buys, mia, badge, "b")
        self.buys(leo, badge, "c")
        self.refused("limit_reached", self.buys, self.a_rich_member("Ana"), badge, "d")
        self.assertEqual((badge.sold, badge.left), (2, 0))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            badge.stock = 1
            badge.flush_recordset()

    def test_outside_of_its_period_it_is_not_sold(self):
        mia = self.a_rich_member()
        item = self.an_item(date_from=DAY + timedelta(days=1), date_to=DAY + timedelta(days=2))
        self.refused("not_eligible", self.buys, mia, item)
        self.refused("not_eligible", self.buys, mia, item, day=DAY + timedelta(days=2))
        self.buys(mia, item, day=DAY + timedelta(days=1))

    def test_a_large_spend_is_confirmed(self):
        mia = self.a_rich_member(points=50000)
        item = self.an_item(price=20000, is_limited=True, stock=1)
        # without a savepoint around it, as a page that shows the refusal
        with self.assertRaises(Refusal) as caught:
            self.buys(mia, item)
        self.assertEqual(caught.exception.code, "review_required")
        self.assertEqual((item.sold, self.points(mia)), (0, 50000))
        self.assertFalse(self.env["rc.mall.order"].search([("partner_id", "=", mia.id)]))
        self.buys(mia, item, confirmed=True)
        self.assertEqual(self.points(mia), 30000)

    def test_a_manager_refunds_and_the_place_is_free_again(self):
        mia = self.a_rich_member()
        badge = self.an_item(is_limited=True, stock=1)
        order = self.buys(mia, badge, "a")
        sara = new_test_user(self.env, "sara_x", groups="rc_membership.group_salesperson")
        with self.assertRaises(AccessError):
            order.with_user(sara).action_refund()
        boss = new_test_user(self.env, "boss_x", groups="rc_membership.group_program_manager")
        order.with_user(boss).action_refund()
        self.assertEqual((order.state, badge.sold, self.points(mia)), ("refunded", 0, 5000))
        with self.assertRaisesRegex(UserError, "refunded already"):
            order.with_user(boss).action_refund()
        self.buys(mia, badge, "b")

    def test_what_was_used_is_not_refunded(self):
        mia = self.a_rich_member()
        order = self.buys(mia, self.an_item("coupon-5"))
        order.card_id.points = 0
        with self.assertRaisesRegex(UserError, "used already"):
            order._refund(self.noon(DAY), "no")
        self.assertEqual((order.state, self.points(mia)), ("done", 4500))

    def test_two_contacts_become_one_with_their_orders(self):
        mia, twin = self.a_rich_member(), self.a_rich_member("Mia again")
        badge = self.an_item()
        self.buys(mia, badge, "a")
        self.buys(twin, badge, "b")
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((mia | twin).ids, mia)
        orders = self.env["rc.mall.order"].search([("partner_id", "=", mia.id)])
        self.assertEqual((len(orders), orders.mapped("state")), (2, ["done", "done"]))
        self.refused("limit_reached", self.buys, mia, badge, "c")


@tagged("post_install", "-at_install")
class TestDraw(MallCase):
    SEED = "a seed of a test"

    def a_draw(self, publish=True, **values):
        draw = self.env["rc.draw"].create(
            {
                "name": "Spring",
                "code": "spring",
                "program_id": self.program.id,
                "prize_ids": [
                    (0, 0, {"name": "A badge", "weight": 30, "stock": 2, "sequence": 1,
                            "item_id": self.an_item().id}),
                    (0, 0, {"name": "100 points", "weight": 30, "stock": 3, "sequence": 2,
                            "points": 100}),
                    (0, 0, {"name": "5 points", "weight": 40, "sequence": 3, "points": 5,
                            "is_consolation": True}),
                ],
                **values,
            }
        )  # fmt: skip
        if publish:
            draw._publish(self.noon(DAY), self.SEED)
        return draw

    def test_every_ticket_can_be_worked_out_again_and_the_stock_holds(self):
        draw = self.a_draw()
        self.assertEqual(draw.seed_hash, seed_hash(self.SEED))
        self.assertFalse(draw.seed)
        members = [self.a_member(f"M{n}") for n in range(20)]
        for number, member in enumerate(members):
            draw._issue(member, f"t{number}", self.noon(DAY))._draw(f"w{number}", self.noon(DAY))
        draw._end(self.noon(DAY))
        weights = draw.prize_ids.mapped("weight")
        won = dict.fromkeys(draw.prize_ids, 0)
        for ticket in draw.ticket_ids.sorted("id"):
            place = draw_position(draw_digest(draw.seed, ticket.ticket_key), sum(weights))
            self.assertEqual(ticket.position, place)
            drawn = draw.prize_ids[pick(place, weights)]
            self.assertEqual(ticket.drawn_prize_id, drawn)
            had_run_out = not drawn.is_consolation and won[drawn] >= drawn.stock
            self.assertEqual(ticket.prize_id, draw.prize_ids[-1] if had_run_out else drawn)
            won[ticket.prize_id] += 1
            if ticket.prize_id.points:
                self.assertEqual(self.points(ticket.partner_id), ticket.prize_id.points)
            if ticket.prize_id.item_id:
                [order] = self.env["rc.mall.order"].search(
                    [("partner_id", "=", ticket.partner_id.id)]
                )
                self.assertEqual((order.points, order.is_gift), (0, True))
        self.assertEqual([p.won for p in draw.prize_ids[:2]], [2, 3])

    def test_a_ticket_is_drawn_once(self):
        draw = self.a_draw()
        mia = self.a_member()
        ticket = draw._issue(mia, "t", self.noon(DAY))
        self.assertEqual(ticket._draw("x", self.noon(DAY)), ticket._draw("y", self.noon(DAY)))
        self.assertEqual(ticket.word, "x")
        self.assertEqual(draw._issue(mia, "t", self.noon(DAY)), ticket)

    def test_what_was_published_is_fixed(self):
        draw = self.a_draw()
        for change in (
            lambda: draw.prize_ids[0].write({"weight": 99}),
            lambda: draw.write({"code": "other"}),
            lambda: draw.prize_ids[0].unlink(),
            lambda: self.env["rc.draw.prize"].create({"name": "x", "draw_id": draw.id}),
            draw.unlink,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        with self.assertRaisesRegex(UserError, "published already"):
            draw._publish(self.noon(DAY), "another")

    def test_the_seed_is_nobodys_before_the_end(self):
        draw = self.a_draw()
        boss = new_test_user(self.env, "boss_y", groups="rc_membership.group_program_manager")
        with self.assertRaises(AccessError):
            draw.with_user(boss).read(["seed_secret"])
        self.assertFalse(draw.with_user(boss).seed)
        draw.with_user(boss).action_end()
        self.assertEqual(draw.with_user(boss).seed, self.SEED)

    def test_a_draw_that_is_over_ends_by_itself_with_the_tickets_left(self):
        draw = self.a_draw(ends_on=date(2026, 1, 6))
        ticket = draw._issue(self.a_member(), "t", self.noon(DAY))
        self.refused("not_eligible", draw._issue, self.a_member(), "u", self.noon(date(2026, 1, 6)))
        draw._end(self.noon(date(2026, 1, 6)))
        self.assertEqual((draw.state, ticket.state), ("ended", "drawn"))

    def test_a_ticket_is_bought_and_an_open_one_is_refunded(self):
        draw = self.a_draw()
        item = self.env["rc.mall.item"].create(
            {"name": "Ticket", "code": "ticket", "kind": "draw", "draw_id": draw.id, "price": 50}
        )
        mia = self.a_rich_member()
        order = self.buys(mia, item)
        self.assertEqual((order.ticket_id.state, self.points(mia)), ("open", 4950))
        order._refund(self.noon(DAY), "test")
        self.assertEqual((order.ticket_id.state, self.points(mia)), ("void", 5000))
        other = self.buys(mia, item, "k2")
        other.ticket_id._draw("", self.noon(DAY))
        with self.assertRaisesRegex(UserError, "drawn already"):
            other._refund(self.noon(DAY), "test")

    def test_odds_without_a_consolation_are_not_published(self):
        draw = self.a_draw(publish=False)
        draw.prize_ids[-1].unlink()
        with self.assertRaisesRegex(UserError, "run out"):
            draw._publish(self.noon(DAY), self.SEED)


@tagged("post_install", "-at_install")
class TestGift(MallCase):
    def gives(self, giver, receiver, points, key="g1", day=DAY, **options):
        return self.env["rc.point.gift"]._give(
            giver, receiver, self.program, points, key, self.noon(day), **options
        )

    def test_points_keep_their_nature_and_their_last_day(self):
        mia, leo = self.a_member(), self.a_member("Leo")
        account = self.an_account(mia)
        common = {"occurred_at": self.noon(DAY)}
        account._grant(30, "e", "x", expires_on=date(2026, 3, 1), **common)
        account._grant(50, "b", "x", nature="bought", kind="buy", expires_on=False, **common)
        self.gives(mia, leo, 40)
        self.assertEqual((self.points(mia), self.points(leo)), (40, 40))
        lots = (
            self.an_account(leo)
            .env["rc.point.lot"]
            .search([("account_id", "=", self.an_account(leo).id)])
        )
        self.assertEqual(
            sorted((lot.nature, lot.amount, lot.expires_on) for lot in lots),
            [("bought", 10, False), ("earned", 30, date(2026, 3, 1))],
        )

    def test_a_gift_raises_nobodys_lifetime_points(self):
        mia, leo = self.a_rich_member(), self.a_member("Leo")
        self.gives(mia, leo, 500)
        found = self.env["rc.point.account"]._get_lifetime(mia | leo, self.program)
        self.assertEqual(found, {mia.id: 5000, leo.id: 0})

    def test_each_side_sees_its_own_change(self):
        mia, leo = self.a_rich_member(), self.a_member("Leo")
        self.gives(mia, leo, 10)
        [entry] = self.env["rc.point.entry"].search([("key", "=", "rc.point.gift:g1")])
        accounts = self.an_account(mia), self.an_account(leo)
        self.assertEqual([entry._get_change_of(account) for account in accounts], [-10, 10])

    def test_what_cannot_be_given_is_refused(self):
        mia, leo = self.a_rich_member(), self.a_member("Leo")
        self.refused("not_eligible", self.gives, mia, mia, 10)
        for points in (0, -5, True, 1.5):
            self.refused("not_eligible", self.gives, mia, leo, points)
        self.refused("insufficient_points", self.gives, leo, mia, 10)
        self.refused("limit_reached", self.gives, mia, leo, 1001)
        self.assertEqual((self.points(mia), self.points(leo)), (5000, 0))

    def test_limits_of_a_day_and_a_month(self):
        mia, leo = self.a_rich_member(points=9000), self.a_member("Leo")
        for number in range(5):
            self.gives(mia, leo, 1000, f"g{number}", DAY + timedelta(days=number))
            self.refused(
                "limit_reached", self.gives, mia, leo, 1, "x", DAY + timedelta(days=number)
            )
        self.refused("limit_reached", self.gives, mia, leo, 1, "y", DAY + timedelta(days=9))
        self.gives(mia, leo, 1, "z", date(2026, 2, 1))

    def test_a_debt_blocks_giving(self):
        mia, leo = self.a_member(), self.a_member("Leo")
        account = self.an_account(mia)
        account._grant(50, "b", "x", nature="bought", kind="buy", occurred_at=self.noon(DAY))
        account._take_back(20, "t", "x", occurred_at=self.noon(DAY))
        self.refused("insufficient_points", self.gives, mia, leo, 10)

    def test_sent_twice_it_is_given_once(self):
        mia, leo = self.a_rich_member(), self.a_member("Leo")
        self.assertEqual(self.gives(mia, leo, 10), self.gives(mia, leo, 10))
        self.assertEqual(self.points(leo), 10)
        self.refused("key_conflict", self.gives, mia, leo, 11)
