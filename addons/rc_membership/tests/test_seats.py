from datetime import date, datetime

from freezegun import freeze_time

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import Refusal
from .common import MembershipCase

START = date(2026, 4, 1)
NOW = datetime(2026, 4, 2, 9)


class SeatCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seats = cls.env["rc.seat"]
        cls.owner = cls.a_member("Lotus School")
        cls.buy(cls.owner, "team-month", START)
        cls.team = cls.env["rc.subscription"]._get_running(cls.owner, cls.program)

    @classmethod
    def take_seat(cls, name="Ana", at=NOW, team=None):
        seat = cls.seats._invite(team or cls.team, at)
        seat._take(cls.a_member(name), at)
        return seat

    def tier_of(self, partner, on):
        tiers = self.env["rc.subscription"]._get_tiers(partner, self.program, on)
        return tiers[partner.id].code

    def refused(self, code):
        return self.assertRaisesCode(code)

    def assertRaisesCode(self, code):
        case = self

        class Context:
            def __enter__(self):
                self.inner = case.assertRaises(Refusal)
                self.caught = self.inner.__enter__()
                return self.caught

            def __exit__(self, *args):
                done = self.inner.__exit__(*args)
                case.assertEqual(self.caught.exception.code, code)
                return done

        return Context()


class TestSeats(SeatCase):
    """A team of ten: invited, taken, given back, paused with the plan."""

    def test_a_team_has_ten_seats_and_its_owner_sits_on_one(self):
        self.assertEqual((self.team.seat_count, self.team.seat_taken_count), (10, 1))

    def test_who_takes_a_seat_has_the_tier_while_it_lasts(self):
        seat = self.take_seat()
        self.assertEqual((seat.number, seat.state), (2, "taken"))
        self.assertEqual(self.tier_of(seat.partner_id, date(2026, 4, 2)), "team")
        seat._end(datetime(2026, 4, 20, 9))
        self.assertEqual(self.tier_of(seat.partner_id, date(2026, 4, 19)), "team")
        self.assertEqual(self.tier_of(seat.partner_id, date(2026, 4, 20)), "free")

    def test_merged_contacts_sit_once(self):
        first, second, third = (self.take_seat(name) for name in ("Ana", "Anna", "Owner's twin"))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        people = first.partner_id, second.partner_id, third.partner_id
        wizard._merge((people[0] | people[1]).ids, people[0])
        wizard._merge((self.owner | people[2]).ids, self.owner)
        self.env.invalidate_all()
        seats = first | second | third
        self.assertEqual(seats.mapped("state"), ["taken", "ended", "ended"])
        self.assertEqual(self.team.seat_taken_count, 2)
        self.assertEqual(self.tier_of(people[0], date(2026, 4, 3)), "team")

    def test_a_seat_taken_back_is_free_for_somebody_else(self):
        first = self.take_seat("Ana")
        first._end(NOW)
        self.assertEqual(self.take_seat("Ben").number, first.number)

    def test_the_eleventh_is_refused(self):
        for number in range(9):
            self.take_seat(f"Student {number}")
        with self.refused("limit_reached"):
            self.seats._invite(self.team, NOW)
        self.assertEqual(self.team.seat_taken_count, 10)

    def test_the_code_opens_once_and_typing_is_forgiven(self):
        seat = self.seats._invite(self.team, NOW)
        code = seat._get_code()
        self.assertEqual(self.seats._find(code.lower().replace("-", " "), NOW), seat)
        seat._take(self.a_member("Ana"), NOW)
        with self.refused("unknown_code"):
            self.seats._find(code, NOW)

    def test_the_code_is_stored_nowhere(self):
        seat = self.seats._invite(self.team, NOW)
        code = seat._get_code().replace("-", "")
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(s)::text FROM rc_seat s WHERE id = %s", [seat.id])
        self.assertNotIn(code, self.env.cr.fetchone()[0])

    def test_an_invitation_expires_after_14_days(self):
        seat = self.seats._invite(self.team, NOW)
        self.assertEqual(self.seats._find(seat._get_code(), datetime(2026, 4, 16, 8, 59)), seat)
        with self.refused("expired_code"):
            self.seats._find(seat._get_code(), datetime(2026, 4, 16, 9))

    def test_a_new_code_voids_the_old_one(self):
        seat = self.seats._invite(self.team, NOW)
        old = seat._get_code()
        seat._renew_invitation(datetime(2026, 4, 20, 9))
        self.assertNotEqual(seat._get_code(), old)
        with self.refused("unknown_code"):
            self.seats._find(old, NOW)
        self.assertEqual(self.seats._find(seat._get_code(), datetime(2026, 5, 1)), seat)

    def test_an_invitation_by_mail_is_mailed_once_to_its_address(self):
        seat = self.seats._invite(self.team, NOW, " Ana@Example.com ")
        mail = self.env["mail.mail"].search([("model", "=", "rc.seat"), ("res_id", "=", seat.id)])
        self.assertEqual(mail.email_to, "ana@example.com")
        self.assertIn(seat._get_code(), mail.body_html)
        with self.refused("not_eligible"):
            self.seats._invite(self.team, NOW, "ana@example.com")

    def test_what_is_no_address_is_refused(self):
        with self.refused("not_eligible"):
            self.seats._invite(self.team, NOW, "ana at example")
        self.assertFalse(self.team.seat_ids)

    def test_the_owner_and_a_holder_cannot_take_another(self):
        seat = self.take_seat("Ana")
        with self.refused("own_code"):
            self.seats._invite(self.team, NOW)._take(self.owner, NOW)
        with self.refused("not_eligible"):
            self.seats._invite(self.team, NOW)._take(seat.partner_id, NOW)

    def test_a_plan_of_one_seat_has_no_team(self):
        mia = self.a_member("Mia")
        self.buy(mia, "premium-month", START)
        with self.refused("not_eligible"):
            self.seats._invite(self.env["rc.subscription"]._get_running(mia, self.program), NOW)

    def test_seats_pause_with_the_plan_and_come_back_with_its_money(self):
        seat = self.take_seat("Ana")
        ana = seat.partner_id
        payment = self.team.charge_ids.invoice_id.line_ids.matched_credit_ids.credit_move_id
        with freeze_time("2026-04-10 12:00:00"):
            payment.payment_id.action_draft()
            payment.payment_id.action_cancel()
            self.drain()
            self.assertEqual((self.team.state, seat.state), ("cancelled", "paused"))
            self.assertEqual(self.tier_of(ana, date(2026, 4, 10)), "free")
            self.pay(self.team.charge_ids.invoice_id, date(2026, 4, 10))
            self.drain()
        self.assertEqual((self.team.state, seat.state), ("active", "taken"))
        self.assertEqual(self.tier_of(ana, date(2026, 4, 11)), "team")

    def test_a_portal_user_cannot_write_a_seat(self):
        seat = self.take_seat("Ana")
        user = self.a_portal_user("seat-user")
        with self.assertRaises(AccessError):
            seat.with_user(user).read(["state"])
        manager = new_test_user(
            self.env, "seat-manager", groups="rc_membership.group_program_manager"
        )
        with self.assertRaises(AccessError):
            seat.with_user(manager).write({"state": "ended"})
        seat.with_user(manager).action_end()
        self.assertEqual(seat.state, "ended")


