"""Activation codes for the engine alone: who redeems one has its plan, and its buyer as sponsor."""

from datetime import timedelta

from odoo.addons.rc_membership.kernel.periods import add_months

from .types import Event, Refused

VALID_DAYS = 365


class RedeemsCodes:
    """Events of :class:`EngineSide` about activation codes; ``k1:2`` is the second code of ``k1``."""

    def _do_make_codes(self, event: Event, who: str, item: str, count: int, key: str) -> None:
        expires = event.today + timedelta(days=VALID_DAYS)
        for number in range(1, count + 1):
            self.open_codes[f"{key}:{number}"] = (who, self._item(item), expires)

    def _do_redeem(self, event: Event, who: str, code: str) -> None:
        owner, item, expires = self.open_codes.get(code, (None, None, event.today))
        if event.today >= expires:
            raise Refused("unknown_code")
        del self.open_codes[code]
        days = (add_months(event.today, item.months) - event.today).days
        self.members.give_days(who, item.tier, days, event.today)
        if owner != who and who not in self.world.sponsors:
            self._bind(who, owner, event.today)
        self._show_tier(who)
