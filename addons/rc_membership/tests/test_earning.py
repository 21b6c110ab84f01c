"""Earning rules on records: activities, check-ins, streaks, caps, multipliers, months."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.rc_membership.exceptions import Refusal

from ..kernel.ledger import LedgerError
from .common import MembershipCase

DAY = date(2026, 1, 5)


class EarningCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.rules = cls.env["rc.point.rule"]
        cls.rules.search([("event", "=", "payment")]).active = False

    def a_rule(self, event="activity", **values):
        base = {"name": "Test", "code": f"test_{event}", "program_id": self.program.id}
        if event == "activity":
            base["activity_kind"] = "dance"
        return self.rules.create({**base, "event": event, **values})

    def does(self, partner, kind="dance", count=1, day=DAY, amount=None, key=None, origin=None):
        activity = self.env["rc.activity"]._record(
            partner,
            kind,
            count,
            key or f"test:{partner.id}:{kind}:{day}:{count}:{amount}",
            self.noon(day),
            amount,
            origin,
        )
        self.drain()
        return activity

    def checks_in(self, partner, day):
        result = self.env["rc.checkin"]._check_in(partner, self.program, self.noon(day))
        self.drain()
        return result

    def points(self, partner):
        account = self.an_account(partner)
        balances = account._get_balances()[account.id]
        return int(balances["available"])


@tagged("post_install", "-at_install")
class TestActivity(EarningCase):
    def test_a_kind_with_a_rule_gives_its_points_once(self):
        self.a_rule(points=3)
        mia = self.a_member()
        first = self.does(mia, count=2, key="k1")
        second = self.does(mia, count=2, key="k1")
        self.assertEqual(first, second)
        self.assertEqual(self.points(mia), 6)

    def test_the_same_key_with_other_content_is_refused(self):
        mia = self.a_member()
        self.does(mia, key="k1")
        with self.assertRaises(Refusal) as caught:
            self.does(mia, count=7, key="k1")
        self.assertEqual(caught.exception.code, "key_conflict")

    def test_a_count_that_cannot_be_is_refused(self):
        mia = self.a_member()
        for count in (0, -1, 1_000_001):
            with self.assertRaises(Refusal) as caught:
                self.does(mia, count=count, key=f"c{count}")
            self.assertEqual(caught.exception.code, "not_eligible")
        self.assertFalse(self.env["rc.activity"].search([("partner_id", "=", mia.id)]))

    def test_the_day_ends_where_the_member_is(self):
        rule = self.a_rule(points=5, cap_day=5)
        mia = self.a_member(tz="Asia/Shanghai")
        for hour, key in ((15, "a"), (17, "b")):  # 23:00 and 01:00 in Shanghai
            self.env["rc.activity"]._record(
                mia, "dance", 1, f"tz:{key}", datetime(2026, 1, 5, hour)
            )
        self.drain()
        days = self.env["rc.point.earning"].search([("rule_id", "=", rule.id)]).mapped("day")
        self.assertEqual(sorted(days), [date(2026, 1, 5), date(2026, 1, 6)])
        self.assertEqual(self.points(mia), 10)

    def test_a_cap_of_a_day_and_of_a_month(self):
        rule = self.a_rule(points=1, cap_day=5, cap_month=12)
        mia = self.a_member()
        gained = []
        for number in range(4):
            before = self.points(mia)
            self.does(mia, count=500, day=DAY + timedelta(days=number))
            gained.append(self.points(mia) - before)
        self.assertEqual(gained, [5, 5, 2, 0])
        earnings = self.env["rc.point.earning"].search([("rule_id", "=", rule.id)], order="day")
        self.assertEqual(earnings.mapped("points"), [5, 5, 2, 0])
        self.assertEqual(earnings.mapped("lost"), [495, 495, 498, 500])
        self.does(mia, count=3, day=date(2026, 2, 1))
        self.assertEqual(self.points(mia), 15)

    def test_a_mission_is_worth_what_its_reporter_says_within_the_range(self):
        mia = self.a_member()
        for amount in (None, 30, 900):
            self.does(mia, "mission", amount=amount)
        self.assertEqual(self.points(mia), 10 + 30 + 50)

    def test_goods_below_the_minimum_give_nothing(self):
        self.a_rule(points=5, minimum_amount=20)
        mia = self.a_member()
        self.does(mia, amount=19)
        self.does(mia, amount=20)
        self.assertEqual(self.points(mia), 5)

    def test_only_members_of_its_tiers_earn_by_a_rule_and_a_tier_multiplies(self):
        premium = self.env.ref("rc_membership.tier_premium")
        self.a_rule(
            points=3,
            tier_ids=premium.ids,
            multiplier_ids=[(0, 0, {"tier_id": premium.id, "factor": 1.5})],
        )
        mia, leo = self.a_member(), self.a_member("Leo")
        self.buy(mia, on=DAY)
        self.does(mia)
        self.does(leo)
        self.assertEqual((self.points(mia), self.points(leo)), (5, 0))  # 4.5 half-up

    def test_who_renewed_a_yearly_plan_keeps_the_multiplier(self):
        self.a_rule(points=10, renewed_factor=1.2)
        mia = self.a_member()
        self.buy(mia, "premium-year", on=DAY)
        self.does(mia, day=DAY + timedelta(days=1))
        self.buy(mia, "premium-year", on=DAY + timedelta(days=300))
        self.does(mia, day=DAY + timedelta(days=301))
        self.assertEqual(self.points(mia), 10 + 12)

    def test_a_referral_is_worth_double_for_a_yearly_or_higher_plan(self):
        # rc_referral archives it: where there is a reward table that pays for inviting
        self.env.ref("rc_membership.point_rule_referral").active = True
        ann = self.a_member("Ann")
        for name, item in (("Free", None), ("Pro", "pro-month"), ("Year", "pro-year")):
            referee = self.a_member(name)
            if item:
                self.buy(referee, item, on=DAY)
            self.does(ann, "referral", key=f"ref:{name}", origin=referee)
        premium = self.a_member("Premium")
        self.buy(premium, "premium-month", on=DAY)
        self.does(ann, "referral", key="ref:premium", origin=premium)
        self.assertEqual(self.points(ann), 10 + 10 + 20 + 20)

    def test_a_used_rule_stays_and_an_unused_one_may_change(self):
        rule = self.a_rule(points=3)
        rule.points = 4
        self.does(self.a_member())
        with self.assertRaisesRegex(UserError, "what it gives stays"):
            rule.points = 5
        with self.assertRaisesRegex(UserError, "what it gives stays"):
            rule.cap_day = 1
        rule.write({"name": "Another name", "points": 4})

    def test_facts_are_kept(self):
        activity = self.does(self.a_member())
        for change in (lambda: activity.write({"count": 9}), activity.unlink):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(UserError):
            self.env["rc.activity"].create({"kind": "dance"})

    def test_nothing_is_recorded_while_the_database_would_not_keep_it(self):
        model = self.env.registry["rc.activity"]
        with (
            patch.object(model, "_history_missing", ["rc_append_only"], create=True),
            self.assertRaisesRegex(LedgerError, "ledger_unprotected"),
        ):
            self.does(self.a_member())

    def test_a_check_in_is_no_activity_of_a_rule(self):
        with self.assertRaises(ValidationError):
            self.a_rule(activity_kind="check_in")

    def test_each_rule_reads_as_a_sentence(self):
        sentences = {rule.code: rule.sentence for rule in self.rules.search([])}
        self.assertEqual(sentences["check_in"], "1–5 points for each day you check in")
        self.assertEqual(
            sentences["streak_7"], "50 points for 7 days in a row · and a month of Pro"
        )
        self.assertEqual(sentences["conversation"], "1 point each time · at most 5 a day")


@tagged("post_install", "-at_install")
class TestCheckIn(EarningCase):
    def test_a_day_counts_once(self):
        mia = self.a_member()
        self.checks_in(mia, DAY)
        with self.assertRaises(Refusal) as caught:
            self.checks_in(mia, DAY)
        self.assertEqual(caught.exception.code, "limit_reached")
        self.assertEqual(self.points(mia), 1)

    def test_thirty_days_give_each_day_both_streaks_and_one_trial(self):
        mia = self.a_member()
        gained = []
        for number in range(30):
            before = self.points(mia)
            self.checks_in(mia, DAY + timedelta(days=number))
            gained.append(self.points(mia) - before)
        self.assertEqual(gained[:8], [1, 2, 3, 4, 5, 5, 5 + 50, 5])
        self.assertEqual(gained[29], 5 + 100)
        self.assertEqual(sum(gained), 10 + 26 * 5 + 150)
        [cover] = self.env["rc.tier.cover"].search([("partner_id", "=", mia.id)])
        self.assertEqual(
            (cover.tier_id.code, cover.kind, cover.start_on, cover.end_on),
            ("pro", "trial", date(2026, 1, 11), date(2026, 2, 11)),
        )
        tiers = self.env["rc.subscription"]._get_tiers(mia, self.program, date(2026, 1, 12))
        self.assertEqual(tiers[mia.id].code, "pro")

    def test_a_broken_streak_begins_anew(self):
        mia = self.a_member()
        for number in (0, 1, 3):
            check_in, _gave = self.checks_in(mia, DAY + timedelta(days=number))
        self.assertEqual((check_in.streak, check_in.streak_start), (1, DAY + timedelta(days=3)))
        self.assertEqual(self.points(mia), 1 + 2 + 1)

    def test_a_check_in_is_an_activity_too(self):
        mia = self.a_member()
        self.checks_in(mia, DAY)
        [activity] = self.env["rc.activity"].search([("partner_id", "=", mia.id)])
        self.assertEqual((activity.kind, activity.count), ("check_in", 1))

    def test_two_contacts_become_one_and_a_day_counts_once(self):
        mia, twin = self.a_member(), self.a_member("Mia again")
        self.a_rule(points=5, cap_day=8)
        for partner in (mia, twin):
            self.checks_in(partner, DAY)
            self.does(partner)
        self.checks_in(twin, DAY + timedelta(days=1))
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((mia | twin).ids, mia)
        check_ins = self.env["rc.checkin"].search([("partner_id", "=", mia.id)], order="id")
        self.assertEqual(check_ins.mapped("is_merged"), [False, True, False])
        [counter] = self.env["rc.point.counter"].search([("partner_id", "=", mia.id)])
        self.assertEqual(counter.total, 10)
        self.assertEqual(self.env["rc.activity"].search_count([("partner_id", "=", mia.id)]), 5)


@tagged("post_install", "-at_install")
class TestMoneyAndTime(EarningCase):
    def test_more_above_a_threshold_and_a_refund_takes_its_part_back(self):
        self.a_rule("payment", points_per_unit=1, threshold_amount=20, points_per_unit_above=2)
        mia = self.a_member()
        invoice = self.buy(mia, on=DAY)  # 25
        self.assertEqual(self.points(mia), 20 + 10)
        self.refund(invoice, amount=10)
        self.drain()
        self.assertEqual(self.points(mia), 15)

    def test_a_multiplier_of_the_first_payment_stays_with_the_invoice(self):
        premium = self.env.ref("rc_membership.tier_premium")
        self.a_rule(
            "payment",
            points_per_unit=1,
            multiplier_ids=[(0, 0, {"tier_id": premium.id, "factor": 2})],
        )
        mia = self.a_member()
        # the points follow the membership that the same payment began
        invoice = self.buy(mia, on=DAY)
        self.assertEqual(self.points(mia), 50)
        self.buy(mia, "pro-month", on=DAY + timedelta(days=1))
        self.assertEqual(self.points(mia), 50 + 15)
        self.refund(invoice, amount=10)
        self.drain()
        self.assertEqual(self.points(mia), 30 + 15)

    def test_only_products_of_its_categories_count(self):
        plan = self.a_plan("premium-month")
        other = self.a_plan("pro-month")
        self.a_rule("payment", points_per_unit=1, product_ids=other.ids)
        mia = self.a_member()
        self.buy(mia, on=DAY)
        self.assertEqual(self.points(mia), 0)
        self.rules.search([("code", "=", "test_payment")]).write(
            {"product_ids": [(5,)], "category_ids": plan.categ_id.ids}
        )
        leo = self.a_member("Leo")
        self.buy(leo, on=DAY)
        self.assertEqual(self.points(leo), 25)

    def test_a_cap_of_a_day_holds_over_invoices_and_a_refund_gives_room_back(self):
        self.a_rule("payment", points_per_unit=1, cap_day=30)
        mia = self.a_member()
        first = self.buy(mia, on=DAY)
        self.buy(mia, on=DAY)
        self.assertEqual(self.points(mia), 30)
        self.refund(first)
        self.drain()
        self.assertEqual(self.points(mia), 5)
        self.buy(mia, on=DAY)
        self.assertEqual(self.points(mia), 30)

    def test_each_month_of_ultimate_gives_once_on_its_day(self):
        self.rules.search([("event", "=", "anniversary")]).active = False
        mia = self.a_member()
        self.buy(mia, "ultimate-year", on=date(2026, 1, 31))
        gained = []
        for today in (
            date(2026, 1, 31),
            date(2026, 2, 1),
            date(2026, 2, 28),
            date(2026, 3, 30),
            date(2026, 3, 31),
        ):
            before = self.points(mia)
            while self.rules._earn_due(self.company, today):
                pass
            gained.append(self.points(mia) - before)
        self.assertEqual(gained, [100, 0, 100, 0, 100])

    def test_a_plan_brings_its_month_also_to_who_holds_a_higher_tier_beside_it(self):
        mia = self.a_member()
        self.buy(mia, "ultimate-month", on=date(2026, 1, 31))
        team = self.env.ref("rc_membership.tier_team")
        self.env["rc.tier.cover"]._give(mia, team, date(2026, 1, 1), None, "seat", "test:seat")
        runs = [self.rules._earn_due(self.company, date(2026, 2, 1)) for _again in range(2)]
        self.assertEqual((runs, self.points(mia)), ([1, 0], 100))

    def test_a_rule_is_for_tags_and_a_segment_that_was_taken_over(self):
        gold = self.env["res.partner.category"].create({"name": "Gold"})
        segment = self.env["ir.filters"].create(
            {"name": "L", "model_id": "res.partner", "domain": "[('name', '=like', 'L%')]"}
        )
        rule = self.a_rule(points=3, tag_ids=[Command.set(gold.ids)])
        rule.segment_id = segment
        rule._onchange_segment_id()
        segment.domain = "[]"  # whoever changes the filter later changes no rule
        with self.assertRaises(ValidationError):
            rule.member_domain = "[('nothing', '=', 1)]"
        leo, lea, gao = (self.a_member(name) for name in ("Leo", "Lea", "Gao"))
        (leo | gao).category_id = gold
        for member in (leo, lea, gao):
            self.does(member)
        self.assertEqual([self.points(member) for member in (leo, lea, gao)], [3, 0, 0])
        self.assertIn("tagged Gold", rule.sentence)

    def test_time_asks_for_the_segment_too_and_passes_who_is_not_in_it(self):
        self.rules.search([("event", "=", "birthday")]).member_domain = "[('name', '=', 'Zoe')]"
        monthly = self.rules.search([("event", "=", "monthly")])
        monthly.member_domain = "[('name', '=', 'Zoe')]"
        members = [self.a_member(name) for name in ("Abe", "Bea", "Zoe")]
        for member in members:
            self.an_account(member)
            member.rc_birthday = date(1990, 2, 1)
            self.buy(member, "ultimate-month", on=date(2026, 2, 1))
        while self.rules._earn_due(self.company, date(2026, 2, 1), 2):
            pass
        self.assertEqual([self.points(member) for member in members], [0, 0, 150])

    def test_an_anniversary_comes_once_a_year_and_not_on_the_first_day(self):
        mia = self.a_member()
        self.buy(mia, "pro-year", on=date(2025, 3, 10))
        self.buy(mia, "pro-year", on=date(2026, 3, 1))
        gained = []
        for today in (date(2025, 3, 10), date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)):
            before = self.points(mia)
            while self.rules._earn_due(self.company, today):
                pass
            gained.append(self.points(mia) - before)
        self.assertEqual(gained, [0, 0, 100, 0])

    def test_a_birthday_comes_once_a_year_also_after_days_off_and_a_correction(self):
        self.rules.search([("event", "=", "birthday")]).points = 50
        mia = self.a_member()
        self.an_account(mia)
        mia._rc_tell_birthday(date(2000, 2, 29), DAY)
        gained = []
        for today, born in (
            (date(2026, 2, 27), None),
            (date(2026, 3, 3), None),
            (date(2026, 3, 4), None),
            (date(2026, 3, 4), date(2000, 3, 4)),
            (date(2027, 3, 4), None),
        ):
            mia.rc_birthday = born or mia.rc_birthday
            before = self.points(mia)
            self.rules._earn_due(self.company, today)
            gained.append(self.points(mia) - before)
        self.assertEqual(gained, [0, 50, 0, 0, 50])

    def test_a_merge_brings_neither_a_second_birthday_nor_a_second_month(self):
        self.rules.search([("event", "=", "birthday")]).points = 50
        mia, twin = self.a_member(), self.a_member("Mia Again")
        for member in (mia, twin):
            self.an_account(member)
        mia.rc_birthday = date(1990, 2, 1)
        self.buy(mia, "ultimate-month", on=date(2026, 2, 1))
        self.rules._earn_due(self.company, date(2026, 2, 1))
        before = self.points(mia) + self.points(twin)
        self.assertGreater(before, 100)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((mia | twin).ids, twin)
        twin.rc_birthday = date(1990, 2, 1)
        self.env.invalidate_all()
        self.rules._earn_due(self.company, date(2026, 2, 2))
        self.assertEqual(self.points(twin), before)

    def test_a_birthday_is_told_once_and_is_a_day_in_the_past(self):
        mia = self.a_member()
        for born in (None, DAY, date(2027, 1, 1), date(1890, 1, 1)):
            with self.assertRaises(Refusal):
                mia._rc_tell_birthday(born, DAY)
        mia._rc_tell_birthday(date(1990, 5, 4), DAY)
        with self.assertRaises(Refusal) as caught:
            mia._rc_tell_birthday(date(1990, 5, 5), DAY)
        self.assertEqual(
            (caught.exception.code, mia.rc_birthday), ("limit_reached", date(1990, 5, 4))
        )
