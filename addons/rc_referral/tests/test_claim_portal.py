import base64

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import DAY, ReferralHttpCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
REASON = "I met them at the studio and showed the app."


@tagged("post_install", "-at_install")
class TestClaimPortal(ReferralHttpCase):
    """Participants name a customer; a manager finds the order and decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.claimant = cls.a_portal_user("claim_portal").partner_id
        cls.manager = new_test_user(
            cls.env, "claim_manager", groups="rc_membership.group_program_manager"
        )
        cls.buyer = cls.a_sign_up("Claim Buyer", at=cls.now - DAY)
        cls.order = cls.env["sale.order"].create({"partner_id": cls.buyer.id})
        cls.order.action_confirm()

    def submit(self, text, reason=REASON, claimant=None, **kwargs):
        claims = self.env["rc.attribution.claim"]
        return claims._submit(claimant or self.claimant, text, reason, self.now, **kwargs)

    def test_an_address_and_a_number_find_the_order_and_others_find_none(self):
        self.assertEqual(self.submit(f" {self.buyer.email.upper()} ").order_id, self.order)
        for text in (self.order.name, "nobody@example.com", "S99999"):  # the first is open already
            self.assertFalse(self.submit(text).order_id, text)
        self.assertFalse(self.submit(self.order.name, claimant=self.buyer).order_id, "their own")

    def test_too_little_and_too_much_is_refused(self):
        for text, reason in (("x", REASON), ("y" * 121, REASON), ("S1", REASON), ("S00001", "me")):
            with self.assertRaises(UserError):
                self.submit(text, reason)

    def test_a_manager_finds_the_order_of_a_claim_and_accepts_it(self):
        claim = self.submit("the lady from Tuesday").with_user(self.manager)
        claim.action_review()
        claim.answer = "The chat shows it."
        with self.assertRaises(UserError):
            claim.action_accept()
        claim.order_id = self.order
        claim.action_accept()
        self.assertEqual((claim.state, self.order.rc_partner_id), ("accepted", self.claimant))
        with self.assertRaises(UserError):
            claim.order_id = False

    def test_the_page_answers_alike_whether_there_is_such_a_customer(self):
        self.authenticate("claim_portal", "claim_portal")
        page = self.url_open("/my/referrals/claims").text
        self.assertIn("</textarea>", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        answers = []
        for customer in (self.buyer.email, "nobody@example.com"):
            response = self.url_open(
                "/my/referrals/claims/new",
                data={"csrf_token": token, "customer": customer, "reason": REASON},
                files={"proof": ("chat.png", PNG, "image/png")},
            )
            answers.append(response.text.count("rc_notice"))
            self.assertIn(customer, response.text)
        self.assertEqual(answers[0], answers[1])
        claims = self.env["rc.attribution.claim"].search([("claimant_id", "=", self.claimant.id)])
        self.assertEqual(
            [(c.order_id, c.proof_name, bool(c.proof)) for c in claims.sorted("id")],
            [(self.order, "chat.png", True), (self.env["sale.order"], "chat.png", True)],
        )
        refused = self.url_open(
            "/my/referrals/claims/new",
            data={"csrf_token": token, "customer": "<b>x</b>@example.com", "reason": "no"},
        )
        self.assertIn("rc_notice", refused.text)
        self.assertNotIn("<b>x</b>", refused.text)
        self.assertEqual(len(claims), 2)
