"""Whose figures are read, and the shape in which single facts come back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.tools import SQL

from odoo.addons.rc_commission.adapters import company_zone


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures, in which company (and its time zone and currency), and the ids of all
    commission accounts of the owner there."""

    owner_id: int
    company_id: int
    zone: ZoneInfo
    currency_id: int
    digits: int
    account_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened: ``kind`` is a step of the customer's way or its undoing.

    click, sign_up, sale, refund, accrual, reversal, bill, payment or unpayment; ``record_id`` is
    the edge, invoice, award or settlement; ``count`` of clicks on the day.
    """

    kind: str
    on: date
    record_id: int | None = None
    member_id: int | None = None
    amount: Decimal | None = None
    currency_id: int | None = None
    count: int = 1


def local_day_sql(column, scope):
    """Return the day of an instant (naive UTC column) in the company's time zone."""
    return SQL("((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)::date", column, scope.zone.key)


def get_scope(owner, company):
    """Return the scope of ``owner`` in ``company``."""
    accounts = owner.env["rc.commission.account"].search(
        [
            ("partner_id", "=", owner.id),
            ("company_id", "=", company.id),
            ("active", "in", (True, False)),  # accounts retired by a merge hold past entries
        ]
    )
    return Scope(
        owner_id=owner.id,
        company_id=company.id,
        zone=company_zone(company),
        currency_id=company.currency_id.id,
        digits=company.currency_id.decimal_places,
        account_ids=tuple(accounts.ids),
    )
