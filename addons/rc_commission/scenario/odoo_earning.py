"""What members do and how they use their points, on real records."""

from .types import Event


class Earning:
    """Events of :class:`OdooSide` about earning and using points."""

    def _get_program(self):
        return self.env["rc.program"]._get_platform()

    def _do_activity(
        self, event: Event, who: str, kind: str, count: int = 1, amount=None, about=None
    ) -> None:
        self.env["rc.activity"]._record(
            self.people[who],
            kind,
            count,
            f"scenario:{event.index}:{who}",
            event.at,
            amount,
            self.people[about] if about else None,
        )

    def _do_check_in(self, event: Event, who: str, program: str = "") -> None:
        checked = self._get_own_program(program) if program else self._get_program()
        self.env["rc.checkin"]._check_in(self.people[who], checked, event.at)

    def _do_mall(self, event: Event, who: str, item: str, key: str) -> None:
        items = self.env["rc.mall.item"]
        bought = items._get_by_code(item, self._get_program())._buy(
            self.people[who], f"scenario:{event.index}", event.at, confirmed=True
        )
        if bought.item_id.kind == "card":
            cards = self.env["rc.card"]
            self.named[key] = cards.search([("key", "=", bought._get_key())]).id

    def _do_gift_points(self, event: Event, who: str, to: str, amount: int) -> None:
        self.env["rc.point.gift"]._give(
            self.people[who],
            self.people[to],
            self._get_program(),
            amount,
            f"scenario:{event.index}",
            event.at,
        )

    def _do_convert_points(self, event: Event, who: str, amount: int) -> None:
        self.env["rc.point.conversion"]._convert(
            self.people[who], self._get_program(), amount, f"scenario:{event.index}", event.at
        )

    def _earn_due(self, today) -> None:
        """What months and years bring."""
        while self.env["rc.point.rule"]._earn_due(self.env.company, today):
            pass
