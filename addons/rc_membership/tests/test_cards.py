"""Cards that members hand on: who gives how many, who takes them, and that each is taken once."""

from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..exceptions import Refusal
from .common import MembershipCase

NOON = datetime(2026, 3, 2, 12)


class CardCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cards = cls.env["rc.card"]
        cls.kind = cls.env.ref("rc_membership.card_type_ultimate_7")
        cls.ultimate = cls.kind.tier_id
        cls.ann, cls.bob = cls.a_member("Ann"), cls.a_member("Bob")
        cls.env["rc.tier.cover"]._give(
            cls.ann, cls.ultimate, date(2026, 1, 1), None, "grant", "test:ann"
        )

    def give(self, at=NOON):
        return self.cards._give(self.kind, self.ann, at)

    def take(self, card, partner, at=NOON):
        self.cards._find(card._get_code(), at)._take(partner, at)

    def tier_of(self, partner, day):
        tiers = self.env["rc.subscription"]._get_tiers(partner, self.program, day)
        return tiers[partner.id].code

    def assert_refused(self, code, call):
        with self.assertRaises(Refusal) as caught:
            call()
        self.assertEqual(caught.exception.code, code)


@tagged("post_install", "-at_install")
class TestCards(CardCase):
    def test_a_code_for_thirty_days_to_try_is_made_by_staff_and_taken_once(self):
        kind = self.env.ref("rc_membership.card_type_pro_30")
        manager = new_test_user(
            self.env, "cards-manager", groups="rc_membership.group_program_manager"
        )
        seller = new_test_user(self.env, "cards-seller", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            kind.with_user(seller).action_make_card()
        for _number in range(2):
            kind.with_user(manager).action_make_card()
        cards = self.env["rc.card"].search([("type_id", "=", kind.id)])
        self.assertEqual(cards.giver_id, manager.partner_id)
        mia = self.a_member("Thirty")
        cards[0]._take(mia, datetime(2026, 1, 5, 12))
        tiers = self.env["rc.subscription"]
        found = [
            tiers._get_tiers(mia, self.program, day)[mia.id].code
            for day in (date(2026, 2, 3), date(2026, 2, 4))
        ]
        self.assertEqual(found, ["pro", "free"])
        with self.assertRaises(Refusal):
            cards[1]._take(mia, datetime(2026, 1, 6, 12))

    def test_an_ultimate_member_gives_three_a_month_and_others_none(self):
        given = [self.give() for _number in range(3)]
        self.assertEqual([card.place for card in given], [1, 2, 3])
        self.assert_refused("limit_reached", self.give)
        self.assert_refused("tier_required", lambda: self.cards._give(self.kind, self.bob, NOON))
        self.assertEqual(self.give(at=datetime(2026, 4, 1, 12)).month, "2026-04")
        self.kind.month_max = 4
        self.assertEqual(self.give().place, 4)

    def test_seven_days_of_ultimate_are_held_and_end(self):
        self.take(self.give(), self.bob)
        held = [self.tier_of(self.bob, date(2026, 3, day)) for day in (1, 2, 8, 9)]
        self.assertEqual(held, ["free", "ultimate", "ultimate", "free"])

    def test_a_card_is_taken_once_and_unknown_used_and_expired_codes_answer_alike(self):
        first, second = self.give(), self.give()
        code = first._get_code()
        self.take(first, self.bob)
        self.assertEqual(first._get_code(), "")
        answers = set()
        for typed, at in (
            (code, NOON),
            ("K7QX-2M9T-04RD", NOON),
            (second._get_code(), NOON + timedelta(days=60)),
        ):
            with self.assertRaises(Refusal) as caught:
                self.cards._find(typed, at)
            answers.add((caught.exception.code, str(caught.exception)))
        self.assertEqual(len(answers), 1)
        self.assert_refused("limit_reached", lambda: self.take(second, self.bob))
        self.assertEqual(self.cards._find(second._get_code().lower(), NOON), second)

    def test_ones_own_card_is_for_somebody_else(self):
        self.assert_refused("own_code", lambda: self.take(self.give(), self.ann))

    def test_points_buy_a_card_that_is_one_self_reflection_and_an_open_one_is_refunded(self):
        self.an_account(self.ann)._grant(1000, "t", "test")
        item = self.env.ref("rc_membership.mall_self_reflection_card")
        first, second = (item._buy(self.ann, key, NOON) for key in ("a", "b"))
        cards = [self.cards.search([("key", "=", o._get_key())]) for o in (first, second)]
        before = self.bob._rc_check("self_reflection", 1, NOON)["left"]
        self.take(cards[0], self.bob)
        self.assertEqual(self.bob._rc_check("self_reflection", 1, NOON)["left"], before + 1)
        self.assert_refused("used_code", lambda: first._refund(NOON, "test"))
        second._refund(NOON, "test")
        self.assert_refused("unknown_code", lambda: self.take(cards[1], self.bob))

    def test_merged_contacts_keep_all_their_cards(self):
        carl = self.a_member("Carl")
        self.env["rc.tier.cover"]._give(
            carl, self.ultimate, date(2026, 1, 1), None, "grant", "test:carl"
        )
        own, others = self.give(), self.cards._give(self.kind, carl, NOON)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.ann | carl).ids, self.ann, extra_checks=False
        )
        self.assertEqual((own | others).exists().giver_id, self.ann)


@tagged("post_install", "-at_install")
class TestCardPortal(CardCase, HttpCase):
    def test_a_card_is_made_shown_and_taken_on_the_pages(self):
        giver, taker = self.a_portal_user("card_giver"), self.a_portal_user("card_taker")
        self.env["rc.tier.cover"]._give(
            giver.partner_id, self.ultimate, date(2026, 1, 1), None, "grant", "test:giver"
        )
        self.authenticate("card_giver", "card_giver")
        page = self.url_open("/my/cards").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        done = self.url_open("/my/cards/give", data={"card": "ultimate-7", "csrf_token": token})
        card = self.cards.search([("giver_id", "=", giver.partner_id.id)])
        self.assertIn(card._get_code(), done.text)
        wrong = self.url_open("/my/cards/give", data={"card": "none", "csrf_token": token})
        self.assertEqual(wrong.status_code, 404)
        self.authenticate("card_taker", "card_taker")
        offer = self.url_open(f"/card/{card._get_code()}").text
        self.assertIn("7 days of Ultimate", offer)
        token = offer.split('name="csrf_token" value="')[1].split('"')[0]
        self.url_open("/card/take", data={"code": card._get_code(), "csrf_token": token})
        card.invalidate_recordset()
        self.assertEqual((card.state, card.taker_id), ("taken", taker.partner_id))
        today = fields.Date.today()
        self.assertEqual(self.tier_of(taker.partner_id, today), "ultimate")
