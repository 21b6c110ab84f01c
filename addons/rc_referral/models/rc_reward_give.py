"""Handing a reward over, and taking it back, by its kind."""

from datetime import timedelta

from odoo import models

from odoo.addons.rc_membership.adapters import local_day

from .rc_reward import Stop

CODE_DAYS = 90  # free codes without a time of their own


class RcReward(models.Model):
    _inherit = "rc.reward"

    def _hand_over(self, key, at):
        """Give what the reward is, once per key; return the columns that say what was made."""
        self.ensure_one()
        return getattr(self, f"_give_{self.kind}")(key, at) or {}

    def _take(self, key, now):
        """Take back what was given; return a word if it could not be had back, else None."""
        self.ensure_one()
        given_key = f"{self.key}|{self.step - 1}"
        return getattr(self, f"_take_{self.kind}")(key, given_key, now)

    def _get_origin(self):
        """Return the record the reward is for, itself where there is none."""
        known = self.origin_model and self.env[self.origin_model].browse(self.origin_id).exists()
        return known or self

    def _get_program(self):
        return self.rule_id.program_id or self.env["rc.program"]._get_platform(self.company_id)

    def _get_ledger_text(self):
        """Return the words of the day for ledgers."""
        return self.rule_id.env["rc.reward.rule"]._get_reason(self.event)

    # points ------------------------------------------------------------

    def _give_points(self, key, at):
        account = self.env["rc.point.account"]._get_or_create(self.partner_id, self._get_program())
        text, origin = self._get_ledger_text(), self._get_origin()
        account._grant(self.points, key, text, origin=origin, occurred_at=at)

    def _take_points(self, key, given_key, now):
        account = self.env["rc.point.account"]._get_or_create(self.partner_id, self._get_program())
        account._take_back(
            self.points,
            key,
            self._get_ledger_text(),
            origin=self._get_origin(),
            occurred_at=now,
            grant_key=given_key,
        )

    # cash --------------------------------------------------------------

    def _can_give_cash(self):
        """True where an addon keeps a ledger of what is owed to people (rc_commission)."""
        return False

    def _give_cash(self, key, at):
        """WRITE an accrual under ``key``; rc_commission extends this."""
        raise Stop("held", "ledger")

    def _take_cash(self, key, given_key, now):
        """Reverse it; rc_commission extends this."""

    # coupons -----------------------------------------------------------

    def _give_coupon(self, key, at):
        today = local_day(at, self.company_id)
        card = self.env["loyalty.card"].create(
            {
                "program_id": self.coupon_program_id.id,
                "partner_id": self.partner_id.id,
                "points": 1,
                "expiration_date": today + timedelta(days=self.valid_days)
                if self.valid_days
                else False,
            }
        )
        return {"card_id": card.id}

    def _take_coupon(self, key, given_key, now):
        if self.card_id.points < 1:
            return "used"
        self.card_id.points = 0
        return None

    # days --------------------------------------------------------------

    def _give_days(self, key, at):
        """What was had of the days before they were taken back is not had once more."""
        before = self.env["rc.tier.cover"].search(
            [("origin_model", "=", self._name), ("origin_id", "=", self.id)]
        )
        had = sum((cover.ended_on - cover.start_on).days for cover in before if cover.ended_on)
        self.env["rc.subscription"]._give_days(
            self.partner_id,
            self.tier_id,
            self.days - had,
            key,
            self._get_ledger_text(),
            origin=self,
            on=local_day(at, self.company_id),
        )

    def _take_days(self, key, given_key, now):
        """What is left of the days goes; of a plan they prolonged, if nothing came after them."""
        cover = self.env["rc.tier.cover"].search([("key", "=", given_key)])
        today = local_day(now, self.company_id)
        plan = cover.subscription_id
        if plan and (plan.period_end != cover.end_on or cover.start_on < today):
            return "used"
        if plan:
            plan.write({"period_end": cover.start_on})
        elif cover.end_on <= today:
            return "used"
        cover._end(max(today, cover.start_on))
        return None

    # rights ------------------------------------------------------------

    def _give_right(self, key, at):
        today = local_day(at, self.company_id)
        self.env["rc.entitlement.grant"]._give(
            self.partner_id,
            self.entitlement_id,
            key,
            amount=self.count,
            starts_on=today,
            expires_on=today + timedelta(days=self.valid_days) if self.valid_days else None,
            origin=self,
            reason=self._get_ledger_text(),
            program=self._get_program(),
        )

    def _take_right(self, key, given_key, now):
        grants = self.env["rc.entitlement.grant"]
        grants._take_back(given_key, on=local_day(now, self.company_id))

    # cards -------------------------------------------------------------

    def _give_card(self, key, at):
        self.env["rc.card"]._make(self.card_type_id, self.partner_id, key, at)

    def _take_card(self, key, given_key, now):
        card = self.env["rc.card"].search([("key", "=", given_key)])
        if card.state != "open":
            return "used"
        card._void()
        return None

    # activation codes --------------------------------------------------

    def _give_codes(self, key, at):
        """Free codes to hand on: a batch like one that was bought, without an invoice."""
        expires_on = local_day(at, self.company_id) + timedelta(days=self.valid_days or CODE_DAYS)
        self.env["rc.activation.batch"]._make(
            self.partner_id,
            self.code_plan_id,
            "activation",
            self.count,
            key,
            at,
            expires_on,
            company=self.company_id,
        )

    def _take_codes(self, key, given_key, now):
        batch = self.env["rc.activation.batch"].search([("key", "=", given_key)])
        batch._follow_money(False, 0)
        return "used" if batch.redeemed_count else None

    def _resume_codes(self, given_key):
        """The codes that nobody had redeemed work again."""
        self.env["rc.activation.batch"].search([("key", "=", given_key)])._follow_money(True, 0)

    # mall, draws, badges, prices ---------------------------------------

    def _give_item(self, key, at):
        self.item_id._give_free(self.partner_id, key, at)

    def _take_item(self, key, given_key, now):
        return "used"  # a prize of the mall is delivered at once

    def _give_draw(self, key, at):
        return {"ticket_id": self.draw_id._issue(self.partner_id, key, at).id}

    def _take_draw(self, key, given_key, now):
        if self.ticket_id.state != "open":
            return "used"
        self.ticket_id._void()
        return None

    def _give_badge(self, key, at):
        """Show it; the reward's row is the fact."""
        users = self.partner_id.user_ids
        self.env["gamification.badge.user"].create(
            [
                {"user_id": user.id, "badge_id": self.badge_id.id, "comment": self._get_title()}
                for user in users[:1]
            ]
        )

    def _take_badge(self, key, given_key, now):
        shown = self.env["gamification.badge.user"].search(
            [
                ("user_id", "in", self.partner_id.user_ids.ids),
                ("badge_id", "=", self.badge_id.id),
            ],
            limit=1,
        )
        shown.unlink()

    def _give_pricelist(self, key, at):
        owner = self.partner_id.with_company(self.company_id)
        owner.property_product_pricelist = self.pricelist_id

    def _take_pricelist(self, key, given_key, now):
        owner = self.partner_id.with_company(self.company_id)
        if owner.property_product_pricelist == self.pricelist_id:
            owner.property_product_pricelist = False
