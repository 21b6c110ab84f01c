"""Cards to hand on. Portal users have no rights on our models: reads are sudo, by giver or code."""

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import request
from odoo.tools import format_date

from ..exceptions import Refusal
from .offer import show_offer, take_offer
from .portal import MembershipPortal

CARDS_SHOWN = 30


class CardPortal(MembershipPortal):
    def _rc_card_values(self, error=None, made=None):
        now = fields.Datetime.now()
        env = request.env(su=True)  # see the module's docstring
        partner = env["res.partner"].browse(request.env.user.partner_id.id)
        program = self._rc_get_program_shown(env["rc.program"]._get_programs_of(partner))
        kinds = env["rc.card.type"].search(
            [("program_id", "=", program.id), ("giver_tier_id", "!=", False)]
        )
        cards = env["rc.card"].search([("giver_id", "=", partner.id)], limit=CARDS_SHOWN)
        return {
            "page_name": "rc_membership",
            "program": program,
            "error": error,
            "kinds": [(kind, env["rc.card"]._count_left(kind, partner, now)) for kind in kinds],
            "cards": cards,
            "now": now,
            "day": lambda at: format_date(request.env, at, date_format="medium"),
        }

    def _rc_membership_values(self):
        values = super()._rc_membership_values()
        partner, program = request.env.user.partner_id.sudo(), values["program"]
        env = partner.env
        kinds = env["rc.card.type"].search(
            [("program_id", "=", program.id), ("giver_tier_id", "!=", False)]
        )
        now = fields.Datetime.now()
        left = sum(env["rc.card"]._count_left(kind, partner, now) for kind in kinds)
        has_cards = left or env["rc.card"].search_count([("giver_id", "=", partner.id)], limit=1)
        return values | {"cards_left": left, "has_cards": bool(has_cards)}

    @http.route("/my/cards", type="http", auth="user", website=True)
    def rc_my_cards(self, **kwargs):
        return request.render("rc_membership.portal_my_cards", self._rc_card_values())

    @http.route("/my/cards/give", type="http", auth="user", website=True, methods=["POST"])
    def rc_give_card(self, card="", **kwargs):
        """Make one of the month's cards."""
        kinds = [kind for kind, _left in self._rc_card_values()["kinds"]]
        kind = next((kind for kind in kinds if kind.code == card), None)
        if kind is None:
            raise NotFound()
        partner = request.env.user.partner_id.sudo()  # their own contact
        try:
            with request.env.cr.savepoint():
                # members have no rights on cards; the door checks tier and month
                request.env["rc.card"].sudo()._give(kind, partner, fields.Datetime.now())
        except Refusal as refusal:
            values = self._rc_card_values(error=str(refusal))
            return request.render("rc_membership.portal_my_cards", values)
        return request.redirect("/my/cards#cards")

    @http.route(
        ["/card", "/card/<string:code>"], type="http", auth="public", website=True, sitemap=False
    )
    def rc_card(self, code="", **kwargs):
        """Show a card to whoever has its code; taking it needs an account."""
        return show_offer("rc_membership.card_offer", "card", code)

    @http.route("/card/take", type="http", auth="user", website=True, methods=["POST"])
    def rc_take_card(self, code="", **kwargs):
        return take_offer("rc_membership.card_offer", "card", code)
