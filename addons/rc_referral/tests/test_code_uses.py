"""Limits, audiences, giving back; and codes of value."""

import contextlib
from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.rc_referral.errors import CodeError
from odoo.addons.rc_referral.kernel import codes

from .common import DAY, NOW, ReferralCase


class UseCase(ReferralCase):
    def use(self, code, who, key, at=NOW):
        return code._use(who, f"test:{code.id}:{key}", at)

    def release(self, code, key, at=NOW):
        return code._release(f"test:{code.id}:{key}", at)


@tagged("post_install", "-at_install")
class TestLimits(UseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["res.partner"].create([{"name": f"Person {n}"} for n in range(4)])
        cls.ann, cls.bob, cls.cy, cls.dee = cls.people

    def test_a_single_use_code_is_used_once_and_the_same_key_again_is_the_same_use(self):
        self.code.use_limit = 1
        first = self.use(self.code, self.ann, "o1")
        self.assertEqual(self.use(self.code, self.ann, "o1"), first)
        sentence = self.assertRefused("used_code", self.use, self.code, self.bob, "o2")
        self.assertIn("used already", sentence)
        self.assertRefused("used_code", self.env["rc.code"]._resolve, "STUDIOTEST", self.bob)
        self.assertEqual(self.code.use_count, 1)

    def test_a_key_stands_for_one_person(self):
        self.use(self.code, self.ann, "o1")
        self.assertRefused("used_code", self.use, self.code, self.bob, "o1")

    def test_the_limit_of_all_counts_everybody(self):
        self.code.use_limit = 2
        self.use(self.code, self.ann, "o1")
        self.use(self.code, self.bob, "o2")
        self.assertRefused("limit_reached", self.use, self.code, self.cy, "o3")

    def test_the_limit_per_person_counts_one_person(self):
        self.code.use_limit_per_person = 2
        for key in ("o1", "o2"):
            self.use(self.code, self.ann, key)
        self.assertRefused("limit_reached", self.use, self.code, self.ann, "o3")
        self.assertRefused("limit_reached", self.env["rc.code"]._resolve, "STUDIOTEST", self.ann)
        self.use(self.code, self.bob, "o4")

    def test_guests_of_one_address_are_one_person(self):
        self.code.use_limit_per_person = 1
        (self.ann | self.bob).email = "Same@Example.com"
        self.use(self.code, self.ann, "o1")
        self.assertRefused("limit_reached", self.use, self.code, self.bob, "o2")
        person = self.code.use_ids.sudo().person
        self.assertNotIn("example", person)

    def test_a_use_is_given_back_once(self):
        self.code.write({"use_limit": 1, "use_limit_per_person": 1})
        self.use(self.code, self.ann, "o1")
        self.assertTrue(self.release(self.code, "o1"))
        self.assertFalse(self.release(self.code, "o1"))
        self.assertFalse(self.release(self.code, "unheard of"))
        self.assertEqual(self.code.use_count, 0)
        self.assertRefused("used_code", self.use, self.code, self.ann, "o1")
        self.use(self.code, self.ann, "o2")
        self.assertRefused("used_code", self.use, self.code, self.bob, "o3")
        self.assertEqual(self.code.use_count, 1)

    def test_uses_from_before_the_limit_count_and_a_used_limit_is_only_raised(self):
        self.use(self.code, self.ann, "o1")
        self.code.use_limit = 2
        self.use(self.code, self.bob, "o2")
        self.assertRefused("limit_reached", self.use, self.code, self.cy, "o3")
        with self.assertRaises(UserError):
            self.code.use_limit = 1
        self.code.use_limit = 3
        self.use(self.code, self.cy, "o3")
        self.code.use_limit = 0
        self.use(self.code, self.dee, "o4")
        self.assertFalse(self.code.use_ids.filtered(lambda u: u.partner_id == self.dee).slot)

    def test_a_use_is_a_fact(self):
        use = self.use(self.code, self.ann, "o1")
        with self.assertRaises(UserError):
            use.write({"slot": 3})
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.RestrictViolation):
            with self.env.cr.savepoint():
                self.env.cr.execute("DELETE FROM rc_code_use WHERE id = %s", use.ids)
        self.release(self.code, "o1")
        self.assertTrue(use.exists())

    def test_merged_contacts_keep_their_uses(self):
        self.code.use_limit_per_person = 1
        self.use(self.code, self.ann, "o1")
        self.use(self.code, self.bob, "o2")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.ann | self.bob).ids, self.bob, extra_checks=False)
        self.assertEqual(self.code.use_count, 2)
        self.assertRefused("limit_reached", self.use, self.code, self.bob, "o3")


