"""What the database itself refuses and holds, whatever the code above it does."""

import psycopg2.errors

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from . import allowlist, roles
from .common import SecurityCase

_TRIGGERS = """
    SELECT table_.relname, BOOL_OR(tgname = 'rc_append_only_row' AND tgtype & 8 > 0),
           MAX(encode(tgargs, 'escape')) FILTER (WHERE tgname = 'rc_append_only_row')
      FROM pg_trigger JOIN pg_class table_ ON table_.oid = tgrelid
     WHERE tgname IN ('rc_append_only_row', 'rc_append_only_table') AND tgenabled <> 'D'
     GROUP BY table_.relname HAVING COUNT(*) = 2
"""


@tagged("post_install", "-at_install")
class TestDatabase(SecurityCase):
    def append_only(self):
        """Return table → (may rows be deleted, columns that may change)."""
        self.env.cr.execute(_TRIGGERS)
        return {
            table: (not no_delete, (columns or "").replace("\\000", ""))
            for table, no_delete, columns in self.env.cr.fetchall()
        }

    def ledgers(self):
        mixin = self.env.registry["rc.ledger.entry.mixin"]
        return [
            model
            for model in self.env.registry.values()
            if issubclass(model, mixin) and not model._abstract
        ]

    def test_the_tables_that_only_grow_are_those_that_were_agreed(self):
        rows = [
            (table, "yes" if deletable else "no", columns)
            for table, (deletable, columns) in self.append_only().items()
        ]
        columns = ("table", "rows may be deleted", "columns that may change")
        self.agrees(allowlist.compare("append_only.csv", columns, rows, lambda row: True))
        for model in self.ledgers():
            self.assertEqual(self.append_only()[model._table], (False, ""), model._name)

    def refuses(self, sql, *args):
        """True when the database refuses the statement as a change of what only grows."""
        with mute_logger("odoo.sql_db"):
            try:
                with self.env.cr.savepoint(flush=False):
                    self.env.cr.execute(SQL(sql, *args))
            except psycopg2.errors.RestrictViolation:
                return True
            return False

    def test_update_delete_and_truncate_of_what_only_grows_are_refused(self):
        for table, (deletable, mutable) in self.append_only().items():
            name = SQL.identifier(table)
            self.env.cr.execute(SQL("SELECT COUNT(*) FROM %s", name))
            [(count,)] = self.env.cr.fetchall()
            with self.subTest(table):
                self.assertTrue(self.refuses("TRUNCATE %s CASCADE", name))
                self.assertTrue(count, "no row to try it on: add demo data")
                fixed = self.fixed_column(table, mutable.split(","))
                self.assertTrue(
                    self.refuses("UPDATE %s SET %s = NULL", name, SQL.identifier(fixed)), fixed
                )
                if not deletable:
                    self.assertTrue(self.refuses("DELETE FROM %s", name))

    def fixed_column(self, table, mutable):
        """Return a column that has a value in every row and may not change."""
        self.env.cr.execute(
            """
            SELECT attname FROM pg_attribute
             WHERE attrelid = %s::regclass AND attnum > 0 AND attnotnull AND NOT attisdropped
               AND attname <> 'id' AND attname <> ALL(%s) ORDER BY attnum
            """,
            [table, mutable],
        )
        return self.env.cr.fetchone()[0]

    def test_no_ledger_keeps_an_amount_as_a_binary_number(self):
        self.env.cr.execute(
            r"""
            SELECT table_name || '.' || column_name FROM information_schema.columns
             WHERE table_schema = current_schema AND table_name LIKE 'rc\_%%'
               AND data_type IN ('double precision', 'real')
            """
        )
        self.assertEqual([name for (name,) in self.env.cr.fetchall()], [])

    def test_every_check_unique_key_and_index_of_our_models_is_in_the_catalogue(self):
        """Odoo only logs a constraint that it could not make."""
        self.env.cr.execute(
            """
            SELECT conname FROM pg_constraint UNION ALL
            SELECT indexname FROM pg_indexes WHERE schemaname = current_schema
            """
        )
        there = {name for (name,) in self.env.cr.fetchall()}
        missing = {
            f"{model}: {name}"
            for model in (*self.ours, *self.extended)
            if not self.env[model]._abstract
            for name, item in self.env.registry[model]._table_objects.items()
            if item._module in roles.OURS and name not in there
        }
        self.assertEqual(missing, set())

    def test_each_ledger_has_a_unique_key_positive_amounts_and_balances_above_zero(self):
        for model in self.ledgers():
            account = self.env.registry[model._ledger_account]
            with self.subTest(model._name):
                self.assertIn("UNIQUE (key)", self.constraints(model._table))
                self.assertIn("CHECK ((amount > (0)::numeric))", self.constraints(model._table))
                checks = " ".join(self.constraints(account._table))
                for bucket in account._ledger_buckets:
                    self.assertIn(f"({bucket} >= (0)::numeric)", checks)

    def constraints(self, table):
        self.env.cr.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass",
            [table],
        )
        return [text for (text,) in self.env.cr.fetchall()]

    def test_nothing_that_is_deleted_takes_a_row_that_only_grows_with_it(self):
        """Foreign keys out of these tables restrict: no cascade, no SET NULL but Odoo's log columns.

        Rows that may be deleted may go with whom they are of.
        """
        kept = [
            table for table, (deletable, _columns) in self.append_only().items() if not deletable
        ]
        self.env.cr.execute(
            """
            SELECT con.conrelid::regclass::text || '.' || att.attname
              FROM pg_constraint con
              JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
             WHERE contype = 'f' AND confdeltype IN ('c', 'n') AND conrelid::regclass::text IN %s
               AND att.attname NOT IN ('create_uid', 'write_uid')
            """,
            [tuple(kept)],
        )
        self.assertEqual([name for (name,) in self.env.cr.fetchall()], [])
