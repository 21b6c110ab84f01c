"""Builders: a sponsor line, salespeople, plans in force, and what the ledger says."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.rc_membership.tests.common import MembershipCase

PLANS = Path(__file__).parents[1] / "plans"
BEGIN = date(2026, 1, 1)
STAFF = "sales_team.group_sale_salesman,rc_membership.group_salesperson"


class CommissionCase(MembershipCase):
    """The company has the shipped plans, under other codes, in force from the year's start."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.env.ref("base.USD")
        cls.usd.active = True
        cls.env["rc.commission.plan"].search([]).active = False
        # cash of rewards would stand beside what the plans pay
        cls.env["rc.reward.rule"].search([]).active = False
        cls.plans = {
            code: cls.a_shipped(code) for code in ("internal_staff", "partners", "promoters")
        }
        cls.sara = new_test_user(cls.env, "com_sara", name="Sara Test", groups=STAFF)
        cls.studio = cls.a_payee("Studio Test", "partner", is_company=True)

    # --- plans ---------------------------------------------------------

    @classmethod
    def a_shipped(cls, code):
        text = (PLANS / f"{code}.yaml").read_text()
        return cls.a_plan_in_force(text.replace(f"plan: {code}", f"plan: {code}_test"))

    @classmethod
    def a_plan_in_force(cls, text, since=BEGIN, company=None, override=False):
        plan = cls.env["rc.commission.plan"]._import_text(text, company or cls.env.company)
        if override:
            plan.version_ids._publish_with_override(since, "test")
        else:
            plan.version_ids._publish(since)
        return plan

    @classmethod
    def a_simple_plan(cls, rule, code="simple", since=BEGIN, company=None, **keys):
        lines = [f"plan: {code}", f"name: {code}", f"currency: {keys.pop('currency', 'USD')}"]
        lines += [f"{key}: {value}" for key, value in keys.items()]
        lines += ["rules:", f"  - {{id: only, on: payment, {rule}}}"]
        return cls.a_plan_in_force("\n".join(lines), since, company)

    @classmethod
    def only(cls, plan):
        """Leave one plan in force."""
        (cls.env["rc.commission.plan"].search([]) - plan).active = False
        return plan

    @classmethod
    def a_shipped_here(cls, code):
        """A shipped plan alone in force, under its own code, in the company's currency."""
        text = (PLANS / f"{code}.yaml").read_text()
        plans = cls.env["rc.commission.plan"].with_context(active_test=False)
        old = plans.search([("code", "=", code)])
        old.active = False
        if old:
            text = text.replace(f"plan: {code}", f"plan: {code}_test")
        text = text.replace("currency: CNY", f"currency: {cls.env.company.currency_id.name}")
        return cls.only(cls.a_plan_in_force(text, override=True))

    @classmethod
    def a_ware(cls, code, price=100.0, **values):
        """Something sold that is no membership."""
        found = cls.env["product.product"].search([("default_code", "=", code)], limit=1)
        found = found or cls.env["product.product"].create({"name": code, "default_code": code})
        found.write(
            {"list_price": price, "type": "service", "taxes_id": False, "invoice_policy": "order"}
            | values
        )
        return found

    # --- people ----------------------------------------------------------

    @classmethod
    def a_payee(cls, name, role, **values):
        partner = cls.env["res.partner"].create({"name": name, **values})
        partner.rc_participant_role = role
        return partner

    @classmethod
    def bind(cls, member, sponsor, at=datetime(2026, 1, 1)):
        cls.env["rc.sponsor.edge"]._bind(member, sponsor, at)
        return member

    # --- money -------------------------------------------------------------

    @classmethod
    def sell(cls, partner, item="premium-month", on=date(2026, 1, 5), user=None, amount=None):
        """Order, posted invoice and (unless ``amount`` is 0) a payment; events worked off."""
        order = cls.an_order(partner, item)
        order.user_id = user
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = on
        invoice.action_post()
        if amount != 0:
            cls.pay(invoice, on, amount)
        cls.drain()
        return invoice

    @classmethod
    def give_back(cls, invoice, amount=None, on=date(2026, 1, 20), repay=True):
        """A posted credit note, its money returned; events worked off."""
        note = cls.refund(invoice, on, amount)
        if repay:
            cls.pay(note, on)
        cls.drain()
        return note

    @classmethod
    def settle(cls, on=date(2026, 2, 15), company=None):
        run = cls.env["rc.settlement.run"]._start(company or cls.env.company, on)
        run._settle_all()
        return run

    # --- what the ledger says ------------------------------------------------

    @classmethod
    def money_of(cls, partner, on=date(2026, 1, 6), currency=None):
        """What a payee has on a day, as texts, zeros left out."""
        summary = partner._rc_get_commission_summary(on)
        values = summary.get(currency or cls.usd, {})
        return {name: str(value) for name, value in values.items() if value}

    @classmethod
    def account_of(cls, partner, currency=None):
        return cls.env["rc.commission.account"].search(
            [
                ("partner_id", "=", partner.id),
                ("currency_id", "=", (currency or cls.usd).id),
                ("merged_into_id", "=", False),
            ]
        )

    @classmethod
    def awards_of(cls, partner):
        return cls.env["rc.commission.award"].search(
            [("account_id.partner_id", "=", partner.id)], order="id"
        )

    @classmethod
    def entries_of(cls, partner):
        """(kind, amount, day, payable day) of what a payee earned and lost, in order."""
        entries = cls.awards_of(partner).entry_ids.sorted("id")
        return [
            (
                e.kind,
                str(Decimal(str(e.amount))),
                str(e.occurred_at.date()),
                str(e.payable_on or ""),
            )
            for e in entries
        ]

    def assertBalanced(self):
        self.assertEqual(self.env["rc.commission.entry"]._get_imbalances(), [])

    @classmethod
    def a_direct_invoice(cls, partner, amount, on=date(2026, 1, 5), user=None, **values):
        """An invoice without an order."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": on,
                "invoice_user_id": user.id if user else False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move
