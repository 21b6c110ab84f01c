from odoo.tests import tagged

from odoo.addons.rc_referral.tests.common import ReferralCase


@tagged("post_install", "-at_install")
class TestVerified(ReferralCase):
    def sign_in(self, email, **claims):
        user = self.a_portal_user("oauth_proof")
        user.email = "proof@example.com"
        provider = self.env["auth.oauth.provider"].create(
            {
                "name": "Test",
                "client_id": "client",
                "auth_endpoint": "https://provider.example/auth",
                "validation_endpoint": "https://provider.example/userinfo",
                "body": "Continue with Test",
            }
        )
        user.write({"oauth_uid": "proof", "oauth_provider_id": provider.id})
        validation = {"user_id": "proof", "email": email, **claims}
        login = user._auth_oauth_signin(provider.id, validation, {"access_token": "x"})
        self.assertEqual(login, user.login)
        return bool(user.partner_id.rc_email_verified_at)

    def test_an_address_the_provider_calls_verified_is_proven(self):
        self.assertTrue(self.sign_in("Proof@example.com", email_verified=True))

    def test_an_older_answer_says_it_by_another_name(self):
        self.assertTrue(self.sign_in("proof@example.com", verified_email="true"))

    def test_an_address_it_does_not_vouch_for_is_not(self):
        self.assertFalse(self.sign_in("proof@example.com"))

    def test_another_address_proves_nothing(self):
        self.assertFalse(self.sign_in("else@example.com", email_verified=True))

    def test_an_address_it_says_is_not_verified_is_not(self):
        self.assertFalse(self.sign_in("proof@example.com", email_verified=False))