class TestMoreSeats(SeatCase):
    """Seats bought on top, for the days that are left, and given back."""

    def order(self, quantity, on):
        order = self.team._order_seats(quantity, on)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = on
        invoice.action_post()
        return invoice

    def test_half_a_month_costs_half_the_price(self):
        # 1 Apr to 1 May are 30 days; 3 seats of 50.00 for 15 days
        order = self.team._order_seats(3, date(2026, 4, 16))
        self.assertEqual(order.amount_untaxed, 75.00)

    def test_seats_come_with_the_payment_and_go_with_it(self):
        invoice = self.order(2, date(2026, 4, 16))
        self.assertEqual(self.team.seat_count, 10)
        self.pay(invoice, date(2026, 4, 16))
        self.drain()
        self.assertEqual((self.team.seat_count, self.team.extra_seat_count), (12, 2))
        self.drain()
        self.refund(invoice, date(2026, 4, 20))
        self.drain()
        self.assertEqual((self.team.seat_count, self.team.extra_seat_count), (10, 0))

    def test_a_holder_on_a_seat_that_was_refunded_is_paused(self):
        invoice = self.order(1, date(2026, 4, 16))
        self.pay(invoice, date(2026, 4, 16))
        self.drain()
        seats = [self.take_seat(f"Student {number}") for number in range(10)]
        self.refund(invoice, date(2026, 4, 20))
        self.drain()
        self.assertEqual([seat.state for seat in seats], ["taken"] * 9 + ["paused"])

    def test_seats_given_back_are_credited_for_the_days_left(self):
        self.pay(self.order(4, date(2026, 4, 1)), date(2026, 4, 1))
        self.drain()
        self.team._give_back_seats(1, datetime(2026, 4, 16, 9))
        self.assertEqual(self.team.seat_count, 13)
        self.assertEqual(self.team._get_seat_credits().mapped("credit"), [25.00])

    def test_more_than_was_bought_is_not_taken_back(self):
        with self.refused("limit_reached"):
            self.team._give_back_seats(1, NOW)

    def test_seats_that_are_given_are_not_taken_back(self):
        self.pay(self.order(1, date(2026, 4, 1)), date(2026, 4, 1))
        self.drain()
        for number in range(10):
            self.take_seat(f"Student {number}")
        with self.refused("not_eligible"):
            self.team._give_back_seats(1, NOW)

    def test_no_and_absurd_numbers_are_refused(self):
        for quantity, code in (
            (0, "below_minimum"),
            (-3, "below_minimum"),
            (5000, "limit_reached"),
        ):
            with self.refused(code):
                self.team._order_seats(quantity, START)

    def test_the_renewal_bills_the_seats_and_takes_the_credit_off(self):
        self.pay(self.order(4, date(2026, 4, 1)), date(2026, 4, 1))
        self.drain()
        self.team._give_back_seats(1, datetime(2026, 4, 16, 9))
        invoice = self.team._bill_next_period(date(2026, 5, 1))
        # 500.00 of the plan, 3 seats of 50.00, less 25.00 for half a month of a seat
        self.assertEqual(invoice.amount_untaxed, 625.00)
        self.assertFalse(self.team._get_seat_credits())
        self.pay(invoice, date(2026, 5, 1))
        self.drain()
        self.assertEqual(self.team.seat_count, 13)
        self.assertEqual(self.team.period_end, date(2026, 6, 1))


