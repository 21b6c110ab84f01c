"""Rules that give a part of the money: what it comes to is fixed when the reward falls due."""

from fractions import Fraction

from odoo import api, models

from odoo.addons.rc_membership.adapters import exact, read_invoice_money
from odoo.addons.rc_membership.kernel.money import round_half_up, to_fraction

from ..kernel.rewards import part_of_money


class RcRewardRule(models.Model):
    _inherit = "rc.reward.rule"

    @api.depends("percent", "amount_max", "currency_id")
    def _compute_gift_text(self):
        super()._compute_gift_text()
        for rule in self.filtered("percent"):
            currency = rule._get_gift_currency()
            texts = {
                "cash": self.env._("%s %% of the payment", f"{rule.percent:g}"),
                "points": self.env._("%s %% of the payment in points", f"{rule.percent:g}"),
            }
            rule.gift_text = texts.get(rule.kind, "")
            if rule.amount_max:
                most = currency.format(rule.amount_max)
                rule.gift_text = self.env._(
                    "%(gift)s, at most %(most)s", gift=rule.gift_text, most=most
                )

    def _get_gift_currency(self):
        return self.currency_id or self.company_id.currency_id or self.env.company.currency_id

    @api.private
    def _get_percent_gift(self, move):
        """READ what was received for an invoice → DECIDE the part of it; return gift columns.

        An empty answer: the part comes to nothing, so nothing is given.

        :param move: the invoice behind the event (may be empty)
        """
        self.ensure_one()
        if not move or move._name != "account.move":
            return {}
        received = read_invoice_money(move)
        if move.id not in received:
            return {}
        currency = self._get_gift_currency()
        on = move.invoice_date or move.date
        rate = to_fraction(exact(move.currency_id._convert(1.0, currency, move.company_id, on)))
        if move.currency_id == currency:
            rate = Fraction(1)
        money = part_of_money(
            Fraction(received[move.id].net_received) * rate,
            to_fraction(exact(self.percent)),
            to_fraction(exact(self.amount_max or 0)) or None,
        )
        if self.kind == "cash":
            amount = round_half_up(money, currency.decimal_places)
            return {"amount": amount, "currency_id": currency.id} if amount > 0 else {}
        price = to_fraction(exact(self.program_id.point_price or 0))
        points = int(round_half_up(money / price, 0)) if price else 0
        return {"points": points} if points > 0 else {}


class RcReward(models.Model):
    _inherit = "rc.reward"

    def _prepare_row(self, key, partner, gift, at, **facts):
        row = super()._prepare_row(key, partner, gift, at, **facts)
        rule = facts.get("rule")
        if rule and rule.percent:
            row |= rule._get_percent_gift(facts.get("origin"))
        return row
