import importlib.util
import pathlib

from odoo.tests import tagged

from .common import CommissionCase

AWARDS = """
    SELECT key, source, give, reserve_share, is_review, amount::text
      FROM rc_commission_award ORDER BY key
"""
FACTS = """
    SELECT key, net::text, share, opens, orders, first, date::text
      FROM rc_commission_fact ORDER BY key
"""
MIGRATIONS = pathlib.Path(__file__).parents[1] / "migrations"


def load(version, stage):
    """Return a migration script as a module."""
    path = MIGRATIONS / version / f"{stage}-migration.py"
    spec = importlib.util.spec_from_file_location("rc_commission_migration", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@tagged("post_install", "-at_install")
class TestAwardsOfOldRows(CommissionCase):
    """19.0.1.1.0: awards named no source and gave cash only; nothing was counted as facts."""

    def ask(self, query):
        self.env.flush_all()
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    def test_awards_get_their_source_and_what_they_give(self):
        self.sell(self.bind(self.a_member(), self.studio))
        before = self.ask(AWARDS)
        cr = self.env.cr
        cr.execute(
            "ALTER TABLE rc_commission_award DROP COLUMN source, DROP COLUMN give,"
            " DROP COLUMN reserve_share, DROP COLUMN is_review"
        )
        cr.execute("ALTER TABLE rc_commission_account DROP COLUMN review CASCADE")
        load("19.0.1.1.0", "pre").migrate(cr, "19.0.1.0.0")
        lines = [row for row in before if row[1].startswith("account.move.line:")]
        after = self.ask(AWARDS)
        self.assertEqual([row for row in after if row[1]], lines)
        cr.execute("SELECT COUNT(*) FROM rc_commission_account WHERE review IS DISTINCT FROM 0")
        self.assertEqual(cr.fetchone(), (0,))

    def test_what_was_bought_before_is_counted_and_nothing_is_paid_again(self):
        buyer = self.bind(self.a_member(), self.studio)
        self.sell(buyer)
        before = self.ask(FACTS)
        money = self.money_of(self.studio)
        cr = self.env.cr
        cr.execute("ALTER TABLE rc_commission_fact DISABLE TRIGGER rc_append_only_row")
        cr.execute("DELETE FROM rc_commission_fact")
        cr.execute("ALTER TABLE rc_commission_fact ENABLE TRIGGER rc_append_only_row")
        self.env.invalidate_all()
        load("19.0.1.1.0", "post").migrate(cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(self.ask(FACTS), before)
        self.assertEqual(self.money_of(self.studio), money)


@tagged("post_install", "-at_install")
class TestOrdersOfOldRows(CommissionCase):
    """19.0.1.3.0: an order was counted on its first line only."""

    def test_an_order_is_counted_for_what_it_has(self):
        buyer = self.bind(self.a_member(), self.studio)
        invoice = self.sell(buyer)
        self.give_back(invoice)
        query = """
            SELECT key, orders, orders_of_tier, orders_of_product, orders_of_kind
              FROM rc_commission_fact ORDER BY key
        """
        before = self.ask(query)
        self.assertTrue(any(row[2:] != (0, 0, 0) for row in before))
        cr = self.env.cr
        cr.execute(
            "ALTER TABLE rc_commission_fact DROP COLUMN orders_of_tier,"
            " DROP COLUMN orders_of_product, DROP COLUMN orders_of_kind"
        )
        load("19.0.1.3.0", "pre").migrate(cr, "19.0.1.2.0")
        self.assertEqual(self.ask(query), before)

    def ask(self, query):
        self.env.flush_all()
        self.env.cr.execute(query)
        return self.env.cr.fetchall()
