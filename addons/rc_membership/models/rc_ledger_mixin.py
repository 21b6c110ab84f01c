"""The append-only ledger: accounts with buckets, entries that are transfers, one door."""

import json
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..db import append_only_objects, make_append_only, missing_protection
from ..kernel.ledger import LedgerError, bucket_changes, unique_by_key

_INSERT_CHUNK = 500


class RcLedgerAccountMixin(models.AbstractModel):
    """An owner's balances. Only the ledger door changes a bucket, by SQL, never the ORM."""

    _name = "rc.ledger.account.mixin"
    _description = "Ledger Account"
    _allow_sudo_commands = False

    _ledger_buckets = ()  # names of the numeric columns; each has a CHECK (column >= 0)

    active = fields.Boolean(default=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A ledger account cannot be deleted; archive it instead."))

    def write(self, vals):
        fixed = set(vals) & set(self._ledger_buckets)
        if fixed:
            raise UserError(
                self.env._(
                    "Balances (%s) only change by ledger entries. Post an entry instead.",
                    ", ".join(sorted(fixed)),
                )
            )
        return super().write(vals)

    def _get_balances(self):
        """Return account id → bucket → exact Decimal, read from the database in one query."""
        if not self:
            return {}
        # as text: Odoo's cursor reads numeric as a binary number
        columns = SQL(", ").join(
            SQL("%s::text", SQL.identifier(bucket)) for bucket in self._ledger_buckets
        )
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id IN %s",
                columns,
                SQL.identifier(self._table),
                tuple(self.ids),
            )
        )
        return {
            row[0]: {
                bucket: Decimal(value or 0)
                for bucket, value in zip(self._ledger_buckets, row[1:], strict=True)
            }
            for row in rows
        }

    def _register_hook(self):
        super()._register_hook()
        if not self._abstract:
            self.env.registry[self._name]._ledger_missing = missing_protection(
                self.env.cr, self._table, self._table_objects
            )


