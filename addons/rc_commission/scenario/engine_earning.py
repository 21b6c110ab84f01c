"""What members do, for the engine alone: it counts for their sponsors."""

from .types import Event


class Earning:
    """Events of :class:`EngineSide` about what members do."""

    def _do_activity(self, event: Event, who: str, kind: str, count: int = 1) -> None:
        sponsor = self.world.sponsors.get(who)
        if sponsor:
            self.world.count("referred_activity", sponsor, event.today, count)
