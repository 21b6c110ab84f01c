"""Reports of memberships: exact figures of a small history, for who may see them."""

from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import MembershipCase

JAN, FEB, MAR, APR, MAY, JUN = (date(2026, month, 1) for month in range(1, 7))
COUNTS = ("start_count", "new_count", "return_count", "churn_count", "active_count")
MONEY = ("mrr_new", "mrr_return", "mrr_expansion", "mrr_contraction", "mrr_churn", "mrr")


class ReportCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-06-20 12:00:00"))
        cls.studio = cls.a_program("studio")
        cls.manager = new_test_user(
            cls.env, "rep_manager", groups="rc_membership.group_program_manager"
        )
        cls.accountant = new_test_user(
            cls.env, "rep_accountant", groups="rc_membership.group_accountant"
        )

    @classmethod
    def a_program(cls, code, company=None):
        """A program with two tiers and three plans: 10 and 30 a month, 240 a year."""
        company = company or cls.company
        program = cls.env["rc.program"].create(
            {"name": code, "code": code, "company_id": company.id, "owner_id": cls.a_member().id}
        )
        tiers = cls.env["rc.tier"].create(
            [
                {"name": name, "code": name, "sequence": rank, "program_id": program.id}
                for rank, name in enumerate(("basic", "gold"), 1)
            ]
        )
        for tier, item, unit, price in (
            (tiers[0], "basic-month", "month", 10),
            (tiers[1], "gold-month", "month", 30),
            (tiers[1], "gold-year", "year", 240),
        ):
            cls.env["product.template"].create(
                {
                    "name": item,
                    "default_code": f"{code}-{item}",
                    "type": "service",
                    "invoice_policy": "order",
                    "list_price": price,
                    "rc_tier_id": tier.id,
                    "rc_period_unit": unit,
                    "rc_period_count": 1,
                    "taxes_id": False,
                    "company_id": company.id,
                }
            )
        return program

    @classmethod
    def a_history(cls):
        """Five months of three members of the studio."""
        cls.ann, cls.bob, cls.cat = (cls.a_member(name) for name in ("Ann", "Bob", "Cat"))
        cls.buy(cls.ann, "studio-basic-month", date(2026, 1, 5))
        of_bob = cls.buy(cls.bob, "studio-gold-year", date(2026, 1, 20))
        cls.buy(cls.cat, "studio-basic-month", FEB)
        cls.subscription_of(cls.cat)._end("expired", date(2026, 3, 8))
        cls.buy(cls.ann, "studio-gold-month", date(2026, 3, 10))
        with freeze_time("2026-04-15 12:00:00"):
            cls.refund(of_bob, date(2026, 4, 15))
            cls.drain()
        cls.buy(cls.cat, "studio-gold-month", date(2026, 5, 2))
        cls.buy(cls.ann, "studio-basic-month", date(2026, 5, 10))

    @classmethod
    def subscription_of(cls, partner):
        return cls.env["rc.subscription"].search([("partner_id", "=", partner.id)])

    def months(self, names, domain=(), program=None):
        """Return month → figures of a program, as the pivot shows them."""
        rows = self.env["rc.membership.month"]._read_group(
            [("program_id", "=", (program or self.studio).id), *domain],
            ["month:month"],
            [f"{name}:sum" for name in names],
        )
        return {month: tuple(figures) for month, *figures in rows}


