"""The main job, from a click to a paid vendor bill, as people do it: every record is Odoo's own.

The visitor's steps go over HTTP, the payment through the demo provider; the clock is moved by the
dates that the screens ask for.
"""

import re
from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

# the browser inside WeChat: a person, not a bot
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50"
)


@tagged("post_install", "-at_install")
class TestMainJob(HttpCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # logging in gives a point of its own; the story is about payments
        cls.env.ref("rc_membership.point_rule_login").active = False
        cls.env.company.rc_fraud_fast_seconds = 0  # the test types faster than people
        cls.lotus = cls.env.ref("rc_membership.partner_lotus")
        cls.sara = cls.env.ref("rc_membership.user_sara")
        cls.accountant = cls.env.ref("rc_membership.user_accountant")
        cls.today = fields.Date.context_today(cls.env.user)
        cls.later = cls.today + timedelta(days=31)
        cls.premium = cls.env["product.product"].search([("default_code", "=", "premium-month")])
        cls.provider = cls.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", cls.env.company.id)], limit=1
        )

    def setUp(self):
        super().setUp()
        self.opener.headers["User-Agent"] = PHONE

    # ------------------------------------------------------------------ steps

    def tick(self):
        """A test is one transaction, whose clock stands; people's next step comes later."""
        self.env.cr._now = fields.Datetime.now()

    def drain(self):
        self.tick()
        self.env["rc.event"]._drain()
        failed = self.env["rc.event"].search([("error", "!=", False)])
        self.assertFalse(failed, failed[:1].error)

    def click(self, code):
        response = self.url_open(f"/ref/{code}", allow_redirects=False)
        self.assertEqual(response.status_code, 302)
        return response

    def sign_up(self, name, login, code=""):
        self.url_open("/")  # looks around
        page = self.url_open("/web/signup").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        answer = self.url_open(
            "/web/signup",
            data={
                "csrf_token": token,
                "name": name,
                "login": login,
                "password": "a-long-passphrase-1",
                "confirm_password": "a-long-passphrase-1",
                **({"rc_code": code} if code else {}),
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.drain()
        return self.env["res.users"].search([("login", "=", login)])

    def buy(self, partner, product=None, outcome="done"):
        """A website order with the demo provider's answer, up to Odoo's own post-processing."""
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "website_id": self.env.ref("website.default_website").id,
                "order_line": [Command.create({"product_id": (product or self.premium).id})],
            }
        )
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.provider.payment_method_ids[:1].id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": partner.id,
                "operation": "online_direct",
                "reference": self.env["payment.transaction"]._compute_reference(
                    "demo", prefix=order.name
                ),
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        transaction._process(
            "demo", {"reference": transaction.reference, "simulated_state": outcome}
        )
        transaction._post_process()
        self.drain()
        return order

    def settle(self, as_of):
        wizard = (
            self.env["rc.settlement.wizard"].with_user(self.accountant).create({"as_of": as_of})
        )
        wizard.action_settle()
        return self.env["rc.settlement"].search([("as_of", "=", as_of)])

    def pay_bill(self, bill, on):
        """The accountant posts and pays a bill in Invoicing."""
        bill = bill.with_user(self.accountant)
        bill.invoice_date = on
        bill.action_post()
        self.env["account.payment.register"].with_user(self.accountant).with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({"payment_date": on})._create_payments()
        self.drain()

    def money(self, partner, today=None):
        """State → amount of the participant's commission, in dollars, as of a day."""
        summary = partner._rc_get_commission_summary(today or self.today)
        return next(
            (states for currency, states in summary.items() if currency.name == "USD"),
            dict.fromkeys(
                ("held", "payable", "settled", "paid", "reserve", "debt", "accrued"), Decimal(0)
            ),
        )

    def gained(self, partner, before, today=None):
        after = self.money(partner, today)
        return {s: after[s] - before[s] for s in after if after[s] != before[s]}

    # ------------------------------------------------------------------ the story

    def test_from_a_click_to_a_paid_bill_a_renewal_and_a_refund(self):
        lotus_before, sara_before = self.money(self.lotus), self.money(self.sara.partner_id)
        code = self.lotus._rc_get_main_code()
        touches = self.env["rc.touch"].search_count([("code_id", "=", code.id)])

        # a click and a sign-up: bound without typing anything
        self.click(code.code)
        self.assertEqual(
            self.env["rc.touch"].search_count([("code_id", "=", code.id)]), touches + 1
        )
        user = self.sign_up("Nora Newcomer", "nora@example.com")
        nora = user.partner_id
        self.assertEqual(nora.rc_sponsor_id, self.lotus)
        edge = self.env["rc.sponsor.edge"].search([("member_id", "=", nora.id)])
        self.assertRecordValues(edge, [{"sponsor_id": self.lotus.id, "code_id": code.id}])
        self.assertTrue(user.has_group("rc_membership.group_member"))

        # a lead with source, code and salesperson is in the CRM
        lead = self.env["crm.lead"].search([("partner_id", "=", nora.id)])
        self.assertRecordValues(
            lead,
            [
                {
                    "rc_code_id": code.id,
                    "rc_partner_id": self.lotus.id,
                    "user_id": self.sara.id,
                    "email_from": "nora@example.com",
                }
            ],
        )
        self.assertTrue(lead.source_id)

        # Premium, paid with the demo provider
        order = self.buy(nora)
        invoice = order.invoice_ids
        self.assertRecordValues(
            order, [{"state": "sale", "amount_total": 25, "user_id": self.sara.id}]
        )
        self.assertRecordValues(invoice, [{"state": "posted", "payment_state": "paid"}])
        self.assertEqual(order.rc_attribution_id.winner_id, self.lotus)
        subscription = self.env["rc.subscription"].search([("partner_id", "=", nora.id)])
        self.assertRecordValues(subscription, [{"state": "active", "period_start": self.today}])
        self.assertEqual(nora.rc_tier_id.code, "premium")
        rights = {
            line.entitlement_id.code: line._get_label()
            for line in nora.rc_tier_id.entitlement_line_ids
        }
        self.assertEqual(rights["chat"], "unlimited")
        self.assertEqual(rights["self_reflection"], "3 per month")
        self.assertEqual(nora.rc_point_balance, 25)
        self.assertEqual(lead.won_status, "won")

        # the seller and the salesperson each have an accrual, explained, on hold
        self.assertEqual(
            self.gained(self.lotus, lotus_before),
            {"held": Decimal("5.00"), "accrued": Decimal("5.00")},
        )
        self.assertEqual(
            self.gained(self.sara.partner_id, sara_before),
            {"held": Decimal("2.50"), "accrued": Decimal("2.50")},
        )
        page = self.read_as("lotus", "/my/commissions")
        self.assertIn("5.00", page)
        self.assertIn("Nora N.", page)
        self.assertNotIn("Newcomer", page, "a payee reads first name and initial only")

        # 30 days later it is payable; the run makes one bill a payee, twice changes nothing
        self.assertEqual(self.money(self.lotus, self.later)["payable"] >= Decimal("5.00"), True)
        settlements = self.settle(self.later)
        of_lotus = settlements.filtered(lambda s: s.partner_id == self.lotus)
        self.assertEqual(len(of_lotus), 1)
        again = self.settle(self.later)
        self.assertEqual(again, settlements, "running twice settles nothing more")
        bill = of_lotus.bill_id
        self.assertRecordValues(
            bill,
            [
                {
                    "move_type": "in_invoice",
                    "partner_id": self.lotus.id,
                    "amount_total": of_lotus.amount,
                }
            ],
        )

        # the accountant posts and pays it in Invoicing; the partner sees it
        self.pay_bill(bill, self.later)
        self.assertEqual(bill.payment_state, "paid")
        paid = self.gained(self.lotus, lotus_before, self.later)
        self.assertGreaterEqual(paid["paid"], Decimal("5.00"))
        self.assertEqual(self.money(self.lotus, self.later)["settled"], lotus_before["settled"])
        statement = self.read_as("lotus", f"/my/commissions/settlements/{of_lotus.id}")
        self.assertIn("Nora N.", statement)
        self.assertNotIn("Not paid yet.", statement)

        # the renewal accrues again
        lotus_paid, sara_paid = self.money(self.lotus), self.money(self.sara.partner_id)
        renewal = subscription._bill_next_period(self.today)
        self.pay_invoice(renewal)
        self.assertEqual(self.gained(self.lotus, lotus_paid)["accrued"], Decimal("5.00"))
        self.assertEqual(
            self.gained(self.sara.partner_id, sara_paid)["accrued"], Decimal("1.25"), "5 % of 25"
        )

        # a refund of 10 reverses in proportion: two fifths
        self.refund(renewal, 10)
        self.assertEqual(self.gained(self.lotus, lotus_paid)["accrued"], Decimal("3.00"))
        self.assertEqual(self.gained(self.sara.partner_id, sara_paid)["accrued"], Decimal("0.75"))
        self.assertEqual(nora.rc_point_balance, 40)

        # the ledgers prove themselves
        for ledger in self.env["rc.ledger.export"]._get_ledgers():
            self.assertEqual(self.env[ledger]._get_imbalances(), [], ledger)

    def test_a_guild_joined_by_its_code_at_sign_up_shows_the_contribution(self):
        guild = self.env["rc.guild"].search(
            [("leader_id", "=", self.env.ref("rc_membership.partner_mia").id)]
        )
        before = guild.points
        user = self.sign_up("Gwen Guildford", "gwen@example.com", guild._get_code().code)
        gwen = user.partner_id
        membership = self.env["rc.guild.membership"].search([("partner_id", "=", gwen.id)])
        self.assertRecordValues(membership, [{"guild_id": guild.id, "left_at": False}])
        self.assertEqual(gwen.rc_sponsor_id, guild.leader_id)
        self.buy(gwen)
        guild.invalidate_recordset()
        self.assertEqual(guild.points - before, 10, "5 for each whole 10 of 25 dollars")
        self.assertIn("Gwen", self.read_as("mia", "/my/guild"))

    def test_a_refused_payment_leaves_nothing_half_done(self):
        self.click(self.lotus._rc_get_main_code().code)
        nora = self.sign_up("Nora Newcomer", "nora@example.com").partner_id
        before = self.money(self.lotus)
        for outcome in ("error", "cancel", "pending"):
            order = self.buy(nora, outcome=outcome)
            self.assertNotEqual(order.state, "sale", outcome)
            self.assertFalse(order.invoice_ids, outcome)
        self.assertEqual(nora.rc_tier_id.code, "free")
        self.assertEqual(nora.rc_point_balance, 0)
        self.assertEqual(self.money(self.lotus), before)
        lead = self.env["crm.lead"].search([("partner_id", "=", nora.id)])
        self.assertNotEqual(lead.won_status, "won")

    def test_an_invoice_taken_back_takes_back_what_followed_from_it(self):
        self.click(self.lotus._rc_get_main_code().code)
        nora = self.sign_up("Nora Newcomer", "nora@example.com").partner_id
        before = self.money(self.lotus)
        order = self.buy(nora)
        self.assertEqual(self.gained(self.lotus, before)["accrued"], Decimal("5.00"))
        payment_lines = order.invoice_ids.line_ids.matched_credit_ids
        payment_lines.unlink()
        order.invoice_ids.button_draft()
        order.invoice_ids.button_cancel()
        self.drain()
        self.assertEqual(self.gained(self.lotus, before), {})
        self.assertEqual(nora.rc_point_balance, 0)
        self.assertEqual(nora.rc_tier_id.code, "free")

    # ------------------------------------------------------------------ helpers

    def pay_invoice(self, invoice):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": self.today})._create_payments()
        self.drain()

    def refund(self, invoice, amount):
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": self.today, "reason": "story"})
        )
        note = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        note.invoice_line_ids.price_unit = amount
        note.action_post()
        self.drain()

    def read_as(self, login, path):
        self.authenticate(login, login)
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200, path)
        return page.text