@tagged("post_install", "-at_install")
class TestTeamPortal(SeatCase, HttpCase):
    """The owner's page, and the holder's way in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.a_portal_user("team-owner")
        cls.buy(cls.user.partner_id, "team-month", date.today())
        cls.own = cls.env["rc.subscription"]._get_running(cls.user.partner_id, cls.program)

    def post(self, path, **data):
        token = http.Request.csrf_token(self)
        return self.url_open(path, data={"csrf_token": token, **data})

    def test_the_owner_invites_and_somebody_takes_the_seat(self):
        self.authenticate("team-owner", "team-owner")
        page = self.post("/my/team/invite", email="ben@example.com")
        self.assertIn("ben@example.com", page.text)
        code = self.own.seat_ids._get_code()
        ben = self.a_portal_user("team-ben")
        self.authenticate("team-ben", "team-ben")
        self.assertIn("offers you a seat", self.url_open(f"/seat/{code}").text)
        self.assertIn("Your seat", self.post("/seat/take", code=code).text)
        self.assertEqual(ben.partner_id.rc_tier_id.code, "team")

    def test_a_visitor_reads_the_invitation_and_is_asked_to_sign_up(self):
        code = self.seats._invite(self.own, datetime.now())._get_code()
        self.authenticate(None, None)
        page = self.url_open(f"/seat/{code}").text
        self.assertIn("Create an account", page)
        self.assertIn(f"/web/signup?redirect=/seat/{code}", page)

    def test_an_unknown_code_says_what_to_do(self):
        self.authenticate(None, None)
        page = self.url_open("/seat/XXXX-XXXX-XXXX")
        self.assertIn("Ask the team", page.text)

    @mute_logger("odoo.http")
    def test_a_foreign_seat_is_as_missing_as_none(self):
        foreign = self.take_seat("Ana")
        self.authenticate("team-owner", "team-owner")
        for seat_id in (foreign.id, 0):
            for act in ("end", "renew"):
                answer = self.post(f"/my/team/seat/{seat_id}/{act}")
                self.assertEqual(answer.status_code, 404)
        self.assertEqual(foreign.state, "taken")

    def test_seats_are_ordered_and_paid_on_the_orders_own_page(self):
        self.authenticate("team-owner", "team-owner")
        page = self.post("/my/team/add", quantity="2")
        self.assertIn("/my/orders/", page.url)
        self.assertIn("100.00", page.text)

    def test_nonsense_is_answered_on_the_page(self):
        self.authenticate("team-owner", "team-owner")
        for quantity in ("", "-1", "1e9", "x" * 10_000):
            self.assertIn(
                "Add at least one seat", self.post("/my/team/add", quantity=quantity).text
            )

    def test_without_a_team_the_page_shows_the_way_to_one(self):
        self.a_portal_user("no-team")
        self.authenticate("no-team", "no-team")
        self.assertIn("No team yet", self.url_open("/my/team").text)
        self.assertIn("Seats come with a running Team plan", self.post("/my/team/invite").text)