@tagged("post_install", "-at_install")
class TestMembershipMonths(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a_history()

    def test_each_month_counts_who_came_returned_and_left(self):
        self.assertEqual(
            self.months(COUNTS),
            {
                JAN: (0, 2, 0, 0, 2),
                FEB: (2, 1, 0, 0, 3),
                MAR: (3, 0, 0, 1, 2),
                APR: (2, 0, 0, 1, 1),
                MAY: (1, 0, 1, 0, 2),
                JUN: (2, 0, 0, 0, 2),
            },
        )

    def test_the_mrr_of_a_month_is_the_former_one_and_its_movements(self):
        self.assertEqual(
            self.months(MONEY),
            {
                JAN: (30, 0, 0, 0, 0, 30),
                FEB: (10, 0, 0, 0, 0, 40),
                MAR: (0, 0, 20, 0, -10, 50),
                APR: (0, 0, 0, 0, -20, 30),
                MAY: (0, 30, 0, -20, 0, 40),
                JUN: (0, 0, 0, 0, 0, 40),
            },
        )

    def test_a_tier_loses_whom_another_one_gains(self):
        gold = self.studio.tier_ids.filtered(lambda t: t.code == "gold")
        names = ("moved_in_count", "moved_out_count", "active_count", "mrr")
        self.assertEqual(
            self.months(names, [("tier_id", "=", gold.id)]),
            {
                JAN: (0, 0, 1, 20),
                FEB: (0, 0, 1, 20),
                MAR: (1, 0, 2, 50),
                APR: (0, 0, 1, 30),
                MAY: (0, 1, 1, 30),
                JUN: (0, 0, 1, 30),
            },
        )

    def test_past_months_stay_when_a_member_changes_later(self):
        names = (*COUNTS, *MONEY)
        former = self.months(names)
        self.buy(self.ann, "studio-gold-year", date(2026, 6, 19))
        self.subscription_of(self.ann)._end("cancelled", date(2026, 6, 20))
        later = self.months(names)
        self.assertEqual(
            {month: later[month] for month in (JAN, FEB, MAR, APR, MAY)},
            {month: former[month] for month in (JAN, FEB, MAR, APR, MAY)},
        )
        self.assertEqual(later[JUN], (2, 0, 0, 1, 1, 0, 0, 10, 0, -20, 30))

    def test_over_months_members_and_mrr_are_averages_and_rates_are_of_the_sums(self):
        [figures] = self.env["rc.membership.month"]._read_group(
            [("program_id", "=", self.studio.id), ("month", "<=", MAR)],
            [],
            ["active_count:sum", "mrr:sum", "churn_count:sum", "churn_rate:avg"],
        )
        self.assertEqual(figures, (2, 40, 1, 20))  # 7 ÷ 3, 120 ÷ 3; 1 of 0 + 2 + 3

    def test_movements_say_who_and_from_where(self):
        rows = self.env["rc.membership.movement"].search(
            [("program_id", "=", self.studio.id)], order="date, id"
        )
        self.assertEqual(
            [
                (row.date, row.kind, row.partner_id.name, row.tier_id.name, row.mrr_change)
                for row in rows
            ],
            [
                (date(2026, 1, 5), "new", "Ann", "basic", 10),
                (date(2026, 1, 20), "new", "Bob", "gold", 20),
                (FEB, "new", "Cat", "basic", 10),
                (date(2026, 3, 8), "churn", "Cat", "basic", -10),
                (date(2026, 3, 10), "upgrade", "Ann", "gold", 20),
                (date(2026, 4, 15), "churn", "Bob", "gold", -20),
                (date(2026, 5, 2), "return", "Cat", "gold", 30),
                (date(2026, 5, 10), "downgrade", "Ann", "basic", -20),
            ],
        )

    def test_a_cohort_keeps_its_size_and_shows_who_is_left(self):
        rows = self.env["rc.membership.cohort"]._read_group(
            [("program_id", "=", self.studio.id)],
            ["cohort:month", "age_months"],
            ["cohort_size:sum", "member_count:sum", "retention_rate:avg"],
        )
        left = {}
        for cohort, _age, size, count, rate in rows:
            left.setdefault((cohort, size), []).append((count, rate))
        self.assertEqual(
            left,
            {
                (JAN, 2): [(2, 100), (2, 100), (2, 100), (1, 50), (1, 50), (1, 50)],
                (FEB, 1): [(1, 100), (0, 0), (0, 0), (1, 100), (1, 100)],
            },
        )

    def test_a_trial_that_is_paid_is_converted_and_others_are_not(self):
        gold = self.studio.tier_ids[-1]
        dan, eve = self.a_member("Dan"), self.a_member("Eve")
        give = self.env["rc.tier.cover"]._give
        for partner in (dan, eve):
            give(partner, gold, date(2026, 5, 3), date(2026, 5, 10), "trial", f"try {partner.name}")
        self.buy(dan, "studio-gold-month", date(2026, 6, 2))
        names = ("trial_count", "conversion_count", "new_count", "cover_count")
        months = self.months(names)
        self.assertEqual(months[MAY], (2, 0, 0, 0))
        self.assertEqual(months[JUN], (0, 1, 1, 0))

    def test_a_trial_of_a_plan_is_no_member_until_it_is_paid(self):
        dan, eve = self.a_member("Dan"), self.a_member("Eve")
        for partner in (dan, eve):
            self.env["rc.subscription"]._start_trial(
                partner, self.a_plan("studio-gold-month"), date(2026, 4, 20), days=7
            )
        self.subscription_of(eve)._end("expired", date(2026, 4, 27))
        self.buy(dan, "studio-basic-month", date(2026, 5, 4))
        names = ("trial_count", "conversion_count", "new_count", "churn_count")
        months = self.months(names)
        self.assertEqual(months[APR], (2, 0, 0, 1))  # Bob left in April
        self.assertEqual(months[MAY], (0, 1, 1, 0))
        tried = self.env["rc.membership.movement"].search(
            [("partner_id", "=", dan.id), ("kind", "=", "trial")]
        )
        self.assertEqual((tried.date, tried.tier_id.code), (date(2026, 4, 20), "gold"))

    def test_what_was_paid_ahead_of_a_change_of_plan_never_began(self):
        fay = self.a_member("Fay")
        for on in (date(2026, 5, 25), date(2026, 5, 26)):  # until 25 June, then until 25 July
            self.buy(fay, "studio-basic-month", on)
        self.buy(fay, "studio-gold-month", date(2026, 6, 2))
        with freeze_time("2026-07-01 12:00:00"):
            rows = self.env["rc.membership.movement"].search([("partner_id", "=", fay.id)])
            self.assertEqual(rows.mapped("kind"), ["upgrade", "new"])

    def test_who_holds_a_tier_without_a_plan_counts_apart(self):
        before = self.months(("active_count", "cover_count"))[MAY]
        gold = self.studio.tier_ids[-1]
        self.env["rc.tier.cover"]._give(self.a_member(), gold, MAY, None, "grant", "a grant")
        months = self.months(("active_count", "cover_count"))
        self.assertEqual(months[MAY], (before[0], before[1] + 1))
        self.assertEqual(months[JUN][1], before[1] + 1)

    def test_two_programs_do_not_mix(self):
        other = self.a_program("second")
        self.buy(self.ann, "second-gold-year", date(2026, 6, 3))
        self.assertEqual(
            self.months(("new_count", "active_count", "mrr"), program=other), {JUN: (1, 1, 20)}
        )
        self.assertEqual(self.months(("new_count", "active_count", "mrr"))[JUN], (0, 2, 40))

    def test_a_plan_opened_at_go_live_counts_from_its_first_day_at_its_list_price(self):
        plan = self.a_plan("studio-gold-year")
        self.env["rc.subscription"].create(
            {
                "partner_id": self.a_member("Fay").id,
                "product_id": plan.id,
                "tier_id": plan.rc_tier_id.id,
                "program_id": self.studio.id,
                "company_id": self.company.id,
                "started_on": date(2025, 12, 10),
                "anchor_on": date(2025, 12, 10),
                "period_start": date(2025, 12, 10),
                "period_end": date(2026, 12, 10),
            }
        )
        plan.list_price = 360
        months = self.months(("new_count", "active_count", "mrr"))
        self.assertEqual(months[date(2025, 12, 1)], (1, 1, 20))
        self.assertEqual(months[JUN], (0, 3, 60))


@tagged("post_install", "-at_install")
class TestMembershipReportsOfCompanies(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.env.ref("base.EUR")
        euro.active = True
        cls.other = cls.env["res.company"].create(
            {"name": "Europe", "currency_id": euro.id, "country_id": cls.env.ref("base.us").id}
        )
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.other, install_demo=False
        )
        cls.other.currency_id = euro
        cls.dollar = cls.env.ref("base.USD")
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.dollar.id,
                "company_id": cls.other.id,
                "name": date(2026, 1, 1),
                "rate": 2,
            }
        )
        cls.europe = cls.a_program("europe", cls.other)

    def buy_in_europe(self, partner, item, on):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.other.id,
                "currency_id": self.dollar.id,
                "partner_id": partner.id,
                "invoice_date": on,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.a_plan(item).id, "price_unit": 30, "tax_ids": False}
                    )
                ],
            }
        )
        invoice.action_post()
        self.pay(invoice, on)
        self.drain()
        return invoice

    def test_mrr_and_revenue_are_in_the_currency_of_the_company(self):
        self.buy_in_europe(self.a_member(), "europe-gold-month", MAY)
        self.assertEqual(
            self.months(("new_count", "mrr"), program=self.europe), {MAY: (1, 15), JUN: (0, 15)}
        )
        [row] = self.env["rc.membership.revenue"].search([("company_id", "=", self.other.id)])
        self.assertEqual((row.amount, row.currency_id.name, row.kind), (15, "EUR", "first"))

    def test_staff_see_their_companies_only(self):
        self.buy_in_europe(self.a_member(), "europe-gold-month", MAY)
        self.buy(self.a_member(), "studio-gold-month", MAY)
        for model in ("month", "movement", "cohort", "revenue"):
            report = self.env[f"rc.membership.{model}"]
            rows = report.with_user(self.accountant).search([])
            self.assertIn(self.studio, rows.program_id, model)
            self.assertNotIn(self.europe, rows.program_id, model)
            self.accountant.company_ids |= self.other
            mine = report.with_user(self.accountant).with_context(
                allowed_company_ids=(self.company | self.other).ids
            )
            self.assertIn(self.europe, mine.search([]).program_id, model)
            self.accountant.company_ids -= self.other

    def test_only_managers_and_accountants_read_reports(self):
        for name in ("month", "movement", "cohort", "revenue", "due", "exception"):
            report = self.env[f"rc.membership.{name}"]
            for user in (self.manager, self.accountant):
                report.with_user(user).search_read([], limit=1)
            for groups in (
                "base.group_portal,rc_membership.group_member",
                "rc_membership.group_salesperson",
            ):
                user = new_test_user(self.env, f"{name} {groups[:9]}", groups=groups)
                with self.assertRaises(AccessError):
                    report.with_user(user).search_read([], limit=1)
            with self.assertRaises(AccessError):
                report.with_user(self.manager).create({})


