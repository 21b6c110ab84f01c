"""Points in the books, and disputes of spends."""

from datetime import date, datetime
from decimal import Decimal

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..points_cause import Cause, points_cause
from .test_point_lots import NOW, PointsCase


@tagged("post_install", "-at_install")
class TestPointLiability(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a program of its own: the platform's has points of others
        cls.program = cls.env["rc.program"].create(
            {"name": "Books", "code": "books", "owner_id": cls.a_member("Owner").id}
        )
        cls.account = cls.an_account(cls.member)
        accounts = cls.env["account.account"]
        cls.owed = accounts.create(
            {"name": "Points", "code": "299001", "account_type": "liability_current"}
        )
        cls.cost = accounts.create(
            {"name": "Points given", "code": "699001", "account_type": "expense"}
        )
        cls.rows = cls.env["rc.point.liability"]
        cls.program.write(
            {
                "point_price": 0.10,
                "point_liability_account_id": cls.owed.id,
                "point_expense_account_id": cls.cost.id,
                "point_journal_id": cls.env["account.journal"]
                .search([("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1)
                .id,
                "point_liability_from": date(2026, 1, 15),
                "point_liability_is_posted": True,
            }
        )

    def book(self, today):
        while self.rows._book_next(self.program, today):
            pass
        return [
            (str(row.month)[:7], int(row.points), row.value, row.change)
            for row in self.rows.search([("program_id", "=", self.program.id)], order="month")
        ]

    def test_each_ended_month_is_booked_once_for_its_change(self):
        self.give(1000, "sale", at=datetime(2026, 1, 10))
        self.spend(300, "tea", at=datetime(2026, 2, 3))
        self.assertEqual(self.book(date(2026, 1, 31)), [])
        self.assertEqual(self.book(date(2026, 2, 1)), [("2026-01", 1000, 100.0, 100.0)])
        months = [
            ("2026-01", 1000, 100.0, 100.0),
            ("2026-02", 700, 70.0, -30.0),
            ("2026-03", 700, 70.0, 0.0),
        ]
        for _twice in range(2):
            self.assertEqual(self.book(date(2026, 4, 2)), months)
        moves = self.rows.search([("program_id", "=", self.program.id)], order="month").move_id
        self.assertEqual(
            [
                (str(m.date), m.state, line.account_id.code, line.balance)
                for m in moves.sorted("date")
                for line in m.line_ids.sorted("balance")
            ],
            [
                ("2026-01-31", "posted", "299001", -100.0),
                ("2026-01-31", "posted", "699001", 100.0),
                ("2026-02-28", "posted", "699001", -30.0),
                ("2026-02-28", "posted", "299001", 30.0),
            ],
        )

    def test_bought_points_are_worth_what_was_paid_pending_and_locked_ones_count(self):
        self.give(1000, "pack", "bought", kind="buy", paid=Decimal("50.00"))
        self.give(100, "later", available_on=date(2026, 5, 1))
        self.give(
            200, "held", "bought", kind="buy", paid=Decimal("1.00"), available_on=date(2026, 5, 1)
        )
        self.account._lock(400, 1, "lock", occurred_at=NOW)
        self.spend(200, "tea")
        # 800 × 0.05 (400 of them locked), 100 × 0.10, 200 × 0.005
        self.assertEqual(self.book(date(2026, 2, 1)), [("2026-01", 1100, 51.0, 51.0)])
        self.due(date(2027, 1, 10))
        found = self.rows._read_outstanding(self.program, date(2027, 2, 1))
        # the lock matured with 80 bonus points, 300 points were released
        self.assertEqual((found.points, found.bought, found.value), (1180, 1000, Decimal("59.00")))

    def test_an_early_unlock_changes_nothing_that_is_owed(self):
        self.give(1000, "sale")
        lock = self.account._lock(400, 1, "lock", occurred_at=NOW)
        lock._unlock(datetime(2026, 2, 10))
        values = [
            self.rows._read_outstanding(self.program, day).points
            for day in (date(2026, 2, 1), date(2026, 3, 1))
        ]
        self.assertEqual(values, [1000, 1000])

    def test_what_came_late_is_in_the_next_month(self):
        self.give(100, "sale")
        self.book(date(2026, 2, 1))
        self.give(50, "late", at=datetime(2026, 1, 20))
        self.assertEqual(self.book(date(2026, 3, 1))[-1], ("2026-02", 150, 15.0, 5.0))

    def test_expired_points_are_no_longer_owed_from_their_month(self):
        self.give(100, "soon", expires_on=date(2026, 2, 10))
        self.due(date(2026, 4, 1))
        months = self.book(date(2026, 4, 1))
        self.assertEqual([row[1] for row in months], [100, 0, 0])

    def test_a_locked_month_is_booked_on_the_next_open_day(self):
        self.give(1000, "sale", at=datetime(2026, 1, 10))
        self.spend(300, "tea", at=datetime(2026, 2, 3))
        self.company.fiscalyear_lock_date = date(2026, 1, 31)
        self.book(date(2026, 3, 1))
        rows = self.rows.search([("program_id", "=", self.program.id)], order="month")
        self.assertEqual(
            [(str(row.month), str(row.move_id.date), row.move_id.state) for row in rows],
            [("2026-01-01", "2026-02-01", "posted"), ("2026-02-01", "2026-02-28", "posted")],
        )

    def test_the_database_refuses_a_month_twice(self):
        self.book(date(2026, 2, 1))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.rows.create({"program_id": self.program.id, "month": date(2026, 1, 1)})
            self.env.flush_all()

    def test_only_accountants_book_and_only_what_is_set(self):
        member = new_test_user(self.env, "nobooks", groups="rc_membership.group_salesperson")
        with self.assertRaises(AccessError):
            self.program.with_user(member).action_book_point_liability()
        accountant = new_test_user(
            self.env, "books", groups="rc_membership.group_accountant,base.group_user"
        )
        with freeze_time("2026-02-03 12:00:00"):
            self.program.with_user(accountant).action_book_point_liability()
        self.assertEqual(len(self.rows.search([("program_id", "=", self.program.id)])), 1)
        self.program.point_journal_id = False
        with self.assertRaisesRegex(UserError, "Choose the liability account"):
            self.program.with_user(accountant).action_book_point_liability()


@tagged("post_install", "-at_install")
class TestPointDispute(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.give(100, "soon", expires_on=date(2026, 3, 1))
        cls.give(100, "earned")
        cls.entry = cls.spend(150, "tea")
        cls.manager = new_test_user(
            cls.env, "judge", groups="rc_membership.group_program_manager,base.group_user"
        )

    def a_dispute(self):
        return self.env["rc.point.dispute"]._open(
            self.account, self.entry, "I did not buy this", "Order 17", NOW
        )

    def test_an_accepted_dispute_gives_points_back_into_their_lots_once(self):
        dispute = self.a_dispute().with_user(self.manager)
        dispute.points = 120
        with self.assertRaisesRegex(UserError, "decision"):
            dispute.action_accept()
        dispute.decision = "It was sent twice."
        dispute.action_accept()
        self.assertEqual(self.left(), [("earned", "2026-03-01", 70), ("earned", None, 100)])
        self.assertEqual((dispute.state, dispute.returned), ("accepted", 120))
        with self.assertRaisesRegex(UserError, "decided already"):
            dispute.action_accept()
        self.check()

    def test_a_rejected_dispute_changes_nothing(self):
        dispute = self.a_dispute().with_user(self.manager)
        dispute.decision = "You confirmed it."
        dispute.action_reject()
        self.assertEqual((dispute.state, self.balances()), ("rejected", {"available": 50}))

    def test_nobody_disputes_without_reason_twice_or_what_is_not_theirs(self):
        disputes = self.env["rc.point.dispute"]
        with self.refused("refused"):
            disputes._open(self.account, self.entry, "  ", "", NOW)
        with self.refused("not_eligible"):
            disputes._open(self.an_account(self.a_member("Leo")), self.entry, "x", "", NOW)
        with self.refused("not_eligible"):
            grant = self.entries.search([("key", "=", "earned|available")])
            disputes._open(self.account, grant, "x", "", NOW)
        self.a_dispute()
        with self.refused("refused"):
            self.a_dispute()

    def test_only_managers_decide_and_nobody_writes_facts(self):
        dispute = self.a_dispute()
        user = new_test_user(
            self.env, "clerk", groups="rc_membership.group_salesperson,base.group_user"
        )
        with self.assertRaises(AccessError):
            dispute.with_user(user).action_accept()
        for name in ("state", "returned", "reason"):
            with self.assertRaises(AccessError):
                dispute.with_user(self.manager).write(
                    {name: "accepted" if name != "returned" else 9}
                )

    def test_an_order_cancelled_after_a_dispute_gives_only_the_rest(self):
        self.assertEqual(self.balances(), {"available": 50})
        card = self.account.card_id
        record = ("sale.order", self.env["sale.order"].create({"partner_id": self.member.id}).id)
        with points_cause(self.env, Cause("order", record, "S1")):
            card.points -= 50
        entry = self.account._get_spent_of(record)
        dispute = self.env["rc.point.dispute"]._open(self.account, entry, "x", "", NOW)
        dispute.write({"points": 20, "decision": "ok"})
        dispute.with_user(self.manager).action_accept()
        with points_cause(self.env, Cause("cancel", record, "S1")):
            card.points += 50
        self.assertEqual(self.balances(), {"available": 50})
        self.check()
