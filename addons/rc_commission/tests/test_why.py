"""Who earns by a sale, who does not, and why; a reader learns no other names and figures."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..wording.misses import miss_sentence
from .common import STAFF, CommissionCase

LEDGERS = (
    "rc_commission_award",
    "rc_commission_entry",
    "rc_commission_credit",
    "rc_commission_fact",
    "rc_commission_rank",
    "rc_commission_account",
    "rc_commission_pool",
    "rc_placement_edge",
    "rc_attribution",
    "rc_event",
    "rc_point_entry",
)


class WhyCase(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "why_manager",
            groups="rc_membership.group_program_manager,sales_team.group_sale_manager",
        )
        cls.ann = cls.a_payee("Ann Upper", "promoter")
        cls.bob = cls.bind(cls.a_payee("Bob Lower", "promoter"), cls.ann)
        cls.cy = cls.bind(cls.a_member("Cy Buyer"), cls.bob)

    def why(self, record, user=None):
        env = self.env(user=user or self.manager)
        return env["rc.commission.estimate"]._get_report(record.with_env(env))

    @staticmethod
    def rows(report, **wanted):
        return [
            row
            for plan in report["plans"]
            for rule in plan["rules"]
            for row in rule["rows"]
            if all(row[name] == value for name, value in wanted.items())
        ]

    @classmethod
    def an_offer(cls, partner, item="premium-month", user=None):
        order = cls.an_order(partner, item)
        order.user_id = user
        return order

    def counts(self):
        self.env.flush_all()
        found = {}
        for table in LEDGERS:
            [found[table]] = self.env.execute_query(
                SQL("SELECT COUNT(*), COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table))
            )
        return found


@tagged("post_install", "-at_install")
class TestWhy(WhyCase):
    def test_a_paid_order_tells_what_was_awarded(self):
        invoice = self.sell(self.cy)
        order = invoice.line_ids.sale_line_ids.order_id
        report = self.why(order)
        self.assertFalse(report["is_estimate"])
        paid = self.rows(report, is_paid=True)
        self.assertEqual([row["name"] for row in paid], ["Bob Lower", "Ann Upper"])
        self.assertEqual(report["totals"], [self.usd.format(3.75)])
        self.assertIn("Bob Lower earns 10 % of", paid[0]["text"])

    def test_whoever_does_not_earn_is_told_why(self):
        report = self.why(self.sell(self.cy))
        renewal = self.rows(report, is_paid=False, payee=None)
        self.assertIn("Only on: renewal. This is: first payment.", [r["text"] for r in renewal])
        roles = self.rows(report, is_paid=False, payee=self.bob.id)
        self.assertIn(
            "Only for the role Partner or Venue; the role here is Promoter.",
            [r["text"] for r in roles],
        )

    def test_an_unpaid_invoice_is_estimated_and_a_paid_one_says_the_same(self):
        invoice = self.sell(self.cy, amount=0)
        before = self.why(invoice)
        self.assertTrue(before["is_estimate"])
        self.pay(invoice, date(2026, 1, 6))
        self.drain()
        after = self.why(invoice)
        self.assertFalse(after["is_estimate"])
        self.assertEqual(before["totals"], after["totals"])

    def test_a_salesperson_sees_the_own_share_and_how_many_others_earn(self):
        order = self.an_offer(self.cy, user=self.sara)
        report = self.why(order, self.sara)
        self.assertEqual(report["own_totals"], [self.usd.format(2.5)])
        self.assertEqual((report["totals"], report["hidden"]), ([], 2))
        text = str(
            self.env(user=self.sara)["rc.commission.estimate"]._render(order.with_user(self.sara))
        )
        for name in ("Ann Upper", "Bob Lower"):
            self.assertNotIn(name, text)
        self.assertIn("other payees earn by it too.", text)

    def test_an_order_that_may_not_be_read_says_nothing(self):
        outsider = new_test_user(self.env, "why_outsider", groups=STAFF)
        order = self.an_offer(self.cy, user=self.sara)
        with self.assertRaises(AccessError):
            self.why(order, outsider)

    def test_the_wizard_finds_by_number_and_by_the_customers_reference(self):
        order = self.an_offer(self.cy, user=self.sara)
        order.client_order_ref = "PO_77%"
        wizards = self.env(user=self.manager)["rc.commission.why"]
        for reference in (order.name.lower(), " PO_77% "):
            wizard = wizards.create({"reference": reference})
            wizard.action_find()
            self.assertEqual((wizard.res_model, wizard.res_id), ("sale.order", order.id))
            self.assertEqual(wizard.title, order.name)
            self.assertIn("Bob Lower", str(wizard.report_html))
        with self.assertRaisesRegex(UserError, "There is no order"):
            wizards.create({"reference": "PO%"}).action_find()

    def test_a_name_with_markup_is_shown_as_text(self):
        self.bob.name = "<img src=x onerror=alert(1)>"
        html = str(self.env["rc.commission.estimate"]._render(self.an_offer(self.cy)))
        self.assertNotIn("<img src=x", html)

    def test_every_code_of_the_kernel_has_its_sentence(self):
        codes = [
            "no_seller", "no_salesperson", "no_team", "no_sponsor", "no_rank_above", "no_region",
            "no_region_owner", "no_service_point", "no_guild", "no_guild_leader",
            "no_channel_manager", "no_such_person", "no_participants", "no_buyer", "no_order",
            "no_holder", "nobody_to_share", "levels", "role", "earner_rank", "nothing_to_match",
            "kind", "first", "item", "order", "only_on_close", "pool_empty", "basis_zero",
            "rounds_to_zero", "no_point_price", "not_in_table", "difference_zero",
            "budget_reached", "ceiling_reached", "day_limit_reached",
        ]  # fmt: skip
        for code in codes:
            text = miss_sentence(self.env, code, {}, self.usd)
            self.assertNotIn(f"({code})", text)
            self.assertTrue(text.endswith("."), text)

    def test_figures_of_others_are_left_out_for_who_may_not_know_them(self):
        values = {"taken": "25/2", "own": "10"}
        self.assertIn("12.50", miss_sentence(self.env, "difference_zero", values, self.usd))
        discreet = miss_sentence(self.env, "difference_zero", values, self.usd, discreet=True)
        self.assertNotIn("12.50", discreet)

    def test_what_somebody_lacks_is_named_whatever_it_is(self):
        for what, wanted, value in (
            ("role", ["partner"], "member"),
            ("tier", ["premium"], None),
            ("country", ["CN"], "US"),
            ("training", ["mentor"], ["school"]),
            ("training", ["mentor"], []),
            ("active", True, False),
            ("kyc", True, False),
            ("rank", "elite", None),
            ("earned", True, False),
            ("region", ["city"], ["province"]),
            ("region", ["none"], ["city"]),
        ):
            for who in ("payee", "buyer"):
                values = {"wanted": wanted, "value": value}
                text = miss_sentence(self.env, f"{who}_{what}", values, self.usd)
                self.assertTrue(text.startswith(f"The {who} needs "), text)