@tagged("post_install", "-at_install")
class TestAudience(UseCase):
    def resolve(self, partner=None):
        return self.env["rc.code"]._resolve("STUDIOTEST", partner=partner, at=NOW)

    def test_a_code_for_new_members_refuses_who_paid_before(self):
        self.code.audience = "new_members"
        new, old = (self.a_participant(name) for name in ("New Test", "Old Test"))
        self.pay(self.an_invoice(old))
        self.assertEqual(self.resolve(new), self.code)
        self.assertRefused("not_eligible", self.resolve, old)
        self.assertEqual(self.resolve(), self.code)  # a visitor is not known yet

    def test_a_code_for_a_tier_refuses_other_tiers(self):
        tiers = self.env["rc.tier"].search([], limit=2, order="sequence")
        with self.assertRaises(ValidationError):
            self.code.audience = "tiers"
        self.code.write({"audience": "tiers", "audience_tier_ids": tiers[1].ids})
        member = self.a_portal_user("audience_free").partner_id
        sentence = self.assertRefused("tier_required", self.resolve, member)
        self.assertIn("other tiers", sentence)

    def test_a_code_for_a_country_refuses_who_lives_elsewhere(self):
        china, france = self.env.ref("base.cn"), self.env.ref("base.fr")
        self.code.audience_country_ids = china
        at_home = self.a_participant("Home Test", country_id=china.id)
        abroad = self.a_participant("Abroad Test", country_id=france.id)
        nowhere = self.a_participant("Nowhere Test")
        for partner in (at_home, nowhere):
            self.assertEqual(self.resolve(partner), self.code)
        self.assertRefused("not_eligible", self.resolve, abroad)


