"""Lots of points: what is drawn first, what comes back, what falls due."""

import contextlib
from datetime import date, datetime

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..exceptions import Refusal
from .common import MembershipCase
from .test_migration import load

NOW = datetime(2026, 1, 10, 12)


class PointsCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.a_member("Mia")
        cls.account = cls.an_account(cls.member)
        cls.lots = cls.env["rc.point.lot"]
        cls.entries = cls.env["rc.point.entry"]

    @classmethod
    def give(cls, amount, key, nature="earned", at=NOW, **more):
        return cls.account._grant(amount, key, key, occurred_at=at, nature=nature, **more)

    @classmethod
    def spend(cls, amount, key, at=NOW, **more):
        return cls.account._spend(amount, key, key, occurred_at=at, **more)

    def balances(self, account=None):
        account = account or self.account
        values = account._get_balances()[account.id]
        return {name: int(value) for name, value in values.items() if value}

    def left(self, account=None):
        """Return (nature, last day, points) of the open lots, in the order they are spent."""
        self.env.flush_all()
        self.env.invalidate_all()
        lots = (account or self.account).open_lot_ids.sorted(
            lambda lot: (lot.expires_on or date.max, lot.id)
        )
        return [
            (lot.nature, lot.expires_on and str(lot.expires_on) or None, int(lot.remaining))
            for lot in lots
        ]

    def due(self, today):
        while self.env["rc.point.account"]._run_due(self.company, today):
            pass

    def check(self):
        """Let the database check what it checks at a commit, and the nightly proof find nothing."""
        self.env.flush_all()
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        self.assertEqual(self.entries._get_imbalances(), [])

    @contextlib.contextmanager
    def refused(self, code):
        """What is inside is refused with a code, and changes nothing."""
        with self.assertRaises(Refusal) as caught, self.env.cr.savepoint():
            yield
        self.assertEqual(caught.exception.code, code)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPointLots(PointsCase):
    def test_lots_are_spent_earliest_expiring_first_then_earned_bonus_bought(self):
        self.give(100, "bought", "bought", kind="buy")
        self.give(100, "bonus", "bonus", kind="bonus")
        self.give(100, "earned")
        self.give(100, "bought soon", "bought", kind="buy", expires_on=date(2026, 3, 1))
        self.spend(250, "tea")
        self.assertEqual(self.left(), [("bought", None, 100), ("bonus", None, 50)])
        draws = self.entries.search([("key", "=", "tea")]).draw_ids
        self.assertEqual([int(d.amount) for d in draws], [100, 100, 50])
        self.check()

    def test_a_return_puts_the_last_drawn_back_first_and_only_once(self):
        self.give(100, "earned")
        self.give(100, "bonus", "bonus")
        self.spend(150, "tea")
        self.account._give_back("tea", 70, "back", "Back", occurred_at=NOW)
        self.assertEqual(self.left(), [("earned", None, 20), ("bonus", None, 100)])
        self.account._give_back("tea", 70, "back", "Back", occurred_at=NOW)
        self.account._give_back("tea", 80, "rest", "Back", occurred_at=NOW)
        with self.refused("not_eligible"):
            self.account._give_back("tea", 1, "more", "Back", occurred_at=NOW)
        self.assertEqual(self.left(), [("earned", None, 100), ("bonus", None, 100)])
        self.check()

    def test_pending_points_wait_for_their_day_and_then_follow_the_programs_expiry(self):
        self.program.point_bonus_months = 6
        self.give(100, "later", "bonus", available_on=date(2026, 2, 1))
        self.assertEqual(self.balances(), {"pending": 100})
        self.due(date(2026, 1, 31))
        self.assertEqual(self.balances(), {"pending": 100})
        for _twice in range(2):
            self.due(date(2026, 2, 1))
            self.assertEqual(self.left(), [("bonus", "2026-08-01", 100)])
        self.assertEqual(self.balances(), {"available": 100})
        self.check()

    def test_pending_points_can_be_taken_back_before_and_partly(self):
        self.give(100, "later", available_on=date(2026, 2, 1))
        self.account._take_back(30, "back", "Refund", occurred_at=NOW, grant_key="later")
        self.due(date(2026, 2, 1))
        self.assertEqual(self.balances(), {"available": 70})
        self.account._take_back(70, "back 2", "Refund", occurred_at=NOW, grant_key="later")
        self.assertEqual(self.balances(), {})
        self.check()

    def test_a_review_that_passed_releases_a_grant_at_once(self):
        self.give(100, "held", "bought", kind="buy", available_on=date(2999, 1, 1))
        self.account._release_pending("held", NOW)
        self.assertEqual(self.left(), [("bought", None, 100)])
        self.assertFalse(self.account._release_pending("held", NOW))
        self.check()

    def test_lots_expire_on_their_day_where_the_company_is_and_the_run_catches_up(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.give(100, "soon", expires_on=date(2026, 2, 1))
        self.give(50, "later", expires_on=date(2026, 2, 10))
        self.give(20, "never")
        self.spend(30, "tea")
        self.due(date(2026, 1, 31))
        self.assertEqual(self.balances(), {"available": 140})
        self.due(date(2026, 5, 1))
        self.assertEqual(self.left(), [("earned", None, 20)])
        expired = self.entries.search([("kind", "=", "expire")], order="occurred_at")
        self.assertEqual(
            [(int(e.amount), str(e.occurred_at)) for e in expired],
            [(70, "2026-01-31 16:00:00"), (50, "2026-02-09 16:00:00")],
        )
        self.check()

    def test_nobody_spends_points_whose_day_has_come_though_no_cron_was_there(self):
        self.give(100, "soon", expires_on=date(2026, 2, 1))
        self.spend(10, "before", at=datetime(2026, 1, 31, 23, 59, 59))
        with self.refused("insufficient_points"):
            self.spend(10, "after", at=datetime(2026, 2, 1))

    def test_points_that_come_back_into_an_expired_lot_expire_again(self):
        self.give(100, "soon", expires_on=date(2026, 2, 1))
        self.spend(40, "tea")
        self.due(date(2026, 2, 1))
        self.account._give_back("tea", 40, "back", "Back", occurred_at=datetime(2026, 2, 5))
        self.due(date(2026, 2, 6))
        self.assertEqual(self.balances(), {})
        self.assertEqual(self.entries.search_count([("kind", "=", "expire")]), 2)
        self.check()

    def test_bought_points_do_not_clear_a_debt_earned_and_bonus_do(self):
        self.give(50, "sale")
        self.spend(50, "tea")
        self.account._take_back(50, "refund", "Refund", occurred_at=NOW)
        self.assertEqual(self.balances(), {"debt": 50})
        self.give(100, "bought", "bought", kind="buy")
        self.assertEqual(self.balances(), {"available": 100, "debt": 50})
        with self.refused("insufficient_points"):
            self.spend(10, "blocked")
        self.give(20, "bonus", "bonus")
        self.give(40, "earned")
        self.assertEqual(self.balances(), {"available": 110})
        self.check()

    def test_a_refund_of_earned_points_leaves_bought_ones_alone(self):
        self.give(100, "bought", "bought", kind="buy")
        self.give(50, "sale")
        self.spend(50, "tea")
        self.account._take_back(50, "refund", "Refund", occurred_at=NOW)
        self.assertEqual(self.balances(), {"available": 100, "debt": 50})
        self.account._give_back("tea", 50, "cancelled", "Cancelled", occurred_at=NOW)
        self.assertEqual(self.balances(), {"available": 100})
        self.assertEqual(self.left(), [("bought", None, 100)])
        self.check()

    def test_a_grant_sent_again_after_a_debt_came_or_went_gives_nothing_more(self):
        self.give(50, "sale")
        self.spend(50, "tea")
        self.account._take_back(50, "refund", "Refund", occurred_at=NOW)
        self.give(80, "gift")
        self.assertEqual(self.give(80, "gift"), self.give(80, "gift"))
        self.account._take_back(50, "refund", "Refund", occurred_at=NOW)
        self.assertEqual(self.balances(), {"available": 30})
        with self.refused("key_conflict"):
            self.give(81, "gift")

    def test_what_is_taken_back_of_a_grant_leaves_its_own_lots_first(self):
        self.give(100, "first", expires_on=date(2026, 3, 1))
        self.give(100, "package", "bought", kind="buy", expires_on=date(2026, 9, 1))
        self.account._take_back(60, "refund", "x", occurred_at=NOW, grant_key="package")
        self.assertEqual(self.left(), [("earned", "2026-03-01", 100), ("bought", "2026-09-01", 40)])

    def test_amounts_that_are_no_whole_points_are_refused(self):
        for amount in (0, -5, 1.5, "x", float("inf"), 10**13):
            with self.subTest(amount=amount), self.assertRaises(UserError):
                self.give(amount, f"bad {amount}")
            with self.subTest(spend=amount), self.assertRaises(UserError):
                self.spend(amount, f"bad {amount}")

    def test_limits_of_the_day_and_the_month_and_the_second_confirmation(self):
        self.give(900_000, "much")
        with self.refused("review_required"):
            self.spend(10_001, "big")
        self.spend(10_000, "at the threshold")
        self.spend(90_000, "big", confirmed=True)
        with self.refused("limit_reached"):
            self.spend(1, "one more")
        for day in (11, 12, 13, 14):
            self.spend(100_000, f"day {day}", at=datetime(2026, 1, day), confirmed=True)
        with self.refused("limit_reached"):
            self.spend(1, "month", at=datetime(2026, 1, 20))
        self.spend(1, "next month", at=datetime(2026, 2, 1))
        self.account._give_back("day 14", 100_000, "b", "x", occurred_at=datetime(2026, 1, 14))
        self.spend(1, "month", at=datetime(2026, 1, 20))
        self.check()

    def test_a_gift_keeps_nature_and_last_day(self):
        other = self.an_account(self.a_member("Leo"))
        self.give(30, "soon", "bonus", expires_on=date(2026, 3, 1))
        self.give(100, "earned")
        for _twice in range(2):
            self.account._transfer(other, 50, "gift", "Gift", occurred_at=NOW)
        self.assertEqual(self.left(), [("earned", None, 80)])
        self.assertEqual(self.left(other), [("bonus", "2026-03-01", 30), ("earned", None, 20)])
        self.check()

    def test_what_only_earned_points_can_do_draws_only_those(self):
        self.give(100, "bought", "bought", kind="buy")
        self.give(30, "earned")
        with self.refused("insufficient_points"):
            self.spend(31, "cash", kind="convert", natures=("earned",))
        self.spend(30, "cash", kind="convert", natures=("earned",))
        self.assertEqual(self.left(), [("bought", None, 100)])
        self.check()

    def test_lifetime_points_count_all_natures_net_of_take_backs_and_not_returns(self):
        lifetime = lambda **window: self.env["rc.point.account"]._get_lifetime(  # noqa: E731
            self.member, self.program, **window
        )[self.member.id]
        self.give(100, "earned")
        self.give(50, "bought", "bought", kind="buy")
        self.give(25, "pending", available_on=date(2026, 2, 1))
        self.assertEqual(lifetime(), 150)
        self.due(date(2026, 2, 1))
        self.assertEqual(lifetime(), 175)
        self.spend(160, "tea")
        self.account._take_back(100, "refund", "x", occurred_at=NOW, grant_key="earned")
        self.assertEqual(lifetime(), 75)
        self.account._give_back("tea", 160, "back", "x", occurred_at=NOW)
        self.assertEqual(lifetime(), 75)
        self.assertEqual(lifetime(until=date(2026, 2, 1)), 50)
        self.assertEqual(lifetime(since=date(2026, 2, 1)), 25)

    def test_merged_contacts_bring_lots_locks_and_what_waits(self):
        other = self.a_member("Mia again")
        twin = self.an_account(other)
        self.give(100, "soon", expires_on=date(2026, 3, 1))
        self.give(40, "later", available_on=date(2026, 2, 1))
        self.spend(30, "tea")
        lock = self.account._lock(20, 1, "lock", occurred_at=NOW)
        twin._grant(7, "twin", "twin", occurred_at=NOW)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.member | other).ids, other, extra_checks=False)
        self.assertEqual(self.account._get_heir(), twin)
        self.assertEqual(self.balances(twin), {"available": 57, "pending": 40, "locked": 20})
        self.assertEqual(self.left(twin), [("earned", "2026-03-01", 50), ("earned", None, 7)])
        twin._give_back("tea", 30, "back", "x", occurred_at=NOW)
        lock._unlock(NOW)
        self.due(date(2026, 2, 1))
        self.assertEqual(self.balances(twin), {"available": 147})
        self.assertEqual(self.left(twin)[0], ("earned", "2026-03-01", 100))
        self.check()

    def test_a_merge_lets_points_of_one_clear_the_debt_of_the_other(self):
        other = self.a_member("Mia again")
        twin = self.an_account(other)
        twin._grant(50, "sale", "x", occurred_at=NOW)
        twin._spend(50, "tea", "x", occurred_at=NOW)
        twin._take_back(50, "refund", "x", occurred_at=NOW)
        self.give(80, "mine")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.member | other).ids, other, extra_checks=False)
        self.assertEqual(self.balances(twin), {"available": 30})
        self.check()

    def test_a_missing_trigger_of_the_lots_stops_the_ledger(self):
        self.env.cr.execute("DROP TRIGGER rc_point_lots ON rc_point_lot")
        model = self.env.registry["rc.point.lot"]
        self.addCleanup(setattr, model, "_ledger_missing", [])
        self.lots._register_hook()
        with self.assertRaisesRegex(Exception, "ledger_unprotected.*rc_point_lots"):
            self.give(1, "x")

    def test_the_database_refuses_a_balance_that_its_lots_do_not_hold(self):
        self.give(10, "x")
        self.check()
        for query in (
            "UPDATE rc_point_lot SET remaining = 9 WHERE account_id = %s",
            "UPDATE rc_point_account SET available = 9 WHERE id = %s",
        ):
            with self.assertRaisesRegex(Exception, "holds"), self.env.cr.savepoint():
                self.env.cr.execute(query, [self.account.id])
                self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
            self.env.cr.execute("SET CONSTRAINTS ALL DEFERRED")

    def test_accounts_merged_before_say_which_account_took_over(self):
        other = self.a_member("Mia again")
        twin = self.an_account(other)
        twin._grant(7, "twin", "twin", occurred_at=NOW)
        self.give(5, "x")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.member | other).ids, other, extra_checks=False)
        self.env.flush_all()
        self.env.cr.execute("UPDATE rc_point_account SET merged_into_id = NULL")
        load("19.0.1.2.0", "post", "ledger").migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(self.account.merged_into_id, twin)

    def test_balances_of_old_become_opening_lots(self):
        self.give(10, "x")
        cr = self.env.cr
        cr.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table in ("rc_point_draw", "rc_point_lot"):
            name = SQL.identifier(table)
            # as in a database from before there were lots: the owner of a table may do that
            cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", name))
            cr.execute(SQL("DELETE FROM %s", name))
            cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", name))
        for _twice in range(2):
            self.lots._open_existing()
            self.assertEqual(self.left(), [("earned", None, 10)])
        self.spend(4, "tea")
        self.assertEqual(self.left(), [("earned", None, 6)])


