"""Packages in the portal: what they would give this member, groups, purchases, refunds.

Portal users have no rights on our models: the system reads, every search names the owner, and the
id of somebody else's record answers 404.
"""

from datetime import timedelta
from fractions import Fraction

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date, format_datetime

from ..adapters import exact, local_day
from ..kernel.packages import decide_points
from ..models.rc_package_level import LADDER
from .portal import MembershipPortal

PURCHASES_SHOWN = 20
QUANTITY_MAX = 100000
REASON_MAX = 500


def _whole(text, highest):
    """Return a whole number from 1 to ``highest``; anything else is 404, as an unknown page."""
    if not (text or "").isascii() or not (text or "").isdigit():
        raise NotFound()
    number = int(text[:9])
    if not 1 <= number <= highest:
        raise NotFound()
    return number


class PackagePortal(MembershipPortal):
    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    @http.route("/my/packages", type="http", auth="user", website=True)
    def rc_my_packages(self, error=None, done=None, **kwargs):
        """Seven cards with the member's own numbers, promotions, groups, purchases."""
        return self._rc_render_packages(done=done)

    @http.route("/my/packages/group/<string:code>", type="http", auth="user", website=True)
    def rc_my_package_group(self, code, **kwargs):
        """A group: its people, its time, how to join and to share it."""
        values = self._rc_package_values()
        values["group"] = self._rc_find_group(code)
        values["group_values"] = self._rc_group_values(values["group"], values)
        return request.render("rc_membership.portal_my_package_group", values)

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @http.route("/my/packages/buy", type="http", auth="user", website=True, methods=["POST"])
    def rc_buy_package(self, package="", quantity="1", group="", **kwargs):
        """Put a package in the cart, perhaps as part of a group."""
        template = self._rc_find_product(package)
        number = _whole(quantity, QUANTITY_MAX)
        now = fields.Datetime.now()
        try:
            found = request.env["rc.package.group"]
            if group:
                found = found._resolve(group, request.website.company_id, now)
                own = found.package_id
                if own and own != template.sudo().rc_package_id:
                    raise NotFound()
        except UserError as error:
            return self._rc_render_packages(error=str(error))
        order = request.cart or request.website._create_cart()
        # one package at a time: the one chosen now makes way for no forgotten other
        for line in order._rc_get_package_lines():
            order._cart_update_line_quantity(line.id, 0)
        order._cart_add(product_id=template.product_variant_id.id, quantity=number)
        order._rc_join_group(found)
        try:
            order._rc_check_packages(now)
        except UserError as error:
            for line in order._rc_get_package_lines():
                order._cart_update_line_quantity(line.id, 0)
            return self._rc_render_packages(error=str(error))
        return request.redirect("/shop/cart")

    @http.route(
        "/my/packages/group/start", type="http", auth="user", website=True, methods=["POST"]
    )
    def rc_start_package_group(self, package="", **kwargs):
        template = self._rc_find_product(package)
        own = template.sudo().rc_package_id  # its owner starts it; packages are for staff
        groups = request.env["rc.package.group"]
        partner, now = request.env.user.partner_id, fields.Datetime.now()
        try:
            group = groups._start(own.program_id, partner, now, package=own)
        except UserError as error:
            return self._rc_render_packages(error=str(error))
        return request.redirect(f"/my/packages/group/{group.code}")

    @http.route("/my/packages/refund", type="http", auth="user", website=True, methods=["POST"])
    def rc_refund_package(self, purchase_id="", reason="", **kwargs):
        """Ask for the refund of one's own purchase; an accountant decides."""
        number = _whole(purchase_id, 10**9)
        # members have no rights on purchases: the search has the owner
        purchase = (
            request.env["rc.package.purchase"]
            .sudo()
            .search([("id", "=", number), ("partner_id", "=", request.env.user.partner_id.id)])
        )
        if not purchase:
            raise NotFound()
        try:
            purchase.refund_ids._request(purchase, reason[:REASON_MAX], fields.Datetime.now())
        except UserError as error:
            return self._rc_render_packages(error=str(error))
        return request.redirect("/my/packages?done=refund#purchases")

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _rc_render_packages(self, error=None, done=None):
        values = self._rc_package_values()
        values |= {"error": error, "is_refund_asked": done == "refund"}
        return request.render("rc_membership.portal_my_packages", values)

    def _rc_find_product(self, code):
        """Return the published product that sells a package on this website, or answer 404."""
        # packages are for staff; which are sold is on the website anyway
        templates = request.env["product.template"].sudo()
        template = templates.search(
            [
                *request.website.sale_product_domain(),
                ("rc_package_id.code", "=", code),
                ("rc_package_id.company_id", "=", request.website.company_id.id),
                ("is_published", "=", True),
            ],
            limit=1,
        )
        if not template:
            raise NotFound()
        return template.sudo(False)

    def _rc_find_group(self, code):
        # members have no rights on groups; who knows the code may see how it stands
        group = (
            request.env["rc.package.group"]
            .sudo()
            .search(
                [("code", "=", code.upper()), ("company_id", "=", request.website.company_id.id)]
            )
        )
        if not group:
            raise NotFound()
        return group

    def _rc_package_values(self):
        """READ what the page shows; every search names the owner."""
        partner = request.env.user.partner_id
        env = request.env(su=True)  # see the module's docstring
        company = request.website.company_id
        program = env["rc.program"]._get_platform(company)
        today = local_day(fields.Datetime.now(), company)
        own = [("partner_id", "=", partner.id), ("program_id", "=", program.id)]
        purchases = env["rc.package.purchase"].search(own, limit=PURCHASES_SHOWN)
        partner = env["res.partner"].browse(partner.id)
        promotions = env["rc.package.promotion"]._get_running(program, today, partner=partner)
        level = env["rc.package.level"]._get_of(partner, program)
        is_first = not env["rc.package.purchase"].search_count(
            [*own, ("state", "!=", "refused")], limit=1
        )
        return {
            "page_name": "rc_packages",
            "program": program,
            "level": level,
            "cards": self._rc_package_cards(env, program, partner, today, is_first),
            "promotions": [self._rc_promotion_text(p) for p in promotions],
            "has_group": bool(promotions.filtered(lambda p: p.kind == "group")),
            "month": self._rc_month_values(purchases, promotions, today),
            "board": self._rc_board_values(promotions, partner, today),
            "upgrade": self._rc_upgrade_values(env, program, partner),
            "groups": env["rc.package.group"].search(
                [
                    ("program_id", "=", program.id),
                    ("ends_at", ">", fields.Datetime.now()),
                    "|",
                    ("owner_id", "=", partner.id),
                    ("purchase_ids.partner_id", "=", partner.id),
                ]
            ),
            "purchases": [self._rc_purchase_values(purchase) for purchase in purchases],
            "format_dt": lambda at: format_datetime(request.env, at, dt_format="short"),
        }

    def _rc_package_cards(self, env, program, partner, today, is_first):
        templates = env["product.template"].search(
            [
                *request.website.sale_product_domain(),
                ("rc_package_id.program_id", "=", program.id),
                ("rc_package_id.has_promotions", "=", True),
                ("is_published", "=", True),
            ]
        )
        prices = templates._get_sales_prices(request.website)
        wording = env["rc.package.wording"].with_context(lang=request.env.lang)
        cards = []
        for template in templates.sorted(lambda t: (t.rc_package_id.sequence, t.id)):
            package = template.rc_package_id
            is_sold = package._has_rate(program.company_id)
            own = (request.website.currency_id, prices[template.id])
            # without an exchange rate there is no price but the package's own
            currency, price = own if is_sold else (package.currency_id, {})
            points = decide_points(package._make_offer(partner, 1, today, is_first))
            cards.append(
                {
                    "package": package,
                    "product": template,
                    "is_sold": is_sold,
                    "currency": currency,
                    "price": price.get("price_reduce", template.list_price),
                    "before": price.get("base_price"),
                    "points": points,
                    "explanation": wording._explain(points.explanation),
                    "benefits": [benefit._get_label() for benefit in package.benefit_ids],
                    "is_welcome": package.is_welcome and is_first,
                }
            )
        return cards

    def _rc_promotion_text(self, promotion):
        """Return name, what it gives and until when."""
        wording = promotion.env["rc.package.wording"].with_context(lang=request.env.lang)
        last = promotion.date_to and promotion.date_to - timedelta(days=1)
        until = last and format_date(request.env, last)
        return {
            "kind": promotion.kind,
            "name": promotion.name,
            "text": wording._describe(promotion),
            "until": request.env._("until %s", until) if until else "",
        }

    def _rc_month_values(self, purchases, promotions, today):
        """Return what was bought this month and the next step."""
        steps = promotions.filtered(lambda p: p.kind == "month_steps")
        if not steps:
            return None
        month = purchases.filtered(lambda p: p.paid_on >= today.replace(day=1))
        amount = month._get_net_amount()
        following = [s for s in steps.step_ids if Fraction(exact(s.threshold)) > amount]
        step = min(following, key=lambda s: s.threshold) if following else None
        currency = steps[0].program_id.package_currency_id
        return {
            "currency": currency,
            "amount": float(amount),
            "given": sum(month.mapped("step_points")),
            "next_amount": step.threshold if step else 0,
            "next_points": step.points if step else 0,
            "next_text": request.env._("%s points in all at the next step", f"{step.points:,}")
            if step
            else "",
            "progress": f"{currency.format(float(amount))} / {currency.format(step.threshold)}"
            if step
            else "",
        }

    def _rc_board_values(self, promotions, partner, today):
        """Return the running board; others stay nameless."""
        board = promotions.filtered(lambda p: p.kind == "board")[:1]
        rows = board._read_running_board(today) if board else []
        return [
            {
                "title": request.env._("Place %s", place),
                "name": member.name if member == partner else "",
                "is_me": member == partner,
                "points": points,
            }
            for place, member, _amount, points in rows
        ]

    def _rc_upgrade_values(self, env, program, partner):
        """Return the next patron rank by points and the points that are missing for it."""
        ladder = env["rc.ladder"]._find(LADDER, program)
        product = env["product.template"].search(
            [
                ("rc_package_id.code", "=", "points"),
                ("rc_package_id.program_id", "=", program.id),
                ("is_published", "=", True),
            ],
            limit=1,
        )
        if not ladder or not product or not product.rc_package_id._has_rate(program.company_id):
            return None
        held = partner._rc_get_ranks(LADDER, program)[partner.id]
        ranks = ladder.rank_ids.sorted("sequence")
        codes = ranks.mapped("code")
        above = ranks[codes.index(held) + 1 :] if held in codes else ranks
        points = env["rc.point.account"]._get_lifetime(partner, program)[partner.id]
        for rank in above:
            needs = rank.requirement_ids.filtered(lambda r: r.metric == "points_earned")
            missing = int(needs[:1].at_least) - points if needs else 0
            if missing > 0:
                price = product._get_sales_prices(request.website)[product.id]
                return {
                    "rank": rank,
                    "quantity": -(-missing // product.rc_package_id.points),
                    "missing": missing,
                    "price": price["price_reduce"] * -(-missing // product.rc_package_id.points),
                    "points": points,
                    "needed": int(needs[:1].at_least),
                }
        return None

    def _rc_purchase_values(self, purchase):
        left = purchase._get_left() if purchase.state == "granted" else {"bought": 0, "bonus": 0}
        refund = purchase.refund_ids[:1]
        may_refund = purchase.state == "granted" and left["bought"] > 0
        estimate = None
        if may_refund and (not refund or refund.state == "refused"):
            facts = purchase.refund_ids.new({"purchase_id": purchase.id})._get_facts()
            estimate = purchase.refund_ids.new({"purchase_id": purchase.id})._explain(facts)
        return {
            "purchase": purchase,
            "left_text": request.env._(
                "%(left)s of %(total)s left",
                left=f"{left['bought'] + left['bonus']:,}",
                total=f"{purchase.points_total:,}",
            ),
            "refund": refund,
            "estimate": estimate,
            "paid_on": format_date(request.env, purchase.paid_on, date_format="medium"),
            "explanation": purchase.with_context(lang=request.env.lang).explanation_text,
        }

    def _rc_group_values(self, group, values):
        partner = request.env.user.partner_id
        return {
            "link": f"{group.get_base_url()}/my/packages/group/{group.code}",
            "has_bought": partner in group.purchase_ids.partner_id,
            "card": next(
                (card for card in values["cards"] if card["package"] == group.package_id), None
            ),
            "steps": self._rc_group_steps(group),
            "ends_day": format_datetime(request.env, group.ends_at, dt_format="MMM d"),
            "ends_time": format_datetime(request.env, group.ends_at, dt_format="HH:mm"),
        }

    def _rc_group_steps(self, group):
        promotions = request.env["rc.package.promotion"].sudo()  # see the module's docstring
        day = local_day(group.started_at, group.company_id)
        steps = promotions._get_running(group.program_id, day, "group").step_ids
        return [
            {
                "title": request.env._("%s people: more points for everybody", int(step.threshold)),
                "badge": f"+{step.percent:g} %",
                "is_reached": group.paid_count >= step.threshold,
            }
            for step in steps
        ]
