"""Builders: a small world of members, plans and money, without demo data."""

from datetime import date, datetime

from odoo import Command
from odoo.tests import TransactionCase, new_test_user


def an_address(env):
    """Return what the shop's checkout asks for, so that a tour goes straight to the payment."""
    return {
        "phone": "+1 555 0100",
        "street": "1 Rainbow Road",
        "city": "San Francisco",
        "zip": "94102",
        "country_id": env.ref("base.us").id,
        "state_id": env.ref("base.state_us_5").id,
    }


class OnBothSizes:
    """A browser test whose ``walk()`` is done on a desktop and on a phone."""

    def test_on_a_desktop(self):
        self.browser_size = "1366x768"
        self.walk()

    def test_on_a_phone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        self.walk()


class MembershipCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )
        cls.company.account_sale_tax_id = False
        cls.program = cls.env["rc.program"]._get_platform()
        cls.plan_lines = cls.env["product.product"].search([("rc_tier_id", "!=", False)])
        cls.plan_lines.taxes_id = False
        # prices of the spec, whatever pricelists a database has
        cls.pricelist = cls.env["product.pricelist"].create({"name": "List price"})

    @classmethod
    def a_member(cls, name="Mia", **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def a_portal_user(cls, login, groups="base.group_portal,rc_membership.group_member"):
        return new_test_user(cls.env, login, groups=groups)

    @classmethod
    def a_plan(cls, item):
        return cls.env["product.product"].search([("default_code", "=", item)])

    @classmethod
    def an_account(cls, partner):
        return cls.env["rc.point.account"]._get_or_create(partner, cls.program)

    @classmethod
    def an_order(cls, partner, item="premium-month", quantity=1):
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "pricelist_id": cls.pricelist.id,
                "order_line": [
                    Command.create({"product_id": cls.a_plan(item).id, "product_uom_qty": quantity})
                ],
            }
        )

    @classmethod
    def an_invoice(cls, partner, item="premium-month", on=date(2026, 1, 31), quantity=1):
        order = cls.an_order(partner, item, quantity)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = on
        invoice.action_post()
        return invoice

    @classmethod
    def pay(cls, invoice, on=date(2026, 1, 31), amount=None):
        """Register a payment as an accountant does; returns the payment."""
        values = {"payment_date": on}
        if amount is not None:
            values["amount"] = amount
        return (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(values)
            ._create_payments()
        )

    @classmethod
    def refund(cls, invoice, on=date(2026, 2, 5), amount=None):
        """Post a credit note against ``invoice``, whole or by ``amount``."""
        reversal = (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": on, "reason": "test"})
        )
        note = cls.env["account.move"].browse(reversal.refund_moves()["res_id"])
        if amount is not None:
            note.invoice_line_ids.price_unit = amount
        note.action_post()
        return note

    @classmethod
    def drain(cls):
        """Work off the inbox; an event that failed fails the test with its traceback."""
        cls.env["rc.event"]._drain()
        failed = cls.env["rc.event"].search([("error", "!=", False)])
        if failed:
            raise AssertionError(failed[0].error)

    @classmethod
    def buy(cls, partner, item="premium-month", on=date(2026, 1, 31)):
        invoice = cls.an_invoice(partner, item, on)
        cls.pay(invoice, on)
        cls.drain()
        return invoice

    @classmethod
    def noon(cls, day):
        return datetime(day.year, day.month, day.day, 12)