@tagged("post_install", "-at_install")
class TestPointLocks(PointsCase):
    def test_locked_points_grow_at_maturity_by_the_term(self):
        self.give(1001, "x")
        for years in (1, 2, 3):
            self.account._lock(101, years, f"lock {years}", occurred_at=NOW)
        self.assertEqual(self.balances(), {"available": 698, "locked": 303})
        for day, available in (
            (date(2027, 1, 9), 698),
            (date(2027, 1, 10), 698 + 121),
            (date(2028, 1, 10), 698 + 121 + 152),
            (date(2029, 1, 10), 698 + 121 + 152 + 202),
        ):
            self.due(day)
            self.assertEqual(self.balances()["available"], available)
        self.assertEqual(set(self.account.lock_ids.mapped("state")), {"matured"})
        self.check()

    def test_taken_out_early_they_come_back_without_growth_into_their_lots(self):
        self.give(100, "soon", expires_on=date(2026, 3, 1))
        lock = self.account._lock(60, 1, "lock", occurred_at=NOW)
        for _twice in range(2):
            lock._unlock(NOW)
            self.assertEqual(self.left(), [("earned", "2026-03-01", 100)])
        self.due(date(2027, 2, 1))
        self.assertEqual((lock.state, self.balances()), ("unlocked", {}))
        self.check()

    def test_the_last_day_of_matured_points_moved_by_the_time_they_were_locked(self):
        self.give(100, "soon", "bought", kind="buy", expires_on=date(2026, 3, 1))
        self.account._lock(60, 1, "lock", occurred_at=NOW)
        self.due(date(2027, 1, 10))
        self.assertEqual(self.left(), [("bonus", None, 12), ("bought", "2027-03-01", 60)][::-1])
        self.check()

    def test_a_term_that_is_not_offered_more_than_there_is_and_a_debt_are_refused(self):
        self.give(10, "x")
        self.program.point_lock_percent_2 = 0
        with self.refused("not_available"):
            self.account._lock(10, 2, "lock", occurred_at=NOW)
        with self.refused("insufficient_points"):
            self.account._lock(11, 1, "lock", occurred_at=NOW)
        lock = self.account._lock(10, 1, "lock", occurred_at=NOW)
        self.assertEqual(self.account._lock(10, 1, "lock", occurred_at=NOW), lock)
        with self.refused("insufficient_points"):
            self.spend(1, "tea")

    def test_growth_is_fixed_when_the_points_are_locked(self):
        self.give(10, "x")
        self.account._lock(10, 1, "lock", occurred_at=NOW)
        self.program.point_lock_percent_1 = 90
        self.due(date(2027, 1, 10))
        self.assertEqual(self.balances(), {"available": 12})

    def test_points_taken_back_while_locked_are_a_debt_that_maturity_clears(self):
        self.give(100, "sale")
        self.account._lock(100, 1, "lock", occurred_at=NOW)
        self.account._take_back(100, "refund", "x", occurred_at=NOW)
        self.assertEqual(self.balances(), {"locked": 100, "debt": 100})
        self.due(date(2027, 1, 10))
        self.assertEqual(self.balances(), {"available": 20})
        self.check()
