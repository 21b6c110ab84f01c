from odoo import fields
from odoo.http import request, route

from odoo.addons.website_sale.controllers.cart import Cart

from ..challenge import get_puzzle, has_proof, is_typing_challenged
from ..errors import CodeError
from ..kernel import codes
from ..limits import check_not_locked, note_failure
from ..visit import get_linked_code

BUCKET = "cart"


class ReferralCart(Cart):
    @route()
    def cart(self, **post):
        """A link that gives a discount gives it in the cart; a code used up meanwhile leaves it."""
        order = request.cart
        if order and order.state == "draft":
            self._rc_check_typed_code(order)
            if not order.rc_discount_code_id and not order.rc_typed_code_id:
                self._rc_apply_linked_code(order)
        return super().cart(**post)

    def _rc_check_typed_code(self, order):
        code = order.rc_typed_code_id
        if code and not order._rc_get_uses(code):
            try:
                code._resolve(code.code, partner=order.partner_id)
            except CodeError as error:
                request.session["rc_code_refusal"] = error.args[0]
                order._rc_set_typed_code(code.browse())

    def _rc_apply_linked_code(self, order):
        """Give the discount of the link that brought the visitor, if they may have it."""
        code = get_linked_code()
        if not code.loyalty_program_id or not order.order_line:
            return
        try:
            code._resolve(code.code, partner=order.partner_id)
        except CodeError:
            return
        order._rc_apply_discount(code)

    @route(
        "/shop/referral", type="http", auth="public", website=True, methods=["POST"], sitemap=False
    )
    def rc_shop_referral(self, code="", **_params):
        """Take a referral code on the cart; it is checked at once."""
        order = request.cart
        if not order:
            return request.redirect("/shop/cart")
        record = request.env["rc.code"].sudo()  # the buyer types what somebody told them
        request.session.pop("rc_code_refusal", None)
        if codes.is_valued(code):
            return request.redirect("/redeem")  # it is worth a plan, not a discount
        try:
            check_not_locked(BUCKET)
            if is_typing_challenged(BUCKET) and not has_proof():
                raise CodeError(
                    "limit_reached",
                    request.env._(
                        "Please wait a second until your browser is checked, then try again."
                    ),
                )
            if code.strip():
                record = record._resolve(code, partner=order.partner_id)
        except CodeError as error:
            request.session["rc_code_refusal"] = error.args[0]
            if error.code in ("unknown_code", "mistyped_code"):
                note_failure(BUCKET)
            if error.code == "own_code":
                cases = request.env["rc.fraud.case"]
                cases._log_own_code(code, order.partner_id, fields.Datetime.now())
        else:
            order._rc_set_typed_code(record)
        if is_typing_challenged(BUCKET):
            request.session["rc_code_puzzle"] = get_puzzle()
        return request.redirect("/shop/cart#rc_referral_code")
