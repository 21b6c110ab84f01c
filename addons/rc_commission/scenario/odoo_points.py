"""Points that are given, spent, returned and locked, on real records."""

from datetime import date

from .types import Event, Refused


class Points:
    """Events of :class:`OdooSide` about the points ledger."""

    def _get_points_account(self, who: str):
        program = self.env["rc.program"]._get_platform()
        return self.env["rc.point.account"]._get_or_create(self.people[who], program)

    def _do_grant_points(
        self,
        event: Event,
        who: str,
        amount: int,
        nature: str = "earned",
        expires: date | None = None,
        available: date | None = None,
    ) -> None:
        kind = {"earned": "earn", "bought": "buy"}.get(nature, nature)
        self._get_points_account(who)._grant(
            amount,
            f"scenario:grant:{event.index}",
            self.scenario.name,
            occurred_at=event.at,
            kind=kind,
            nature=nature,
            expires_on=expires,
            available_on=available,
        )

    def _do_spend_points(
        self, event: Event, who: str, amount: int, key: str, confirmed: str = "no"
    ) -> None:
        self._get_points_account(who)._spend(
            amount,
            f"scenario:spend:{key}",
            self.scenario.name,
            occurred_at=event.at,
            confirmed=confirmed == "yes",
        )

    def _do_return_points(self, event: Event, who: str, order: str, amount: int) -> None:
        self._get_points_account(who)._give_back(
            f"scenario:spend:{order}",
            amount,
            f"scenario:return:{event.index}",
            self.scenario.name,
            occurred_at=event.at,
        )

    def _do_lock_points(self, event: Event, who: str, amount: int, years: int, key: str) -> None:
        account = self._get_points_account(who)
        account._lock(amount, years, f"scenario:lock:{key}", occurred_at=event.at)

    def _do_unlock_points(self, event: Event, order: str) -> None:
        lock = self.env["rc.point.lock"].search([("key", "=", f"scenario:lock:{order}")])
        if not lock:
            raise Refused("not_eligible", f"{order} locked nothing")
        lock._unlock(event.at)
