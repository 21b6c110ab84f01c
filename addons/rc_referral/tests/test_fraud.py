import contextlib
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_referral.adapters_fraud_figures import Figures
from odoo.addons.rc_referral.kernel.fraud import Signal
from odoo.addons.rc_referral.models import rc_fraud_screen

from .common import DAY, NOW, SECOND, ReferralCase

MANAGER = "rc_membership.group_program_manager"
HOUR = timedelta(hours=1)


class FraudCase(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.rc_fraud_fast_seconds = 5
        cls.cases = cls.env["rc.fraud.case"]
        cls.manager = new_test_user(cls.env, "fraud_one", name="One Manager", groups=MANAGER)
        cls.second = new_test_user(cls.env, "fraud_two", name="Two Manager", groups=MANAGER)
        cls.env["rc.reward.rule"].search([]).active = False
        cls.rule = cls.env["rc.reward.rule"].create(
            {
                "name": "Ten points a sign-up",
                "program_id": cls.env["rc.program"]._get_platform().id,
                "event": "email_verified",
                "sponsor_kind": "everyone",
                "beneficiary": "sponsor",
                "kind": "points",
                "points": 10,
            }
        )

    def edge_of(self, member):
        return self.env["rc.sponsor.edge"].search(
            [("member_id", "=", member.id), ("ended_at", "=", False)]
        )

    def case_of(self, member):
        return self.cases.search([("member_id", "=", member.id)])

    def reward_of(self, member):
        return self.env["rc.reward"].search([("member_id", "=", member.id)])

    def verify(self, member, at=NOW):
        """The member's e-mail is verified: the sponsor's reward falls due."""
        member._rc_verify("email", at)
        self.drain()
        return self.reward_of(member)

    def mark(self, partner, address="192.0.2.7", device="phone", at=NOW, is_sign_up=True):
        self.env["rc.fraud.mark"]._note(partner, at, address, device, is_sign_up)

    def signals_of(self, case):
        return set(case.signal_ids.mapped("name"))


class TestScreening(FraudCase):
    def test_an_honest_referral_opens_no_case_and_is_rewarded(self):
        nora = self.a_sign_up(typed=self.code)
        self.assertEqual(self.verify(nora).state, "given")
        self.assertFalse(self.case_of(nora))

    def test_a_mail_alias_of_the_sponsor_binds_nobody_and_is_kept(self):
        self.studio.email = "lotus.studio@gmail.com"
        user = new_test_user(
            self.env,
            "lotusstudio+friend@googlemail.com",
            name="Lo Tus",
            email="lotusstudio+friend@googlemail.com",
            groups="base.group_portal,rc_membership.group_member",
        )
        decide = self.env["rc.attribution"]._decide_for_sign_up
        decision = decide(user.partner_id, NOW, typed=self.code)
        self.assertFalse(decision.winner_id)
        self.assertFalse(self.edge_of(user.partner_id))
        self.assertEqual([c["reason"] for c in decision.candidates], ["own_code"])
        case = self.case_of(user.partner_id)
        self.assertEqual(
            (case.kind, case.state, case.partner_id), ("refusal", "confirmed", self.studio)
        )
        self.assertEqual(self.signals_of(case), {"email"})
        self.assertRefused(
            "own_code", self.env["rc.code"]._resolve, "STUDIOTEST", partner=user.partner_id
        )

    def an_alias(self):
        """Return (member, case): whose mailbox was taken for the studio's when they signed up."""
        self.studio.email = "lotus.studio@gmail.com"
        user = new_test_user(
            self.env,
            "lotusstudio+friend@googlemail.com",
            name="Lo Tus",
            email="lotusstudio+friend@googlemail.com",
            groups="base.group_portal,rc_membership.group_member",
        )
        member = user.partner_id
        self.env["rc.attribution"]._decide_for_sign_up(member, NOW, typed=self.code)
        return member, self.case_of(member)

    def test_a_granted_appeal_binds_who_was_refused_and_earns_what_waited(self):
        member, case = self.an_alias()
        member._rc_verify("email", NOW)
        self.drain()
        self.assertFalse(self.reward_of(member))
        case._appeal(self.studio, "She is my sister.", NOW + DAY)
        case.with_user(self.second)._decide("grant", "Two people.", NOW + 30 * DAY)
        edge = self.edge_of(member)
        self.assertEqual((edge.sponsor_id, edge.code_id), (self.studio, self.code))
        self.assertEqual(edge.bound_at, NOW + 30 * DAY, "for what comes, not for what was")
        self.assertEqual(self.reward_of(member).state, "given")
        self.assertEqual(self.case_of(member), case, "what was explained is no new case")
        resolve = self.env["rc.code"]._resolve
        self.assertEqual(resolve("STUDIOTEST", partner=member), self.code)
        with mute_logger("odoo.addons.base.models.res_partner"):
            (member | self.studio).write({"phone": "+1 202 555 0171"})
        self.assertRefused("own_code", resolve, "STUDIOTEST", partner=member)

    def test_a_granted_appeal_takes_nobody_from_another_sponsor(self):
        member, case = self.an_alias()
        self.env["rc.sponsor.edge"]._bind(member, self.rival, NOW, self.rival_code)
        case._appeal(self.studio, "She is my sister.", NOW)
        case.with_user(self.second)._decide("grant", "Two people.", NOW)
        self.assertEqual(self.edge_of(member).sponsor_id, self.rival)

    def test_an_alias_on_an_order_opens_a_case_once(self):
        self.studio.email = "lotus.studio@gmail.com"
        buyer = self.a_participant("Lo Tus", email="lotusstudio@gmail.com")
        for _order in range(2):
            order = self.an_order(buyer)
            order.rc_visitor = self.a_click(self.code, at=self.env.cr.now() - HOUR)
            order.action_confirm()
            self.assertNotEqual(order.rc_attribution_id.winner_id, self.studio)
        self.assertEqual(
            [(case.kind, case.partner_id) for case in self.case_of(buyer)],
            [("refusal", self.studio)],
        )
        self.cases._log_own_code("studio-test", buyer, NOW)
        self.assertEqual(len(self.case_of(buyer)), 1)
        self.cases._log_own_code("studio-test", self.studio, NOW)
        self.assertFalse(self.case_of(self.studio), "one's plain own code is no case")

    def test_each_hard_identifier_that_shows_later_refuses_the_reward(self):
        provider = self.env["payment.provider"].create({"name": "Cards", "state": "enabled"})
        method = self.env["payment.method"].search([], limit=1)
        card = {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "provider_ref": "pm_1Nqr7",
        }
        tokens = self.env["payment.token"]
        fields = {
            "card": lambda p: tokens.create({"partner_id": p.id, **card}),
            "entity": lambda p: p.write({"parent_id": self.rival.id}),
            "phone": lambda p: p.write({"phone": "+1 202 555 0171"}),
            "tax_id": lambda p: p.write({"vat": "XX 123.456"}),
            "bank": lambda p: self.env["res.partner.bank"].create(
                {"partner_id": p.id, "acc_number": "DE44 5001 0517 5407 3249 31"}
            ),
            "email": lambda p: p.write({"email": "one.box@gmail.com"}),
        }
        for name, share in fields.items():
            with self.subTest(name):
                sponsor = self.a_participant(f"Sponsor {name}")
                code = self.a_code(sponsor, f"HARD{name.upper()[:3]}X")
                nora = self.a_sign_up(f"Nora {name}", typed=code)
                self.assertTrue(self.edge_of(nora))
                with mute_logger("odoo.addons.base.models.res_partner"):
                    share(sponsor)
                    share(nora)
                reward = self.verify(nora)
                self.assertEqual((reward.state, reward.why), ("refused", "screening"))
                self.assertIn(name, self.signals_of(self.case_of(nora)))
                self.assertTrue(self.case_of(nora).is_automatic)

    def test_one_address_is_a_signal_and_address_and_device_hold(self):
        self.mark(self.studio, device="laptop", at=NOW - HOUR, is_sign_up=False)
        nora = self.a_sign_up(at=NOW)
        self.env["rc.sponsor.edge"]._bind(nora, self.studio, NOW, self.code)
        self.mark(nora, device="phone")
        self.cases._screen(self.edge_of(nora), NOW)
        self.assertFalse(self.case_of(nora))
        self.mark(self.studio, device="phone", at=NOW - HOUR, is_sign_up=False)
        reward = self.verify(nora)
        self.assertEqual((reward.state, reward.why), ("held", "screening"))
        self.assertEqual(self.signals_of(self.case_of(nora)), {"address", "device", "network"})

    def test_an_address_of_last_week_is_another_one(self):
        self.mark(self.studio, device="phone", at=NOW - 4 * DAY, is_sign_up=False)
        nora = self.a_sign_up(typed=self.code)
        self.mark(nora, device="phone")
        self.cases._screen(self.edge_of(nora), NOW)
        self.assertFalse(self.case_of(nora))  # device and neighbourhood alone are not enough

    def test_the_sixth_sign_up_of_a_day_from_one_address_is_held_also_over_a_month_s_end(self):
        at = NOW.replace(day=1, hour=1)  # the other five were in the month before
        members = []
        for number in range(6):
            member = self.a_sign_up(f"Farm {number}", at=at, typed=self.code)
            when = at if number == 5 else at - (2 + 2 * number) * HOUR
            self.mark(member, device=f"phone {number}", at=when)
            self.cases._screen(self.edge_of(member), at)
            members.append(member)
        self.assertEqual([len(self.case_of(member)) for member in members], [0] * 5 + [1])
        case = self.case_of(members[5])
        self.assertEqual(self.signals_of(case), {"address_day"})
        self.assertIn("6", case.reasons)
        self.assertNotIn("192.0.2.7", case.reasons + case.public_text)

    def test_one_model_of_phone_in_many_places_is_no_signal_at_one_place_it_is(self):
        self.env.company.rc_fraud_device_max = 10
        here = self.a_sign_up("Elev Enth", typed=self.code)
        for number in range(11):
            member = self.a_participant(f"Phone {number}")
            self.mark(member, f"198.51.{number}.7", "one model", NOW - (number + 2) * DAY)
        self.mark(here, "203.0.113.7", "one model")
        self.cases._screen(self.edge_of(here), NOW)
        self.assertFalse(self.case_of(here))
        for number in range(10):
            member = self.a_participant(f"Farm {number}")
            self.mark(member, f"203.0.113.{100 + number}", "one model", NOW - (number + 2) * DAY)
        self.cases._screen(self.edge_of(here), NOW)
        self.assertEqual(self.signals_of(self.case_of(here)), {"device_many"})

    def test_a_click_seconds_before_and_a_throwaway_mailbox_hold(self):
        visitor = self.a_click(self.code, at=NOW - 2 * SECOND)
        fast = self.a_sign_up("Fa St", visitor=visitor)
        self.assertEqual(self.signals_of(self.case_of(fast)), {"fast"})
        slow = self.a_sign_up("Sl Ow", visitor=self.a_click(self.code, at=NOW - 60 * SECOND))
        self.assertFalse(self.case_of(slow))
        slow.email = "x@eu.mailinator.com"
        self.verify(slow)
        self.assertEqual(self.signals_of(self.case_of(slow)), {"disposable"})

    def test_a_threshold_of_the_company_decides(self):
        self.env.company.rc_fraud_review_score = 60
        fast = self.a_sign_up("Fa St", visitor=self.a_click(self.code, at=NOW - 2 * SECOND))
        self.assertFalse(self.case_of(fast))

    def test_a_circle_is_refused_and_one_found_by_night_is_a_case(self):
        nora = self.a_sign_up(typed=self.code)
        with self.assertRaises(UserError):
            self.env["rc.sponsor.edge"]._bind(self.studio, nora, NOW)
        self.assertFalse(self.edge_of(self.studio))
        self.env["rc.sponsor.edge"]._make_edge(self.studio, nora, NOW, None)  # past the door
        self.cases._scan(self.env.company, NOW)
        found = self.cases.search([("partner_id", "in", (self.studio | nora).ids)])
        self.assertEqual(set(found.mapped("state")), {"confirmed"})
        self.assertEqual(set(found.signal_ids.mapped("name")), {"cycle"})
        self.assertEqual(len(found), 2)


class TestScan(FraudCase):
    """What figures of the night show of a participant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rc.touch"].search([]).sudo().unlink()

    def scan(self, figures=None):
        """Return the signals of the studio after a night's scan (of figures that are given)."""
        seen = patch.object(rc_fraud_screen, "read_figures", lambda *_args: figures)
        with seen if figures else contextlib.nullcontext():
            self.cases._scan(self.env.company, NOW + DAY, self.studio)
        case = self.cases.search([("partner_id", "=", self.studio.id)])
        self.assertIn(case.state, (False, "open"), "a person decides about figures")
        return self.signals_of(case)

    def test_clicks_of_one_place_in_an_hour_are_a_flood(self):
        self.env.company.rc_fraud_click_flood = 3
        for _click in range(3):
            self.a_click(self.code)
        self.assertEqual(self.scan(), set())
        self.a_click(self.code)
        self.assertEqual(self.scan(), {"flood"})

    def test_people_of_one_place_are_a_ring(self):
        for number in range(6):
            member = self.a_participant(f"Ring {number}")
            self.env["rc.sponsor.edge"]._bind(member, self.studio, NOW, self.code)
            place = "192.0.2.7" if number < 4 else f"198.51.100.{number}"
            self.mark(member, place, f"phone {number}")
        self.assertEqual(self.scan(), {"ring"})

    def test_coupons_that_come_late_on_many_orders_are_a_signal(self):
        self.env.company.rc_fraud_refund_least = 3
        for number in range(3):
            self.env["rc.attribution"].create(
                {
                    "res_model": "sale.order",
                    "res_id": 900_000 + number,
                    "winner_id": self.studio.id,
                    "evidence": "coupon",
                    "candidates": [],
                    "is_flagged": number == 0,
                    "is_current": True,
                    "decided_at": NOW,
                    "company_id": self.env.company.id,
                }
            )
        self.assertEqual(self.scan(), {"late_coupon"})

    def test_a_rate_far_from_the_others_is_a_signal_of_enough_clicks(self):
        peers = {900_000 + n: Figures(clicks=100, sign_ups=4 + n % 3) for n in range(6)}
        few = Figures(clicks=49, sign_ups=40)
        self.assertEqual(self.scan({**peers, self.studio.id: few}), set())
        much = Figures(clicks=100, sign_ups=60)
        self.assertEqual(self.scan({**peers, self.studio.id: much}), {"rate"})


class TestQueue(FraudCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        visitor = cls.a_click(cls.code, at=NOW - 2 * SECOND)
        cls.nora = cls.a_sign_up("Fa St", visitor=visitor)
        cls.case = cls.cases.search([("member_id", "=", cls.nora.id)])

    def decide(self, act, user=None, note="I asked them.", at=NOW, case=None):
        (case or self.case).with_user(user or self.manager)._decide(act, note, at)

    def test_a_manager_finds_the_case_as_an_activity(self):
        self.assertEqual(self.case.state, "open")
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertTrue(self.case.activity_ids.user_id.has_group(MANAGER))

    def test_cleared_gives_what_waited(self):
        reward = self.verify(self.nora)
        self.assertEqual(reward.state, "held")
        self.decide("clear")
        self.assertEqual(reward.state, "given")
        self.assertEqual(
            (self.case.state, self.case.decided_by_id, self.case.decision_note),
            ("cleared", self.manager, "I asked them."),
        )
        self.assertFalse(self.case.activity_ids)

    def test_confirmed_refuses_what_waits_and_takes_back_what_was_given(self):
        held = self.verify(self.nora)
        self.decide("confirm")
        self.assertEqual((held.state, held.why), ("refused", "screening"))
        other = self.a_sign_up("Anna Test", typed=self.code)
        given = self.verify(other)
        account = self.env["rc.point.account"].search([("partner_id", "=", self.studio.id)])
        self.assertEqual((given.state, account.available), ("given", 10))
        edge = self.edge_of(other)
        case = self.cases._notice(
            "referral",
            f"referral:{edge.id}",
            self.studio,
            [Signal("by_hand")],
            NOW,
            edge.company_id,
            member=other,
            edge=edge,
        )
        self.decide("confirm", case=case)
        self.assertEqual((given.state, given.why), ("refused", "screening"))
        account.invalidate_recordset()
        self.assertEqual(account.available, 0)

    def test_a_case_is_decided_once_and_by_nobody_it_concerns(self):
        self.decide("clear")
        with self.assertRaises(UserError):
            self.decide("confirm")
        self.manager.partner_id = self.manager.partner_id
        mine = self.cases._notice_participant(
            self.manager.partner_id, [Signal("by_hand")], NOW, self.env.company
        )
        with self.assertRaises(UserError):
            self.decide("confirm", case=mine)
        self.assertNotEqual(mine.user_id, self.manager)

    def test_a_cleared_case_opens_again_only_for_news(self):
        self.decide("clear")
        self.cases._screen(self.edge_of(self.nora), NOW)
        self.assertEqual(self.case.state, "cleared")
        self.nora.email = "x@mailinator.com"
        self.cases._screen(self.edge_of(self.nora), NOW)
        self.assertEqual((self.case.state, self.case.score), ("open", 99))

    def test_salespeople_and_members_decide_nothing(self):
        member = new_test_user(self.env, "fraud_member", groups="base.group_portal")
        for user in (self.sara, member):
            with self.assertRaises(AccessError):
                self.case.with_user(user).action_clear()
            with self.assertRaises(AccessError):
                self.case.with_user(user).read(["score"])
        with self.assertRaises(AccessError):
            self.case.with_user(self.manager).write({"state": "cleared"})
        self.case.with_user(self.manager).write({"user_id": self.second.id})

    def test_the_dialog_asks_for_a_reason(self):
        action = self.case.with_user(self.manager).action_clear()
        wizard = self.env["rc.fraud.decide"].with_user(self.manager).browse(action["res_id"])
        with self.assertRaises(UserError):
            wizard.action_apply()
        wizard.note = "A class of seven."
        wizard.action_apply()
        self.assertEqual(self.case.state, "cleared")

    def test_frozen_nothing_is_given_until_the_freeze_ends(self):
        self.decide("freeze")
        self.assertTrue(self.case.is_frozen)
        other = self.a_sign_up("Anna Test", typed=self.code)
        reward = self.verify(other)
        self.assertEqual((reward.state, reward.why), ("held", "screening"))
        self.decide("unfreeze")
        self.assertEqual(reward.state, "given")
        self.assertFalse(self.case.is_frozen)
        with self.assertRaises(UserError):
            self.decide("unfreeze")

    def test_an_appeal_is_answered_once_by_somebody_else(self):
        self.decide("confirm")
        stranger = self.a_participant("Stran Ger")
        for who, text in ((stranger, "me"), (self.nora, "  ")):
            with self.assertRaises(Refusal):
                self.case._appeal(who, text, NOW)
        self.case._appeal(self.nora, "I am quick.", NOW)
        with self.assertRaises(Refusal):
            self.case._appeal(self.studio, "Again", NOW)
        self.assertEqual(self.case.activity_ids.user_id & self.manager, self.env["res.users"])
        with self.assertRaises(UserError):
            self.decide("grant")  # who decided
        reward = self.verify(self.nora)
        self.assertEqual(reward.state, "refused")
        self.decide("grant", user=self.second, note="Sorry.")
        self.assertEqual((self.case.state, self.case.appeal_state), ("cleared", "granted"))
        self.assertEqual(reward.state, "given")
        with self.assertRaises(UserError):
            self.decide("deny", user=self.second)

    def test_what_the_person_reads_gives_no_secret_away(self):
        texts = self.case.public_text
        self.assertIn("held while somebody looks at it", texts)
        for secret in ("second", "address", "5", "2 "):
            self.assertNotIn(secret, texts.lower().replace("2026", ""))

    def test_too_many_refunds_freeze_by_themselves(self):
        sponsor = self.a_participant("Re Fund")
        code = self.a_code(sponsor, "REFUNDTEST")
        for number in range(5):
            member = self.a_sign_up(f"Payer {number}", typed=code)
            move = self.pay_a_plan(member)
            if number < 2:
                move._reverse_moves([{"invoice_date": move.invoice_date}]).action_post()
        self.cases._scan(self.env.company, NOW + DAY, sponsor)
        case = self.cases.search([("partner_id", "=", sponsor.id), ("kind", "=", "participant")])
        self.assertEqual((case.state, case.is_frozen), ("open", True))
        self.assertEqual(self.signals_of(case), {"refunds"})
        self.assertTrue(case._can_appeal(sponsor))
        self.decide("clear", case=case)
        self.assertFalse(case.is_frozen)
        self.cases._scan(self.env.company, NOW + 2 * DAY, sponsor)
        self.assertEqual((case.state, case.is_frozen), ("cleared", False))

    def pay_a_plan(self, member):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": member.id,
                "invoice_date": NOW.date(),
                "invoice_line_ids": [(0, 0, {"name": "Plan", "price_unit": 10, "tax_ids": False})],
            }
        )
        move.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"payment_date": NOW.date()})._create_payments()
        return move

    def test_marks_are_forgotten_after_their_time_and_survive_a_merge(self):
        now = self.env.cr.now()
        marks = self.env["rc.fraud.mark"]
        self.mark(self.nora, at=now - 91 * DAY)
        self.mark(self.nora, at=now - DAY)
        twin = self.a_participant("Twin Test")
        self.mark(twin, at=now - DAY)
        self.assertEqual(marks._forget(now - 90 * DAY), 6)
        marks.invalidate_model()
        mine = marks.search([("partner_id", "=", self.nora.id)])
        self.assertEqual(set(mine.mapped("day")), {(now - DAY).date()})
        self.assertEqual(len(mine), 6)  # address, neighbourhood, device; keys of two months
        self.assertFalse({"192.0.2.7", "phone"} & set(mine.sudo().mapped("hash")))
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.nora | twin).ids, self.nora, extra_checks=False
        )
        self.assertEqual(marks.search_count([("partner_id", "=", self.nora.id)]), 6)


class TestNoticedLate(FraudCase):
    def test_a_hard_signal_that_comes_with_the_payment_takes_back_what_was_given_before(self):
        member = self.a_sign_up(typed=self.code)
        reward = self.verify(member)
        self.assertEqual(reward.state, "given")
        case = self.cases._notice(
            "referral",
            f"referral:{self.edge_of(member).id}",
            self.edge_of(member).sponsor_id,
            [Signal("card")],
            NOW + HOUR,
            self.env.company,
            member=member,
            edge=self.edge_of(member),
        )
        self.assertEqual((case.state, reward.state), ("confirmed", "refused"))
