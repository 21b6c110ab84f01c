"""Cards and gifts for the engine alone: they bring a tier; what a gift costs is a sale."""

from dataclasses import replace
from datetime import date, timedelta

from odoo.addons.rc_membership.kernel.periods import add_months

from .common import NOT_MINE
from .types import Event

# shipped cards that give a tier: code → (tier, days)
CARD_DAYS = {"ultimate-7": ("ultimate", 7)}


class Members:
    """Events of :class:`EngineSide` about what members give each other."""

    cards: dict[str, str]  # key → card
    gifts: list[tuple[date, str, str, str]]  # the day, for whom, item, order; not given yet

    def _do_give_card(self, event: Event, who: str, card: str, key: str) -> object:
        """Whether somebody may give one is the live side's to know."""
        self.cards[key] = card
        return NOT_MINE

    def _do_take_card(self, event: Event, who: str, card: str) -> object:
        """As above; what is given changes the tier."""
        if not event.fails and self.cards.get(card) in CARD_DAYS:
            tier, days = CARD_DAYS[self.cards[card]]
            self.members.give_days(who, tier, days, event.today)
            self._show_tier(who)
        return NOT_MINE

    def _do_gift(
        self, event: Event, who: str, to: str, item: str, key: str, starts: date | None = None
    ) -> None:
        seller, _sellers = self._decide_order(event, key, who, None, None, None, None)
        lines = [(self._item(item), 1, None)]
        sale = self._sale(event, key, who, seller, self.colleagues.get(who), lines, None, None)
        sale = replace(sale, lines=tuple(replace(line, kind="first") for line in sale.lines))
        self.replay.order(key, sale)
        self.gifts.append((max(starts or event.today, event.today), to, item, key))
        self._give_gifts(event.today)
        self.replay.receive(key, self.replay.orders[key].total, event.today)

    def _give_gifts(self, today: date) -> None:
        """Give what has its day: a plan that ends, or days to somebody who has another plan."""
        for gift in [gift for gift in self.gifts if gift[0] <= today]:
            self.gifts.remove(gift)
            _day, to, code, key = gift
            item, running = self._item(code), self.members.running(to)
            if running and running.state != "trial" and running.item != item:
                days = add_months(today, item.months) - today
                self.members.give_days(to, item.tier, days // timedelta(days=1), today)
            else:
                self.members.charge(to, item, 1, today, key)
                self.members.of[to].is_ending = running is None
            self._show_tier(to)
