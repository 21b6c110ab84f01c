from collections import defaultdict
from decimal import Decimal

from odoo import Command, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.adapters import exact


class RcSettlement(models.Model):
    """A settlement as a vendor bill."""

    _inherit = "rc.settlement"

    def _create_bills(self):
        """Make one draft vendor bill per settlement, its lines grouped by plan and rule."""
        for company, settlements in self.grouped("company_id").items():
            # an accountant of the network need not have the rights of Invoicing
            moves = self.env["account.move"].sudo().with_company(company)
            bills = moves.create([s._prepare_bill_vals() for s in settlements])
            for settlement, bill in zip(settlements, bills, strict=True):
                if bill.currency_id.compare_amounts(bill.amount_untaxed, settlement.amount):
                    raise UserError(
                        self.env._(
                            "The bill of %(payee)s would not show its exact amount. Raise the "
                            "decimal accuracy of “Product Price” to the digits of %(currency)s.",
                            payee=settlement.partner_id.display_name,
                            currency=bill.currency_id.name,
                        )
                    )

    def _prepare_bill_vals(self):
        self.ensure_one()
        product = self.env.ref("rc_commission.product_commission")
        account = self.company_id.rc_commission_account_id
        lines = []
        for name, amount in self._get_bill_groups():
            vals = {
                "product_id": product.id,
                "name": name,
                "quantity": 1,
                "price_unit": float(amount),
                "tax_ids": [Command.clear()],
            }
            if account:
                vals["account_id"] = account.id
            lines.append(Command.create(vals))
        return {
            "move_type": "in_invoice",
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.as_of,
            "date": self.as_of,
            "ref": self.name,
            "rc_settlement_id": self.id,
            "invoice_line_ids": lines,
        }

    def _get_bill_groups(self):
        """Return (line text, amount) by plan and rule, and what the debt takes off."""
        self.ensure_one()
        sums = defaultdict(lambda: [Decimal(0), set()])
        for item in self.item_ids:
            award = item.award_id
            group = sums[award.plan_id.name or "", award.rule or item._get_reason()]
            group[0] += exact(item.amount)
            group[1].add(award.move_line_id.move_id.id or award.source)
        texts = [
            (self._get_bill_text(plan, rule, len(sales)), amount)
            for (plan, rule), (amount, sales) in sums.items()
            if amount
        ]
        if self.netted:
            texts.append((self.env._("Reversed after an earlier settlement"), -exact(self.netted)))
        return texts

    def _get_bill_text(self, plan, rule, count):
        if not plan:
            return rule or self.env._("Other commissions")
        return self.env._("%(plan)s: %(rule)s (%(count)s sales)", plan=plan, rule=rule, count=count)

    def action_view_bill(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.bill_id.id,
            "views": [(False, "form")],
        }
