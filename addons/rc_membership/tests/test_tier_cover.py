from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestTierCover(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_member()
        cls.covers = cls.env["rc.tier.cover"]
        cls.tiers = {tier.code: tier for tier in cls.program.tier_ids}

    def tier_on(self, day):
        found = self.env["rc.subscription"]._get_tiers(self.member, self.program, day)
        return found[self.member.id].code

    def give(self, tier="ultimate", start=date(2026, 2, 10), end=date(2026, 2, 17), key="k"):
        return self.covers._give(self.member, self.tiers[tier], start, end, "gift", key)

    def test_a_gift_is_held_in_its_days_and_once_per_key(self):
        cover = self.give()
        self.assertEqual(self.give(), cover)
        self.assertEqual(
            [self.tier_on(date(2026, 2, day)) for day in (9, 10, 16, 17)],
            ["free", "ultimate", "ultimate", "free"],
        )
        with self.assertRaisesRegex(UserError, "given before"):
            self.give("pro")

    def test_the_highest_of_plan_and_gift_counts(self):
        self.buy(self.member)  # Premium
        self.give()
        self.give("pro", key="lower")
        self.assertEqual(
            [self.tier_on(date(2026, 2, day)) for day in (9, 10, 17)],
            ["premium", "ultimate", "premium"],
        )

    def test_the_contact_shows_it_and_is_found_by_it(self):
        with freeze_time("2026-02-12 12:00:00"):
            cover = self.give()
            self.assertEqual(self.member.rc_tier_id.code, "ultimate")
            found = self.env["res.partner"].search(
                [("rc_tier_id", "=", self.tiers["ultimate"].id), ("id", "=", self.member.id)]
            )
            self.assertEqual(found, self.member)
            cover._end(date(2026, 2, 12))
            self.assertEqual(self.member.rc_tier_id.code, "free")
            free = [("rc_tier_id.code", "=", "free"), ("id", "=", self.member.id)]
            self.assertEqual(self.env["res.partner"].search(free), self.member)
            paying = [("rc_tier_id", "!=", self.tiers["free"].id), ("id", "=", self.member.id)]
            self.assertFalse(self.env["res.partner"].search(paying))

    def test_days_prolong_a_plan_of_the_tier_once_and_else_wait_for_something_as_high(self):
        self.buy(self.member)  # Premium until 28 February
        give = self.env["rc.subscription"]._give_days
        on = date(2026, 2, 10)
        for _again in range(2):
            cover = give(self.member, self.tiers["premium"], 7, "a", "birthday", on=on)
        running = self.env["rc.subscription"]._get_running(self.member, self.program)
        self.assertEqual((running.period_end, cover.subscription_id), (date(2026, 3, 7), running))
        pro = give(self.member, self.tiers["pro"], 30, "b", "streak", on=on)
        self.assertRecordValues(
            pro, [{"start_on": date(2026, 3, 7), "end_on": date(2026, 4, 6), "kind": "reward"}]
        )
        more = give(self.member, self.tiers["pro"], 10, "c", "streak", on=on)
        self.assertRecordValues(more, [{"start_on": date(2026, 4, 6), "end_on": date(2026, 4, 16)}])

    def test_a_month_of_a_quota_is_the_plans_then_the_gifts_then_the_calendars(self):
        get = self.env["rc.subscription"]._get_month
        day = date(2026, 2, 12)
        self.assertEqual(get(self.member, self.program, day), (date(2026, 2, 1), date(2026, 3, 1)))
        self.give()
        self.assertEqual(
            get(self.member, self.program, day), (date(2026, 2, 10), date(2026, 3, 10))
        )
        self.buy(self.member, "ultimate-year")
        self.assertEqual(
            get(self.member, self.program, day), (date(2026, 1, 31), date(2026, 2, 28))
        )
        self.assertEqual(
            self.env["rc.subscription"]._get_anchor(self.member, self.program, day),
            (date(2026, 1, 31), date(2027, 1, 31)),
        )

    def test_a_merge_moves_what_was_given(self):
        cover = self.give()
        twin = self.a_member("Mia again")
        self.env["res.partner"]._rc_before_merge(self.member, twin)
        self.assertEqual(cover.partner_id, twin)

    def test_staff_read_it_and_cannot_write_it(self):
        cover = self.give()
        manager = new_test_user(
            self.env, "cover-manager", groups="rc_membership.group_program_manager"
        )
        mine = cover.with_user(manager)
        self.assertEqual(mine.tier_id.code, "ultimate")
        for act in (lambda: mine.write({"end_on": "2030-01-01"}), mine.unlink):
            with self.assertRaises(AccessError):
                act()
