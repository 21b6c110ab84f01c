"""The mall and the draws in the portal. See ``earn.py`` for who reads."""

import uuid

from odoo import http
from odoo.http import request

from ..exceptions import Refusal
from ..kernel.draws import BITS
from .earn import EarnPortal

ORDERS_SHOWN = 12


class MallPortal(EarnPortal):
    def _rc_mall_values(self, kind=""):
        values = self._rc_earn_base(is_of_platform=True)
        env, partner, program = values["account"].env, values["partner"], values["program"]
        items = env["rc.mall.item"].search([("program_id", "=", program.id)])
        items = items.filtered(lambda i: i.kind != "draw" or i.draw_id.state == "open")
        labels = dict(items._fields["kind"]._description_selection(request.env))
        kinds = [k for k in labels if k in items.mapped("kind")]
        shown = items.filtered(lambda i: i.kind == kind) if kind in kinds else items
        orders = env["rc.mall.order"].search(
            [("partner_id", "=", partner.id), ("program_id", "=", program.id)]
        )
        return {
            **values,
            "obstacles": shown._get_obstacles(partner, values["now"]),
            "items": shown,
            "labels": labels,
            "kind": kind if kind in kinds else "",
            "kind_options": [("", request.env._("All"), "/my/mall")]
            + [(k, labels[k], f"/my/mall?kind={k}") for k in kinds],
            "orders": orders[:ORDERS_SHOWN],
            "owned": orders.filtered(lambda o: o.kind == "virtual" and o.state == "done"),
        }

    @http.route("/my/mall", type="http", auth="user", website=True, sitemap=False)
    def rc_my_mall(self, kind="", **_params):
        return request.render("rc_membership.portal_my_mall", self._rc_mall_values(kind))

    def _rc_get_item(self, item_id):
        """Return an item on the shelf of the member's program; another answers 404."""
        base = self._rc_earn_base(is_of_platform=True)
        item = (
            base["account"]
            .env["rc.mall.item"]
            .search([("id", "=", item_id), ("program_id", "=", base["program"].id)])
        )
        if not item:
            raise request.not_found()
        return base, item

    def _rc_item_values(self, item_id):
        base, item = self._rc_get_item(item_id)
        labels = dict(item._fields["kind"]._description_selection(request.env))
        return {
            **base,
            "item": item,
            "kind_label": labels[item.kind],
            "obstacle": item._get_obstacles(base["partner"], base["now"])[item],
        }

    @http.route("/my/mall/<int:item_id>", type="http", auth="user", website=True, sitemap=False)
    def rc_my_mall_item(self, item_id, **_params):
        return request.render("rc_membership.portal_my_mall_item", self._rc_item_values(item_id))

    @http.route(
        "/my/mall/<int:item_id>/buy",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_buy_in_mall(self, item_id, token="", confirmed="", **_params):
        base, item = self._rc_get_item(item_id)
        key = f"portal:{base['partner'].id}:{token or uuid.uuid4()}"
        try:
            order = item._buy(base["partner"], key, base["now"], confirmed=bool(confirmed))
        except Refusal as refusal:
            values = self._rc_item_values(item_id)
            values |= {"error": str(refusal), "is_large": refusal.code == "review_required"}
            values["token"] = token or values["token"]
            return request.render("rc_membership.portal_my_mall_item", values)
        if order.ticket_id:
            return request.redirect(f"/my/draws/{order.ticket_id.draw_id.id}")
        return request.render(
            "rc_membership.portal_my_mall_done", {**self._rc_item_values(item_id), "order": order}
        )

    @http.route(
        "/my/mall/image/<int:item_id>", type="http", auth="user", website=True, sitemap=False
    )
    def rc_mall_image(self, item_id, **_params):
        _base, item = self._rc_get_item(item_id)
        if not item.image_512:
            raise request.not_found()
        stream = item.env["ir.binary"]._get_image_stream_from(item, "image_512")
        return stream.get_response(max_age=3600)

    # ------------------------------------------------------------------
    # Draws
    # ------------------------------------------------------------------

    def _rc_draw_values(self, draw_id):
        base = self._rc_earn_base(is_of_platform=True)
        env = base["account"].env
        draw = env["rc.draw"].search(
            [
                ("id", "=", draw_id),
                ("program_id", "=", base["program"].id),
                ("state", "!=", "draft"),
            ]
        )
        if not draw:
            raise request.not_found()
        tickets = env["rc.draw.ticket"].search(
            [("draw_id", "=", draw.id), ("partner_id", "=", base["partner"].id)]
        )
        return {
            **base,
            "draw": draw,
            "tickets": tickets,
            "item": env["rc.mall.item"].search(
                [("draw_id", "=", draw.id), ("program_id", "=", base["program"].id)], limit=1
            ),
            "total": sum(draw.prize_ids.mapped("weight")),
            "bits": BITS,
        }

    @http.route("/my/draws/<int:draw_id>", type="http", auth="user", website=True, sitemap=False)
    def rc_my_draw(self, draw_id, **_params):
        return request.render("rc_membership.portal_my_draw", self._rc_draw_values(draw_id))

    @http.route(
        "/my/draws/<int:draw_id>/<int:ticket_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_draw_ticket(self, draw_id, ticket_id, word="", **_params):
        values = self._rc_draw_values(draw_id)
        ticket = values["tickets"].filtered(lambda t: t.id == ticket_id)
        if not ticket:
            raise request.not_found()
        try:
            ticket._draw(word, values["now"])
            values = {**self._rc_draw_values(draw_id), "drawn": ticket}
        except Refusal as refusal:
            values["error"] = str(refusal)
        return request.render("rc_membership.portal_my_draw", values)
