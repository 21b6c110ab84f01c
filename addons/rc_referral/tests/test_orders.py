from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DAY, SECOND, OrderCase


@tagged("post_install", "-at_install")
class TestOrders(OrderCase):
    def test_the_order_of_evidence_holds_on_an_order(self):
        sponsor = self.a_participant("Sponsor Test")
        buyer = self.a_sign_up(
            "Buyer Two", at=self.now - 60 * DAY, typed=self.a_code(sponsor, "SPONSORTEST")
        )
        visitor = self.a_click(self.code, at=self.now - DAY)
        steps = [
            ({"rc_visitor": visitor, "code": "RIVALTEST"}, (self.rival, "typed_code")),
            ({"rc_visitor": visitor}, (self.studio, "link")),
            ({}, (sponsor, "sponsor")),
        ]
        for values, expected in steps:
            code = values.pop("code", False)
            order = self.an_open_order(buyer, user_id=self.sara.id, **values)
            order.rc_code_text = code
            self.assertEqual(self.decide(order), expected)
        stranger = self.an_open_order(user_id=self.sara.id)
        self.assertEqual(self.decide(stranger), (self.sara.partner_id, "salesperson"))
        self.assertEqual(self.decide(self.an_open_order()), (self.env["res.partner"], "none"))

    def test_every_candidate_is_kept_with_its_reason(self):
        visitor = self.a_click(self.code, at=self.now - DAY)
        order = self.an_open_order(rc_visitor=visitor, user_id=self.sara.id)
        order.rc_code_text = "rivaltest"
        order.action_confirm()
        attribution = order.rc_attribution_id
        self.assertEqual(
            [(c["evidence"], c["participant"], c["reason"]) for c in attribution.candidates],
            [
                ("typed_code", self.rival.id, "won"),
                ("link", self.studio.id, "weaker_evidence"),
                ("salesperson", self.sara.partner_id.id, "weaker_evidence"),
            ],
        )
        html = attribution.candidates_html
        for text in ("Rival Test", "Studio Test", "Won", "Weaker evidence"):
            self.assertIn(text, html)

    def test_the_window_counts_to_the_second(self):
        for ago, evidence in (
            (30 * DAY - SECOND, "link"),
            (30 * DAY, "none"),
            (30 * DAY + SECOND, "none"),
        ):
            visitor = self.a_click(self.code, at=self.now - ago)
            self.assertEqual(self.decide(self.an_open_order(rc_visitor=visitor))[1], evidence, ago)

    def test_a_click_just_before_checkout_displaces_nobody(self):
        for age, winner in ((59, self.studio), (60, self.rival)):
            visitor = self.a_click(self.code, at=self.now - DAY)
            self.a_click(self.rival_code, visitor, at=self.now - timedelta(seconds=age))
            self.assertEqual(self.decide(self.an_open_order(rc_visitor=visitor))[0], winner)
        alone = self.a_click(self.rival_code, at=self.now - SECOND)
        self.assertEqual(self.decide(self.an_open_order(rc_visitor=alone))[0], self.rival)

    def test_a_thousand_clicks_are_read_as_a_few(self):
        visitor = self.a_click(self.code, at=self.now - 2 * DAY)
        for number in range(30):
            self.a_click(self.rival_code, visitor, at=self.now - timedelta(seconds=30 - number))
        order = self.an_open_order(rc_visitor=visitor)
        self.assertEqual(self.decide(order)[0], self.studio)
        self.assertLessEqual(len(order.rc_attribution_id.candidates), 5)

    def test_a_code_typed_at_sign_up_counts_within_the_window(self):
        buyer = self.a_sign_up("Typer Test", at=self.now - 10 * DAY, typed=self.code)
        visitor = self.a_click(self.rival_code, at=self.now - DAY)
        self.assertEqual(
            self.decide(self.an_open_order(buyer, rc_visitor=visitor)), (self.studio, "typed_code")
        )

    def test_the_visitor_who_signed_up_is_known_on_a_later_order(self):
        visitor = self.a_click(self.code, at=self.now - 5 * DAY)
        buyer = self.a_sign_up("Later Test", at=self.now - 4 * DAY, visitor=visitor)
        self.assertEqual(self.decide(self.an_open_order(buyer)), (self.studio, "link"))

    def test_nobody_earns_on_the_own_purchase(self):
        visitor = self.a_click(self.code, at=self.now - DAY)
        order = self.an_open_order(self.studio, rc_visitor=visitor)
        self.assertEqual(self.decide(order)[1], "salesperson")  # the studio's own salesperson
        with self.assertRaises(UserError):
            self.an_open_order(self.studio).rc_code_text = "STUDIOTEST"

    def test_the_codes_salesperson_looks_after_an_order_that_has_nobody(self):
        self.code.user_id = self.sara
        order = self.an_open_order()
        order.rc_code_text = "STUDIOTEST"
        order.action_confirm()
        self.assertEqual(order.user_id, self.sara)

    def test_confirming_again_keeps_the_decision_or_supersedes_it(self):
        order = self.an_open_order()
        order.rc_code_text = "STUDIOTEST"
        order.action_confirm()
        first = order.rc_attribution_id
        self.assertEqual(self.env["rc.attribution"]._decide_for_order(order), first)
        order._action_cancel()
        order.action_draft()
        order.rc_code_text = "RIVALTEST"
        order.action_confirm()
        second = order.rc_attribution_id
        self.assertEqual(second.winner_id, self.rival)
        self.assertRecordValues(
            first | second,
            [
                {"is_current": False, "superseded_by_id": second.id},
                {"is_current": True, "superseded_by_id": False},
            ],
        )

    def test_an_invoice_follows_its_order_and_a_renewal_the_sponsor_of_its_day(self):
        get = self.env["rc.attribution"]._get_for_invoice
        buyer = self.a_sign_up("Renewal Test", at=self.now - 40 * DAY, typed=self.rival_code)
        order = self.an_open_order(buyer)
        order.rc_code_text = "STUDIOTEST"
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(get(invoice), self.studio)
        self.pay(invoice, on=self.now.date())
        self.drain()
        subscription = self.env["rc.subscription"]._get_running(buyer, self.program)
        renewal = subscription._bill_next_period(subscription.period_end)
        self.assertEqual(get(renewal), self.rival)
        self.assertEqual(get(self.refund(renewal)), self.rival)
        early = invoice.copy({"invoice_date": (self.now - 50 * DAY).date()})
        early.partner_id = buyer
        self.assertFalse(get(early))

    def test_staff_type_a_code_on_a_quotation_in_the_form(self):
        order = self.an_open_order()
        with Form(order.with_user(self.sara)) as form:
            form.rc_code_text = "studio test"
            self.assertEqual(form.rc_typed_partner_id, self.studio)
        self.assertEqual(order.rc_typed_code_id, self.code)
        with self.assertRaises(UserError), Form(order.with_user(self.sara)) as form:
            form.rc_code_text = "NOBODY"

    def test_a_code_typed_on_the_lead_counts_for_its_order(self):
        lead = self.env["crm.lead"].create(
            {"name": "Call", "type": "opportunity", "partner_id": self.buyer.id}
        )
        lead.rc_code_text = "STUDIOTEST"
        order = self.an_open_order(opportunity_id=lead.id)
        self.assertEqual(self.decide(order), (self.studio, "typed_code"))

    def test_a_salesperson_without_a_network_role_sells_as_always(self):
        user = new_test_user(
            self.env, "plain_sales", groups="sales_team.group_sale_salesman_all_leads"
        )
        buyer = self.a_sign_up("Plain Test", at=self.now - DAY, typed=self.code)
        order = self.an_open_order(buyer, user_id=user.id).with_user(user)
        with Form(order) as form:
            form.client_order_ref = "by phone"
        order.action_confirm()
        self.env.invalidate_all()
        Form(order)
        [values] = order.web_read({"rc_partner_id": {}, "rc_attribution_id": {}})
        self.assertEqual(values["rc_partner_id"], self.studio.id)
        self.assertEqual(order.sudo().rc_attribution_id.winner_id, self.studio)
        lead = self.lead_of(buyer).with_user(user)
        with Form(lead) as form:
            form.priority = "2"
        self.assertEqual(lead.rc_partner_id, self.studio)
