from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_ladder import LadderCase

JAN = date(2026, 1, 10)


class GrowthCase(LadderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.growth_model = "behaviour"
        cls.program.growth_since = JAN

    @classmethod
    def value_of(cls, partner):
        account = cls.env["rc.growth.account"].search(
            [("partner_id", "=", partner.id), ("program_id", "=", cls.program.id)]
        )
        return account.value

    @classmethod
    def do(cls, partner, kind, count=1, on=JAN, key=None, amount=None, origin=None):
        activity = cls.env["rc.activity"]._record(
            partner,
            kind,
            count,
            key or f"test:{partner.id}:{kind}:{on}:{count}",
            cls.noon(on),
            amount=amount,
            origin=origin,
        )
        cls.drain()
        return activity

    @classmethod
    def close(cls, today):
        return cls.env["rc.growth.period"]._close(cls.company, today)

    @classmethod
    def a_good(cls, price=30.0, kind="consu"):
        return cls.env["product.template"].create(
            {"name": "Crystal", "type": kind, "list_price": price}
        )


@tagged("post_install", "-at_install")
class TestGrowthBehaviour(GrowthCase):
    def test_money_received_grows_and_a_refund_takes_it_back(self):
        mia = self.a_member()
        invoice = self.buy(mia, "premium-month", JAN)
        self.assertEqual(self.value_of(mia), 25)
        self.refund(invoice, date(2026, 2, 3), 10)
        self.drain()
        self.assertEqual(self.value_of(mia), 15)
        entries = self.env["rc.growth.entry"].search([("partner_id", "=", mia.id)], order="id")
        self.assertEqual(
            [(e.date, e.value, e.origin_id) for e in entries],
            [(JAN, 25, invoice.id), (date(2026, 2, 3), -10, invoice.id)],
        )
        facts = self.env["rc.member.purchase"].search([("partner_id", "=", mia.id)], order="id")
        self.assertEqual([(f.net, f.order_count) for f in facts], [(25, 1), (-10, 0)])

    def test_an_invoice_given_back_whole_is_no_order_any_more(self):
        mia = self.a_member()
        invoice = self.buy(mia, "premium-month", JAN)
        self.refund(invoice, date(2026, 2, 3))
        self.drain()
        sums = self.env["rc.member.purchase"]._read_sums(self.company, mia.ids)
        self.assertEqual(sums, {mia.id: (0, 0)})
        self.assertEqual(self.value_of(mia), 0)

    def test_the_inbox_twice_adds_nothing(self):
        mia = self.a_member()
        invoice = self.buy(mia, "premium-month", JAN)
        invoice._rc_push_payment_changed(invoice, "again")
        self.drain()
        self.assertEqual(self.value_of(mia), 25)

    def test_enough_growth_brings_a_title_at_once(self):
        mia = self.a_member()
        invoice = self.an_invoice(mia, "ultimate-year", JAN, quantity=2)
        self.pay(invoice, JAN)
        self.drain()
        self.assertEqual(self.value_of(mia), 1000)
        self.assertEqual(self.rank_of(mia, "title"), "explorer")
        self.assertEqual(self.history_of(mia, "title"), [("apprentice", "explorer", "met")])

    def test_a_review_counts_for_goods_of_a_price_and_not_for_services(self):
        mia = self.a_member()
        for number, (price, kind) in enumerate(((30, "consu"), (2, "consu"), (30, "service"))):
            product = self.a_good(price, kind)
            self.do(mia, "review", key=f"r{number}", amount=price, origin=product)
        self.assertEqual(self.value_of(mia), 20)

    def test_the_first_ten_photos_count(self):
        mia, product = self.a_member(), self.a_good()
        for number in range(4):
            self.do(mia, "photo", 3, key=f"p{number}", amount=30, origin=product)
        self.assertEqual(self.value_of(mia), 200)

    def test_signing_in_counts_from_the_second_title_once_a_day(self):
        mia = self.a_member()
        self.do(mia, "login", key="a")
        self.assertEqual(self.value_of(mia), 0)
        self.grow(mia, 1000)
        for number in range(2):
            self.do(mia, "login", key=f"b{number}")
        self.assertEqual(self.value_of(mia), 1001)

    def test_a_used_rule_keeps_its_factor(self):
        self.buy(self.a_member(), "premium-month", JAN)
        rule = self.env.ref("rc_membership.growth_rule_purchase")
        with self.assertRaisesRegex(UserError, "grown by this rule"):
            rule.factor = 5

    def test_half_the_behaviour_counts_in_the_combined_model(self):
        self.program.write({"growth_model": "combined", "growth_weight": 50})
        mia = self.a_member()
        invoice = self.buy(mia, "premium-month", JAN)
        self.assertEqual(self.value_of(mia), 12)
        self.program.growth_model = "rfm"
        self.refund(invoice, date(2026, 2, 3))
        self.drain()
        self.assertEqual(self.value_of(mia), 0)
        self.buy(self.a_member("Leo"), "premium-month", JAN)
        self.assertEqual(
            self.value_of(self.env["res.partner"].search([("name", "=", "Leo")])[-1]), 0
        )

    def test_a_product_may_bring_a_rank_and_its_refund_takes_it(self):
        product = self.a_plan("premium-month")
        self.patron.rank_ids.filtered(
            lambda r: r.code == "l2"
        ).product_ids = product.product_tmpl_id
        mia = self.a_member()
        invoice = self.buy(mia, "premium-month", JAN)
        self.assertEqual(self.history_of(mia), [(False, "l2", "purchase")])
        self.refund(invoice, date(2026, 2, 3))
        self.drain()
        self.assertIsNone(self.rank_of(mia))


@tagged("post_install", "-at_install")
class TestReviews(GrowthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "growth_manager", groups="rc_membership.group_program_manager"
        )
        cls.reader = cls.a_portal_user("growth_reader")

    def a_review(self, product):
        """The shop posts a review as its member does."""
        message = (
            product.with_user(self.reader)
            .sudo()
            .message_post(body="Lovely", message_type="comment", rating_value=5)
        )
        message.attachment_ids = self.env["ir.attachment"].create(
            {"name": "x.png", "mimetype": "image/png", "raw": b"x"}
        )
        review = self.env["rating.rating"].search([("message_id", "=", message.id)])
        self.assertEqual(review.partner_id, self.reader.partner_id)
        return review

    def test_a_review_counts_after_approval_and_its_deletion_takes_it_back(self):
        mia = self.reader.partner_id
        review = self.a_review(self.a_good())
        self.drain()
        self.assertEqual((review.rc_review_state, self.value_of(mia)), ("new", 0))
        review.with_user(self.manager).action_rc_approve()
        self.drain()
        photos = review.rc_photo_count
        self.assertEqual((photos, self.value_of(mia)), (1, 40))
        review.unlink()
        self.drain()
        self.assertEqual(self.value_of(mia), 0)

    def test_a_deleted_message_takes_back_its_review(self):
        review = self.a_review(self.a_good())
        review.with_user(self.manager).action_rc_approve()
        self.drain()
        review.message_id.unlink()
        self.assertEqual(self.value_of(self.reader.partner_id), 0)

    def test_a_refused_review_takes_back_and_stays_so(self):
        mia = self.reader.partner_id
        review = self.a_review(self.a_good())
        review.with_user(self.manager).action_rc_approve()
        self.drain()
        review.with_user(self.manager).action_rc_refuse()
        self.drain()
        self.assertEqual(self.value_of(mia), 0)
        with self.assertRaises(UserError):
            review.with_user(self.manager).action_rc_approve()

    def test_an_employee_approves_nothing(self):
        employee = new_test_user(self.env, "growth_employee")
        review = self.a_review(self.a_good())
        with self.assertRaises(AccessError):
            review.with_user(employee).action_rc_approve()


@tagged("post_install", "-at_install")
class TestGrowthPeriods(GrowthCase):
    def setUp(self):
        super().setUp()
        # months that a database's demo story closed are not the test's
        self.env["rc.growth.period"].search([("program_id", "=", self.program.id)]).unlink()
        self.program.growth_since = date(2031, 1, 1)
        self.program.rfm_months = 12

    def buy_on(self, partner, *days):
        for day in days:
            self.buy(partner, "premium-month", day)

    def test_months_are_closed_in_order_once_also_after_a_long_time(self):
        closed = self.close(date(2031, 4, 1))
        mine = closed.filtered(lambda period: period.program_id == self.program)
        self.assertEqual(
            mine.mapped("date_from"), [date(2031, 1, 1), date(2031, 2, 1), date(2031, 3, 1)]
        )
        self.assertFalse(self.close(date(2031, 4, 30)))

    def test_a_score_is_added_once_a_month_and_may_be_negative(self):
        self.program.growth_model = "rfm"
        mia = self.a_member()
        self.buy_on(mia, date(2031, 1, 5))
        self.close(date(2031, 2, 1))
        self.assertEqual(self.value_of(mia), 30)
        self.close(date(2032, 3, 1))
        scores = self.env["rc.growth.entry"].search([("partner_id", "=", mia.id)], order="date")
        self.assertEqual(scores.mapped("value")[:7], [30, 15, -15, -15, -15, -30, -30])
        self.assertEqual(scores[-1].value, -70)
        account = self.env["rc.growth.account"].search([("partner_id", "=", mia.id)])
        self.assertEqual((account.segment, account.value), ("lost", sum(scores.mapped("value"))))

    def test_a_title_falls_at_the_close_after_its_grace(self):
        mia = self.a_member()
        self.grow(mia, 1000, date(2031, 1, 5))
        self.close(date(2031, 2, 1))
        self.grow(mia, -500, date(2031, 2, 5))
        self.close(date(2031, 3, 1))
        self.assertEqual(self.rank_of(mia, "title"), "explorer")
        self.close(date(2031, 4, 1))
        self.assertEqual(self.rank_of(mia, "title"), "apprentice")
        self.assertEqual(
            self.history_of(mia, "title"),
            [
                ("apprentice", "explorer", "met"),
                ("explorer", "explorer", "grace"),
                ("explorer", "apprentice", "close"),
            ],
        )

    def test_a_sharp_fall_asks_the_salesperson_once(self):
        sales = new_test_user(self.env, "growth_sales", groups="rc_membership.group_salesperson")
        mia = self.a_member(user_id=sales.id)
        self.buy_on(mia, *(date(2031, month, 5) for month in (1, 2, 3)))
        self.close(date(2031, 6, 1))
        self.drain()
        self.close(date(2031, 8, 1))
        self.drain()
        self.assertEqual(len(mia.activity_ids), 1)
        self.assertEqual(mia.activity_ids.user_id, sales)
        account = self.env["rc.growth.account"].search([("partner_id", "=", mia.id)])
        self.assertEqual(account.segment, "at_risk")

    def test_only_a_manager_closes_by_hand(self):
        employee = new_test_user(self.env, "growth_clerk", groups="rc_membership.group_salesperson")
        with self.assertRaises(AccessError):
            self.env["rc.growth.period"].with_user(employee).action_close()

    def test_a_close_of_many_costs_the_queries_of_one(self):
        counts = []
        members = self.env["res.partner"].create([{"name": f"M{n}"} for n in range(30)])
        self.program.growth_model = "rfm"
        for some, month in ((members[:1], 1), (members, 2)):
            self.env["rc.member.purchase"]._insert(
                [
                    {
                        "key": f"test:{member.id}:{month}",
                        "company_id": self.company.id,
                        "partner_id": member.id,
                        "date": date(2031, month, 5),
                        "net": 10,
                        "order_count": 1,
                    }
                    for member in some
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.close(date(2031, month + 1, 1))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_a_member_who_signs_in_is_noted_once_a_day(self):
        user = self.a_portal_user("growth_portal")
        for _time in range(2):
            user._update_last_login()
        activities = self.env["rc.activity"].search([("partner_id", "=", user.partner_id.id)])
        self.assertEqual(activities.mapped("kind"), ["login"])
        self.assertTrue(isinstance(activities.at, datetime))
