"""What the real records say: cash, bills, ranks, places, points, guilds, leads."""

from datetime import date
from decimal import Decimal

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.kernel.money import round_half_up, to_fraction

from ..adapters.world import OdooWorld
from ..kernel.green import GreenState
from ..kernel.world import PLACEMENT
from .common import find_green, find_pool, pick_currency
from .figures import Figure
from .odoo_life import LifeFigures
from .odoo_members import MemberFigures
from .odoo_people import People
from .odoo_programs import ProgramFigures
from .odoo_ranks import GrowthFigures, read_rank
from .odoo_rewards import RewardFigures
from .odoo_usage import UsageFigures
from .types import NotAvailable, Scenario

STATES = ("held", "payable", "settled", "paid", "reserve", "debt", "accrued")


class Figures(
    GrowthFigures, LifeFigures, MemberFigures, ProgramFigures, RewardFigures, UsageFigures
):
    """Reads figures of a scenario's people."""

    def __init__(self, env, scenario: Scenario, people: People):
        self.env, self.scenario, self.people = env, scenario, people
        plans = self._plans(scenario.events[0].today)
        self._currencies = {scenario.currency, *plans.currency_id.mapped("name")}

    def _plans(self, today: date):
        plans = self.env["rc.commission.plan"]
        return plans._get_versions_in_force(self.env.company, today)

    def read_cash(self, today: date, who: str, state: str) -> Decimal:
        return pick_currency(self.cash(who, today), self.scenario.currency)[state]

    def cash(self, who: str, today: date) -> dict[str, dict[str, Decimal]]:
        """Return currency → state → amount of somebody."""
        found = {name: dict.fromkeys(STATES, Decimal(0)) for name in self._currencies}
        partner = self.people[who]
        if partner.id in self._payees():
            for currency, states in partner._rc_get_commission_summary(today).items():
                found[currency.name] = {name: states.get(name, Decimal(0)) for name in STATES}
        return found

    def _payees(self) -> set[int]:
        """Return ids of the contacts that have an account."""
        accounts = self.env["rc.commission.account"]._read_group(
            [("company_id", "=", self.env.company.id)], ["partner_id"]
        )
        return {partner.id for [partner] in accounts}

    def read_bills(self, today: date, who: str) -> Decimal:
        settlements = self.env["rc.settlement"].search(
            [
                ("partner_id", "=", self.people[who].id),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "cancelled"),
            ]
        )
        return sum((exact(bill.amount_untaxed) for bill in settlements.bill_id), Decimal(0))

    def read_rank(self, today: date, who: str, ladder: str) -> str | None:
        return read_rank(self.env, self.people[who], ladder, today)

    def read_placement(self, today: date, who: str) -> str | None:
        above = OdooWorld(self.env, self.env.company).above(PLACEMENT, self.people[who].id)
        return self.people.find(self.env["res.partner"].browse(above)) if above else None

    def read_sponsor(self, today: date, who: str) -> str | None:
        partner = self.people[who]
        partner.invalidate_recordset(["rc_sponsor_id"], flush=False)
        return self.people.find(partner.rc_sponsor_id)

    def read_pool(self, today: date, pool: str) -> Decimal:
        plans = self.plans(today)
        totals = self.env["rc.commission.pool"]._read_totals(self.env.company)
        return totals.get(find_pool(plans, pool), Decimal(0))

    def read_tier(self, today: date, who: str) -> str | None:
        partner = self.people[who]
        partner.invalidate_recordset(["rc_tier_id"], flush=False)
        return partner.rc_tier_id.code or None

    def plans(self, today: date) -> list:
        """Return the kernel's versions in force."""
        return [version._parse() for version in self._plans(today)]

    def read_price(self, today: date, code: str | None = None) -> Decimal:
        plan = find_green(self.plans(today), code)
        name = f"{plan.code}:{plan.green.pool}"
        balance = self.env["rc.commission.pool"]._read_totals(self.env.company).get(name, 0)
        points = sum(int(account.points) for account in self._get_green(plan))
        price = GreenState(to_fraction(balance), points).price(plan.green)
        return round_half_up(price, 2)

    def _get_green(self, plan, partner=None):
        domain = [("company_id", "=", self.env.company.id), ("plan_code", "=", plan.code)]
        if partner is not None:
            domain.append(("partner_id", "=", partner.id))
        return self.env["rc.green.account"].search(domain)

    def read_points(self, today: date, who: str, state: str) -> Decimal:
        greens = [plan for plan in self.plans(today) if plan.green]
        if greens:
            accounts = self._get_green(greens[0], self.people[who])
            return Decimal(sum(int(a.points) for a in accounts) if state == "available" else 0)
        program = self.env["rc.program"]._get_platform()
        account = self.env["rc.point.account"].search(
            [("partner_id", "=", self.people[who].id), ("program_id", "=", program.id)]
        )
        account.invalidate_recordset([state], flush=False)
        return sum((Decimal(int(record[state])) for record in account), Decimal(0))

    def read_guild(self, today: date, name: str, figure: str) -> Decimal:
        if "rc.guild" not in self.env:
            raise NotAvailable("guilds: rc_guild is not installed; they")
        guild = self.env["rc.guild"].search([("name", "=", name)])
        if not guild or figure not in guild._fields:
            raise NotAvailable(f"{figure} of the guild {name}")
        return Decimal(str(guild[figure]))

    def read_lead(self, today: date, who: str, figure: str) -> object:
        lead = self.env["crm.lead"]._rc_find_for(self.people[who])
        if figure == "won":
            return lead.won_status == "won"
        return self.people.find(lead.user_id.partner_id)

    def read_attribution(self, sale, figure: str) -> str | None:
        """Return the winner or the evidence of an order's attribution."""
        attribution = sale.rc_attribution_id
        return (
            self.people.find(attribution.winner_id) if figure == "winner" else attribution.evidence
        )

    # ------------------------------------------------------------------
    # Why
    # ------------------------------------------------------------------

    def explain(self, figure: Figure, today: date) -> list[str]:
        """Return the explanation of each award of a figure's person, as they read it."""
        if figure.subject not in ("cash", "bills"):
            return []
        partner = self.people[figure.path[0]]
        awards = self.env["rc.commission.award"].search(
            [("account_id.partner_id", "=", partner.id)], order="id"
        )
        lines = [f"{a.received_on}: {a.plan_code}.{a.rule}: {a.explanation_text}" for a in awards]
        credits = self.env["rc.commission.credit"].search(
            [("company_id", "=", self.env.company.id)], order="id"
        )
        for credit in credits:
            lines += [
                f"nothing by {skip['plan']}.{skip['rule']} on {credit.key}: {skip['code']}"
                for skip in credit.skips or ()
                if skip["payee"] == partner.id
            ]
        return lines
