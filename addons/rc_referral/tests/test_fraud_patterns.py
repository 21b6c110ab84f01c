from datetime import timedelta
from unittest.mock import patch

from odoo.addons.rc_referral.kernel.fraud import SIGNALS

from .common import DAY, NOW
from .test_fraud import FraudCase


class TestPatterns(FraudCase):
    """Thresholds are small here; what a figure above one leads to is the kernel's table."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {
                "rc_fraud_brand_clicks": 1,
                "rc_fraud_brand_words": "RainbowCity，彩虹城",
                "rc_fraud_burst": 1,
                "rc_fraud_refused_payments": 1,
            }
        )

    def scan(self, at=NOW + DAY):
        self.cases._scan(self.env.company, at, self.studio)
        found = self.cases.search(
            [("partner_id", "=", self.studio.id), ("kind", "=", "participant")]
        )
        return {s.name: (s.found, s.allowed) for s in found.signal_ids}

    def click(self, count, **values):
        touches = self.env["rc.touch"]
        for _number in range(count):
            visitor = touches._make_visitor()
            touches._record(self.code, visitor, NOW, agent="Mozilla/5.0 Firefox", **values)

    def test_adverts_on_our_name_are_a_case_above_the_threshold(self):
        self.assertEqual(self.env.company._rc_get_brand_words(), ["RainbowCity", "彩虹城"])
        self.click(1, is_brand_ad=True)
        self.assertEqual(self.scan(), {})
        self.click(1, is_brand_ad=True)
        self.assertEqual(self.scan(), {"brand": (2, 1)})

    def test_clicks_that_all_carry_one_sub_id_are_a_case(self):
        self.click(3, sub_id="team-7")
        self.click(1, sub_id="other")
        with patch("odoo.addons.rc_referral.models.rc_fraud_patterns.SUB_CLICKS", 4):
            self.env.company.rc_fraud_sub_percent = 75
            self.assertEqual(self.scan(), {})
            self.env.company.rc_fraud_sub_percent = 74
            self.assertEqual(self.scan(), {"sub_agent": (75, 74)})

    def test_a_burst_after_ninety_quiet_days_is_a_case_and_a_steady_partner_is_none(self):
        self.a_sign_up("Old One", at=NOW - 90 * DAY, typed=self.code)
        self.a_sign_up("New One", at=NOW, typed=self.code)
        self.a_sign_up("New Two", at=NOW, typed=self.code)
        self.assertEqual(self.scan(), {"dormant": (2, 1)})
        steady = self.a_participant("Steady")
        code = self.a_code(steady, "STEADY")
        for number, days in enumerate((60, 0, 0)):
            self.a_sign_up(f"Steady {number}", at=NOW - days * DAY, typed=code)
        self.cases._scan(self.env.company, NOW + DAY, steady)
        self.assertFalse(self.cases.search([("partner_id", "=", steady.id)]))

    def test_a_member_whose_payments_were_refused_again_and_again_is_held(self):
        nora = self.a_sign_up(typed=self.code)
        for minutes in (1, 2, 70):
            self.refuse(nora, NOW + timedelta(minutes=minutes))
        self.assertEqual(self.verify(nora, NOW + DAY).state, "held")
        case = self.case_of(nora)
        self.assertEqual(self.signals_of(case), {"refused_payments"})
        self.assertEqual(SIGNALS["refused_payments"].theme, "payments")
        self.assertIn("refused", case.public_text)

    def refuse(self, partner, at):
        every = self.env["payment.method"].with_context(active_test=False)
        method = every.search([], limit=1)
        provider = self.env["payment.provider"].search([], limit=1)
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"refused-{at:%H%M}",
                "amount": 10,
                "currency_id": self.env.company.currency_id.id,
                "partner_id": partner.id,
                "state": "error",
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s", (at, tx.id)
        )
