from odoo import http
from odoo.tests import tagged

from .common import ReferralHttpCase


@tagged("post_install", "-at_install")
class TestGiftLimit(ReferralHttpCase):
    """The page that gives points tells whether an address is a member's: a few times an hour."""

    def test_addresses_cannot_be_guessed_for_long(self):
        giver, friend = self.a_portal_user("gift_giver"), self.a_portal_user("gift_friend")
        self.an_account(giver.partner_id)
        self.an_account(friend.partner_id)
        self.authenticate("gift_giver", "gift_giver")
        self.assertIn("No member has this address", self.ask("gift_nobody"))
        for _try in range(38):
            self.env["rc.attempt"]._hit("gift", "gift_giver", 40, 3600)
        self.assertNotIn("many addresses", self.ask("gift_friend"))
        page = self.ask("gift_friend")
        self.assertIn("You have tried many addresses", page)
        self.assertNotIn("Is this right?", page)

    def ask(self, email):
        form = {
            "email": email,
            "points": "5",
            "token": "t",
            "csrf_token": http.Request.csrf_token(self),
        }
        return self.url_open("/my/points/gift/send", data=form).text
