from datetime import datetime
from decimal import Decimal
from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..kernel.ledger import LedgerError, Posting, Slot
from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestLedger(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.an_account(cls.a_member())
        cls.entries = cls.env["rc.point.entry"]

    def earn(self, key="k", amount="100", bucket="available", **values):
        return Posting(
            key=key,
            kind="earn",
            debit=Slot("issued"),
            credit=Slot(bucket, self.account.id),
            amount=Decimal(amount),
            occurred_at=datetime(2026, 1, 1),
            **values,
        )

    def move(self, key, amount, debit="available", credit="locked"):
        return Posting(
            key=key,
            kind="spend",
            debit=Slot(debit, self.account.id),
            credit=Slot(credit, self.account.id),
            amount=Decimal(amount),
            occurred_at=datetime(2026, 1, 1),
        )

    def balances(self):
        return {name: int(v) for name, v in self.account._get_balances()[self.account.id].items()}

    def test_a_posting_moves_the_balance_and_shows_on_the_card(self):
        entry = self.entries._post([self.earn()])
        self.assertRecordValues(
            entry,
            [
                {
                    "key": "k",
                    "kind": "earn",
                    "amount": 100,
                    "debit_bucket": "issued",
                    "credit_bucket": "available",
                    "signed_amount": 100,
                    "partner_id": self.account.partner_id.id,
                }
            ],
        )
        self.assertEqual(
            self.balances(), {"available": 100, "pending": 0, "locked": 0, "held": 0, "debt": 0}
        )
        self.assertEqual(self.account.card_id.points, 100)

    def test_the_same_key_twice_changes_nothing_and_answers_the_first_entry(self):
        first = self.entries._post([self.earn()])
        again = self.entries._post([self.earn()])
        self.assertEqual(again, first)
        self.assertEqual(self.balances()["available"], 100)

    def test_the_same_key_with_other_content_is_refused(self):
        self.entries._post([self.earn()])
        with self.assertRaises(LedgerError) as refused:
            self.entries._post([self.earn(amount="101")])
        self.assertEqual(refused.exception.code, "key_conflict")
        self.assertEqual(self.balances()["available"], 100)

    def test_a_batch_that_would_overdraw_writes_nothing_at_all(self):
        self.entries._post([self.earn()])
        before = self.entries.search_count([])
        with self.assertRaises(LedgerError) as refused:
            self.entries._post([self.earn("more", "5"), self.move("a", "60"), self.move("b", "60")])
        self.assertEqual(
            (refused.exception.code, refused.exception.values["balance"]),
            ("insufficient_available", Decimal(100)),
        )
        self.assertEqual(self.entries.search_count([]), before)
        self.assertEqual(self.balances()["available"], 100)

    def test_a_batch_counts_as_one_so_its_order_does_not_matter(self):
        self.entries._post([self.move("a-spend", "40"), self.earn("z-earn", "40")])
        self.assertEqual(
            self.balances(), {"available": 0, "pending": 0, "locked": 40, "held": 0, "debt": 0}
        )

    def test_an_unknown_bucket_or_account_is_refused(self):
        with self.assertRaises(LedgerError) as refused:
            self.entries._post([self.earn(bucket="secret")])
        self.assertEqual(refused.exception.code, "unknown_bucket")
        nobody = Posting(
            "n", "earn", Slot("issued"), Slot("available", 0), Decimal(1), datetime(2026, 1, 1)
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.ForeignKeyViolation):
            self.entries._post([nobody])

    def test_the_orm_cannot_write_an_entry_or_a_balance(self):
        entry = self.entries._post([self.earn()])
        for act in (
            lambda: entry.write({"amount": 5}),
            lambda: entry.unlink(),
            lambda: entry.copy(),
            lambda: self.entries.create({"key": "x"}),
            lambda: self.account.write({"available": 1000}),
            lambda: self.account.unlink(),
        ):
            with self.assertRaises(UserError):
                act()
        self.assertEqual(self.balances()["available"], 100)

    def test_the_database_refuses_update_delete_and_truncate(self):
        entry = self.entries._post([self.earn()])
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for query in (
            "UPDATE rc_point_entry SET amount = 1 WHERE id = %s",
            "DELETE FROM rc_point_entry WHERE id = %s",
            "TRUNCATE rc_point_entry CASCADE -- %s",
        ):
            with (
                self.subTest(query),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [entry.id])

    def test_the_database_refuses_a_balance_below_zero(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE rc_point_account SET available = -1 WHERE id = %s", [self.account.id]
            )

    def test_the_database_refuses_a_card_that_differs_from_its_account(self):
        self.entries._post([self.earn()])
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE loyalty_card SET points = 7 WHERE id = %s", [self.account.card_id.id]
            )

    def test_a_ledger_whose_protection_is_missing_posts_nothing(self):
        self.env.cr.execute("DROP TRIGGER rc_append_only_row ON rc_point_entry")
        registry_model = self.env.registry["rc.point.entry"]
        with patch.object(registry_model, "_ledger_missing", [], create=True):
            self.entries._register_hook()
            self.assertEqual(registry_model._ledger_missing, ["rc_append_only_row"])
            with self.assertRaises(LedgerError) as refused:
                self.entries._post([self.earn()])
        self.assertEqual(refused.exception.code, "ledger_unprotected")

    def test_every_object_of_the_ledger_is_in_the_catalogue(self):
        for model in ("rc.point.entry", "rc.point.account"):
            self.env[model]._register_hook()
            self.assertEqual(self.env.registry[model]._ledger_missing, [])

    def test_the_nightly_proof_names_an_account_that_differs(self):
        self.entries._post([self.earn()])
        self.assertEqual(self.entries._get_imbalances(), [])
        self.env.cr.execute(
            "UPDATE rc_point_account SET locked = 3 WHERE id = %s", [self.account.id]
        )
        self.assertEqual(self.entries._get_imbalances(), [(self.account.id, "locked", "3", "0")])

    def test_amounts_are_kept_exactly_beyond_binary_numbers(self):
        self.entries._post([self.earn("big", "9007199254740993")])
        self.assertEqual(
            self.account._get_balances()[self.account.id]["available"],
            Decimal("9007199254740993"),
        )
