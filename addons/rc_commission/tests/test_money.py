from datetime import date

from odoo.tests import new_test_user, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestMoney(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.bind(cls.a_member(), cls.studio)

    def a_currency(self, code, rates):
        currency = self.env.ref(f"base.{code}")
        currency.active = True
        currency.rate_ids.unlink()
        for day, rate in rates.items():
            self.env["res.currency.rate"].create(
                {
                    "currency_id": currency.id,
                    "name": day,
                    "rate": rate,
                    "company_id": self.company.id,
                }
            )
        return currency

    def sell_in(self, currency, amount, on=date(2026, 1, 5)):
        invoice = self.a_direct_invoice(self.buyer, amount, on, currency_id=currency.id)
        self.pay(invoice, on)
        self.drain()
        return invoice

    def test_a_sale_in_euro_accrues_in_the_plans_dollars_at_the_invoices_rate(self):
        if self.company.currency_id != self.usd:
            self.skipTest("the database's company keeps its books in another currency")
        euro = self.a_currency("EUR", {"2026-01-01": 0.8, "2026-01-06": 0.5})
        self.sell_in(euro, 100)
        self.assertEqual(self.money_of(self.studio), {"held": "25.00", "accrued": "25.00"})
        basis = self.awards_of(self.studio).explanation["basis"]
        self.assertEqual((basis["exact"], basis["source_amount"]), ("125", "100"))
        self.assertIn("Converted at the rate", self.awards_of(self.studio).explanation_text)

    def test_a_part_payment_in_another_currency_counts_in_the_invoices(self):
        euro = self.a_currency("EUR", {"2026-01-01": 0.8})
        invoice = self.a_direct_invoice(self.buyer, 100, currency_id=euro.id)
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment.create(
            {
                "payment_date": date(2026, 1, 5),
                "currency_id": self.company.currency_id.id,
                "amount": 50,
            }
        )._create_payments()
        self.drain()
        award = self.awards_of(self.studio)
        self.assertAlmostEqual(award.accrued / award.amount, 0.4)

    def test_yen_have_no_cents(self):
        yen = self.a_currency("JPY", {"2026-01-01": 150})
        self.only(self.a_simple_plan("pay: {to: seller}, rate: 12.5%", code="yen", currency="JPY"))
        self.sell_in(yen, 1004)
        self.assertEqual(
            self.money_of(self.studio, currency=yen), {"held": "126", "accrued": "126"}
        )
        bill = self.settle().settlement_ids.filtered(lambda s: s.currency_id == yen).bill_id
        self.assertEqual((bill.currency_id, bill.amount_total), (yen, 126))

    def test_each_currency_of_a_payee_has_its_own_account_and_bill(self):
        yen = self.a_currency("JPY", {"2026-01-01": 150})
        self.a_simple_plan("pay: {to: seller}, rate: 10%", code="yen", currency="JPY")
        self.sell_in(yen, 15000)
        settlements = self.settle().settlement_ids
        self.assertEqual(
            {s.currency_id: s.bill_id.amount_total for s in settlements}, {self.usd: 20, yen: 1500}
        )

    def test_a_sale_is_paid_by_the_version_of_its_time(self):
        plan = self.only(self.a_simple_plan("pay: {to: seller}, rate: 10%"))
        draft = self.env["rc.commission.plan.version"].create({"plan_id": plan.id})
        draft.source = plan.version_ids[-1].source.replace("10%", "30%")
        draft._publish(date(2026, 2, 1))
        old = self.a_direct_invoice(self.buyer, 100, date(2026, 1, 20))
        new = self.a_direct_invoice(self.buyer, 100, date(2026, 1, 20))
        self.pay(new, date(2026, 2, 1))
        self.pay(old, date(2026, 1, 31))
        self.drain()
        amounts = {award.move_id: award.amount for award in self.awards_of(self.studio)}
        self.assertEqual(amounts, {old: 10.0, new: 30.0})

    def test_companies_do_not_mix(self):
        other = self.env["res.company"].create(
            {"name": "Other", "currency_id": self.company.currency_id.id}
        )
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=other, install_demo=False
        )
        self.env.user.company_ids |= other
        here = self.env(context={**self.env.context, "allowed_company_ids": [other.id]})
        buyer, studio = self.buyer.with_env(here), self.studio.with_env(here)
        case = type(self)
        invoice = case.a_direct_invoice.__func__(_In(case, here), buyer, 100)
        self.pay_in(here, invoice)
        self.drain()
        self.assertFalse(self.awards_of(self.studio))  # the other company has no plan yet
        self.a_simple_plan("pay: {to: seller}, rate: 10%", code="other", company=other)
        second = case.a_direct_invoice.__func__(_In(case, here), buyer, 100)
        self.pay_in(here, second)
        self.drain()
        award = self.awards_of(self.studio)
        self.assertEqual((award.company_id, award.amount), (other, 10.0))
        self.assertFalse(self.settle().settlement_ids.filtered(lambda s: s.partner_id == studio))
        run = self.settle(company=other)
        self.assertEqual(run.settlement_ids.bill_id.company_id, other)
        accountant = new_test_user(
            self.env, "here_only", groups="base.group_user,rc_membership.group_accountant"
        )
        for record in (award, award.account_id, run, run.settlement_ids, award.entry_ids):
            self.assertFalse(record.with_user(accountant)._filtered_access("read"))

    def pay_in(self, env, invoice):
        env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": date(2026, 1, 5)})._create_payments()


class _In:
    """Builders of a case, run in another environment."""

    def __init__(self, case, env):
        self.env = env
