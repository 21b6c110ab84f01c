from datetime import timedelta

from odoo import api, fields, models

from ..errors import CodeError

HELD_HOURS = 24  # so long a cart that went to pay keeps its use of a limited code


class SaleOrder(models.Model):
    """What a code does to an order: its discount, its use, its owner when it is a coupon."""

    _inherit = "sale.order"

    _rc_facts = ("rc_discount_code_id",)

    rc_discount_code_id = fields.Many2one(
        "rc.code",
        "Code with Discount",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="base.group_user",
        help="The code whose discount is in the order.",
    )

    def _rc_get_coupon_owners(self):
        """Return [(participant, code text, at)] of the coupons and promo codes in the order.

        Only those that belong to a participant, in the order they were applied.
        """
        self.ensure_one()
        order = self.sudo()  # a buyer's order; salespeople may not read all coupons
        rules = order.code_enabled_rule_ids
        cards = order.applied_coupon_ids | order.order_line.coupon_id
        cards = cards.filtered(lambda card: card.program_id not in rules.program_id)
        found = []
        for source in [*rules, *cards]:
            owner = source._rc_get_owner()
            if owner:
                lines = order.order_line.filtered(
                    lambda line, program=source.program_id: line.reward_id.program_id == program
                )
                at = min(lines.mapped("create_date"), default=order.date_order)
                found.append((owner, source.code, at))
        return sorted(found, key=lambda row: row[2])

    # ------------------------------------------------------------------
    # Discount
    # ------------------------------------------------------------------

    def _rc_set_typed_code(self, code):
        """A code typed brings its discount; another one, or none, takes the former's away."""
        result = super()._rc_set_typed_code(code)
        order = self.sudo()  # the code was resolved; its discount is not the buyer's to read
        if order.state in ("draft", "sent") and order.rc_discount_code_id != code:
            order._rc_drop_discount()
            order._rc_apply_discount(code)
        return result

    @api.private
    def _rc_apply_discount(self, code):
        """Apply the discount of a code to a cart; True if it is in the order now."""
        self.ensure_one()
        order = self.sudo()  # see _rc_set_typed_code
        rule = code and code.sudo()._get_discount_rule()
        if not rule:
            return False
        if rule not in order.code_enabled_rule_ids:
            status = order._try_apply_code(rule.code)
            if "error" in status:
                return False
            for coupon, rewards in status.items():
                if len(rewards) == 1 and not rewards.multi_product:
                    order._apply_program_reward(rewards, coupon)
        order._update_programs_and_rewards()
        order.rc_discount_code_id = code
        return True

    def _rc_drop_discount(self):
        code = self.rc_discount_code_id
        if code:
            self.rc_discount_code_id = False
            self.code_enabled_rule_ids -= code._get_discount_rule()
            self._update_programs_and_rewards()

    # ------------------------------------------------------------------
    # Uses
    # ------------------------------------------------------------------

    def _check_cart_is_ready_to_be_paid(self):
        """Whoever goes to pay first has the last use of a code: it is theirs before the money moves."""
        result = super()._check_cart_is_ready_to_be_paid()
        self._rc_use_codes(self.env.cr.now())
        return result

    def action_confirm(self):
        result = super().action_confirm()
        now = self.env.cr.now()
        for order in self:
            paid = order.sudo().transaction_ids.filtered(  # see _rc_get_checkout_at
                lambda tx: tx.state in ("pending", "authorized", "done")
            )
            try:
                with self.env.cr.savepoint():
                    order._rc_use_codes(now)
            except CodeError as refusal:
                if not paid:
                    raise
                # the money is here: the sale stands, and somebody should know
                order.message_post(body=refusal.args[0])
        return result

    def _rc_use_codes(self, at):
        """Use each code of the order once; the same order again changes nothing.

        :raise CodeError: a limit is reached
        """
        self.ensure_one()
        order = self.sudo()  # uses belong to the system
        partner = order.partner_id
        if partner.is_public:
            return
        for code in order.rc_typed_code_id | order.rc_discount_code_id:
            # a guest who went to pay and then logged in
            for use in order._rc_get_uses(code).filtered(lambda own: own.partner_id != partner):
                code._release(use.key, at)
            if not (code._is_used_by_sign_up(partner, order) and order._rc_claim_cover(code, at)):
                code._use(partner, order._rc_get_use_key(code), at, origin=order)

    def _rc_get_uses(self, code):
        return self.env["rc.code.use"].search(
            [
                ("code_id", "=", code.id),
                ("origin_model", "=", "sale.order"),
                ("origin_id", "=", self.id),
                ("releases_id", "=", False),
            ]
        )

    def _rc_get_use_key(self, code):
        """Return the key of the order's use of a code; one that was given back has its own."""
        given_back = sum(use._is_released() for use in self._rc_get_uses(code))
        return f"sale.order:{self.id}:{code.id}:{given_back + 1}"

    # ------------------------------------------------------------------
    # Giving back
    # ------------------------------------------------------------------

    def _action_cancel(self):
        result = super()._action_cancel()
        self._rc_restore_codes(self.env.cr.now(), ("cancelled", "refunded"))
        return result

    @api.private
    def _rc_restore_codes(self, at, policies):
        """Give back the uses of orders, if the policy of the settings is one of ``policies``.

        Each order gives back a code once, however often it is confirmed and cancelled.
        """
        # a setting, and uses: the system's
        policy = self.env["ir.config_parameter"].sudo().get_param("rc_referral.restore_uses")
        if (policy or "cancelled") not in policies:
            return
        for order in self.sudo():
            for code in order.rc_typed_code_id | order.rc_discount_code_id:
                uses = order._rc_get_uses(code)
                own = uses.filtered(lambda use, who=order.partner_id: use.partner_id == who)
                if len(own) == 1:
                    code._release(own.key, at)

    @api.model
    def _rc_cron_release_carts(self):
        """Give back what carts hold that went to pay and never paid."""
        now = fields.Datetime.now()
        uses = self.env["rc.code.use"]
        held = uses._get_held_by_carts(now - timedelta(hours=HELD_HOURS))
        self.env["rc.event"]._serve_each(
            held, "use_due", now, lambda use: use.code_id._release(use.key, now)
        )
