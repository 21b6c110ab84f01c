"""The team of an owner, and the way a seat is taken. Reads are sudo, always by owner or by code."""

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import request
from odoo.tools import format_date

from ..adapters import local_day
from ..exceptions import Refusal
from ..kernel.seats import OWNER_SEAT
from .offer import show_offer, take_offer
from .portal import MembershipPortal

INVOICES_SHOWN = 12


class TeamPortal(MembershipPortal):
    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _rc_membership_values(self):
        values = super()._rc_membership_values()
        partner = request.env.user.partner_id
        # members have no rights on seats; the search names the holder
        seats = request.env["rc.seat"].sudo()
        domain = [("partner_id", "=", partner.id), ("state", "in", ("taken", "paused"))]
        return values | {
            "own_seats": seats.search(domain),
            "is_team_owner": bool(values["subscription"])
            and values["subscription"].seat_count > OWNER_SEAT,
        }

    def _rc_get_team(self):
        """Return the running plan of whoever is logged in if it has seats, else an empty record."""
        partner = request.env.user.partner_id
        env = request.env(su=True)  # portal users have no rights on plans; this is their own
        subscription = env["rc.subscription"]._get_running(
            partner, env["rc.program"]._get_platform()
        )
        return subscription.filtered(lambda s: s.seat_count > OWNER_SEAT)

    def _rc_get_seat(self, seat_id):
        """Return a live seat of the own team; a foreign one is as missing as one that never was."""
        seat = self._rc_get_team().seat_ids.filtered(
            lambda s: s.id == seat_id and s.state != "ended"
        )
        if not seat:
            raise NotFound()
        return seat

    def _rc_team_values(self, error=None, quantity=1):
        team = self._rc_get_team()
        values = {"page_name": "rc_membership", "team": team, "error": error}
        if not team:
            return values
        today = local_day(fields.Datetime.now(), team.company_id)
        has_seats_to_sell = bool(team._get_seat_product())
        price, now = team._get_seat_price(quantity, today) if has_seats_to_sell else (0, 0)
        live = team.seat_ids.filtered(lambda s: s.state != "ended").sorted("number")
        return values | {
            "seats": live,
            "free_count": max(team.seat_count - team.seat_taken_count, 0),
            "period_end_text": format_date(request.env, team.period_end, date_format="medium"),
            "has_seats_to_sell": has_seats_to_sell,
            "seat_price": price,
            "seat_price_now": now,
            "seat_currency": team._get_seat_currency(),
            "invoices": team._get_invoices()[:INVOICES_SHOWN],
            "usage": team._get_seat_usage(fields.Datetime.now()),
        }

    # ------------------------------------------------------------------
    # The owner
    # ------------------------------------------------------------------

    @http.route("/my/team", type="http", auth="user", website=True)
    def rc_my_team(self, **kwargs):
        return request.render("rc_membership.portal_my_team", self._rc_team_values())

    def _rc_answer(self, act):
        """Do an owner's act: back to the page, or the page with what to do next."""
        try:
            with request.env.cr.savepoint():
                answer = act()
        except Refusal as refusal:
            request.env.invalidate_all()
            values = self._rc_team_values(error=str(refusal))
            return request.render("rc_membership.portal_my_team", values)
        return answer or request.redirect("/my/team")

    @http.route("/my/team/invite", type="http", auth="user", website=True, methods=["POST"])
    def rc_team_invite(self, email="", **kwargs):
        def invite():
            team = self._rc_get_team()
            request.env["rc.seat"].sudo()._invite(team, fields.Datetime.now(), email)

        return self._rc_answer(invite)

    @http.route(
        "/my/team/seat/<int:seat_id>/<string:act>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def rc_team_seat(self, seat_id, act, **kwargs):
        """Take a seat back, or make a new code for an open invitation."""
        doors = {"end": "_end", "renew": "_renew_invitation"}
        if act not in doors:
            raise NotFound()
        seat = self._rc_get_seat(seat_id)
        return self._rc_answer(lambda: getattr(seat, doors[act])(fields.Datetime.now()))

    @http.route("/my/team/add", type="http", auth="user", website=True, methods=["POST"])
    def rc_team_add(self, quantity="", **kwargs):
        """Order more seats; the order's own page takes the payment."""

        def order():
            team = self._rc_get_team()
            today = local_day(fields.Datetime.now(), team.company_id or request.env.company)
            count = int(quantity) if quantity.isdecimal() and len(quantity) < 7 else 0
            return request.redirect(team._order_seats(count, today).get_portal_url())

        return self._rc_answer(order)

    @http.route("/my/team/give-back", type="http", auth="user", website=True, methods=["POST"])
    def rc_team_give_back(self, quantity="", **kwargs):
        def give_back():
            count = int(quantity) if quantity.isdecimal() and len(quantity) < 7 else 0
            self._rc_get_team()._give_back_seats(count, fields.Datetime.now())

        return self._rc_answer(give_back)

    # ------------------------------------------------------------------
    # The holder
    # ------------------------------------------------------------------

    @http.route(
        ["/seat", "/seat/<string:code>"], type="http", auth="public", website=True, sitemap=False
    )
    def rc_seat(self, code="", **kwargs):
        """Show an invitation to whoever has its code; taking it needs an account."""
        return show_offer("rc_membership.seat_invitation", "seat", code)

    @http.route("/seat/take", type="http", auth="user", website=True, methods=["POST"])
    def rc_seat_take(self, code="", **kwargs):
        return take_offer("rc_membership.seat_invitation", "seat", code)
