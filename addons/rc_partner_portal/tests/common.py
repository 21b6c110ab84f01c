"""Builders: a studio whose members click, sign up, pay, and a settlement that is paid."""

from datetime import date, datetime, timedelta

from odoo.tests import new_test_user

from odoo.addons.rc_referral.tests.common import ReferralCase

NOW = datetime(2026, 3, 10, 12)
TODAY = date(2026, 3, 10)
FINANCE = "base.group_portal,rc_membership.group_partner_finance"
DESK = "base.group_portal,rc_membership.group_partner"
PLAN = """
plan: portal_test
name: Portal test
currency: {currency}
roles: [partner]
basis: net
hold_days: 30
clawback: proportional
settlement: {{day: 15, minimum: "0.00"}}
limits: {{per_sale: 40%, on_limit: scale}}
rules:
  - {{id: standard, on: payment, pay: {{to: seller}}, rate: 20%}}
"""


class PartnerPortalCase(ReferralCase):
    """``studio`` and ``rival`` are sales partners with a login; plans pay sellers 20 percent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.a_plan_in_force()
        (cls.studio | cls.rival).write({"rc_partner_type": "reseller"})
        cls.studio_user = cls.a_login("studio_login", cls.studio)
        cls.rival_user = cls.a_login("rival_login", cls.rival)
        cls.dashboard = cls.env["rc.partner.dashboard"]

    @classmethod
    def a_plan_in_force(cls, text=PLAN):
        """Put one plan in force since 2025, and no other."""
        plans = cls.env["rc.commission.plan"]
        plans.search([("company_id", "=", cls.company.id)]).active = False
        plan = plans._import_text(text.format(currency=cls.company.currency_id.name), cls.company)
        plan.version_ids.date_from = date(2025, 1, 1)
        plan.version_ids._publish(date(2025, 1, 1))

    @classmethod
    def a_login(cls, login, partner, groups=FINANCE):
        """Return a portal user of an existing contact."""
        return new_test_user(
            cls.env, login, groups=groups, partner_id=partner.id, name=partner.name
        )

    @classmethod
    def a_customer(cls, name, code=None, clicked_at=NOW - timedelta(days=3), signed_up_at=None):
        """Return a member who clicked the code's link and signed up."""
        visitor = cls.a_click(code or cls.code, at=clicked_at)
        return cls.a_sign_up(
            name, at=signed_up_at or clicked_at + timedelta(hours=1), visitor=visitor
        )

    @classmethod
    def settle(cls, on, pay_on=None):
        """Settle everything payable ``on`` a day; with ``pay_on`` post the bills and pay them."""
        run = cls.env["rc.settlement.run"]._start(cls.company, on)
        run._settle_all()
        if pay_on:
            run.settlement_ids.bill_id.action_post()
            for bill in run.settlement_ids.bill_id:
                cls.pay(bill, pay_on)
            cls.drain()
        return run.settlement_ids

    def board(self, owner=None, choice="month", now=NOW, **options):
        return self.dashboard._get_dashboard(owner or self.studio, choice, now, **options)