@tagged("post_install", "-at_install")
class TestMembershipAccounting(ReportCase):
    def revenue(self):
        rows = self.env["rc.membership.revenue"]._read_group(
            [("program_id", "=", self.studio.id)],
            ["date:month", "kind"],
            ["quantity:sum", "amount:sum"],
        )
        return {(month, kind): (quantity, amount) for month, kind, quantity, amount in rows}

    def exceptions(self):
        rows = self.env["rc.membership.exception"].search(
            [("product_id.rc_tier_id.program_id", "=", self.studio.id)]
        )
        return [(row.kind, row.invoice_id) for row in rows]

    def test_revenue_is_that_of_posted_lines_less_credit_notes(self):
        mia = self.a_member()
        self.buy(mia, "studio-gold-month", date(2026, 5, 2))
        of_may = self.buy(mia, "studio-gold-month", date(2026, 5, 30))
        self.refund(of_may, date(2026, 6, 5), amount=12)
        self.an_invoice(self.a_member("Leo"), "studio-basic-month", date(2026, 6, 6))
        self.assertEqual(
            self.revenue(),
            {
                (MAY, "first"): (1, 30),
                (MAY, "renewal"): (1, 30),
                (JUN, "credit_note"): (-1, -12),
                (JUN, "unpaid"): (1, 10),
            },
        )

    def test_reductions_count_where_only_memberships_are_sold(self):
        coupon, mug = self.env["product.product"].create(
            [{"name": "Coupon", "type": "service"}, {"name": "Mug"}]
        )
        for extra in (False, True):
            order = self.an_order(self.a_member(), "studio-gold-month")
            lines = [(coupon, -5)] + [(mug, 8)] * extra
            order.order_line = [
                Command.create({"product_id": product.id, "price_unit": price, "tax_ids": False})
                for product, price in lines
            ]
            coupon.invoice_policy = mug.invoice_policy = "order"
            order.action_confirm()
            invoice = order._create_invoices()
            invoice.invoice_date = JUN
            invoice.action_post()
        self.assertEqual(self.revenue(), {(JUN, "unpaid"): (2, 60), (JUN, "reduction"): (0, -5)})

    def test_a_renewal_is_open_until_it_is_paid(self):
        mia = self.a_member()
        self.buy(mia, "studio-gold-month", date(2026, 5, 12))
        subscription = self.subscription_of(mia)
        invoice = subscription._bill_next_period(date(2026, 6, 12))
        due = self.env["rc.membership.due"]
        [row] = due.search([("partner_id", "=", mia.id)])
        self.assertEqual(
            (row.invoice_id, row.period_start, row.late_days, row.amount_residual),
            (invoice, date(2026, 6, 12), 8, 30),
        )
        self.pay(invoice, date(2026, 6, 20))
        self.drain()
        self.assertFalse(due.search([("partner_id", "=", mia.id)]))

    def test_charges_and_invoices_agree_until_a_payment_is_undone(self):
        self.a_history()
        mia = self.a_member("Mia")
        first = self.buy(mia, "studio-gold-month", date(2026, 4, 12))
        self.buy(mia, "studio-gold-month", date(2026, 5, 12))
        self.assertEqual(self.exceptions(), [])
        first.line_ids.remove_move_reconcile()
        self.drain()
        self.assertEqual(self.exceptions(), [("charge_unpaid", first)])

    def test_a_paid_plan_that_gave_nothing_is_found(self):
        product = self.env["product.product"].create(
            {"name": "Not a plan yet", "type": "service", "taxes_id": False, "list_price": 5}
        )
        product.default_code = "later"
        invoice = self.buy(self.a_member(), "later", JUN)
        self.assertEqual(self.exceptions(), [])
        product.product_tmpl_id.write(
            {
                "rc_tier_id": self.studio.tier_ids[0].id,
                "rc_period_unit": "month",
                "rc_period_count": 1,
            }
        )
        self.assertEqual(self.exceptions(), [("line_uncharged", invoice)])


@tagged("post_install", "-at_install")
class TestMembershipReportsCost(ReportCase):
    def test_more_members_cost_no_more_queries(self):
        self.buy(self.a_member("First"), "studio-basic-month", MAY)
        self.sell_gold(3)
        self.read_all()  # warm
        self.count_queries()  # what a sale leaves to be read once is not the reports'
        few = self.count_queries()
        self.sell_gold(9)
        self.count_queries()
        self.assertEqual(self.count_queries(), few)

    def sell_gold(self, count):
        for number in range(count):
            self.buy(self.a_member(f"Nr {number}"), "studio-gold-month", MAY)

    def read_all(self):
        for name in ("month", "movement", "cohort", "revenue", "due", "exception"):
            report = self.env[f"rc.membership.{name}"].with_user(self.accountant)
            report.search([]).read()
            report.formatted_read_group([], [], ["__count"])

    def count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.read_all()
        return self.env.cr.sql_log_count - before
