import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import escape_psql

from odoo.addons.rc_membership.adapters import exact

from ..adapters import company_today, read_sales
from ..adapters.estimates import read_lead_sale, read_order_sale
from ..adapters.world import OdooWorld
from ..kernel.engine import Engine
from ..kernel.world import PLACEMENT, SPONSOR
from ..wording import rule_sentence
from ..wording.awards import earning_sentence, earning_steps, given_amount
from ..wording.misses import miss_sentence

SEE_ALL = ("rc_membership.group_program_manager", "rc_membership.group_accountant")
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

    # ------------------------------------------------------------------
    # Report
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _may_see_all(self):
        """Tell whether the user (not the rights the code runs with) may see what everybody earns."""
        return any(self.env.user.has_group(group) for group in SEE_ALL)

    @api.model
    @api.private
    def _get_visible_names(self, partner_ids, own=None):
        """Return contact id → name for those the reader may know: program managers and accountants
        all; others themselves and whom they sponsor directly.

        :param own: res.partner the reader stands for; default: the own contact
        """
        ids = {i for i in partner_ids if isinstance(i, int)}
        own = own or self.env.user.partner_id
        # who may be named is decided here, not by rights on contacts
        partners = self.env["res.partner"].sudo().browse(ids).exists()
        if self._may_see_all():
            return {partner.id: partner.name or "" for partner in partners}
        edges = self.env["rc.sponsor.edge"].sudo()  # as above
        direct = edges.search([("sponsor_id", "in", own.ids), ("ended_at", "=", False)]).member_id
        return {
            partner.id: (partner.name or "")
            if partner in own or not self.env.user.share
            else partner._rc_get_short_name()
            for partner in partners & (own | direct)
        }

    @api.model
    @api.private
    def _get_report(self, record, own=None):
        """Return who earns by a sale and who does not, as far as the reader may know.

        :param own: res.partner whose part it is; default: the reader
        :return: dict: ``is_estimate``, ``plans`` (each with its rules, each with its ``rows``),
            ``totals`` and ``own_totals`` (text per currency), ``hidden`` (how many others earn)
        """
        own = own or self.env.user.partner_id
        findings, versions, is_estimate = self._find(record)
        see_all = self._may_see_all()
        names = self._get_visible_names({finding.payee for finding in findings}, own)
        shown = [f for f in findings if see_all or f.payee is None or f.payee in own.ids]
        hidden = {f.payee for f in findings if f.amount and f not in shown}
        return {
            "is_estimate": is_estimate,
            "see_all": see_all,
            "plans": self._get_plan_rows(shown, versions, names, own, see_all),
            "totals": self._get_totals(findings, versions) if see_all else [],
            "own_totals": self._get_totals([f for f in findings if f.payee in own.ids], versions),
            "payee_count": len({f.payee for f in findings if f.amount}),
            "hidden": len(hidden),
        }

    @api.model
    @api.private
    def _get_totals(self, findings, versions):
        """Return the sums of cash as texts, one per currency, the largest first."""
        sums = defaultdict(Decimal)
        for finding in findings:
            if finding.amount and finding.explanation.get("give", "cash") == "cash":
                sums[versions[finding.plan].currency_id] += finding.amount
        ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0].name))
        return [currency.format(float(amount)) for currency, amount in ordered]

    def _get_plan_rows(self, findings, versions, names, own, see_all):
        """Return the plans in their order, each with its rules in theirs."""
        by_rule = defaultdict(list)
        for finding in findings:
            by_rule[finding.plan, finding.rule].append(finding)
        plans = []
        for code, version in sorted(
            versions.items(), key=lambda pair: (pair[1].plan_id.sequence, pair[1].plan_id.id)
        ):
            definition = json.loads(version.definition) if version else {"rules": []}
            rules = []
            for rule in [*definition["rules"], {"id": ""}]:
                rows = self._get_rows(by_rule[code, rule["id"]], version, names, own, see_all)
                if not rows:
                    continue
                sentence = ""
                if rule["id"]:
                    sentence = rule_sentence(self.env, definition, rule, version.currency_id)
                rules.append({"id": rule["id"], "sentence": sentence, "rows": rows})
            if rules:
                rules.sort(key=lambda rule: not any(row["is_paid"] for row in rule["rows"]))
                plans.append(
                    {
                        "code": code,
                        "name": version.plan_id.name or code,
                        "version_id": version.id,
                        "number": version.number,
                        "rules": rules,
                        "is_paid": any(row["is_paid"] for rule in rules for row in rule["rows"]),
                    }
                )
        return sorted(plans, key=lambda plan: not plan["is_paid"])

    def _get_rows(self, findings, version, names, own, see_all):
        """Return the rows of a rule: who earns, then why others do not, each reason once."""
        rows, seen = [], set()
        for finding in sorted(findings, key=lambda finding: not finding.amount):
            is_own = finding.payee in own.ids
            row = self._get_row(finding, version, names, is_own, see_all)
            key = (row["payee"], row["text"], finding.award_id or bool(finding.amount))
            if finding.amount or key not in seen:
                seen.add(key)
                rows.append(row)
        return rows

    def _get_row(self, finding, version, names, is_own, see_all):
        currency = version.currency_id
        is_pool = isinstance(finding.payee, str)
        name = names.get(finding.payee) or ""
        if is_pool:
            name = self.env._("Pool “%s”", finding.payee.rpartition(":")[2])
        row = {
            "payee": finding.payee,
            "partner_id": finding.payee if isinstance(finding.payee, int) else None,
            "name": name,
            "is_own": is_own,
            "is_pool": is_pool,
            "is_paid": bool(finding.amount),
            "award_id": finding.award_id,
            "amount": "",
            "steps": [],
        }
        if finding.amount:
            explanation = finding.explanation
            row["amount"] = given_amount(self.env, explanation, currency)
            row["text"] = earning_sentence(self.env, explanation, currency, name, is_own)
            row["steps"] = earning_steps(self.env, explanation, currency)
        elif finding.code == "no_exchange":
            row["text"] = self.env._(
                "There is no exchange rate to %s. Enter one under Currencies.",
                finding.values["value"],
            )
        else:
            row["text"] = miss_sentence(
                self.env, finding.code, finding.values, currency, discreet=not see_all
            )
        return row

    # ------------------------------------------------------------------
    # Doors of the documents
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_summary_text(self, record):
        """Return what a sale pays the reader (or all, for whoever sees all) as one short text."""
        report = self._get_report(record)
        totals = report["totals"] if report["see_all"] else report["own_totals"]
        return " + ".join(totals)

    @api.model
    @api.private
    def _render(self, record):
        """Return the report as HTML."""
        report = self._get_report(record)
        return self.env["ir.qweb"]._render(
            "rc_commission.why_report", {"report": report, "record": record}
        )

    @api.model
    @api.private
    def _open_why(self, record):
        """Return the action that opens the wizard about a record."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who earns, and why"),
            "res_model": "rc.commission.why",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_res_model": record._name, "default_res_id": record.id},
        }

    # ------------------------------------------------------------------
    # Portal
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_answer(self, reference, own, company):
        """Return why an order or invoice paid ``own`` or not, without saying who won instead.

        An order that has nothing to do with them answers like one that does not exist.

        :param own: res.partner the reader stands for (the caller has checked it)
        :return: dict of ``is_estimate``, ``paid`` and ``missed`` (sentences), ``lost`` (why the own
            evidence did not win); None where there is nothing to say
        """
        order, invoice = self._find_reference(reference, company)
        record = order or invoice
        if not record:
            return None
        report = self._get_report(record, own)
        rows = [row for plan in report["plans"] for rule in plan["rules"] for row in rule["rows"]]
        mine = [row for row in rows if row["is_own"]]
        lost = self._get_lost(order, own)
        buyer = record.partner_id
        if not mine and not lost and not self._stands_above(own, buyer, company):
            return None
        return {
            "is_estimate": report["is_estimate"],
            "title": record.name,
            "paid": [row for row in mine if row["is_paid"]],
            "missed": list(dict.fromkeys(row["text"] for row in mine if not row["is_paid"])),
            "lost": lost,
        }

    def _find_reference(self, reference, company):
        """Return the confirmed order, or the posted invoice, of a number or customer's reference."""
        text = (reference or "").strip()
        orders, moves = self.env["sale.order"].sudo(), self.env["account.move"].sudo()
        if not text:
            return orders, moves
        # a payee has no rights on orders of others; what is told of it is only their own part
        here = fields.Domain("company_id", "=", company.id)
        exact_text = escape_psql(text)
        order = orders.search(
            here
            & fields.Domain("state", "=", "sale")
            & (
                fields.Domain("name", "=ilike", exact_text)
                | fields.Domain("client_order_ref", "=ilike", exact_text)
            ),
            limit=1,
            order="id desc",
        )
        if order:
            return order, moves
        invoice = moves.search(
            here
            & fields.Domain("state", "=", "posted")
            & fields.Domain("move_type", "=", "out_invoice")
            & fields.Domain("name", "=ilike", exact_text),
            limit=1,
        )
        return invoice.line_ids.sale_line_ids.order_id[:1], invoice

    def _get_lost(self, order, own):
        """Return why evidence of ``own`` did not win the order, as sentences."""
        attribution = order.rc_attribution_id
        if attribution.winner_id in own:
            return []
        reasons = attribution._get_reason_sentences()
        return list(
            dict.fromkeys(
                reasons[verdict["reason"]]
                for verdict in attribution.candidates or []
                if verdict["participant"] in own.ids and verdict["reason"] != "won"
            )
        )

    def _stands_above(self, own, buyer, company):
        world = OdooWorld(self.sudo().env, company)  # only whether the reader stands there is told
        above = {*world.upline(SPONSOR, buyer.id), *world.upline(PLACEMENT, buyer.id)}
        return bool(above & set(own.ids))
