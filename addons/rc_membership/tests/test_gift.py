"""Memberships given to somebody: the page, the day, the mail, and whoever has a plan already."""

from datetime import date, datetime, timedelta

from odoo import fields, http
from odoo.tests import HttpCase, freeze_time, tagged

from .common import MembershipCase

DAY = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestGift(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.giver = cls.a_member("Mia", email="mia-gives@example.com")

    def give(self, item="premium-month", on=DAY, email="anna@example.com", **vals):
        """Buy a gift on ``on``; return the order line."""
        order = self.an_order(self.giver, item)
        line = order.order_line
        line.write({"rc_recipient_email": email, "rc_gift_name": "Anna", **vals})
        self.on(on, lambda: self.bill(order, on))
        return line

    def bill(self, order, on):
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = on
        invoice.action_post()
        self.pay(invoice, on)
        self.drain()

    def on(self, day, act):
        with freeze_time(datetime(day.year, day.month, day.day, 12)):
            return act()

    def push(self, day):
        def act():
            self.env["sale.order.line"]._rc_push_gifts(fields.Datetime.now())
            self.drain()

        self.on(day, act)

    def anna(self):
        return self.env["res.partner"].search([("email_normalized", "=", "anna@example.com")])

    def tier(self, day):
        plans = self.env["rc.subscription"]
        return plans._get_tiers(self.anna(), self.program, day)[self.anna().id].code

    def mails(self):
        return self.env["mail.mail"].search([("recipient_ids", "in", self.anna().ids)])

    def test_a_gift_of_today_starts_and_is_told_when_it_is_paid(self):
        line = self.give(rc_gift_message="Happy birthday, <b>Anna</b>!", rc_gift_from="Aunt Mia")
        self.assertEqual((self.anna().name, self.tier(DAY)), ("Anna", "premium"))
        self.assertEqual(line.rc_gift_given_on, DAY)
        mail = self.mails()
        self.assertEqual(mail.subject, "Aunt Mia gives you Premium")
        self.assertIn("Happy birthday, &lt;b&gt;Anna&lt;/b&gt;!", mail.body_html)
        self.assertIn("/web/signup?", mail.body_html)
        line.invoice_lines.move_id._rc_push_changed("again")
        self.drain()
        self.assertEqual(len(self.mails()), 1)

    def test_a_gift_for_a_later_day_waits_and_starts_then_once(self):
        later = DAY + timedelta(days=20)
        line = self.give(rc_gift_on=later)
        self.assertFalse(line.rc_gift_given_on or self.mails() or self.anna().rc_subscription_ids)
        self.assertEqual(line.invoice_lines._rc_get_charge_kind(), "first", "it is a sale today")
        self.push(later - timedelta(days=1))
        self.assertFalse(line.rc_gift_given_on)
        for late in (0, 1):
            self.push(later + timedelta(days=late))
        plan = self.anna().rc_subscription_ids
        self.assertRecordValues(
            plan, [{"started_on": later, "period_end": date(2026, 4, 21), "is_ending": True}]
        )
        self.assertEqual((line.rc_gift_given_on, len(self.mails())), (later, 1))

    def test_after_days_off_it_starts_on_the_day_it_was_meant_for(self):
        later = DAY + timedelta(days=5)
        self.give(rc_gift_on=later)
        self.push(later + timedelta(days=10))
        self.assertEqual(self.anna().rc_subscription_ids.started_on, later)

    def test_a_gift_whose_money_came_back_is_never_given(self):
        later = DAY + timedelta(days=20)
        line = self.give(rc_gift_on=later)
        self.refund(line.invoice_lines.move_id, DAY)
        self.drain()
        self.push(later)
        self.assertFalse(self.anna().rc_subscription_ids or self.mails())

    def test_whoever_has_a_higher_plan_keeps_it_and_gets_the_days_after_it(self):
        anna = self.a_member("Anna", email="anna@example.com")
        self.buy(anna, "ultimate-month", DAY)
        own = self.env["rc.subscription"]._get_running(anna, self.program)
        line = self.give("pro-month", on=DAY + timedelta(days=3))
        self.assertEqual((own.tier_id.code, own.period_end), ("ultimate", date(2026, 4, 1)))
        cover = self.env["rc.tier.cover"].search([("partner_id", "=", anna.id)])
        self.assertRecordValues(
            cover, [{"kind": "gift", "start_on": date(2026, 4, 1), "end_on": date(2026, 5, 2)}]
        )
        self.assertEqual((len(self.mails()), line.rc_gift_given_on), (1, DAY + timedelta(days=3)))
        line.invoice_lines.move_id._rc_push_changed("again")
        self.drain()
        self.assertEqual(len(anna.rc_subscription_ids.charge_ids), 1)
        self.on(date(2026, 3, 10), lambda: self.refund(line.invoice_lines.move_id, DAY))
        self.on(date(2026, 3, 10), self.drain)
        self.assertTrue(cover.ended_on)
        self.assertEqual(own.state, "active")

    def test_a_year_given_to_a_monthly_member_of_the_tier_prolongs_their_plan(self):
        anna = self.a_member("Anna", email="anna@example.com")
        self.buy(anna, "premium-month", DAY)
        own = self.env["rc.subscription"]._get_running(anna, self.program)
        line = self.give("premium-year", on=DAY)
        self.assertRecordValues(
            own, [{"product_id": self.a_plan("premium-month").id, "period_end": date(2027, 4, 1)}]
        )
        self.on(DAY, lambda: self.refund(line.invoice_lines.move_id, DAY))
        self.on(DAY, self.drain)
        self.assertEqual((own.state, own.period_end), ("active", date(2026, 4, 1)))

    def test_a_gift_paid_again_goes_on_with_the_days_that_were_left_once(self):
        anna = self.a_member("Anna", email="anna@example.com")
        self.buy(anna, "pro-month", DAY)
        line = self.give("ultimate-month", on=DAY)
        bill = line.invoice_lines.move_id
        receivable = bill.line_ids.filtered(lambda own: own.account_type == "asset_receivable")
        paid = receivable.matched_credit_ids.credit_move_id

        def bounce():
            bill.line_ids.remove_move_reconcile()
            self.drain()

        def book():
            (receivable | paid).reconcile()
            self.drain()
            bill._rc_push_changed("again")
            self.drain()

        covers = self.env["rc.tier.cover"]
        whose = [("partner_id", "=", anna.id)]
        self.on(DAY + timedelta(days=10), bounce)
        self.on(DAY + timedelta(days=12), book)
        self.assertRecordValues(
            covers.search(whose, order="id"),
            [
                {"start_on": DAY, "end_on": date(2026, 4, 1), "ended_on": date(2026, 3, 11)},
                {"start_on": date(2026, 3, 11), "end_on": date(2026, 4, 1), "ended_on": False},
            ],
        )
        self.assertEqual(self.tier(date(2026, 3, 20)), "ultimate")
        self.on(DAY + timedelta(days=14), bounce)
        self.on(DAY + timedelta(days=14), book)
        held = covers.search(whose, order="id")
        days = sum(((own.ended_on or own.end_on) - own.start_on).days for own in held)
        self.assertEqual((len(held), days), (3, 31), "never more days than were paid")


@tagged("post_install", "-at_install")
class TestGiftPage(MembershipCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.a_plan("premium-month").product_tmpl_id
        cls.plan.is_published = True

    def post(self, **data):
        csrf = http.Request.csrf_token(self)
        asked = {"product_id": self.plan.id, "email": "anna@example.com", "name": "Anna"}
        return self.url_open("/membership/gift/add", data={"csrf_token": csrf, **asked, **data})

    def cart(self):
        return self.env["sale.order"].search(
            [("order_line.rc_recipient_email", "=", "anna@example.com")]
        )

    def test_a_visitor_puts_a_gift_in_the_cart_beside_a_plan_of_their_own(self):
        self.authenticate(None, None)
        page = self.url_open("/membership/gift").text
        self.assertIn("We write to the recipient on the day you choose", page)
        for error, asked in (
            ("mail address", {"email": "anna"}),
            ("a year from now", {"on": "2001-01-01"}),
            ("a year from now", {"on": "soon"}),
            ("at most 500", {"message": "x" * 501}),
            ("at most 80", {"name": "x" * 81}),
        ):
            answer = self.post(**asked)
            self.assertIn(error, answer.text)
        self.assertFalse(self.cart())
        self.assertEqual(self.post(product_id="0").status_code, 404)
        day = fields.Date.today() + timedelta(days=9)
        answer = self.post(on=day.isoformat(), message="For you <3", price_unit="0")
        self.assertIn("Gift for Anna, starts on", answer.text)
        csrf = http.Request.csrf_token(self)
        self.url_open("/membership/choose", data={"csrf_token": csrf, "product_id": self.plan.id})
        self.env.invalidate_all()
        self.assertRecordValues(
            self.cart().order_line.sorted("id"),
            [
                {
                    "rc_recipient_email": "anna@example.com",
                    "rc_gift_on": day,
                    "rc_gift_message": "For you <3",
                    "price_unit": self.plan.list_price,
                },
                {
                    "rc_recipient_email": False,
                    "rc_gift_on": False,
                    "rc_gift_message": False,
                    "price_unit": self.plan.list_price,
                },
            ],
        )
