"""The shop's checkout says what stands in the way of spending points, before money moves."""

from odoo import http
from odoo.http import request

from odoo.addons.website_sale.controllers.main import WebsiteSale

from ..exceptions import Refusal


class PointsShop(WebsiteSale):
    def _get_shop_payment_errors(self, order):
        errors = super()._get_shop_payment_errors(order)
        try:
            order._rc_check_points()
        except Refusal as refusal:
            title = (
                request.env._("Please confirm your points.")
                if refusal.code == "review_required"
                else request.env._("These points cannot be spent.")
            )
            errors.append((title, str(refusal)))
        return errors

    @http.route(
        "/shop/points/confirm",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def rc_confirm_points(self, **kwargs):
        """The buyer says yes a second time, for what the own cart costs in points now."""
        if order := request.cart:
            order._rc_confirm_points()
        return request.redirect("/shop/payment")