class RcLedgerEntryMixin(models.AbstractModel):
    """A transfer of a positive amount from one bucket to another; a row never changes.

    A concrete ledger sets ``_ledger_account`` (model of its accounts) and defines ``amount``,
    ``kind``, ``debit_account_id`` and ``credit_account_id``. A side without an account is the
    house's (expense, issue, clearing): it has a name but no balance, so it is never hot.
    """

    _name = "rc.ledger.entry.mixin"
    _description = "Ledger Entry"
    _order = "occurred_at desc, id desc"
    _rec_name = "key"
    _allow_sudo_commands = False

    _ledger_account = None

    key = fields.Char(required=True, readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    debit_bucket = fields.Char("From", required=True, readonly=True)
    credit_bucket = fields.Char("To", required=True, readonly=True)
    occurred_at = fields.Datetime(required=True, readonly=True, index=True)
    reason = fields.Char(readonly=True)
    origin_model = fields.Char("Source Model", readonly=True)
    origin_id = fields.Many2oneReference("Source", model_field="origin_model", readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This ledger entry was posted before.")
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a ledger entry is positive."
    )
    _two_sides = models.Constraint(
        "CHECK (debit_account_id IS NOT NULL OR credit_account_id IS NOT NULL)",
        "A ledger entry needs an account on at least one side.",
    )

    _origin_idx = models.Index("(origin_model, origin_id)")

    def init(self):
        super().init()
        if not self._abstract:
            make_append_only(self.env.cr, self._table)

    def _register_hook(self):
        super()._register_hook()
        if not self._abstract:
            self.env.registry[self._name]._ledger_missing = missing_protection(
                self.env.cr, self._table, [*self._table_objects, *append_only_objects()]
            )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        # nothing is created here: the door inserts by SQL, with its key deciding
        raise UserError(self.env._("Ledger entries are only written by the ledger's own door."))

    def write(self, vals):  # pylint: disable=method-required-super
        # nothing is written, by anybody
        raise UserError(
            self.env._("A ledger entry never changes. Post a reversing entry with its reason.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A ledger entry is never deleted. Post a reversing entry with its reason.")
        )

    @api.model
    def _get_domain_of(self, accounts):
        """Return the domain of all entries of these accounts, whichever side they are on."""
        return [
            "|",
            ("debit_account_id", "in", accounts.ids),
            ("credit_account_id", "in", accounts.ids),
        ]

    # ------------------------------------------------------------------
    # The door
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _post(self, postings):
        """Write postings once and move their amounts; return the records of all their keys.

        :param postings: iterable of ``kernel.ledger.Posting``
        :return: entries in key order; those posted before are among them
        :raise LedgerError: ``key_conflict`` (same key, other content), ``insufficient_<bucket>``,
            ``ledger_unprotected`` (a constraint or trigger is missing in the database)

        All or nothing: on an error the savepoint undoes every row and balance.
        """
        postings = unique_by_key(postings)
        if not postings:
            return self.browse()
        self._check_protected()
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False):
            new_keys = self._insert_once(postings)
            self._check_replayed([p for p in postings if p.key not in new_keys])
            new = [posting for posting in postings if posting.key in new_keys]
            changes = bucket_changes(new)
            for account_id, buckets in changes.items():
                self._apply_change(account_id, buckets)
        self._after_post(new, list(changes))
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE key IN %s ORDER BY key",
                SQL.identifier(self._table),
                tuple(posting.key for posting in postings),
            )
        )
        return self.browse(row[0] for row in rows)

    def _after_post(self, postings, account_ids):
        """Hook behind a successful post: drop cached balances."""
        accounts = self.env[self._ledger_account].browse(account_ids)
        accounts.invalidate_recordset(list(accounts._ledger_buckets), flush=False)

    def _check_protected(self):
        for model in (self._name, self._ledger_account):
            missing = getattr(self.env.registry[model], "_ledger_missing", None)
            if missing:
                raise LedgerError("ledger_unprotected", model=model, missing=", ".join(missing))

    def _insert_once(self, postings):
        """Insert what is new, in key order; return the set of keys that were new."""
        new_keys = set()
        for start in range(0, len(postings), _INSERT_CHUNK):
            rows = [self._prepare_row(p) for p in postings[start : start + _INSERT_CHUNK]]
            columns = sorted({column for row in rows for column in row})
            values = SQL(", ").join(
                SQL("(%s)", SQL(", ").join(SQL("%s", row.get(column)) for column in columns))
                for row in rows
            )
            inserted = self.env.execute_query(
                SQL(
                    "INSERT INTO %s (%s) VALUES %s ON CONFLICT (key) DO NOTHING RETURNING key",
                    SQL.identifier(self._table),
                    SQL(", ").join(SQL.identifier(column) for column in columns),
                    values,
                )
            )
            new_keys.update(key for (key,) in inserted)
        return new_keys

    def _prepare_row(self, posting):
        """Return column → value of a posting; ``extra`` columns are the concrete ledger's."""
        now = self.env.cr.now()
        row = {
            "key": posting.key,
            "content_hash": posting.content_hash,
            "kind": posting.kind,
            "debit_account_id": posting.debit.account_id,
            "debit_bucket": posting.debit.bucket,
            "credit_account_id": posting.credit.account_id,
            "credit_bucket": posting.credit.bucket,
            "amount": posting.amount,
            "occurred_at": posting.occurred_at,
            "reason": posting.reason or None,
            "origin_model": posting.origin[0] if posting.origin else None,
            "origin_id": posting.origin[1] if posting.origin else None,
            "reverses_id": posting.reverses_id,
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        for column, value in posting.extra.items():
            row[column] = json.dumps(value) if isinstance(value, dict | list) else value
        return row

    def _check_replayed(self, postings):
        """A key seen before must stand for the same content."""
        if not postings:
            return
        rows = dict(
            self.env.execute_query(
                SQL(
                    "SELECT key, content_hash FROM %s WHERE key IN %s",
                    SQL.identifier(self._table),
                    tuple(posting.key for posting in postings),
                )
            )
        )
        for posting in postings:
            if rows.get(posting.key) != posting.content_hash:
                raise LedgerError("key_conflict", key=posting.key)

    def _apply_change(self, account_id, buckets):
        """Move the buckets of one account by relative amounts, refused below zero."""
        account = self.env[self._ledger_account]
        unknown = set(buckets) - set(account._ledger_buckets)
        if unknown:
            raise LedgerError("unknown_bucket", bucket=", ".join(sorted(unknown)))
        if not buckets:
            return
        assignments = SQL(", ").join(
            SQL("%(column)s = %(column)s + %(change)s", column=SQL.identifier(b), change=c)
            for b, c in buckets.items()
        )
        conditions = SQL(" AND ").join(
            SQL("%s + %s >= 0", SQL.identifier(b), c) for b, c in buckets.items()
        )
        done = self.env.execute_query(
            SQL(
                "UPDATE %s SET %s WHERE id = %s AND %s RETURNING id",
                SQL.identifier(account._table),
                assignments,
                account_id,
                conditions,
            )
        )
        if not done:
            self._raise_insufficient(account.browse(account_id), buckets)

    def _raise_insufficient(self, account, buckets):
        balances = account._get_balances().get(account.id)
        if balances is None:
            raise LedgerError("unknown_account", account_id=account.id)
        for bucket, change in buckets.items():
            if balances[bucket] + change < 0:
                raise LedgerError(
                    f"insufficient_{bucket}",
                    account_id=account.id,
                    bucket=bucket,
                    balance=balances[bucket],
                    needed=-change,
                )
        raise LedgerError("balance_changed", account_id=account.id)

    # ------------------------------------------------------------------
    # Nightly proof
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_imbalances(self):
        """Return (account id, bucket, balance, sum of entries) wherever the two differ."""
        account = self.env[self._ledger_account]
        self.env.flush_all()
        found = []
        for bucket in account._ledger_buckets:
            found += [
                (account_id, bucket, balance, total)
                for account_id, balance, total in self.env.execute_query(
                    SQL(
                        """
                        SELECT a.id, a.%(bucket)s::text, COALESCE(m.total, 0)::text
                          FROM %(account)s a
                          LEFT JOIN (
                               SELECT account_id, SUM(amount) AS total FROM (
                                   SELECT credit_account_id AS account_id, amount FROM %(entry)s
                                    WHERE credit_bucket = %(name)s
                                   UNION ALL
                                   SELECT debit_account_id, -amount FROM %(entry)s
                                    WHERE debit_bucket = %(name)s
                               ) moves GROUP BY account_id
                          ) m ON m.account_id = a.id
                         WHERE a.%(bucket)s <> COALESCE(m.total, 0)
                        """,
                        bucket=SQL.identifier(bucket),
                        name=bucket,
                        account=SQL.identifier(account._table),
                        entry=SQL.identifier(self._table),
                    )
                )
            ]
        return found
