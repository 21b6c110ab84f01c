"""A tier's line and a grant may have the same number: they are counted apart."""

from odoo.tests import tagged

from .test_usage import UsageCase, noon


@tagged("post_install", "-at_install")
class TestSameNumbers(UsageCase):
    def test_a_grant_with_the_number_of_the_tiers_line_is_counted_by_itself(self):
        grant = self.give("chat", "more", 3, per="day")
        free = self.program.tier_ids.filtered("is_default")
        line = free.entitlement_line_ids.filtered(lambda x: x.entitlement_id.code == "chat")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE rc_tier_entitlement SET id = %s WHERE id = %s", [grant.id, line.id]
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.addCleanup(self.env.registry.clear_cache)
        self.assertEqual(self.consume(amount=7, at=noon(3, 10))["left"], 1)
        counters = self.env["rc.entitlement.counter"].search([("partner_id", "=", self.mia.id)])
        self.assertEqual(sorted(counters.mapped("used")), [2, 5])
