"""Programs of partners beside the platform's, on real records."""

from datetime import date
from decimal import Decimal

from odoo import Command

from .types import Event, NotAvailable


class Programs:
    """Events of :class:`OdooSide` about programs that a partner owns."""

    def _get_own_program(self, code: str):
        return find_program(self.env, code)

    def _do_open_program(
        self,
        event: Event,
        who: str,
        program: str,
        price: Decimal,
        per_unit: int = 0,
        check_in: int = 0,
        activity: str = "",
        each: int = 1,
    ) -> None:
        """A partner opens a program: a tier without price, one with a monthly plan, its rules."""
        opened = self.env["rc.program"].create(
            {"name": program, "code": program, "owner_id": self.people[who].id}
        )
        tiers = [
            {"name": "Guest", "code": "guest", "program_id": opened.id, "is_default": True},
            {"name": "Gold", "code": "gold", "program_id": opened.id, "sequence": 20},
        ]
        self.env["product.product"].create(
            {
                "name": program,
                "default_code": program,
                "type": "service",
                "invoice_policy": "order",
                "list_price": float(price),
                "company_id": self.env.company.id,
                "taxes_id": [Command.clear()],
                "rc_tier_id": self.env["rc.tier"].create(tiers)[1].id,
                "rc_period_unit": "month",
            }
        )
        rules = {
            "payment": bool(per_unit) and {"points_per_unit": per_unit},
            "check_in": bool(check_in) and {"points": check_in},
            "activity": bool(activity) and {"points": each, "activity_kind": activity},
        }
        self.env["rc.point.rule"].create(
            [
                {"name": kind, "code": kind, "program_id": opened.id, "event": kind, **values}
                for kind, values in rules.items()
                if values
            ]
        )

    def _do_join_program(self, event: Event, who: str, program: str, key: str) -> None:
        """Somebody orders, gets the invoice of, and pays the program's plan."""
        sold_by = [("rc_tier_id.program_id", "=", self._get_own_program(program).id)]
        plan = self.env["product.product"].search(sold_by, limit=1)
        pricelist = self._get_pricelist(self.scenario.currency)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.people[who].id,
                "company_id": self.env.company.id,
                "pricelist_id": pricelist.id,
                "date_order": event.at,
                "order_line": [Command.create({"product_id": plan.id})],
            }
        )
        self._bill(order, event, key)


class ProgramFigures:
    """Figures of programs that partners own."""

    def read_program_points(self, today: date, program: str, who: str) -> Decimal:
        accounts = self.env["rc.point.account"].search(
            [
                ("partner_id", "=", self.people[who].id),
                ("program_id", "=", find_program(self.env, program).id),
            ]
        )
        accounts.invalidate_recordset(["available"], flush=False)
        return sum((Decimal(int(account.available)) for account in accounts), Decimal(0))


def find_program(env, code: str):
    """Return the program of a code in the scenario's company."""
    program = env["rc.program"].search(
        [("code", "=", code), ("company_id", "=", env.company.id), ("owner_id", "!=", False)]
    )
    if not program:
        raise NotAvailable(f"the program {code}")
    return program
