from datetime import date, datetime, timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.rc_membership.adapters_usage import read_member
from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_membership.kernel.ledger import LedgerError
from odoo.addons.rc_membership.kernel.quota import window_of

from .common import MembershipCase

MARCH_2 = date(2026, 3, 2)


def noon(month, day, hour=12):
    return datetime(2026, month, day, hour)


class UsageCase(MembershipCase):
    def setUp(self):
        super().setUp()
        self.company.partner_id.tz = "UTC"
        self.usage = self.env["rc.usage"]
        self.mia = self.a_member()
        self.number = 0

    def consume(self, code="chat", amount=1, at=None, key=None, partner=None, **options):
        self.number += 1
        key = key or f"test:{self.number}"
        partner = partner or self.mia
        return self.usage._consume(partner, code, amount, key, at or noon(3, 10), **options)

    def left(self, code="chat", at=None, partner=None):
        answer = (partner or self.mia)._rc_check(code, 1, at or noon(3, 10))
        return "unlimited" if answer["unlimited"] else answer["left"]

    def assert_refused(self, *args, **kwargs):
        with self.assertRaises(Refusal) as caught:
            self.consume(*args, **kwargs)
        self.assertEqual(caught.exception.code, "quota_exhausted")
        return caught.exception

    def give(self, code, key, amount=None, **values):
        right = self.env["rc.entitlement"]._get_by_code(code, self.company)
        values = {"starts_on": date(2026, 1, 1), **values}
        return self.env["rc.entitlement.grant"]._give(self.mia, right, key, amount, **values)


