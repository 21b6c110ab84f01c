"""What members use, on real records: rights and what is left of them."""

from datetime import date
from decimal import Decimal

from odoo import fields

from .figures import UNLIMITED
from .types import Event


class Usage:
    """Events of :class:`OdooSide` about using rights."""

    def _do_consume(self, event: Event, who: str, quota: str, amount: int = 1) -> None:
        self.people[who]._rc_consume(quota, amount, f"scenario:{event.index}:{who}", event.at)


class UsageFigures:
    """Figures of what is left."""

    def read_quota(self, today: date, who: str, quota: str) -> Decimal | str:
        answer = self.people[who]._rc_check(quota, 1, fields.Datetime.now())
        return UNLIMITED if answer["unlimited"] else answer["left"]
