"""Packages on real records: bought, in a group, in a campaign."""

from datetime import date

from odoo.addons.rc_membership.exceptions import Refusal

from .types import Event, Line, NotAvailable


class BuysPackages:
    """Events of :class:`OdooSide` about packages."""

    def _do_buy_package(self, event: Event, who: str, package: str, key: str, **more) -> None:
        product = self.env["product.product"].search([("default_code", "=", package)], limit=1)
        if not product.rc_package_id:
            raise NotAvailable(f"the package {package}")
        group = self._get_group(more["group"], who, event) if more.get("group") else None
        lines = (Line(package, more.get("quantity", 1), None),)
        self._do_pay(event, who, lines, key, group=group)

    def _get_group(self, code: str, who: str, event: Event):
        """Return the open group of a code; the first who names it starts it."""
        groups = self.env["rc.package.group"]
        try:
            return groups._resolve(code, self.env.company, event.at)
        except Refusal as refusal:
            if refusal.code != "unknown_code":
                raise
        program = self.env["rc.program"]._get_platform()
        return groups._start(program, self.people[who], event.at, code=code.upper())

    def _do_campaign(self, event: Event, code: str, **dates: date) -> None:
        """A promotion of packages runs from a day until another (the first day without it)."""
        promotion = (
            self.env["rc.package.promotion"]
            .with_context(active_test=False)
            .search([("code", "=", code), ("company_id", "=", self.env.company.id)])
        )
        if not promotion:
            raise NotAvailable(f"the campaign {code}")
        promotion.write({"active": True, "date_from": dates["from"], "date_to": dates["to"]})