@tagged("post_install", "-at_install")
class TestCodesOfValue(UseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.valued = cls.env["rc.code"]._make_valued(
            "activation", [{"partner_id": cls.studio.id} for _n in range(3)]
        )
        cls.texts = list(cls.valued._reveal(cls.studio, NOW, "test").values())
        cls.student = cls.a_participant("Student Test")

    def resolve(self, text, at=NOW):
        return self.env["rc.code"]._resolve(text, partner=self.student, at=at)

    def test_the_text_is_nowhere_in_the_database_and_finds_its_code(self):
        self.assertEqual(len(set(self.texts)), 3)
        for code, text in zip(self.valued, self.texts, strict=True):
            self.assertEqual(self.resolve(text.lower().replace("-", " ")), code)
            self.assertEqual(code.code, codes.mask_valued(text))
            self.assertFalse(code.code_key)
        self.env.cr.execute(
            "SELECT rc_code::text FROM rc_code WHERE id IN %s", [tuple(self.valued.ids)]
        )
        stored = str(self.env.cr.fetchall())
        for text in self.texts:
            self.assertNotIn(text, stored)
            self.assertNotIn(codes.fold(text), stored)

    def test_only_the_slip_is_told(self):
        text = self.texts[0]
        slip = text[:-1] + ("0" if text[-1] != "0" else "2")
        self.assertRefused("mistyped_code", self.resolve, slip)
        answers = {
            self.assertRefused("unknown_code", self.resolve, codes.make_valued("gift", b"8" * 8))
        }
        self.use(self.valued[0], self.student, "r1")
        answers.add(self.assertRefused("unknown_code", self.resolve, text))
        self.valued[1].date_to = NOW.date()
        answers.add(self.assertRefused("unknown_code", self.resolve, self.texts[1]))
        self.valued[2].active = False
        answers.add(self.assertRefused("unknown_code", self.resolve, self.texts[2]))
        self.assertEqual(len(answers), 1)

    def test_every_refusal_costs_the_same_query(self):
        self.use(self.valued[0], self.student, "r1")
        self.valued[1].active = False
        self.env.flush_all()
        unknown = codes.make_valued("activation", b"7" * 8)
        with contextlib.suppress(CodeError):
            self.resolve(unknown)  # caches are warm then
        for text in (self.texts[0], self.texts[1], unknown):
            with self.assertQueryCount(1), contextlib.suppress(CodeError):
                self.resolve(text)

    def test_another_companys_code_is_unknown(self):
        other = self.env["res.company"].create({"name": "Other Test"})
        self.env["rc.code"].flush_model()
        resolve = self.env["rc.code"].with_company(other)._resolve
        self.assertRefused("unknown_code", resolve, self.texts[0], at=NOW)
        told = self.assertRefused("unknown_code", resolve, self.code.code, at=NOW)
        self.assertNotIn(self.code.partner_id.name, told)
        foreign = self.a_code(self.rival, "ELSEWHERE", company_id=other.id)
        self.assertRefused("unknown_code", self.env["rc.code"]._resolve, foreign.code, at=NOW)
        self.assertEqual(resolve(foreign.code, at=NOW), foreign)
        self.env.user.company_ids += other
        lead = self.env["crm.lead"].create({"name": "Elsewhere", "company_id": other.id})
        lead.rc_code_text = foreign.code
        self.assertEqual(lead.rc_typed_code_id, foreign, "of the document's company")

    def test_only_the_owner_sees_the_codes_and_it_is_written_down(self):
        reveals = self.env["rc.code.reveal"]
        shown = reveals.search([("partner_id", "=", self.studio.id)])
        self.assertEqual((shown.count, shown.code_list), (3, self.valued.ids))
        with self.assertRaises(AccessError):
            self.valued._reveal(self.student, NOW)
        with self.assertRaises(AccessError):
            self.code._reveal(self.studio, NOW)  # no code of value

    def test_nobody_reads_the_secret_fields_nor_makes_such_codes_by_hand(self):
        manager = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            self.valued[0].with_user(manager).read(["secret_box"])
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
            self.env["rc.code"].create(
                {"kind": "gift", "code": "GIFT1", "partner_id": self.studio.id}
            )


@tagged("post_install", "-at_install")
class TestAttempts(ReferralCase):
    """Rows of the limiter are committed by themselves, so each test has a bucket of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry_enter_test_mode_cls()

    def test_a_limit_holds_per_person_and_ends_with_the_window(self):
        hit = self.env["rc.attempt"]._hit
        answers = [hit("t1", "10.0.0.1", 3, 60, NOW + timedelta(seconds=n)) for n in range(5)]
        self.assertEqual(answers, [True] * 3 + [False] * 2)
        self.assertTrue(hit("t1", "10.0.0.2", 3, 60, NOW))
        self.assertFalse(hit("t1", "10.0.0.1", 3, 60, NOW + timedelta(seconds=61)))
        self.assertTrue(hit("t1", "10.0.0.1", 3, 60, NOW + timedelta(seconds=125)))

    def test_a_flood_is_not_even_written_down(self):
        hit = self.env["rc.attempt"]._hit
        for _n in range(20):
            hit("t2", "10.0.0.1", 2, 60, NOW)
        self.assertEqual(self.env["rc.attempt"].search_count([("bucket", "=", "t2")]), 6)

    def test_guessing_from_many_places_sounds_one_alarm_an_hour(self):
        attempts = self.env["rc.attempt"]
        self.env["rc.attempt"].create(
            [
                {"bucket": "t3", "who": f"place{n % 30}", "at": NOW, "is_failure": True}
                for n in range(98)
            ]
        )
        self.env.flush_all()
        alerts = self.env["rc.attempt.alert"]
        attempts._fail("t3", "10.0.0.1", NOW)
        self.assertFalse(alerts.search([("bucket", "=", "t3")]))
        with self.assertLogs("odoo.addons.rc_referral.models.rc_attempt_alert", "WARNING"):
            attempts._fail("t3", "10.0.0.1", NOW)
        attempts._fail("t3", "10.0.0.1", NOW)
        alert = alerts.search([("bucket", "=", "t3")])
        self.assertEqual((alert.failure_count, alert.source_count), (100, 31))
        self.assertTrue(alert.activity_ids)
        self.assertTrue(attempts._is_locked("t3", "10.0.0.1", 3, 60, NOW + timedelta(seconds=9)))
        self.assertFalse(attempts._is_locked("t3", "10.0.0.1", 3, 60, NOW + DAY))
