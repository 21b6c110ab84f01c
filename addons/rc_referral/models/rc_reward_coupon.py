"""Coupons that are rewards: only their owner uses them, some only for the own next renewal."""

from odoo import api, fields, models


class RcReward(models.Model):
    _inherit = "rc.reward"

    @api.model
    @api.private
    def _find_by_code(self, code):
        """Return the reward a coupon's code belongs to (empty if none)."""
        if not code:
            return self.browse()
        # the shop asks for a visitor, who has no rights on rewards
        return self.sudo().search([("card_id.code", "=", code)], limit=1)

    @api.model
    @api.private
    def _get_renewal_coupon(self, partner, company):
        """Return the oldest coupon somebody has for the own renewal (empty if none)."""
        # the billing asks; a voided bill gives its coupon back
        return self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("kind", "=", "coupon"),
                ("coupon_use", "=", "renewal"),
                ("state", "=", "given"),
                ("card_id.points", ">=", 1),
                "|",
                ("used_invoice_id", "=", False),
                "|",
                ("used_invoice_id.state", "=", "cancel"),
                ("used_invoice_id.payment_state", "=", "reversed"),
                "|",
                ("card_id.expiration_date", "=", False),
                ("card_id.expiration_date", ">=", fields.Date.context_today(self)),
            ],
            order="occurred_at, id",
            limit=1,
        )

    def _get_percent(self):
        """Return the percentage of the coupon (0 for one of a fixed amount)."""
        reward = self.coupon_program_id.reward_ids[:1]
        is_percent = reward.reward_type == "discount" and reward.discount_mode == "percent"
        return reward.discount if is_percent else 0.0


class RcSubscription(models.Model):
    _inherit = "rc.subscription"

    def _prepare_renewal_lines(self, period):
        """A coupon for the own renewal is taken off the plan's line."""
        lines = super()._prepare_renewal_lines(period)
        coupon = self._rc_get_renewal_coupon()
        if coupon:
            lines[0]["discount"] = coupon._get_percent()
            lines[0]["name"] += "\n" + self.env._(
                "%(coupon)s for a referral", coupon=coupon.coupon_program_id.name
            )
        return lines

    def _bill_next_period(self, *args, **kwargs):
        coupon = self._rc_get_renewal_coupon()
        invoice = super()._bill_next_period(*args, **kwargs)
        if invoice and coupon:
            coupon.write({"used_invoice_id": invoice.id})
        return invoice

    def _rc_get_renewal_coupon(self):
        self.ensure_one()
        rewards = self.env["rc.reward"]
        coupon = rewards._get_renewal_coupon(self.partner_id, self.company_id)
        return coupon if coupon and coupon._get_percent() else rewards


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _try_apply_code(self, code):
        """A coupon that is a reward is its owner's."""
        reward = self.env["rc.reward"]._find_by_code(code)
        error = self._rc_get_reward_error(reward) if reward else None
        return {"error": error} if error else super()._try_apply_code(code)

    def _rc_get_reward_error(self, reward):
        owner = reward.partner_id.commercial_partner_id
        if self.partner_id.commercial_partner_id != owner:
            return self.env._(
                "This coupon belongs to somebody else. Log in as its owner to use it."
            )
        if reward.coupon_use == "renewal":
            return self.env._(
                "This coupon is taken off your next renewal by itself; you need not type it."
            )
        return None
