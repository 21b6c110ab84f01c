"""Giving a membership to somebody: the public page, and the way from there to the cart."""

from datetime import date, timedelta

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import request
from odoo.tools import email_normalize

from ..adapters import local_day
from .pricing import MembershipPricing

DAYS_AHEAD = 366
NAME_MOST, MESSAGE_MOST = 80, 500
SHOWN = 12


class MembershipGift(MembershipPricing):
    @http.route(
        "/membership/gift", type="http", auth="public", website=True, sitemap=True, readonly=True
    )
    def rc_gift(self, program="", **kwargs):
        """Choose a plan, a recipient, words and a day."""
        program = self._rc_get_program(program)
        return self._rc_render_gift(program, {})

    @http.route("/membership/gift/add", type="http", auth="public", website=True, methods=["POST"])
    def rc_add_gift(self, product_id="", program="", **form):
        """Put the gift in the own cart; what is wrong is said beside what was entered."""
        program = self._rc_get_program(program)
        plan = self._rc_get_plans(program).filtered(lambda p: str(p.id) == product_id)
        if not plan:
            raise NotFound()
        vals, error = self._rc_read_gift(program, form)
        if error:
            return self._rc_render_gift(program, {**form, "product_id": product_id}, error)
        order = request.cart or request.website._create_cart()
        order._rc_add_gift(plan.product_variant_id, vals)
        return request.redirect("/shop/cart")

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _rc_render_gift(self, program, form, error=""):
        plans = self._rc_get_plans(program)
        if not plans:
            raise NotFound()
        today = local_day(fields.Datetime.now(), program.company_id)
        prices = plans._get_sales_prices(request.website)
        chosen = form.get("product_id") or str(plans[:1].id)
        return request.render(
            "rc_membership.gift_page",
            {
                "program": program,
                "plans": [
                    {
                        "plan": plan,
                        # visitors have no rights on tiers; what is sold is public
                        "tier": plan.sudo().rc_tier_id,
                        "price": prices.get(plan.id, {}).get("price_reduce", 0),
                        "is_chosen": str(plan.id) == chosen,
                    }
                    for plan in plans
                ],
                "form": form,
                "error": error,
                "today": today,
                "last_day": today + timedelta(days=DAYS_AHEAD),
                "gifts": self._rc_get_given(),
                "currency": request.website.currency_id,
                "main_object": request.website,
            },
        )

    def _rc_get_given(self):
        """Return the gifts that whoever is logged in has bought."""
        lines = request.env["sale.order.line"].sudo()  # the search names the buyer
        if request.env.user._is_public():
            return lines
        return lines.search(
            [
                ("order_id.partner_id", "=", request.env.user.partner_id.id),
                ("rc_recipient_email", "!=", False),
                ("state", "=", "sale"),
            ],
            order="id desc",
            limit=SHOWN,
        )

    def _rc_read_gift(self, program, form):
        """Return (values of the order line, sentence of what is wrong)."""
        text = {key: (form.get(key) or "").strip() for key in ("name", "email", "from", "message")}
        env = request.env
        address = email_normalize(text["email"])
        if not address:
            return {}, env._("Write the recipient's mail address, like anna@example.com.")
        if len(text["name"]) > NAME_MOST or len(text["from"]) > NAME_MOST:
            return {}, env._("A name has at most %s characters.", NAME_MOST)
        if len(text["message"]) > MESSAGE_MOST:
            return {}, env._("Your words have at most %s characters.", MESSAGE_MOST)
        today = local_day(fields.Datetime.now(), program.company_id)
        try:
            day = date.fromisoformat(form.get("on") or today.isoformat())
        except ValueError:
            day = None
        if day is None or not today <= day <= today + timedelta(days=DAYS_AHEAD):
            return {}, env._("Choose a day from today to a year from now.")
        return {
            "rc_recipient_email": address,
            "rc_gift_name": text["name"],
            "rc_gift_from": text["from"],
            "rc_gift_message": text["message"],
            "rc_gift_on": day if day > today else False,
        }, ""
