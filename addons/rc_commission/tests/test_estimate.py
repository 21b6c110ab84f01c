"""What a quotation or an opportunity would pay if it were paid now: read only."""

from odoo.tests import Form, tagged

from .test_why import WhyCase


@tagged("post_install", "-at_install")
class TestEstimate(WhyCase):
    def test_an_estimate_writes_no_row(self):
        order = self.an_offer(self.cy, user=self.sara)
        lead = self.a_lead(expected_revenue=5000)
        before = self.counts()
        self.why(order)
        self.why(lead)
        order.with_user(self.manager).rc_estimate_text  # noqa: B018
        self.assertEqual(self.counts(), before)
        self.assertFalse(order.rc_attribution_id)

    def a_lead(self, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Studio wants a team plan",
                "type": "opportunity",
                "partner_id": self.cy.id,
                "user_id": self.sara.id,
                **values,
            }
        )

    def test_a_quotation_pays_what_its_invoice_pays_later(self):
        order = self.an_offer(self.cy, user=self.sara)
        estimate = self.why(order)["totals"]
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-01-05"
        invoice.action_post()
        self.pay(invoice, "2026-01-05")
        self.drain()
        self.assertEqual(self.why(order)["totals"], estimate)
        self.assertEqual(estimate, [self.usd.format(6.25)])

    def test_a_renewal_is_estimated_as_a_renewal(self):
        self.sell(self.cy)
        report = self.why(self.an_offer(self.cy))
        self.assertEqual([r["name"] for r in self.rows(report, is_paid=True)], ["Bob Lower"])
        self.assertEqual(report["totals"], [self.usd.format(1.25)])

    def test_an_opportunity_is_estimated_by_its_revenue_until_it_has_a_quotation(self):
        lead = self.a_lead(expected_revenue=1000)
        by_revenue = self.why(lead)
        self.assertEqual(by_revenue["totals"], [self.usd.format(150)])  # 10 % and 5 %
        order = self.an_offer(self.cy, user=self.sara)
        order.opportunity_id = lead
        self.assertEqual(self.why(lead)["totals"], self.why(order)["totals"])

    def test_an_opportunity_without_customer_or_revenue_pays_nothing(self):
        for values in ({"expected_revenue": 0}, {"partner_id": False, "expected_revenue": 10}):
            report = self.why(self.a_lead(**values))
            self.assertEqual((report["totals"], report["plans"]), ([], []))

    def test_the_button_shows_the_salesperson_the_own_share_and_managers_all(self):
        order = self.an_offer(self.cy, user=self.sara)
        self.assertEqual(order.with_user(self.sara).rc_estimate_text, self.usd.format(2.5))
        self.env.invalidate_all()
        self.assertEqual(order.with_user(self.manager).rc_estimate_text, self.usd.format(6.25))

    def test_an_order_that_is_being_typed_opens_without_an_estimate(self):
        form = Form(self.env(user=self.manager)["sale.order"])
        form.partner_id = self.cy
        self.assertFalse(form.rc_estimate_text)

    def test_a_currency_without_a_rate_is_said_and_stops_no_other_plan(self):
        self.env["res.currency.rate"].search([]).unlink()
        cny = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", "CNY")])
        )
        cny.active = True
        self.a_simple_plan("pay: {to: seller}, rate: 10%", code="china", currency="CNY")
        if self.env.company.currency_id == self.usd:
            report = self.why(self.an_offer(self.cy))
            texts = [row["text"] for row in self.rows(report, is_paid=False)]
            self.assertTrue(any("There is no exchange rate to CNY" in text for text in texts))
            self.assertEqual(report["totals"], [self.usd.format(3.75)])

    def test_an_estimate_costs_the_same_queries_for_ten_lines(self):
        one, ten = self.an_offer(self.cy), self.an_offer(self.cy)
        for _copy in range(9):
            ten.order_line[0].copy({"order_id": ten.id})
        self.why(one)
        counts = []
        for order in (one, ten):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.why(order)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 3)
