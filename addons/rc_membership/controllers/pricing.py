"""The pricing page: what anybody may see of the tiers, and the way from there to the cart."""

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import request

from ..adapters import local_day

UNITS = ("month", "year")


class MembershipPricing(http.Controller):
    @http.route(
        "/membership", type="http", auth="public", website=True, sitemap=True, readonly=True
    )
    def rc_pricing(self, period="", program="", **kwargs):
        """Compare the tiers of a program, by month or by year, at the visitor's prices."""
        program = self._rc_get_program(program)
        plans = self._rc_get_plans(program)
        units = [unit for unit in UNITS if unit in plans.mapped("rc_period_unit")]
        unit = period if period in units else (units or UNITS)[0]
        tiers = program.tier_ids.sorted("sequence")
        return request.render(
            "rc_membership.pricing_page",
            {
                "program": program,
                "units": units,
                "unit": unit,
                "cards": self._rc_get_cards(tiers, plans, unit),
                "rows": self._rc_get_rows(tiers),
                "tiers": tiers,
                "currency": request.website.currency_id,
                "main_object": request.website,
            },
        )

    @http.route("/membership/choose", type="http", auth="public", website=True, methods=["POST"])
    def rc_choose(self, product_id="", program="", **kwargs):
        """Put a plan in the cart; another plan of the same program in it makes way."""
        plans = self._rc_get_plans(self._rc_get_program(program))
        plan = plans.filtered(lambda p: str(p.id) == product_id)
        if not plan:
            raise NotFound()
        order = request.cart or request.website._create_cart()
        others = order.order_line.filtered(
            lambda line: (
                line.product_id.rc_tier_id.program_id == plan.rc_tier_id.program_id
                and not line.rc_recipient_email
                and line.product_id.product_tmpl_id != plan
            )
        )
        for line in others:
            order._cart_update_line_quantity(line.id, 0)
        own = order.order_line.filtered(lambda line: not line.rc_recipient_email)
        if plan.product_variant_id not in own.product_id:
            order._cart_add(product_id=plan.product_variant_id.id, quantity=1)
        return request.redirect("/shop/cart")

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _rc_get_program(self, code=""):
        """Return a program of this website's company (the platform's without code), or answer 404.

        A partner's own program is public as soon as the website sells a plan of it.
        """
        # visitors have no rights on programs; what the page shows of them is public
        programs = request.env["rc.program"].sudo()
        company = request.website.company_id
        program = programs._get_platform(company)
        if code and code != program.code:
            domain = [("company_id", "=", company.id), ("code", "=", code[:64])]
            program = programs.search(domain, limit=1)
            program = program if self._rc_get_plans(program) else programs
        if not program:
            raise NotFound()
        return program

    def _rc_get_plans(self, program):
        """Return the plans of a program that this website sells to whoever looks."""
        domain = [("rc_tier_id", "in", program.tier_ids.ids), ("is_published", "=", True)]
        return request.env["product.template"].search(
            [*request.website.sale_product_domain(), *domain], order="website_sequence, id"
        )

    def _rc_get_cards(self, tiers, plans, unit):
        """Return a dict a tier: its plan for ``unit``, prices, and what it is to the visitor."""
        prices = plans._get_sales_prices(request.website)
        own_plan = self._rc_get_own_plan(tiers.program_id)
        own_tier = request.env["rc.tier"]
        if not request.env.user._is_public():
            partner = request.env.user.partner_id
            subscriptions = request.env["rc.subscription"].sudo()  # the visitor's own tier
            today = local_day(fields.Datetime.now(), tiers.company_id)
            own_tier = subscriptions._get_tiers(partner, tiers.program_id, today)[partner.id]
        cards = []
        for tier in tiers:
            plan = plans.filtered(lambda p, t=tier: p.rc_tier_id == t and p.rc_period_unit == unit)[
                :1
            ]
            if not plan and not tier.is_default:
                continue
            price = prices.get(plan.id, {}).get("price_reduce", 0)
            months = plan._rc_get_months() if plan else 1
            cards.append(
                {
                    "tier": tier,
                    "plan": plan,
                    "price": price,
                    "before": prices.get(plan.id, {}).get("base_price"),
                    "price_month": price / months if months > 1 else None,
                    "saving": self._rc_get_saving(plans, prices, tier, price, months),
                    "is_own_tier": tier == own_tier,
                    "is_own_plan": bool(plan) and plan == own_plan,
                    "has_plan": bool(own_plan),
                }
            )
        return cards

    def _rc_get_own_plan(self, program):
        """Return the plan the visitor runs already (none for a visitor)."""
        if request.env.user._is_public():
            return request.env["product.template"]
        # members have no rights on subscriptions; this is their own
        subscriptions = request.env["rc.subscription"].sudo()
        running = subscriptions._get_running(request.env.user.partner_id, program)
        return running.product_id.product_tmpl_id

    def _rc_get_saving(self, plans, prices, tier, price, months):
        """Return the whole months a longer plan gives for free, against paying by the month."""
        monthly = plans.filtered(lambda p: p.rc_tier_id == tier and p._rc_get_months() == 1)[:1]
        by_month = prices.get(monthly.id, {}).get("price_reduce", 0)
        if not by_month or months < 2:
            return 0
        return max(int((by_month * months - price) / by_month + 1e-6), 0)

    def _rc_get_rows(self, tiers):
        """Return (entitlement, [label or None of each tier]) in the order of the entitlements."""
        lines = tiers.entitlement_line_ids
        given = {(line.entitlement_id, line.tier_id): line for line in lines}
        return [
            (
                entitlement,
                [
                    given[entitlement, tier]._get_label() if (entitlement, tier) in given else None
                    for tier in tiers
                ],
            )
            for entitlement in lines.entitlement_id.sorted("sequence")
        ]
