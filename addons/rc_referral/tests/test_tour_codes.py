from odoo.tests import tagged

from odoo.addons.rc_membership.tests.common import OnBothSizes

from .common import ReferralHttpCase
from .test_batches import BatchCase


@tagged("post_install", "-at_install")
class TestCodeTours(OnBothSizes, BatchCase, ReferralHttpCase):
    """A studio buys codes, prints the sheet, a student redeems one."""

    def walk(self):
        studio = self.a_portal_user("codes_studio")
        student = self.a_portal_user("codes_student")
        batch, texts = self.buy_codes(studio.partner_id)
        self.start_tour("/my/codes", "rc_referral_studio_codes", login="codes_studio")
        self.authenticate("codes_studio", "codes_studio")
        page = self.url_open(f"/my/codes/{batch.id}").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        sheet = self.url_open(
            f"/my/codes/{batch.id}/show", data={"csrf_token": token, "form": "pdf"}
        )
        self.assertEqual(sheet.headers["Content-Type"], "application/pdf")
        self.start_tour(f"/redeem#{texts[0]}", "rc_referral_redeem", login="codes_student")
        self.assertEqual(student.partner_id.rc_tier_id.code, "pro")
        self.assertEqual(student.partner_id.rc_sponsor_id, studio.partner_id)
        self.assertEqual(batch.redeemed_count, 1)