@tagged("post_install", "-at_install")
class TestTierQuotas(UsageCase):
    def test_five_chats_a_day_are_five_and_no_sixth(self):
        for left in (4, 3, 2, 1, 0):
            self.assertEqual(self.consume()["left"], left)
        before = self.env["rc.entitlement.use"].search_count([])
        self.assert_refused()
        self.assertEqual(self.env["rc.entitlement.use"].search_count([]), before)
        self.assertEqual(self.left(at=noon(3, 11)), 5)

    def test_more_than_is_left_serves_nothing_of_it(self):
        self.consume(amount=3)
        refusal = self.assert_refused(amount=3)
        self.assertEqual(refusal.values["answer"]["left"], 2)
        self.assertEqual(self.left(), 2)

    def test_a_refusal_says_when_it_starts_again_and_what_would_unlock_it(self):
        self.consume(amount=5)
        refusal = self.assert_refused()
        answer = refusal.values["answer"]
        self.assertEqual(answer["resets_at"], datetime(2026, 3, 11))
        self.assertEqual(
            [(u["kind"], u["tier"], u["item"], u["amount"]) for u in answer["unlock"]],
            [
                ("tier", "pro", "pro-month", 100),
                ("tier", "premium", "premium-month", None),
                ("tier", "ultimate", "ultimate-month", None),
                ("tier", "team", "team-month", None),
            ],
        )
        text = str(refusal)
        for words in ("Chat: 0 left", "starts again on", "Pro gives you: 100 chats per day"):
            self.assertIn(words, text)

    def test_a_right_one_does_not_have_is_refused_with_what_has_it(self):
        answer = self.mia._rc_check("self_reflection", 1, noon(3, 10))
        self.assertEqual(
            (answer["allowed"], answer["left"], answer["unlock"][0]["tier"]), (False, 0, "pro")
        )
        self.assertIn("not part of your membership", str(self.assert_refused("meditation_audio")))

    def test_what_ultimate_has_without_limit_is_counted_and_never_refused(self):
        self.buy(self.mia, "ultimate-month", MARCH_2)
        answer = self.consume(amount=10**6)
        self.assertEqual((answer["unlimited"], answer["left"], answer["used"]), (True, None, 10**6))
        self.assertTrue(self.mia._rc_check("meditation_audio", 1, noon(3, 10))["allowed"])

    def test_a_day_is_the_members_and_the_clock_change_loses_none(self):
        self.mia.tz = "America/New_York"
        self.consume(amount=5, at=datetime(2026, 3, 8, 4, 59))  # the 7th, 23:59 there
        self.assertEqual(self.left(at=datetime(2026, 3, 8, 5, 0)), 5)
        self.consume(amount=5, at=datetime(2026, 3, 9, 3, 59))  # a day of 23 hours
        self.assert_refused(at=datetime(2026, 3, 9, 3, 59))
        answer = self.mia._rc_check("chat", 1, datetime(2026, 3, 9, 3, 59))
        self.assertEqual(answer["resets_at"], datetime(2026, 3, 9, 4))
        self.assertEqual(self.left(at=datetime(2026, 3, 9, 4, 0)), 5)

    def test_moving_to_another_time_zone_gives_no_date_twice(self):
        self.consume(amount=5, at=noon(3, 10))
        self.mia.tz = "Pacific/Kiritimati"  # the 11th already
        self.consume(amount=5, at=noon(3, 10))
        for zone in ("UTC", "Pacific/Kiritimati"):
            self.mia.tz = zone
            self.assertEqual(self.left(at=noon(3, 10)), 0)

    def test_a_month_is_the_subscriptions_and_on_free_the_calendars(self):
        free = self.env.ref("rc_membership.tier_free")
        right = self.env["rc.entitlement"]._get_by_code("portrait_report", self.company)
        free.entitlement_line_ids = [(0, 0, {"entitlement_id": right.id, "amount": 2})]
        self.consume("portrait_report", 2, noon(3, 31))
        self.assertEqual(self.left("portrait_report", noon(4, 1)), 2)
        leo = self.a_member("Leo")
        self.buy(leo, "pro-year", date(2026, 1, 31))
        self.consume("self_reflection", 1, noon(2, 27), partner=leo)
        self.assertEqual(self.left("self_reflection", noon(2, 27), leo), 0)
        self.assertEqual(self.left("self_reflection", noon(2, 28), leo), 1)

    def test_an_upgrade_replaces_the_quota_and_carries_the_usage(self):
        self.buy(self.mia, "pro-month", MARCH_2)
        self.consume("self_reflection", 1, noon(3, 5))
        self.buy(self.mia, "premium-month", date(2026, 3, 10))
        self.assertEqual(self.left("self_reflection", noon(3, 10)), 2)
        self.consume("self_reflection", 2, noon(4, 5))
        self.assertEqual(self.left("self_reflection", noon(4, 5)), 0)
        self.assertEqual(self.left("self_reflection", noon(4, 10)), 3)
        first, second = self.env["rc.entitlement.counter"].search(
            [("partner_id", "=", self.mia.id)], order="window_start"
        )
        self.assertEqual((first.next_id, second.carried, second.used), (second, 1, 3))

    def test_an_upgrade_on_the_day_carries_the_chats_of_the_day(self):
        self.consume(amount=5, at=noon(3, 10))
        self.buy(self.mia, "pro-month", date(2026, 3, 10))
        self.assertEqual(self.left(at=noon(3, 10)), 95)

    def test_a_membership_that_ends_leaves_the_calendar_months_uses_counted(self):
        right = self.env["rc.entitlement"]._get_by_code("self_reflection", self.company)
        free = self.env.ref("rc_membership.tier_free")
        free.entitlement_line_ids = [(0, 0, {"entitlement_id": right.id, "amount": 4})]
        self.buy(self.mia, "premium-month", MARCH_2)
        self.consume("self_reflection", 2, noon(3, 20))
        self.consume("self_reflection", 1, noon(4, 1))
        subscription = self.env["rc.subscription"]._get_running(self.mia, self.program)
        subscription._end("cancelled", date(2026, 4, 2))
        self.assertEqual(self.left("self_reflection", noon(4, 3)), 3)
        self.assertEqual(self.consume("self_reflection", 1, noon(4, 3))["left"], 2)

    def test_a_seat_or_gift_of_a_tier_counts_as_the_tier(self):
        ultimate = self.env.ref("rc_membership.tier_ultimate")
        self.env["rc.tier.cover"]._give(
            self.mia, ultimate, MARCH_2, date(2026, 3, 9), "gift", "gift:1"
        )
        self.assertEqual(self.left("companion_hours", noon(3, 8)), 10)
        self.assertEqual(self.left("companion_hours", noon(3, 9)), 0)


