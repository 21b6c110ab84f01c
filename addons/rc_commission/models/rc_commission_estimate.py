from dataclasses import dataclass, field, replace
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.adapters import exact

from ..adapters import company_today, read_sales
from ..adapters.estimates import read_lead_sale, read_order_sale
from ..adapters.world import OdooWorld
from ..kernel.engine import Engine

MODELS = ("sale.order", "account.move", "crm.lead")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule did, or would do, for a sale: an amount for somebody, or why there is none.

    ``payee`` is the id of a contact, the name of a pool, or None (nobody was looked at);
    ``award_id`` is set where it was really awarded.
    """

    plan: str
    rule: str
    payee: int | str | None
    source: str
    code: str | None = None
    values: dict = field(default_factory=dict)
    amount: Decimal | None = None
    explanation: dict | None = None
    award_id: int | None = None


class RcCommissionEstimate(models.AbstractModel):
    """Who earns by a sale, who does not and why not: from what was awarded, or as if all of it were
    paid now. Nothing is written: the engine decides over a world in memory."""

    _name = "rc.commission.estimate"
    _description = "Commission Estimate"

    # ------------------------------------------------------------------
    # Findings
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _find(self, record):
        """Return (findings, versions by plan code, is_estimate) for an order, an invoice or an
        opportunity the caller may read.

        :return: kernel-level facts about all payees; ``_get_report`` leaves out what the reader
            may not see
        """
        record.ensure_one()
        record.check_access("read")
        record = record.sudo()  # plans, trees and costs are the system's; the report hides them
        company = record.company_id or self.env.company
        today = company_today(company)
        invoices, orders, leads = self._get_documents(record)
        findings, versions = self._find_credited(invoices)
        # the system's right on plans, as above
        published = self.env["rc.commission.plan"].sudo()._get_versions_in_force(company, today)
        currencies = published.currency_id
        sales = self._read_uncredited(invoices, today, currencies)
        sales += [read_order_sale(order, today, currencies) for order in orders]
        sales += [read_lead_sale(lead, today, currencies) for lead in leads]
        sales = [sale for sale in sales if sale and sale.lines]
        if sales:
            findings += self._estimate(company, sales, published, today)
            versions = {version.plan_id.code: version for version in published} | versions
        return findings, versions, bool(sales)

    def _get_documents(self, record):
        """Return the invoices of a record, the orders without one, and the leads without those."""
        moves, orders = record.env["account.move"], record.env["sale.order"]
        if record._name == "account.move":
            return record.filtered(lambda move: move.move_type == "out_invoice"), orders, []
        if record._name == "crm.lead":
            found = record.order_ids.filtered(lambda order: order.state != "cancel")
            if not found:
                return moves, orders, [record]
            sold = found.filtered(lambda order: order.state == "sale")
            orders = sold or found.sorted("id")[-1:]  # of several quotations the latest
        elif record._name == "sale.order":
            orders = record
        else:
            raise UserError(self.env._("Choose an order, an invoice or an opportunity."))
        invoices = orders.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )
        return invoices, orders.filtered(lambda order: not order.invoice_ids & invoices), []

    def _read_uncredited(self, invoices, today, currencies):
        """Return the sales that are left of invoices: lines without any money so far."""
        if not invoices:
            return []
        credits = self.env["rc.commission.credit"].sudo()  # the report hides what is foreign
        credited = set(credits.search([("move_line_id.move_id", "in", invoices.ids)]).mapped("key"))
        sales = []
        for sale in read_sales(invoices, dict.fromkeys(invoices.ids, today), currencies).values():
            keys = {line.key for line in sale.lines} - credited
            sales.append(sale.only(keys))
        return sales

    def _find_credited(self, invoices):
        """Return what was decided about invoices at their first money, and the versions it was."""
        if not invoices:
            return [], {}
        lines = [("move_line_id.move_id", "in", invoices.ids)]
        # the report hides what is foreign
        awards = self.env["rc.commission.award"].sudo().search(lines, order="id")
        credits = self.env["rc.commission.credit"].sudo().search(lines, order="id")
        findings = [
            Finding(
                plan=award.plan_code,
                rule=award.rule,
                payee=award.partner_id.id or f"{award.plan_code}:{award.pool_id.name}",
                source=award.source,
                amount=exact(award.amount),
                explanation=award.explanation,
                award_id=award.id,
            )
            for award in awards
        ]
        findings += [
            Finding(
                plan=skip["plan"],
                rule=skip["rule"],
                payee=skip["payee"],
                source=credit.key,
                code=skip["code"],
                values=skip["values"],
            )
            for credit in credits
            for skip in credit.skips or []
        ]
        versions = {award.plan_code: award.version_id for award in awards}
        for plan_code in {finding.plan for finding in findings} - set(versions):
            versions[plan_code] = self._get_version_at(credits[:1], plan_code)
        return findings, versions

    def _get_version_at(self, credit, plan_code):
        # plans are read with the system's rights, as above
        plans = self.env["rc.commission.plan"].sudo()
        found = plans._get_versions_in_force(credit.company_id, credit.received_on)
        return found.filtered(lambda version: version.plan_id.code == plan_code)[:1]

    def _estimate(self, company, sales, published, today):
        """READ a world, DECIDE what all sales would pay if they were paid in full now."""
        world = OdooWorld(self.sudo().env, company)  # as above
        people = {p for s in sales for p in (s.buyer, s.seller, s.salesperson)} - {None}
        world.prefetch(people, [sale.buyer for sale in sales])
        world.set_day(today)
        versions = [version._parse() for version in published]
        engine, findings = Engine(world), []
        for sale in sales:
            number = world.paid_orders(sale.buyer, sale.order_key) + 1
            payable = [plan for plan in versions if plan.currency in sale.exchange]
            findings += [
                Finding(plan.code, "", None, sale.key, "no_exchange", {"value": plan.currency})
                for plan in versions
                if plan not in payable
            ]
            for plan, outcome in engine.credit(replace(sale, number=number), payable):
                findings += self._read_outcome(plan, outcome)
        return findings

    @staticmethod
    def _read_outcome(plan, outcome):
        return [
            Finding(
                plan=plan.code,
                rule=award.rule,
                payee=award.payee,
                source=award.line,
                amount=award.amount,
                explanation=dict(award.explanation),
            )
            for award in outcome.awards
        ] + [
            Finding(plan.code, skip.rule, skip.payee, skip.line, skip.code, dict(skip.values))
            for skip in outcome.skips
        ]
