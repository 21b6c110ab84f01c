"""Cash that rewards give: an accrual of the ledger, marked as marketing where it is."""

from odoo import api, models

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.kernel.ledger import Posting, Slot

from ..adapters import local_day


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _rc_get_sponsor_kind(self):
        """The role that plans pay somebody by says whose referral it is."""
        # the role is for staff; whose reward it is, is the system's to know
        role = self.sudo().rc_participant_role
        if role in ("promoter", "venue", "partner"):
            return role
        return super()._rc_get_sponsor_kind()


class RcReward(models.Model):
    _inherit = "rc.reward"

    def _can_give_cash(self):
        return True

    def _give_cash(self, key, at):
        """WRITE one entry, payable at once: what a reward is held for, it was held for before."""
        account_key = (self.partner_id.id, self.company_id.id, self.currency_id.id)
        accounts = self.env["rc.commission.account"]._get_or_create_many({account_key})
        self._post_cash(
            Posting(
                key=key,
                kind="accrual",
                debit=Slot("expense"),
                credit=Slot("open", accounts[account_key]),
                amount=exact(self.amount),
                occurred_at=at,
                reason=self._get_cash_reason(),
                origin=(self._name, self.id),
                extra={"payable_on": local_day(at, self.company_id)},
            )
        )

    def _take_cash(self, key, given_key, now):
        """Reverse what is open; what was settled already is a debt of the payee."""
        # the system's ledger
        given = self.env["rc.commission.entry"].sudo().search([("key", "=", given_key)])
        if not given:
            return "used"
        live = given.credit_account_id._get_live()
        # whose settlement it is follows from whose entry it is
        is_settled = (
            self.env["rc.settlement.item"]
            .sudo()
            .search_count([("entry_id", "=", given.id)], limit=1)
        )
        sides = (
            (Slot("clawback"), Slot("debt", live.id))
            if is_settled
            else (Slot("open", live.id), Slot("expense"))
        )
        self._post_cash(
            Posting(
                key=key,
                kind="debt" if is_settled else "reversal",
                debit=sides[0],
                credit=sides[1],
                amount=exact(self.amount),
                occurred_at=now,
                reason=self._get_cash_reason(),
                origin=(self._name, self.id),
                reverses_id=given.id,
                extra={} if is_settled else {"payable_on": given.payable_on},
            )
        )
        return None

    def _post_cash(self, posting):
        # the system's ledger, by a checked door
        self.env["rc.commission.entry"].sudo()._post([posting])

    def _get_cash_reason(self):
        title = self._get_title()
        if self.rule_id.is_marketing:
            return self.env._("Marketing reward: %s", title)
        return self.env._("Reward: %s", title)


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return consumers + {"mission_done": ["commission_mission"]}.get(kind, [])

    def _consume_commission_mission(self):
        """A mission was done: plans may pay for it."""
        reward = self._get_record()
        company = reward.company_id
        on = local_day(self.occurred_at, company)
        engine = self.env["rc.commission.engine"]
        engine._happen("mission", reward.partner_id, on, f"rc.reward:{reward.id}", company)
