"""Packages on the engine's side of a scenario."""

from datetime import date, timedelta
from fractions import Fraction

from .types import Event, Line, NotAvailable, Refused

LADDER = "patron"
GROUP_HOURS = 72


class BuysPackages:
    """Events of :class:`EngineSide` about packages; the points are the kernel's."""

    def _do_buy_package(self, event: Event, who: str, package: str, key: str, **more) -> None:
        if package not in self.packages.shop.packages:
            raise NotAvailable(f"the package {package}")
        group = more.get("group")
        if group:
            ends = self.packages.groups.setdefault(group, event.at + timedelta(hours=GROUP_HOURS))
            if event.at >= ends:
                raise Refused("expired_code", f"the group {group} has ended")
        self.group_of[key] = group
        self._do_pay(event, who, (Line(package, more.get("quantity", 1), None),), key)

    def _do_campaign(self, event: Event, code: str, **dates: date) -> None:
        promotion = self.packages.promotions.get(code)
        if promotion is None:
            raise NotAvailable(f"the campaign {code}")
        promotion.start, promotion.end = dates["from"], dates["to"]

    def _order_packages(self, sale) -> None:
        """Refuse an order over the limits of packages."""
        amount = sum((line.net for line in sale.lines if line.kind == "package"), Fraction(0))
        if amount and not self.packages.order(sale.buyer, sale.on, amount):
            raise Refused("limit_reached")

    def _charge_packages(self, order: str, sale, event: Event) -> None:
        """Give the points of paid packages; awards and ranks of the event follow them."""
        lines = [
            (line.product, int(line.quantity), line.net)
            for line in sale.lines
            if line.kind == "package"
        ]
        if not lines:
            return
        given = self.packages.charge(
            order,
            sale.buyer,
            lines,
            event.at,
            self.world.people[sale.buyer].joined,
            self._read_rank(event.today, sale.buyer, LADDER),
            self.group_of.get(order),
        )
        self._count_points(given, event.today)

    def _count_points(self, given, on: date) -> None:
        for who, points in given.items():
            self.world.count("points_earned", who, on, points)

    def _give_package_ranks(self, order: str, on: date) -> None:
        """The rank of a package is bought for life; it lowers nobody."""
        for purchase in self.packages.bought.get(order, ()):
            rank = purchase.package.rank
            if not rank or purchase.state != "granted":
                continue
            for plan in self.replay.plans:
                if ladder := plan.ladder(LADDER):
                    held = self.world.rank(ladder, purchase.who)
                    if ladder.index(rank) > ladder.index(held):
                        self.replay.grant_rank(purchase.who, LADDER, rank, on)
                    break

    def _follow_packages(self, order: str, on: date) -> None:
        """What of an order's money stands decides what of its points does."""
        if order not in self.packages.bought:
            return
        known = self.replay.orders[order]
        credited = sum((note.total for note in known.notes), Fraction(0))
        is_paid = known.owed <= 0
        kept = 1 - credited / known.total if is_paid and known.total else Fraction(0)
        self._count_points(self.packages.follow(order, kept), on)
