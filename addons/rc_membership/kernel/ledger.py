"""A ledger entry is a transfer: one row, two slots, a positive amount, a unique key."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


class LedgerError(Exception):
    """A refusal with a code (``insufficient_<bucket>``, ``key_conflict``, …) and its values."""

    def __init__(self, code: str, **values):
        self.code = code
        self.values = values
        super().__init__(f"{code}: {values}" if values else code)


@dataclass(frozen=True, slots=True)
class Slot:
    """One side of a transfer: a bucket of an account, or of the house (``account_id`` None)."""

    bucket: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be written: ``amount`` moves from ``debit`` to ``credit``.

    ``extra`` holds further columns of the entry (JSON values, dates, Decimals); they are part of
    the content that must be the same when a key comes again.
    """

    key: str
    kind: str
    debit: Slot
    credit: Slot
    amount: Decimal
    occurred_at: datetime
    reason: str = ""
    origin: tuple[str, int] | None = None
    reverses_id: int | None = None
    extra: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self):
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"an amount is a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite() or self.amount <= 0:
            raise LedgerError("amount_not_positive", key=self.key, amount=str(self.amount))
        if self.debit == self.credit:
            raise LedgerError("same_slot", key=self.key)
        if self.debit.account_id is None and self.credit.account_id is None:
            raise LedgerError("no_account", key=self.key)
        if not self.key:
            raise LedgerError("no_key")

    @property
    def content_hash(self) -> str:
        """Hash of all that must be equal when the key is seen again (not of the wording)."""
        content = {
            "kind": self.kind,
            "debit": [self.debit.account_id, self.debit.bucket],
            "credit": [self.credit.account_id, self.credit.bucket],
            "amount": str(self.amount.normalize()),
            "origin": list(self.origin) if self.origin else None,
            "reverses": self.reverses_id,
        }
        text = json.dumps(content, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def unique_by_key(postings: Iterable[Posting]) -> list[Posting]:
    """Return the postings in key order, a repeated equal one once.

    The same key with other content raises ``LedgerError('key_conflict')``.
    """
    seen: dict[str, Posting] = {}
    for posting in postings:
        earlier = seen.setdefault(posting.key, posting)
        if earlier.content_hash != posting.content_hash:
            raise LedgerError("key_conflict", key=posting.key)
    return [seen[key] for key in sorted(seen)]


def bucket_changes(postings: Iterable[Posting]) -> dict[int, dict[str, Decimal]]:
    """Return account id → bucket → net change; accounts in id order, zero changes left out.

    >>> from datetime import datetime
    >>> move = Posting("k", "lock", Slot("available", 1), Slot("locked", 1), Decimal(5),
    ...                datetime(2026, 1, 1))
    >>> bucket_changes([move])
    {1: {'available': Decimal('-5'), 'locked': Decimal('5')}}
    """
    changes: dict[int, dict[str, Decimal]] = {}
    for posting in postings:
        for slot, amount in ((posting.debit, -posting.amount), (posting.credit, posting.amount)):
            if slot.account_id is not None:
                buckets = changes.setdefault(slot.account_id, {})
                buckets[slot.bucket] = buckets.get(slot.bucket, Decimal(0)) + amount
    return {
        account: {bucket: change for bucket, change in sorted(changes[account].items()) if change}
        for account in sorted(changes)
    }
