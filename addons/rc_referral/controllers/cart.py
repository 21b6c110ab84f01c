from odoo.http import request, route

from odoo.addons.website_sale.controllers.cart import Cart

from ..errors import CodeError


class ReferralCart(Cart):
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
        try:
            if code.strip():
                record = record._resolve(code, partner=order.partner_id)
        except CodeError as error:
            request.session["rc_code_refusal"] = error.args[0]
        else:
            order._rc_set_typed_code(record)
        return request.redirect("/shop/cart#rc_referral_code")
