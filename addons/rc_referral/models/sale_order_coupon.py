from odoo import fields, models


class SaleOrder(models.Model):
    """Coupons as evidence: which ones an order used, and when the last one was typed."""

    _inherit = "sale.order"

    _rc_facts = ("rc_coupon_at",)

    rc_coupon_at = fields.Datetime(
        "Coupon Typed at", readonly=True, copy=False, groups="base.group_user"
    )

    def _try_apply_code(self, code):
        status = super()._try_apply_code(code)
        if "error" not in status:
            # a fact of the system: the buyer typed it, nobody writes when
            self.sudo().rc_coupon_at = fields.Datetime.now()
        return status

    def _rc_get_coupon_texts(self):
        """Return the texts of the promo and coupon codes that gave this order something."""
        rewarded = self.order_line.filtered("reward_id")
        programs = rewarded.reward_id.program_id
        rules = self.code_enabled_rule_ids.filtered(lambda rule: rule.program_id in programs)
        texts = [*rules.mapped("code"), *rewarded.coupon_id.mapped("code")]
        return [text for text in texts if text]
