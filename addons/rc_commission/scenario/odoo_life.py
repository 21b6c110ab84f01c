"""The life of memberships on real records: changes of plan, trials, days, what was paid."""

from datetime import date
from decimal import Decimal

from odoo.addons.rc_membership.adapters import exact

from .types import Event, NotAvailable


class Life:
    """Events of :class:`OdooSide` about plans."""

    def _get_plan(self, item: str):
        plan = self.env["product.product"].search(
            [("default_code", "=", item), ("rc_tier_id", "!=", False)], limit=1
        )
        if not plan:
            raise NotAvailable(f"plan {item}")
        return plan

    def _do_change_plan(self, event: Event, who: str, item: str, key: str) -> None:
        """More starts at once when the order is paid, anything else at the period's end."""
        subscription = self._get_subscription(who)
        order = subscription._change_plan(self._get_plan(item), event.at)
        if not order:
            return
        if order.state == "sent":
            order.date_order = event.at
            order.action_confirm()
            invoice = order._create_invoices()
            invoice.invoice_date = event.today
            invoice.action_post()
            self._pay(invoice, event.today, exact(invoice.amount_total))
        self.orders[key] = order.invoice_ids[:1].id

    def _do_resume(self, event: Event, who: str) -> None:
        subscription = self._get_subscription(who)
        subscription._keep_plan()
        subscription._set_ending(False)

    def _do_try_plan(self, event: Event, who: str, item: str, days: int) -> None:
        plans = self.env["rc.subscription"]
        plans._start_trial(self.people[who], self._get_plan(item), event.today, days)

    def _do_give_days(self, event: Event, who: str, tier: str, days: int) -> None:
        program = self.env["rc.program"]._get_platform()
        found = program.tier_ids.filtered(lambda t: t.code == tier)
        self.env["rc.subscription"]._give_days(
            self.people[who],
            found,
            days,
            f"scenario:{event.index}:{who}",
            "scenario",
            on=event.today,
        )


class LifeFigures:
    """Figures of plans."""

    def _get_running(self, who: str):
        program = self.env["rc.program"]._get_platform()
        return self.env["rc.subscription"]._get_running(self.people[who], program)

    def read_plan(self, today: date, who: str) -> str | None:
        return self._get_running(who).product_id.default_code or None

    def read_until(self, today: date, who: str) -> str | None:
        end = self._get_running(who).period_end
        return end.isoformat() if end else None

    def read_member(self, today: date, who: str) -> str | None:
        program = self.env["rc.program"]._get_platform()
        last = self.env["rc.subscription"].search(
            [("partner_id", "=", self.people[who].id), ("program_id", "=", program.id)],
            order="id desc",
            limit=1,
        )
        return last.state or None


def paid_of(invoice) -> Decimal:
    """Return what was paid of an invoice."""
    return exact(invoice.amount_total) - exact(invoice.amount_residual)
