import json
from collections import defaultdict
from decimal import Decimal

from odoo import api, models

from ..wording import rule_sentence
from ..wording.awards import earning_sentence, earning_steps, given_amount
from ..wording.misses import miss_sentence

SEE_ALL = ("rc_membership.group_program_manager", "rc_membership.group_accountant")


class RcCommissionEstimate(models.AbstractModel):
    """What a reader may know of who earns by a sale, in sentences."""

    _inherit = "rc.commission.estimate"

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
            # whether there is a quotation, not what is in it
            "is_rough": record._name == "crm.lead" and not record.sudo().order_ids,
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