@tagged("post_install", "-at_install")
class TestKeys(UsageCase):
    def test_a_key_that_comes_again_uses_once_and_answers_again(self):
        first = self.consume(amount=2, key="msg:1")
        again = self.consume(amount=2, key="msg:1")
        self.assertEqual((first["left"], first["replayed"]), (3, False))
        self.assertEqual((again["left"], again["replayed"], again["allowed"]), (3, True, True))
        self.consume(amount=3)
        self.assertTrue(self.consume(amount=2, key="msg:1")["allowed"])

    def test_a_key_with_other_content_is_an_error(self):
        self.consume(amount=2, key="msg:1")
        leo = self.a_member("Leo")
        for other in ({"amount": 3}, {"code": "portrait_report"}, {"partner": leo}):
            with self.subTest(other), self.assertRaisesRegex(LedgerError, "key_conflict"):
                self.consume(**{"amount": 2, **other, "key": "msg:1"})

    def test_bad_requests_are_told_and_change_nothing(self):
        for bad in (0, -1, "1e20", "x", True, 0.5, Decimal("0.00001")):
            with self.subTest(bad), self.assertRaisesRegex(UserError, "not an amount"):
                self.consume(amount=bad)
        with self.assertRaisesRegex(UserError, "needs a key"):
            self.usage._consume(self.mia, "chat", 1, "", noon(3, 10))
        with self.assertRaisesRegex(UserError, "no entitlement with the code"):
            self.consume("unknown")
        gone = self.a_member("Gone")
        gone.unlink()
        with self.assertRaisesRegex(UserError, "member is gone"):
            self.consume(partner=gone)

    def test_a_use_given_back_is_there_again_once_also_after_an_upgrade(self):
        self.buy(self.mia, "pro-month", MARCH_2)
        self.consume("self_reflection", 1, noon(3, 5), key="one")
        self.buy(self.mia, "premium-month", date(2026, 3, 10))
        self.consume("self_reflection", 1, noon(3, 11))
        for _twice in range(2):
            back = self.usage._release("one", "served nothing", noon(3, 12))
            self.assertEqual((back.amount, back.note), (-1, "served nothing"))
            self.assertEqual(self.left("self_reflection", noon(3, 12)), 2)
        with self.assertRaisesRegex(LedgerError, "key_conflict"):
            self.consume("self_reflection", 1, noon(3, 5), key="one")
        self.assertEqual(self.left("self_reflection", noon(3, 12)), 2)
        with self.assertRaisesRegex(UserError, "Nothing was used"):
            self.usage._release("unknown", "x", noon(3, 12))

    def test_the_surface_is_closed_to_rpc(self):
        from odoo.service.model import get_public_method

        for name in ("_check", "_consume", "_release", "_get_all", "_get_catalogue"):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(self.usage, name)


@tagged("post_install", "-at_install")
class TestSources(UsageCase):
    def test_the_earliest_expiring_serves_first_then_what_stays(self):
        self.buy(self.mia, "ultimate-month", MARCH_2)
        stays = self.give("companion_hours", "kept", 5)
        soon = self.give("companion_hours", "soon", 2, expires_on=date(2026, 3, 20))
        self.assertEqual(self.left("companion_hours"), 17)
        self.consume("companion_hours", "1.5")
        self.assertEqual((soon.used, stays.used), (1.5, 0))
        self.consume("companion_hours", 11)
        self.assertEqual((soon.used, stays.used), (2, 0.5))
        parts = self.env["rc.entitlement.use"].search(
            [("key", "=", f"test:{self.number}")], order="part"
        )
        self.assertEqual(
            [(part.grant_id, part.amount) for part in parts],
            [(soon, 0.5), (self.env["rc.entitlement.grant"], 10), (stays, 0.5)],
        )
        self.assertEqual(self.left("companion_hours", noon(4, 2)), Decimal("14.5"))

    def test_the_unlimited_spares_a_stock(self):
        pack = self.give("chat", "pack", 100, expires_on=date(2026, 3, 12))
        self.buy(self.mia, "premium-month", MARCH_2)
        self.consume(amount=50)
        self.assertEqual(pack.used, 0)

    def test_a_stock_serves_who_has_no_tier_for_it_until_it_expires(self):
        self.give("self_reflection", "card", 1, expires_on=date(2026, 3, 15))
        self.assertEqual(self.left("self_reflection", noon(3, 14)), 1)
        self.assertEqual(self.left("self_reflection", noon(3, 15)), 0)
        self.consume("self_reflection", 1, noon(3, 14))
        self.assert_refused("self_reflection", 1, noon(3, 14))

    def test_a_granted_quota_comes_again_and_a_granted_feature_lasts(self):
        self.give("portrait_report", "monthly", 2, per="month")
        self.consume("portrait_report", 2, noon(3, 31))
        self.assert_refused("portrait_report", 1, noon(3, 31))
        self.assertEqual(self.left("portrait_report", noon(4, 1)), 2)
        self.give("case_library", "library", expires_on=date(2026, 4, 1))
        self.consume("case_library", 1, noon(3, 31))
        self.assert_refused("case_library", 1, noon(4, 1))

    def test_a_use_of_a_stock_given_back_is_there_again_unless_it_is_not_paid_any_more(self):
        pack = self.give("companion_hours", "pack", 5)
        self.consume("companion_hours", 3, key="hours")
        self.env["rc.entitlement.grant"]._take_back("pack", kept=2, on=date(2026, 3, 11))
        self.assertRecordValues(pack, [{"left": 0, "used_beyond": 1}])
        self.usage._release("hours", "broken", noon(3, 12))
        self.assertRecordValues(pack, [{"left": 2, "used": 0, "used_beyond": 0}])

    def test_a_grant_of_one_program_is_of_no_use_in_another(self):
        studio = self.a_member("Studio", is_company=True)
        own = self.env["rc.program"].create({"name": "Own", "code": "own", "owner_id": studio.id})
        self.env["rc.tier"].create(
            {"name": "All", "code": "all", "program_id": own.id, "is_default": True}
        )
        self.give("companion_hours", "there", 5, program=own)
        self.give("companion_hours", "both", 1)
        self.assertEqual(self.left("companion_hours"), 1)
        there = self.mia._rc_check("companion_hours", 1, noon(3, 10), program=own)
        self.assertEqual(there["left"], 6)

    def test_all_rights_of_somebody_are_read_at_once(self):
        self.buy(self.mia, "premium-month", MARCH_2)
        self.give("salon", "salon", 2)
        self.consume("self_reflection", 2)
        answers = {a["code"]: a for a in self.usage._get_all(self.mia, noon(3, 10))}
        self.assertEqual(
            set(answers), {"chat", "self_reflection", "portrait", "frequency_chart", "salon"}
        )
        self.assertEqual(answers["self_reflection"]["left"], 1)
        self.assertEqual(answers["salon"]["left"], 2)


