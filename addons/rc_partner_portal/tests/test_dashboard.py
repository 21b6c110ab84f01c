from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.api import Environment
from odoo.tests import tagged

from .common import NOW, TODAY, PartnerPortalCase


@tagged("post_install", "-at_install")
class TestDashboard(PartnerPortalCase):
    """A member buys Premium (25.00): the studio, as seller, gets 20 %, 5.00."""

    def figures(self, board):
        """The plain figures of a board, money as text."""
        money = board["money"]
        return {
            **{k: board[k] for k in ("clicks", "sign_ups", "new_paying", "paying", "members")},
            "revenue": str(money["revenue"]),
            "commission": str(money["commission"]),
        }

    def test_a_partner_without_anything_sees_zeros_and_is_untouched(self):
        board = self.board()
        self.assertEqual(
            self.figures(board),
            {
                "clicks": 0,
                "sign_ups": 0,
                "new_paying": 0,
                "paying": 0,
                "members": 0,
                "revenue": "0",
                "commission": "0",
            },
        )
        self.assertTrue(board["is_untouched"])
        self.assertEqual((board["latest"], board["customers"]), ([], []))

    def test_figures_count_the_chosen_period(self):
        mia = self.a_customer("Mia Chen")  # clicked and signed up three days ago
        self.a_customer("Leo Old", clicked_at=datetime(2026, 1, 5, 12))
        self.a_click(self.code, at=NOW - timedelta(hours=1))
        self.a_click(self.code, at=NOW, agent="Googlebot/2.1")  # no person
        self.buy(mia, on=date(2026, 3, 9))
        month = {
            "clicks": 2,
            "sign_ups": 1,
            "new_paying": 1,
            "paying": 1,
            "members": 2,
            "revenue": "25.00",
            "commission": "5.00",
        }
        self.assertEqual(self.figures(self.board()), month)
        self.assertEqual(
            self.figures(self.board(choice="year")), {**month, "clicks": 3, "sign_ups": 2}
        )
        self.assertEqual(
            self.figures(self.board(choice="today")),
            {
                **month,
                "clicks": 1,
                "sign_ups": 0,
                "new_paying": 0,
                "revenue": "0",
                "commission": "0",
            },
        )

    def test_a_refund_takes_revenue_and_commission_back_on_its_own_day(self):
        mia = self.a_customer("Mia Chen", clicked_at=datetime(2026, 2, 1, 12))
        invoice = self.buy(mia, on=date(2026, 2, 2))
        note = self.refund(invoice, on=date(2026, 3, 5))
        self.pay(note, date(2026, 3, 5))
        self.drain()
        by_month = {
            month.start: (str(revenue), str(earned))
            for month, revenue, earned in self.board()["money"]["by_month"]
            if revenue or earned
        }
        self.assertEqual(by_month[date(2026, 2, 1)], ("25.00", "5.00"))
        self.assertEqual(by_month[date(2026, 3, 1)], ("-25.00", "-5.00"))

    def test_the_states_are_those_of_the_ledger(self):
        mia, leo = self.a_customer("Mia Chen"), self.a_customer("Leo Berg")
        self.buy(mia, on=date(2026, 1, 5))  # payable since 4 February, billed and paid
        self.settle(date(2026, 2, 15), pay_on=date(2026, 2, 20))
        self.buy(leo, on=date(2026, 3, 9))  # held until 8 April
        money = self.board()["money"]
        self.assertEqual(
            {state: str(amount) for state, amount in money["states"].items() if amount},
            {"held": "5.00", "paid": "5.00", "accrued": "10.00"},
        )
        self.assertEqual(
            money["states"],
            self.studio._rc_get_commission_summary(TODAY)[self.company.currency_id],
        )

    def test_the_next_settlement_bills_what_is_payable_by_its_day(self):
        mia, leo = self.a_customer("Mia Chen"), self.a_customer("Leo Berg")
        self.buy(mia, on=date(2026, 2, 10))  # payable on 12 March
        self.buy(leo, on=date(2026, 3, 9))  # payable on 8 April
        ahead = self.board()["money"]["next"]
        self.assertEqual((ahead["on"], str(ahead["amount"])), (date(2026, 3, 15), "5.00"))
        settlement = self.settle(date(2026, 3, 15))
        self.assertEqual(Decimal(str(settlement.amount)), ahead["amount"])
        after = self.board(now=datetime(2026, 3, 15, 20))["money"]["next"]
        self.assertEqual((after["on"], str(after["amount"])), (date(2026, 4, 15), "5.00"))

    def test_revenue_is_of_the_invoices_the_attribution_gives_the_partner(self):
        mia = self.a_customer("Mia Chen", clicked_at=datetime(2026, 1, 4, 12))
        first = self.buy(mia, on=date(2026, 1, 5))
        renewal = self.env["rc.subscription"].search([("partner_id", "=", mia.id)])
        renewal = renewal._bill_next_period(renewal.period_end)
        self.pay(renewal, date(2026, 2, 5))
        other = self.a_customer("Other One", code=self.rival_code)
        foreign = self.buy(other, on=date(2026, 2, 6))
        self.drain()
        attribution = self.env["rc.attribution"]
        for owner in (self.studio, self.rival):
            mine = {
                move.id
                for move in (first | renewal | foreign)
                if attribution._get_for_invoice(move) == owner
            }
            latest = self.board(owner, choice="year")["latest"]
            self.assertEqual({f.record_id for f in latest if f.kind == "sale"}, mine)

    def test_one_customer_can_be_followed_from_the_click_to_the_payment(self):
        mia = self.a_customer("Mia Chen", clicked_at=datetime(2026, 1, 4, 12))
        self.buy(mia, on=date(2026, 1, 5))
        self.settle(date(2026, 2, 15), pay_on=date(2026, 2, 20))
        [row] = self.board()["customers"]
        customer = self.dashboard._get_customer(self.studio, row["edge_id"], NOW)
        self.assertEqual(customer["name"], "Mia C.")
        self.assertEqual(
            [(fact.kind, str(fact.amount)) for fact in customer["facts"]],
            [
                ("click", "None"),
                ("sign_up", "None"),
                ("sale", "25.00"),
                ("accrual", "5.00"),
                ("bill", "5.00"),
                ("payment", "5.00"),
            ],
        )
        self.assertEqual(customer["stage"], "payment")
        self.assertTrue(all(step.is_done for step in customer["steps"]))

    def test_who_may_not_see_money_gets_none(self):
        mia = self.a_customer("Mia Chen", clicked_at=datetime(2026, 1, 4, 12))
        self.buy(mia, on=date(2026, 1, 5))
        board = self.board(choice="year", with_money=False)
        self.assertIsNone(board["money"])
        self.assertEqual({f.kind for f in board["latest"]}, {"sign_up", "sale"})
        [row] = board["customers"]
        self.assertEqual([s.code for s in row["steps"]], ["click", "sign_up", "sale"])
        self.assertEqual(row["stage"], "sale")

    def test_partners_see_nothing_of_each_other(self):
        self.buy(self.a_customer("Mia Chen"), on=date(2026, 3, 9))
        [row] = self.board()["customers"]
        self.assertTrue(self.board(self.rival)["is_untouched"])
        self.assertIsNone(self.dashboard._get_customer(self.rival, row["edge_id"], NOW))
        self.assertEqual(self.dashboard._get_customers(self.rival, NOW), ([], {}, 0))

    def test_figures_of_another_company_stay_there(self):
        other = self.env["res.company"].create({"name": "Second Company"})
        self.a_customer("Mia Chen")
        board = self.board(company=other)
        self.assertEqual((board["clicks"], board["sign_ups"], board["members"]), (0, 0, 0))

    def test_twice_the_data_costs_the_same_queries_and_brings_as_many_rows(self):
        def cost():
            """Return (queries, rows that our own SQL brought into Python) of a look."""
            self.env.invalidate_all()
            rows = []
            ask = Environment.execute_query

            def count(env, query):
                rows.extend(found := ask(env, query))
                return found

            before = self.env.cr.sql_log_count
            with patch.object(Environment, "execute_query", count):
                self.board(choice="year")
            return self.env.cr.sql_log_count - before, len(rows)

        def sell(numbers, settle_on, paid_on):
            for number in numbers:
                self.buy(self.a_customer(f"Member {number}"), on=date(2026, 1, 5))
            self.settle(settle_on, pay_on=paid_on)

        sell(range(9), date(2026, 2, 15), date(2026, 2, 20))
        cost()  # warms the caches of the registry
        queries, rows = cost()
        sell(range(9, 18), date(2026, 2, 15), date(2026, 2, 20))
        self.assertEqual(cost(), (queries, rows + 2), "its one bill and one payment, no more")
