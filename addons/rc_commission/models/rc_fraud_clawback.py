"""A confirmed referral earns its sponsor no commission: what was accrued is taken back.

What is open is reversed; what was billed or paid is a debt that the next settlement takes off.
Nothing is deleted, and a case that is cleared on appeal accrues again.
"""

from odoo import api, models
from odoo.fields import Domain

from ..adapters import local_day
from ..adapters.world import OdooWorld


class RcFraudCase(models.Model):
    _inherit = "rc.fraud.case"

    def _follow(self, at):
        res = super()._follow(at)
        for case in self:
            case._follow_awards(at)
        return res

    def _follow_awards(self, at):
        """WRITE what the awards of a referral come to, by the doors that follow refunds."""
        awards = self._get_awards()
        engine = self.env["rc.commission.engine"].with_company(self.company_id)
        engine._accrue(awards.move_id, at)
        others = awards.filtered(lambda award: not award.move_line_id)
        if others:
            self.env["rc.commission.state"]._claim(self.company_id)
            world = OdooWorld(self.env, self.company_id)
            world.prefetch(others.partner_id.ids)
            day = local_day(at, self.company_id)
            self.env["rc.commission.writer"]._post_awards(
                self.company_id, others, {}, day, frozenset(world.unlocked)
            )

    def _get_awards(self):
        """READ the commissions of the case's participant for the member they brought."""
        self.ensure_one()
        awards = self.env["rc.commission.award"].sudo()  # the screening, or a checked decision
        if self.kind != "referral" or not self.member_id:
            return awards
        member, invoice = self.member_id, "move_line_id.move_id"
        paths = (
            f"{invoice}.partner_id",
            f"{invoice}.rc_subscription_id.partner_id",
            f"{invoice}.line_ids.sale_line_ids.order_id.partner_id",
        )
        found = awards.search(
            Domain("account_id.partner_id", "=", self.partner_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & (
                Domain("source", "=", f"signup:{member.id}")
                | Domain.OR(Domain(path, "=", member.id) for path in paths)
            ),
            order="id",
        )
        return found.filtered(lambda award: award._get_member() == member)

    def _get_take_back(self):
        rows = super()._get_take_back()
        for award in self._get_awards():
            rows += award._get_take_back()
        return rows


class RcCommissionAward(models.Model):
    _inherit = "rc.commission.award"

    def _get_member(self):
        """Return the member an award's invoice is for, or who signed up (empty: neither)."""
        self.ensure_one()
        if self.move_line_id:
            return self.move_id._rc_get_member()
        word, _colon, number = (self.source or "").partition(":")
        is_sign_up = word == "signup" and number.isdigit()
        return self.env["res.partner"].browse(int(number) if is_sign_up else None).exists()

    def _get_take_back(self):
        """Return rows (see the case) of what is open, and of what was billed or paid."""
        self.ensure_one()
        gone = self.settled + self.paid
        parts = [
            (self.accrued - gone, self.env._("not billed yet: reversed")),
            (gone, self.env._("billed or paid: taken off the next settlement")),
        ]
        return [
            {
                "what": f"{self.origin}: {self.plan_id.name}",
                "amount": self.currency_id.format(amount),
                "how": how,
            }
            for amount, how in parts
            if self.currency_id.compare_amounts(amount, 0) > 0
        ]

    @api.private
    def _get_screened_out(self):
        """Return ids of awards for a referral that was confirmed to be none: nothing is due."""
        found = set()
        for company, awards in self.filtered("account_id").grouped("company_id").items():
            members = awards.partner_id._rc_get_screened_members(company, ("confirmed",))
            if members:
                found |= {
                    award.id
                    for award in awards
                    if award._get_member().id in members.get(award.partner_id.id, ())
                }
        return found


class RcReward(models.Model):
    _inherit = "rc.reward"

    def _get_take_back_text(self):
        """Cash that was settled is a debt."""
        key = f"{self.key}|{self.step - 1}"
        entry = self.env["rc.commission.entry"].search([("key", "=", key)], limit=1)
        if self.kind != "cash" or not entry:
            return super()._get_take_back_text()
        if self.env["rc.settlement.item"].search_count([("entry_id", "=", entry.id)], limit=1):
            return self.env._("billed or paid: taken off the next settlement")
        return self.env._("not billed yet: reversed")
