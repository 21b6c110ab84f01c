"""One record that cannot be evaluated stops nothing else, and says why."""

from datetime import date, datetime

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCase

PAID = date(2026, 1, 5)
AT = datetime(2026, 1, 6)


@tagged("post_install", "-at_install")
class TestBatch(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.only(cls.a_simple_plan("pay: {to: seller}, rate: 20%"))
        cls.buyer = cls.bind(cls.a_member(), cls.studio)
        cls.lek = cls.env["res.currency"].search(
            [("name", "=", "ALL"), ("active", "in", (True, False))]
        )
        cls.lek.active = True
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.lek.id)]).unlink()

    def two_paid_invoices(self):
        """One in the plan's currency, one in a currency that has no rate."""
        good = self.a_direct_invoice(self.buyer, 100)
        self.lek_rate = self.env["res.currency.rate"].create(
            {"currency_id": self.lek.id, "name": "2026-01-01", "rate": 2}
        )
        bad = self.a_direct_invoice(self.buyer, 100, currency_id=self.lek.id)
        for invoice in (good, bad):
            self.pay(invoice, PAID)
        self.env["rc.event"].search([("state", "=", "todo")]).state = "done"
        self.lek_rate.unlink()
        return good, bad

    @mute_logger("odoo.addons.rc_membership.models.rc_event")
    def test_an_invoice_without_an_exchange_rate_waits_and_the_other_is_paid(self):
        good, bad = self.two_paid_invoices()
        (good | bad)._rc_accrue(AT)
        self.assertEqual(self.awards_of(self.studio).move_id, good)
        self.env["rc.event"]._drain()
        waiting = self.env["rc.event"].search(
            [("res_id", "=", bad.id), ("consumer", "=", "commission"), ("state", "=", "todo")]
        )
        self.assertRegex(waiting.error, "there is no exchange rate")
        facts = self.env["rc.commission.fact"].search([("move_line_id.move_id", "=", bad.id)])
        self.assertFalse(facts)
        self.env["res.currency.rate"].create(
            {"currency_id": self.lek.id, "name": "2026-01-01", "rate": 2}
        )
        waiting.next_try_at = False
        self.env["rc.event"]._drain()
        self.assertEqual(self.awards_of(self.studio).mapped("amount"), [20.0, 10.0])
        self.assertBalanced()
