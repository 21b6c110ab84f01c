"""What members do, on real records: activities."""

from .types import Event


class Earning:
    """Events of :class:`OdooSide` about earning and using points."""

    def _do_activity(self, event: Event, who: str, kind: str, count: int = 1) -> None:
        self.env["rc.activity"]._record(
            self.people[who], kind, count, f"scenario:{event.index}:{who}", event.at
        )