@tagged("post_install", "-at_install")
class TestReads(UsageCase):
    def test_a_use_is_two_statements(self):
        self.consume()
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.consume()
        with self.assertQueryCount(1):
            self.mia._rc_check("chat", 1, noon(3, 10))

    def test_settings_changed_are_seen_at_once(self):
        self.consume(amount=5)
        line = self.env.ref("rc_membership.tier_free_chat")
        line.amount = 7
        self.assertEqual(self.left(), 2)
        line.unlink()
        self.assertEqual(self.left(), 0)

    def test_the_fast_read_says_what_the_subscriptions_say(self):
        """Tier, month and period of the one query are those of the subscriptions' own doors."""
        subscriptions = self.env["rc.subscription"]
        covers = self.env["rc.tier.cover"]
        premium = self.env.ref("rc_membership.tier_premium")
        team = self.env.ref("rc_membership.tier_team")
        people = {name: self.a_member(name) for name in ("free", "month", "year", "gift", "both")}
        self.buy(people["month"], "premium-month", date(2026, 1, 31))
        self.buy(people["year"], "ultimate-year", date(2026, 1, 31))
        self.buy(people["both"], "pro-month", date(2026, 3, 5))
        covers._give(people["gift"], premium, date(2026, 2, 10), date(2026, 4, 20), "gift", "g")
        covers._give(people["both"], team, date(2026, 3, 20), None, "seat", "s")._end(
            date(2026, 4, 3)
        )
        catalogue = self.usage._get_catalogue(self.program.id)
        for name, partner in people.items():
            for offset in range(0, 90, 3):
                on = date(2026, 2, 20) + timedelta(days=offset)
                at = datetime(on.year, on.month, on.day, 12)
                member = read_member(self.env, catalogue, partner.id, at, [])
                tier = subscriptions._get_tiers(partner, self.program, on)[partner.id]
                with self.subTest(name, on=on):
                    self.assertEqual(member.tier, tier.id)
                    for per, theirs in (
                        ("month", subscriptions._get_month(partner, self.program, on)),
                        ("period", subscriptions._get_anchor(partner, self.program, on)),
                    ):
                        if name != "free" and tier.is_default:
                            continue  # before it began
                        window = window_of(per, on, member.anchor)
                        self.assertEqual(window.start, theirs[0], per)

    def test_merged_contacts_keep_what_both_used_and_were_given(self):
        leo = self.a_member("Leo")
        self.consume(amount=2, key="mia")
        self.consume(amount=1, key="leo", partner=leo)
        self.give("salon", "salon", 3)
        self.consume("salon", 1)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.mia | leo).ids, leo)
        self.assertEqual(self.left("chat", partner=leo), 2)
        self.assertEqual(self.left("salon", partner=leo), 2)
        self.assertTrue(self.consume(amount=2, key="mia", partner=leo)["replayed"])
        self.assertEqual(
            len(self.env["rc.entitlement.counter"].search([("partner_id", "=", leo.id)])), 1
        )

    def test_a_counter_is_the_sum_of_its_uses(self):
        self.buy(self.mia, "pro-month", MARCH_2)
        for number in range(4):
            self.consume("chat", 1 + number, key=f"c{number}")
        self.consume("self_reflection")
        self.usage._release("c2", "x", noon(3, 11))
        self.assertEqual(self.env["rc.entitlement.counter"]._get_imbalances(), [])
        self.env.cr.execute(
            "UPDATE rc_entitlement_counter SET used = used + 1 WHERE partner_id = %s",
            (self.mia.id,),
        )
        self.assertEqual(len(self.env["rc.entitlement.counter"]._get_imbalances()), 2)
