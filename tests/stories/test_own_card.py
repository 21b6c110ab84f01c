"""The card of one's own on the plan page, with Odoo's demo provider."""

from odoo import fields, http
from odoo.tests import HttpCase, tagged

from odoo.addons.rc_membership.tests.common import MembershipCase


@tagged("post_install", "-at_install")
class TestOwnCard(MembershipCase, HttpCase):
    def post(self, act, **data):
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(f"/my/membership/plan/{act}", data=data)

    def test_a_card_of_somebody_else_is_missing_and_ones_own_is_kept(self):
        user = self.a_portal_user("card-mia")
        self.authenticate("card-mia", "card-mia")
        self.buy(user.partner_id, on=fields.Date.today())
        own = self.env["rc.subscription"]._get_running(user.partner_id, self.program)
        provider = self.env["payment.provider"].search([("code", "=", "demo")], limit=1)
        provider.state = "test"
        values = {
            "provider_id": provider.id,
            "payment_method_id": self.env["payment.method"].search([], limit=1).id,
            "payment_details": "4242",
            "provider_ref": "demo",
            "demo_simulated_state": "done",
        }
        tokens = self.env["payment.token"]
        foreign = tokens.create({**values, "partner_id": self.a_member("Leo").id})
        mine = tokens.create({**values, "partner_id": user.partner_id.id})
        self.assertEqual(self.post("card", token=foreign.id).status_code, 404)
        self.post("card", token=mine.id)
        self.assertEqual(own.token_id, mine)
        self.post("card", token="")
        self.assertFalse(own.token_id)
