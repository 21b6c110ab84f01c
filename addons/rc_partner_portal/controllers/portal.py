"""The partner's pages. Portal users have no rights on our models: the owner decides what is read."""

from odoo import fields
from odoo.http import request, route
from odoo.tools import formatLang

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .. import wording
from ..kernel.windows import CHOICES

CUSTOMERS_A_PAGE = 20


class PartnerPortal(CustomerPortal):
    @route("/my/network", type="http", auth="user", website=True, readonly=True, sitemap=False)
    def rc_my_network(self, period="month", **_params):
        owner = request.env.user._rc_get_network_owner()
        if not owner:
            return request.redirect("/my/referrals")
        board = request.env["rc.partner.dashboard"]._get_dashboard(
            owner,
            period if period in CHOICES else "month",
            fields.Datetime.now(),
            company=request.env.company,
            with_money=request.env.user._rc_may_see_earnings(owner),
        )
        return request.render(
            "rc_partner_portal.portal_my_network", self._rc_partner_portal_values(owner, board)
        )

    @route(
        ["/my/network/customers", "/my/network/customers/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def rc_my_customers(self, page=1, **_params):
        env, user = request.env, request.env.user
        owner = user._rc_get_network_owner()
        if not owner:
            return request.redirect("/my/referrals")
        customers, names, count = env["rc.partner.dashboard"]._get_customers(
            owner,
            fields.Datetime.now(),
            company=env.company,
            with_money=user._rc_may_see_earnings(owner),
            limit=CUSTOMERS_A_PAGE,
            offset=(max(page, 1) - 1) * CUSTOMERS_A_PAGE,
        )
        pager = portal_pager("/my/network/customers", count, page, CUSTOMERS_A_PAGE)
        values = {
            "page_name": "network",
            "customers": _present_customers(env, customers, names),
            "count": count,
            "pager": pager if count > CUSTOMERS_A_PAGE else None,
        }
        return request.render("rc_partner_portal.portal_my_customers", values)

    @route(
        "/my/network/customers/<int:edge_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def rc_my_customer(self, edge_id, **_params):
        env, user = request.env, request.env.user
        owner = user._rc_get_network_owner()
        with_money = bool(owner) and user._rc_may_see_earnings(owner)
        customer = owner and env["rc.partner.dashboard"]._get_customer(
            owner,
            edge_id,
            fields.Datetime.now(),
            company=env.company,
            with_money=with_money,
        )
        if not customer:
            # somebody else's customer answers like a missing one
            raise request.not_found()
        names = {customer["member_id"]: customer["name"]}
        values = {
            "page_name": "network",
            "customer": wording.present_customer(env, customer, customer["name"]),
            "facts": [
                wording.present_fact(env, fact, names, {}, with_money) for fact in customer["facts"]
            ],
        }
        return request.render("rc_partner_portal.portal_my_customer", values)

    @route(
        "/my/network/commissions/<int:award_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def rc_my_award(self, award_id, **_params):
        """One commission and why it is what it is."""
        env, user = request.env, request.env.user
        owner = user._rc_get_network_owner()
        if not owner or not user._rc_may_see_earnings(owner):
            raise request.not_found()
        # no portal rights on commissions: the owner and the company stand in the domain
        award = (
            env["rc.commission.award"]
            .sudo()
            .search(
                [
                    ("id", "=", award_id),
                    ("account_id.partner_id", "=", owner.id),
                    ("company_id", "=", env.company.id),
                ]
            )
        )
        if not award:
            raise request.not_found()
        # which customer it came from, if it is one the owner may name
        edge = (
            env["rc.sponsor.edge"]
            .sudo()
            .search(
                [
                    ("sponsor_id", "=", owner.id),
                    ("company_id", "=", env.company.id),
                    ("member_id", "=", award.move_id._rc_get_member().id),
                    ("ended_at", "=", False),
                ]
            )
        )
        return request.render(
            "rc_partner_portal.portal_my_award",
            {
                "page_name": "network",
                "award": wording.present_award(env, award),
                "customer_name": edge.member_id._rc_get_short_name() if edge else None,
                "customer_url": f"/my/network/customers/{edge.id}" if edge else None,
                "settlements": self._rc_partner_portal_settlements(award),
            },
        )

    def _rc_partner_portal_settlements(self, award):
        """Return the settlements a commission was billed with (the owner was checked)."""
        items = (
            request.env["rc.settlement.item"].sudo().search([("entry_id.award_id", "=", award.id)])
        )
        return items.settlement_id

    # ------------------------------------------------------------------
    # Values of the dashboard
    # ------------------------------------------------------------------

    def _rc_partner_portal_values(self, owner, board):
        env = request.env
        owner = owner.sudo()  # the page shows the owner's own name, type and grade
        types = dict(owner._fields["rc_partner_type"]._description_selection(env))
        code = owner._rc_get_main_code()
        edges = {customer["member_id"]: customer["edge_id"] for customer in board["customers"]}
        money = board["money"]
        return {
            "page_name": "network",
            "board": board,
            "owner_name": owner.name,
            "type_label": types.get(owner.rc_partner_type),
            "grade_name": owner.grade_id.name,
            "period_text": wording.get_period_text(env, board),
            "period_options": [
                (key, label, f"/my/network?period={key}")
                for key, label in wording.get_period_options(env)
            ],
            "code": {"code": code.code, "link": code._get_link()} if code else None,
            "paying_text": env._(
                "%(paying)s of %(members)s members have paid so far",
                paying=board["paying"],
                members=board["members"],
            ),
            "traffic_chart": self._rc_partner_portal_traffic(board),
            "traffic_text": self._rc_partner_portal_traffic_text(board),
            "latest": [
                wording.present_fact(env, fact, board["names"], edges, bool(money))
                for fact in board["latest"]
            ],
            "customers": _present_customers(env, board["customers"], board["names"]),
            "money": self._rc_partner_portal_money(money) if money else None,
        }

    def _rc_partner_portal_traffic_text(self, board):
        return {
            "today": request.env._("Per day, the last seven days"),
            "month": request.env._("Per day, this month"),
            "year": request.env._("Per month, this year"),
        }[board["choice"]]

    def _rc_partner_portal_traffic(self, board):
        env, traffic = request.env, board["traffic"]
        return {
            "type": "bar",
            "labels": [wording.get_step_label(env, period) for period, _c, _s in traffic],
            "series": [
                {
                    "label": env._("Clicks"),
                    "values": [clicks for _p, clicks, _s in traffic],
                    "tone": "accent",
                },
                {
                    "label": env._("Sign-ups"),
                    "values": [sign_ups for _p, _c, sign_ups in traffic],
                    "tone": "success",
                },
            ],
        }

    def _rc_partner_portal_money(self, money):
        env = request.env
        next_on = money["next"]["on"]
        commission = {
            "label": env._("Commission"),
            "values": [earned for _m, _revenue, earned in money["by_month"]],
            "tone": "accent",
        }
        revenue = {
            "label": env._("Revenue"),
            "values": [revenue for _m, revenue, _earned in money["by_month"]],
            "tone": "neutral",
        }
        # one axis has one currency
        is_same = money["revenue_currency"] == money["currency"]
        return {
            **money,
            "states": wording.present_states(env, money["states"]),
            "next_text": env._("on %s", wording.get_day_text(env, next_on))
            if next_on
            else env._("No plan is in force"),
            "other_texts": [
                self._rc_partner_portal_other_text(currency, states)
                for currency, states in money["other_currencies"].items()
            ],
            "chart": {
                "type": "bar",
                "labels": [
                    wording.get_step_label(env, month) for month, _r, _e in money["by_month"]
                ],
                "series": [revenue, commission] if is_same else [commission],
            },
        }

    def _rc_partner_portal_other_text(self, currency, states):
        """Return one line on what is earned in another currency."""
        env = request.env

        def text(code):
            return formatLang(env, float(states[code]), currency_obj=currency)

        return env._(
            "In %(currency)s: %(held)s held, %(payable)s payable, %(paid)s paid",
            currency=currency.name,
            held=text("held"),
            payable=text("payable"),
            paid=text("paid"),
        )


def _present_customers(env, journeys, names):
    return [
        wording.present_customer(env, journey, names[journey["member_id"]]) for journey in journeys
    ]
