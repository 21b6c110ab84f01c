"""Packages on real orders, invoices and payments."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..exceptions import Refusal
from .common import MembershipCase

DAY = date(2026, 1, 31)


class PackageCase(MembershipCase):
    """Prices are the packages' own figures: the pricelist is in their currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cny = cls.env.ref("base.CNY")
        cls.cny.active = True
        cls.cny.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.cny.id, "name": "2020-01-01", "rate": 7.0}
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "CNY", "currency_id": cls.cny.id}
        )

    def setUp(self):
        super().setUp()
        clock = freeze_time(datetime(2026, 1, 31, 12))
        clock.start()
        self.addCleanup(clock.stop)

    @classmethod
    def a_member(cls, name="Mia", joined=DAY, **values):
        partner = super().a_member(name, **values)
        cls.joins(partner, joined)
        return partner

    @classmethod
    def joins(cls, partner, day):
        """Let a member have signed up on ``day``."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s",
            (datetime(day.year, day.month, day.day, 8), partner.id),
        )
        partner.invalidate_recordset(["create_date"])

    def points(self, partner):
        account = self.an_account(partner)
        account.invalidate_recordset()
        return tuple(int(account[name]) for name in ("available", "pending", "locked", "debt"))

    def lots(self, partner):
        """Return nature → points left."""
        lots = self.env["rc.point.lot"].search([("account_id", "=", self.an_account(partner).id)])
        found = {}
        for lot in lots:
            found[lot.nature] = found.get(lot.nature, 0) + int(lot.remaining)
        return found

    def purchase(self, partner):
        return self.env["rc.package.purchase"].search([("partner_id", "=", partner.id)])

    def no_welcome(self):
        self.env.ref("rc_membership.promotion_first_purchase").active = False


@tagged("post_install", "-at_install")
class TestPackages(PackageCase):
    def test_the_first_starter_gives_1650_points_with_their_nature_and_the_reason(self):
        mia = self.a_member()
        self.buy(mia, "starter")
        self.assertEqual(self.points(mia), (1650, 0, 0, 0))
        self.assertEqual(self.lots(mia), {"bought": 1000, "bonus": 650})
        purchase = self.purchase(mia)
        self.assertEqual(purchase.amount, 99)
        self.assertEqual(purchase.state, "granted")
        self.assertEqual(
            purchase.explanation_text,
            "1,000 points + 10 % bonus of the package = 1,100 + 50 % first purchase: "
            "1,650 points in all",
        )

    def test_the_price_is_a_figure_of_cny_in_any_currency(self):
        starter = self.a_plan("starter")
        dollars = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": self.env.ref("base.USD").id}
        )
        self.assertEqual(self.pricelist._get_product_price(starter, 1), 99)
        self.assertAlmostEqual(dollars._get_product_price(starter, 1), 99 / 7, places=2)

    def test_a_part_payment_gives_nothing_until_the_rest_comes(self):
        mia = self.a_member()
        invoice = self.an_invoice(mia, "starter")
        self.pay(invoice, amount=50)
        self.drain()
        self.assertEqual(self.points(mia), (0, 0, 0, 0))
        self.pay(invoice, amount=49)
        self.drain()
        self.assertEqual(self.points(mia), (1650, 0, 0, 0))

    def test_working_an_event_twice_gives_once(self):
        mia = self.a_member()
        invoice = self.buy(mia, "starter")
        invoice._rc_sync_packages(datetime(2026, 1, 31, 13))
        invoice._rc_sync_packages(datetime(2026, 1, 31, 14))
        self.assertEqual(self.points(mia), (1650, 0, 0, 0))
        self.assertEqual(len(self.purchase(mia)), 1)

    def test_the_first_purchase_bonus_ends_seven_days_after_sign_up(self):
        mia = self.a_member(joined=date(2026, 1, 24))
        self.buy(mia, "starter")
        self.assertEqual(self.points(mia)[0], 1100)

    def test_a_holiday_adds_to_the_first_purchase(self):
        holiday = self.env.ref("rc_membership.promotion_holiday")
        holiday.write({"date_from": "2026-01-31", "date_to": "2026-02-01"})
        mia, leo = self.a_member(), self.a_member("Leo")
        self.buy(mia, "starter")
        self.assertEqual(self.points(mia)[0], 1980)
        with freeze_time(datetime(2026, 2, 1, 12)):
            self.buy(leo, "starter", date(2026, 2, 1))
        self.assertEqual(self.points(leo)[0], 1650)

    def test_three_at_once_give_a_fifth_more(self):
        self.no_welcome()
        mia = self.a_member()
        invoice = self.an_invoice(mia, "starter", quantity=3)
        self.pay(invoice)
        self.drain()
        self.assertEqual(self.points(mia)[0], 3960)

    def test_partner_packages_cost_a_tenth_less_in_the_holidays(self):
        cut = self.env.ref("rc_membership.promotion_partner_price")
        cut.write({"date_from": "2026-01-31", "date_to": "2026-02-07"})
        price = self.pricelist._get_product_price
        self.assertAlmostEqual(price(self.a_plan("partner-l1"), 1), 1799.1)
        self.assertEqual(price(self.a_plan("starter"), 1), 99)
        self.assertEqual(price(self.a_plan("partner-l1"), 1, date="2026-02-07 12:00:00"), 1999)

    def test_benefits_come_with_the_package(self):
        mia = self.a_member()
        self.buy(mia, "creator")
        grants = self.purchase(mia)._get_benefit_grants()
        found = {
            g.entitlement_id.code: (g.is_unlimited, g.amount, str(g.expires_on or ""))
            for g in grants
        }
        self.assertEqual(
            found,
            {
                "salon": (False, 5, ""),
                "case_library": (True, 0, "2026-05-01"),
                "priority": (False, 20, ""),
                "expert_30min": (False, 1, ""),
                "design_coupon": (False, 200, ""),
            },
        )

    def test_a_partner_package_brings_its_rank_and_does_not_profit_from_it(self):
        self.no_welcome()
        mia = self.a_member()
        self.buy(mia, "partner-l1")
        # 1999 CNY also reach the month's first step
        self.assertEqual(self.points(mia)[0], 25000 + 100)
        rank = self.env["rc.member.rank"].search(
            [("partner_id", "=", mia.id), ("cause", "=", "purchase")]
        )
        self.assertEqual(rank.rank_id.code, "l1")

    def test_a_level_raises_the_bonus(self):
        self.no_welcome()
        mia = self.a_member()
        ladder = self.env["rc.ladder"]._find("patron", self.program)
        ladder._grant(mia, "l2", "grant", "test", DAY)
        self.buy(mia, "creator")
        self.assertEqual(self.points(mia)[0], 6500)
        self.assertIn("10 % for your level L2", self.purchase(mia).explanation_text)

    def test_months_steps_are_the_highest_reached_and_fall_with_a_refund(self):
        self.no_welcome()
        mia = self.a_member()
        self.buy(mia, "creator-plus")
        self.assertEqual(self.points(mia)[0], 12500)
        self.buy(mia, "starter")  # 1098 CNY, as an L3 by now
        self.assertEqual(self.purchase(mia).mapped("step_points"), [100, 0])
        self.assertEqual(self.points(mia)[0], 12500 + 1250 + 100)
        first = self.purchase(mia).filtered(lambda p: p.package_id.code == "starter").invoice_id
        self.refund(first, DAY)
        self.drain()
        self.assertEqual(self.points(mia)[0], 12500)

    def test_missing_points_are_bought_at_their_plain_price(self):
        mia = self.a_member()
        invoice = self.an_invoice(mia, "points", quantity=10)
        self.assertEqual(invoice.amount_total, 100)
        self.pay(invoice)
        self.drain()
        self.assertEqual(self.points(mia), (1000, 0, 0, 0))
        self.drain()  # the points tell the ladder
        ranks = mia._rc_get_ranks("patron", self.program)
        self.assertEqual(ranks[mia.id], "l1")

    def test_a_line_is_of_the_kind_package(self):
        invoice = self.an_invoice(self.a_member(), "starter")
        self.assertEqual(invoice.invoice_line_ids._rc_get_charge_kind(), "package")

    def test_merged_contacts_keep_their_purchases(self):
        mia, twin = self.a_member(), self.a_member("Mia again")
        self.buy(twin, "starter")
        self.env["base.partner.merge.automatic.wizard"]._merge((mia | twin).ids, mia)
        self.assertEqual(self.purchase(mia).points_total, 1650)
        self.assertEqual(self.points(mia)[0], 1650)
        # no longer a first purchase
        self.buy(mia, "starter")
        self.assertEqual(self.purchase(mia).mapped("points_total")[0], 1150)


@tagged("post_install", "-at_install")
class TestPackageMoney(PackageCase):
    def test_a_credit_note_takes_points_back_and_debt_stays_for_what_was_spent(self):
        mia = self.a_member()
        invoice = self.buy(mia, "starter")
        self.an_account(mia)._spend(650, "spend", "Test")
        self.refund(invoice, DAY)
        self.drain()
        self.assertEqual(self.points(mia), (0, 0, 0, 650))
        self.assertEqual(self.purchase(mia).granted_bought, 0)

    def test_a_third_credited_takes_a_third(self):
        mia = self.a_member()
        invoice = self.buy(mia, "starter")
        self.refund(invoice, DAY, amount=33)
        self.drain()
        self.assertEqual(self.lots(mia), {"bought": 667, "bonus": 433})

    def test_a_bounced_payment_takes_all_and_a_new_one_gives_it_again(self):
        mia = self.a_member()
        invoice = self.an_invoice(mia, "partner-l1")
        payment = self.pay(invoice)
        self.drain()
        payment.action_draft()
        payment.action_cancel()
        self.drain()
        self.assertEqual(self.points(mia), (0, 0, 0, 0))
        self.assertFalse(
            self.purchase(mia)._get_benefit_grants().filtered(lambda g: not g.ended_on)
        )
        self.pay(invoice)
        self.drain()
        self.assertEqual(self.points(mia)[0], 37500 + 100)
        self.assertFalse(self.purchase(mia)._get_benefit_grants().filtered("ended_on"))

    def test_a_refund_pays_unspent_points_less_the_fee_and_takes_everything_else(self):
        mia = self.a_member()
        invoice = self.buy(mia, "starter")
        self.an_account(mia)._spend(300, "spend", "Test")
        accountant = new_test_user(
            self.env,
            "pkg-accountant",
            groups="rc_membership.group_accountant,account.group_account_invoice",
        )
        purchase = self.purchase(mia).with_user(accountant)
        refund = self.env["rc.package.refund"].browse(purchase.action_refund()["res_id"])
        # 1350 left of 1650; 650 bonus first: 700 of 1000 bought points are unspent
        self.assertEqual((refund.unspent_points, refund.amount), (700, 62.37))
        refund.with_user(accountant).action_confirm("Enjoy")
        self.drain()
        self.assertEqual(self.points(mia), (0, 0, 0, 0))
        self.assertEqual(refund.credit_note_id.amount_total, 62.37)
        self.assertEqual(refund.credit_note_id.reversed_entry_id, invoice)
        self.assertIn("¥ 69.30", refund.calculation.replace("\xa0", " "))
        self.assertEqual(self.purchase(mia).state, "refunded")
        self.assertFalse(
            self.purchase(mia)._get_benefit_grants().filtered(lambda g: not g.ended_on)
        )
        with self.assertRaises(Refusal):
            refund.with_user(accountant).action_confirm()
        with self.assertRaises(Refusal) as caught:
            purchase.action_refund()
        self.assertEqual(caught.exception.code, "not_available")

    def test_used_benefits_are_charged_at_their_list_value(self):
        mia = self.a_member()
        self.buy(mia, "starter")
        mia._rc_consume("salon", 1, "visit", datetime(2026, 1, 31, 15), self.program)
        refund = self.env["rc.package.refund"]._request(self.purchase(mia), "", datetime.now())
        # 99 − 9.90 fee − 50 for the salon
        self.assertEqual(refund.amount, 39.10)
        self.assertIn("Salon", refund.calculation)

    def test_two_requests_at_once_are_one(self):
        mia = self.a_member()
        self.buy(mia, "starter")
        refunds = self.env["rc.package.refund"]
        refunds._request(self.purchase(mia), "", datetime.now())
        with self.assertRaises(Refusal):
            refunds._request(self.purchase(mia), "", datetime.now())

    def test_only_accountants_refund_and_only_managers_review(self):
        mia = self.a_member()
        self.buy(mia, "starter")
        seller = new_test_user(self.env, "pkg-seller", groups="rc_membership.group_salesperson")
        purchase = self.purchase(mia).with_user(seller)
        with self.assertRaises(AccessError):
            purchase.action_refund()
        with self.assertRaises(AccessError):
            purchase.action_release("because")
        with self.assertRaises(AccessError):
            purchase.write({"points_bonus": 10**6})


@tagged("post_install", "-at_install")
class TestPackageLimits(PackageCase):
    def setUp(self):
        super().setUp()
        self.no_welcome()

    def test_over_the_days_limit_the_order_is_refused_and_says_when(self):
        mia = self.a_member()
        self.an_order(mia, "partner-l3").action_confirm()
        order = self.an_order(mia, "starter")
        with self.assertRaises(Refusal) as caught:
            order.action_confirm()
        self.assertEqual(caught.exception.code, "limit_reached")
        self.assertIn("02/01/2026", str(caught.exception))
        self.assertEqual(order.state, "draft")
        with freeze_time(datetime(2026, 2, 1, 12)):
            order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_bad_quantities_are_refused(self):
        mia = self.a_member()
        for quantity in (-1, 0.5):
            with self.subTest(quantity), self.assertRaises(Refusal) as caught:
                self.an_order(mia, "starter", quantity).action_confirm()
            self.assertEqual(caught.exception.code, "not_eligible")

    def test_a_huge_quantity_is_over_the_limit(self):
        with self.assertRaises(Refusal) as caught:
            self.an_order(self.a_member(), "starter", 100000).action_confirm()
        self.assertEqual(caught.exception.code, "limit_reached")
        self.assertIsNone(caught.exception.values["possible_on"])

    def test_a_large_purchase_waits_for_a_manager_with_a_reason(self):
        mia = self.a_member()
        self.buy(mia, "partner-l3")
        purchase = self.purchase(mia)
        self.assertEqual((purchase.state, purchase.review_reasons), ("review", "amount"))
        self.assertEqual(self.points(mia), (0, 0, 0, 0))
        manager = new_test_user(
            self.env, "pkg-manager", groups="rc_membership.group_program_manager"
        )
        with self.assertRaises(UserError):
            purchase.with_user(manager).action_release("  ")
        purchase.with_user(manager).action_release("Known customer")
        self.assertEqual(self.points(mia)[0], 650000 + 1500)
        self.assertEqual(purchase.decided_by_id, manager)
        with self.assertRaises(UserError):
            purchase.with_user(manager).action_release("Again")

    def test_a_refused_purchase_is_credited_in_full_and_gives_nothing(self):
        mia = self.a_member()
        invoice = self.buy(mia, "partner-l3")
        manager = new_test_user(
            self.env, "pkg-manager", groups="rc_membership.group_program_manager"
        )
        self.purchase(mia).with_user(manager).action_refuse("Stolen card")
        self.drain()
        self.assertEqual(self.purchase(mia).state, "refused")
        self.assertEqual(invoice.reversal_move_ids.amount_total, 49999)
        self.assertEqual(self.points(mia), (0, 0, 0, 0))

    def test_the_sixth_purchase_in_an_hour_is_held(self):
        mia = self.a_member()
        for _number in range(6):
            self.buy(mia, "starter")
        self.assertEqual(
            self.purchase(mia).sorted("id").mapped("state"), ["granted"] * 5 + ["review"]
        )

    def test_money_that_came_without_asking_is_reviewed(self):
        mia = self.a_member()
        self.program.write({"package_limit_day": 100, "package_review_amount": 0})
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": mia.id,
                "invoice_date": DAY,
                "currency_id": self.cny.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.a_plan("booster").id,
                            "quantity": 1,
                            "price_unit": 199,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        self.pay(invoice)
        self.drain()
        self.assertEqual(self.purchase(mia).review_reasons, "limit")


@tagged("post_install", "-at_install")
class TestPackageGroups(PackageCase):
    def setUp(self):
        super().setUp()
        self.no_welcome()
        self.at = datetime(2026, 1, 31, 12)

    def join(self, group, name):
        partner = self.a_member(name)
        order = self.an_order(partner, "starter")
        order._rc_join_group(group)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = DAY
        invoice.action_post()
        self.pay(invoice)
        self.drain()
        return partner

    def a_group(self):
        package = self.env.ref("rc_membership.package_starter")
        owner = self.a_member("Owner")
        return self.env["rc.package.group"]._start(self.program, owner, self.at, package)

    def test_the_third_who_pays_raises_everybody_and_the_fifth_again(self):
        group = self.a_group()
        people = [self.join(group, "A"), self.join(group, "B")]
        self.assertEqual([self.points(p)[0] for p in people], [1100, 1100])
        people.append(self.join(group, "C"))
        self.assertEqual([self.points(p)[0] for p in people], [1320] * 3)
        people += [self.join(group, "D"), self.join(group, "E")]
        self.assertEqual([self.points(p)[0] for p in people], [1430] * 5)
        self.assertIn("30 % group buy", self.purchase(people[0]).explanation_text)

    def test_a_group_not_filled_stays_plain_and_cannot_be_joined_late(self):
        group = self.a_group()
        ann = self.join(group, "A")
        late = self.at + timedelta(hours=72)
        with self.assertRaises(Refusal) as caught:
            group._resolve(group.code, self.company, late)
        self.assertEqual(caught.exception.code, "expired_code")
        self.assertEqual(self.points(ann)[0], 1100)
        with self.assertRaises(Refusal) as caught:
            group._resolve("NOSUCH", self.company, self.at)
        self.assertEqual(caught.exception.code, "unknown_code")


@tagged("post_install", "-at_install")
class TestPackageMonth(PackageCase):
    def test_the_board_of_a_month_is_closed_once_and_months_are_caught_up(self):
        self.no_welcome()
        self.env.ref("rc_membership.promotion_board").date_from = "2026-01-01"
        mia, leo = self.a_member(), self.a_member("Leo")
        self.buy(mia, "starter")
        self.buy(leo, "booster")
        boards = self.env["rc.package.board"]
        self.assertFalse(boards._close_due(self.company, date(2026, 1, 31)))
        closed = boards._close_due(self.company, date(2026, 3, 2))
        self.assertEqual(closed.mapped("month"), [date(2026, 1, 1), date(2026, 2, 1)])
        mine = self.env["rc.package.board.place"].search([("partner_id", "in", (mia | leo).ids)])
        places = {p.partner_id: (p.place, p.points) for p in mine}
        self.assertLess(places[leo][0], places[mia][0])
        self.assertEqual(self.points(leo)[0], 2300 + places[leo][1])
        self.assertFalse(boards._close_due(self.company, date(2026, 3, 2)))

    def test_the_share_of_bought_points_is_reported_and_warned_of(self):
        before = self.env["rc.package.share"]._get_shares(self.program, date(2026, 1, 1))
        mia = self.a_member()
        self.buy(mia, "starter")
        shares = self.env["rc.package.share"]._get_shares(self.program, date(2026, 1, 1))
        self.assertGreater(shares[self.program.id], before.get(self.program.id, Fraction(0)))
        self.program.package_share_max = 0
        self.program.invalidate_recordset()
        self.assertTrue(self.program.is_package_share_high)


@tagged("post_install", "-at_install")
class TestPatronPrices(PackageCase):
    def setUp(self):
        super().setUp()
        self.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        self.env["product.pricelist"].search([("name", "not like", "Patron")]).active = False
        for number in (1, 2, 3, 4):
            level = self.env.ref(f"rc_membership.package_level_l{number}")
            level.pricelist_id = self.env.ref(f"rc_membership.pricelist_patron_l{number}")

    def price(self, partner, item):
        product = self.a_plan(item)
        return partner.property_product_pricelist._get_product_price(product, 1)

    def test_the_pricelist_follows_the_patron_rank(self):
        mia = self.a_member()
        ladder = self.env["rc.ladder"]._find("patron", self.program)
        items = ("study-tour", "expert-30min", "space-design-room", "ip-licence")
        expected = {
            None: (20, 3, 10, 50),
            "l1": (18, 3, 10, 50),
            "l2": (16, 2.7, 10, 50),
            "l3": (14, 2.4, 9, 50),
            "l4": (10, 2.1, 8, 45),
        }
        for rank, prices in expected.items():
            if rank:
                ladder._grant(mia, rank, "grant", f"test-{rank}", DAY)
            mia.invalidate_recordset()
            with self.subTest(rank=rank):
                found = tuple(round(self.price(mia, item), 2) for item in items)
                self.assertEqual(found, prices)

    def test_a_pricelist_of_the_contact_goes_first(self):
        own = self.env["product.pricelist"].create({"name": "Own"})
        mia = self.a_member()
        mia.specific_property_product_pricelist = own
        self.env["rc.ladder"]._find("patron", self.program)._grant(mia, "l4", "grant", "own", DAY)
        mia.invalidate_recordset()
        self.assertEqual(mia.property_product_pricelist, own)

    def test_the_catalogue_is_priced_in_points(self):
        items = self.env["rc.mall.item"].search([("product_id.categ_id.parent_id", "!=", False)])
        prices = {item.code: item.price for item in items}
        self.assertEqual(prices["expert-30min"], 300)
        self.assertEqual(prices["ip-licence-line"], 50000)
