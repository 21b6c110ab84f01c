"""Activation batches: sold, made on payment, shown to their buyer, redeemed, taken back."""

from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_referral.kernel.challenge import solve

from .common import ReferralCase, ReferralHttpCase

DAY = date(2026, 3, 1)
AT = datetime(2026, 3, 1, 12)


class BatchCase(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "UTC"
        cls.pack = cls.a_pack("pro-month", "pack-test")
        cls.student = cls.a_participant("Student Test")

    @classmethod
    def a_pack(cls, item, code, kind="activation"):
        return cls.env["product.product"].create(
            {
                "name": f"Codes {item}",
                "default_code": code,
                "type": "service",
                "list_price": 20,
                "taxes_id": False,
                "rc_code_plan_id": cls.a_plan(item).product_tmpl_id.id,
                "rc_code_kind": kind,
            }
        )

    @classmethod
    def buy_codes(cls, partner, count=3, item="pack-test"):
        """Return the batch of a paid invoice, and the texts of its codes."""
        invoice = cls.an_invoice(partner, item, on=fields.Date.today(), quantity=count)
        cls.pay(invoice, on=fields.Date.today())
        cls.drain()
        batch = cls.env["rc.activation.batch"].search([("move_id", "=", invoice.id)])
        return batch, list(batch.code_ids._reveal(batch.partner_id, AT).values())

    def redeem(self, text, partner=None, **values):
        now = fields.Datetime.now()
        return self.env["rc.code"]._redeem(text, partner or self.student, now, **values)


@tagged("post_install", "-at_install")
class TestBatches(BatchCase):
    def test_codes_are_made_when_they_are_paid_and_only_then(self):
        invoice = self.an_invoice(self.studio, "pack-test", quantity=3)
        batches = self.env["rc.activation.batch"]
        self.drain()
        self.assertFalse(batches.search([("move_id", "=", invoice.id)]))
        self.pay(invoice)
        self.drain()
        batch = batches.search([("move_id", "=", invoice.id)])
        self.assertEqual((batch.partner_id, batch.count, len(batch.code_ids)), (self.studio, 3, 3))
        invoice._rc_sync_batches(AT)
        self.assertEqual(len(batch.code_ids), 3)
        self.assertEqual(batch.expires_on, fields.Date.today() + timedelta(days=365))

    def test_redeeming_gives_the_plan_for_its_period_and_the_buyer_is_the_sponsor(self):
        batch, [text, *_rest] = self.buy_codes(self.studio)
        redemption = self.redeem(text)
        cover = redemption.cover_id
        self.assertEqual((cover.tier_id.code, cover.kind), ("pro", "gift"))
        self.assertIn((cover.end_on - cover.start_on).days, range(28, 32))
        self.assertEqual(self.student.rc_tier_id.code, "pro")
        self.assertEqual(self.student.rc_sponsor_id, self.studio)
        self.assertEqual((batch.redeemed_count, batch.open_count), (1, 2))
        self.assertRefused("unknown_code", self.redeem, text)
        self.assertRefused("unknown_code", self.redeem, text, self.rival)

    def test_a_sponsor_of_before_is_kept_and_a_buyer_may_redeem_alone(self):
        _batch, [first, second, _third] = self.buy_codes(self.studio)
        member = self.a_sign_up(typed=self.rival_code)
        self.redeem(first, member)
        self.assertEqual(member.rc_sponsor_id, self.rival)
        self.redeem(second, self.studio)
        self.assertFalse(self.studio.rc_sponsor_id)

    def test_a_code_typed_at_sign_up_is_redeemed_at_once(self):
        _batch, [text, *_rest] = self.buy_codes(self.studio)
        code = self.env["rc.code"]._resolve(text)
        member = self.a_sign_up(at=fields.Datetime.now(), typed=code)
        self.assertEqual(member.rc_tier_id.code, "pro")
        self.assertEqual(member.rc_sponsor_id, self.studio)

    def test_void_replace_and_expire(self):
        batch, [first, second, third] = self.buy_codes(self.studio)
        lost = self.env["rc.code"]._resolve(first)
        new = batch._replace(lost, fields.Datetime.now())
        self.assertRefused("unknown_code", self.redeem, first)
        [text] = new._reveal(self.studio, AT).values()
        self.redeem(text)
        with self.assertRaises(Refusal):
            batch._replace(new, fields.Datetime.now())
        batch.expires_on = fields.Date.today()
        self.assertRefused("unknown_code", self.redeem, second)
        batch.expires_on = fields.Date.today() + timedelta(days=9)
        self.redeem(second, self.rival)
        batch.action_void()
        self.assertRefused("unknown_code", self.redeem, third, self.a_participant("Late Test"))
        self.assertEqual((batch.redeemed_count, batch.open_count, batch.void_count), (2, 0, 2))

    def test_what_nobody_redeemed_is_refunded_and_void(self):
        batch, [first, second, third] = self.buy_codes(self.studio)
        self.redeem(first)
        note = self.env["account.move"].browse(batch.action_refund_open()["res_id"])
        self.assertEqual((note.amount_untaxed, note.invoice_line_ids.quantity), (40, 2))
        self.assertEqual(batch.open_count, 2)
        note.invoice_date = fields.Date.today()
        note.action_post()
        self.drain()
        self.assertEqual((batch.redeemed_count, batch.open_count, batch.void_count), (1, 0, 2))
        self.assertRefused("unknown_code", self.redeem, second, self.rival)
        with self.assertRaises(UserError):
            batch.action_refund_open()

    def credit_open(self, batch):
        note = self.env["account.move"].browse(batch.action_refund_open()["res_id"])
        note.invoice_date = fields.Date.today()
        note.action_post()
        self.drain()
        self.env.invalidate_all()

    def test_a_dozen_is_twelve_codes_also_when_it_is_credited(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        today = fields.Date.today()
        invoice = self.an_invoice(self.studio, "pack-test", on=today)
        invoice.button_draft()
        invoice.invoice_line_ids.write({"product_uom_id": dozen.id, "quantity": 1})
        invoice.invoice_line_ids.price_unit = 120
        invoice.action_post()
        self.pay(invoice, on=today)
        self.drain()
        batch = self.env["rc.activation.batch"].search([("move_id", "=", invoice.id)])
        self.assertEqual((batch.count, batch.open_count), (12, 12))
        for text in list(batch.code_ids._reveal(self.studio, AT).values())[:5]:
            self.redeem(text, self.a_participant("One Of Twelve"))
        note = self.env["account.move"].browse(batch.action_refund_open()["res_id"])
        self.assertEqual((note.invoice_line_ids.quantity, note.amount_untaxed), (7, 70))
        note.invoice_date = today
        note.action_post()
        self.drain()
        self.assertEqual((batch.redeemed_count, batch.open_count, batch.void_count), (5, 0, 7))

    def test_a_credit_note_counts_before_the_next_code_is_redeemed(self):
        batch, [first, second, _third] = self.buy_codes(self.studio)
        self.redeem(first)
        self.refund(batch.move_id, on=fields.Date.today())  # the inbox has not seen it yet
        self.assertRefused("unknown_code", self.redeem, second, self.rival)
        self.drain()
        self.assertEqual((batch.redeemed_count, batch.open_count, batch.void_count), (1, 0, 2))
        self.assertEqual(batch.over_credited, 1)
        said = batch.message_ids.filtered(lambda own: "stay redeemed" in (own.body or ""))
        batch.move_id._rc_sync_batches(AT)
        self.assertEqual(len(said), 1, "once")
        self.assertTrue(batch.redemption_ids.cover_id.is_live, "nothing is lost")

    def test_a_credit_note_on_a_bill_that_is_unpaid_again_voids_what_rests(self):
        batch, _texts = self.buy_codes(self.studio)
        lines = batch.move_id.line_ids
        lines.filtered(lambda x: x.account_type == "asset_receivable").remove_move_reconcile()
        self.drain()
        note = self.refund(batch.move_id, on=fields.Date.today(), amount=10)
        note.line_ids.remove_move_reconcile()
        self.drain()
        self.assertEqual(batch.code_ids.mapped("void_reason"), ["refunded"] * 3)
        self.assertEqual((batch.open_count, batch.over_credited), (0, 0))

    def test_codes_made_in_place_of_others_are_void_when_they_are_refunded(self):
        batch, _texts = self.buy_codes(self.studio)
        for code in batch._get_open_codes():
            batch._replace(code, fields.Datetime.now())
        self.credit_open(batch)
        self.assertEqual((batch.open_count, batch.void_count), (0, 6))

    def test_a_credit_note_on_one_of_two_lines_voids_the_codes_of_that_line(self):
        today = fields.Date.today()
        invoice = self.an_invoice(self.studio, "pack-test", on=today, quantity=3)
        invoice.button_draft()
        invoice.invoice_line_ids.copy({"move_id": invoice.id, "quantity": 2})
        invoice.action_post()
        self.pay(invoice, on=today)
        self.drain()
        batches = self.env["rc.activation.batch"].search([("move_id", "=", invoice.id)], order="id")
        self.assertEqual(batches.mapped("count"), [3, 2])
        self.credit_open(batches[0])
        self.assertEqual([len(batch._get_open_codes()) for batch in batches], [0, 2])

    def test_while_the_payment_is_taken_back_the_codes_rest(self):
        batch, [first, second, _third] = self.buy_codes(self.studio)
        self.redeem(first)
        lines = batch.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.remove_move_reconcile()
        self.drain()
        self.assertRefused("unknown_code", self.redeem, second, self.rival)
        self.pay(batch.move_id)
        self.drain()
        self.redeem(second, self.rival)

    def test_a_teams_codes_are_its_seats(self):
        owner = self.a_participant("Team Owner", is_company=True)
        self.buy(owner, "team-month", on=fields.Date.today())
        self.drain()
        team = self.env["rc.subscription"].search([("partner_id", "=", owner.id)])
        before = team.seat_count
        self.a_pack("team-month", "team-pack-test")
        batch, [first, *_rest] = self.buy_codes(owner, 2, "team-pack-test")
        self.assertEqual(team.seat_count, before + 2)
        redemption = self.redeem(first)
        self.assertEqual(redemption.seat_id.subscription_id, team)
        self.assertEqual(self.student.rc_tier_id, team.tier_id)
        self.assertFalse(redemption.cover_id)
        self.credit_open(batch)
        self.assertEqual(team.seat_count, before + 1, "seats that are refunded are gone")

    def test_a_gift_is_one_code_with_its_own_beginning(self):
        self.a_pack("premium-month", "gift-test", kind="gift")
        _batch, [text] = self.buy_codes(self.rival, 1, "gift-test")
        self.assertTrue(text.startswith("GIFT-"))
        self.redeem(text)
        self.assertEqual(self.student.rc_tier_id.code, "premium")


@tagged("post_install", "-at_install")
class TestBatchPages(BatchCase, ReferralHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls.a_portal_user("batch_owner")
        cls.batch, cls.texts = cls.buy_codes(cls.owner.partner_id)

    def token(self, path):
        return self.url_open(path).text.split('name="csrf_token" value="')[1].split('"')[0]

    def show(self, form):
        page = f"/my/codes/{self.batch.id}"
        data = {"csrf_token": self.token(page), "form": form}
        return self.url_open(f"{page}/show", data=data)

    def test_the_owner_sees_masks_and_the_codes_only_on_asking(self):
        self.authenticate("batch_owner", "batch_owner")
        page = self.url_open(f"/my/codes/{self.batch.id}").text
        shown = self.show("page").text
        table = self.show("csv")
        sheet = self.show("pdf")
        for text in self.texts:
            self.assertNotIn(text, page)
            self.assertIn(text, shown)
            self.assertIn(text, table.text)
        self.assertIn("ACT-****-****-****-", page)
        self.assertEqual(sheet.content[:5], b"%PDF-")
        purposes = self.env["rc.code.reveal"].search([("user_id", "=", self.owner.id)])
        self.assertEqual(sorted(purposes.mapped("purpose")), ["csv", "page", "sheet"])

    def test_somebody_elses_batch_is_not_found(self):
        self.a_portal_user("batch_stranger")
        self.authenticate("batch_stranger", "batch_stranger")
        token = self.token("/redeem")
        for path in (f"/my/codes/{self.batch.id}", "/my/codes/99999999"):
            self.assertEqual(self.url_open(path).status_code, 404)
        answer = self.url_open(
            f"/my/codes/{self.batch.id}/show", data={"csrf_token": token, "form": "csv"}
        )
        self.assertEqual(answer.status_code, 404)

    def post_redeem(self, text, **values):
        data = {"csrf_token": self.token("/redeem"), "code": text, **values}
        return self.url_open("/redeem", data=data)

    def test_after_wrong_codes_a_good_one_needs_a_proof(self):
        self.env.company.rc_fraud_challenge_after = 1
        self.a_portal_user("batch_prover")
        self.authenticate("batch_prover", "batch_prover")
        self.post_redeem("ACT-0000-0000-0000-0")
        page = self.post_redeem(self.texts[0]).text
        self.assertIn("until your browser is checked", page)
        self.assertEqual(self.batch.redeemed_count, 0)
        puzzle = page.split('name="rc_puzzle" value="')[1].split('"')[0]
        proof = {"rc_puzzle": puzzle, "rc_answer": solve(puzzle)}
        self.assertIn("was redeemed", self.post_redeem(self.texts[0], **proof).text)
        self.assertNotIn("was redeemed", self.post_redeem(self.texts[1], **proof).text)

    def test_every_wrong_code_gets_the_same_page_and_the_guesser_is_locked_out(self):
        student = self.a_portal_user("batch_student")
        self.authenticate("batch_student", "batch_student")
        used, void, good = self.texts
        self.redeem(used, self.studio)
        self.env["rc.code"]._resolve(void)._void("test")
        answers = [self.post_redeem(text) for text in (used, void, "ACT-0000-0000-0000-0")]
        pages = {
            answer.text.replace(text, "").split("rc_redeem")[1].split("csrf_token")[0]
            + answer.text.split("rc_notice")[1].split("</div>")[0]
            for answer, text in zip(answers, (used, void, "ACT-0000-0000-0000-0"), strict=True)
        }
        self.assertEqual(len(pages), 1)
        self.assertEqual({answer.status_code for answer in answers}, {200})
        page = self.post_redeem(good, is_named="1").text
        self.assertIn("Your code was redeemed", page)
        self.assertEqual(student.partner_id.rc_tier_id.code, "pro")
        for _try in range(18):
            self.env["rc.attempt"]._fail("redeem", "127.0.0.1")
        self.assertIn("too many wrong codes", self.post_redeem("ACT-0000-0000-0000-0").text)
        self.authenticate("batch_owner", "batch_owner")
        self.assertIn("Batch_Student", self.url_open(f"/my/codes/{self.batch.id}").text.title())
