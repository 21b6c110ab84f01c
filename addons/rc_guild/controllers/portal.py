"""The member's guild. Members have no rights on our models: reads are sudo, always by owner."""

from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..kernel.rules import GuildError

ENTRIES_SHOWN = 12
MONTHS_SHOWN = 6
TEXT_LIMITS = {"name": 60, "purpose": 140, "description": 2000}
NAME_MIN = 3


def clean_text(text, limit):
    """Return one member's text without what a spreadsheet would run, at most ``limit`` long."""
    return (text or "").strip().lstrip("=+-@\t\r\0 ")[:limit].strip()


class GuildPortal(CustomerPortal):
    # ------------------------------------------------------------------
    # READ: always the own partner
    # ------------------------------------------------------------------

    def _rc_guild_owner(self):
        """Return (partner, program, live stay) of whoever is logged in, read as the system."""
        partner = request.env.user.partner_id.sudo()
        program = request.env["rc.program"].sudo()._get_platform()
        stay = request.env["rc.guild.membership"].sudo()._get_live(partner, program)
        return partner, program, stay

    def _rc_guild_hub_values(self, stay):
        guild = stay.guild_id
        code = guild._get_code()
        link = code.link if code else ""
        query = urlencode({"barcode_type": "QR", "value": link, "width": 360, "height": 360})
        entries = request.env["rc.guild.entry"].sudo()
        people = guild.membership_ids.filtered(lambda other: not other.left_at)
        return {
            "page_name": "rc_guild",
            "stay": stay,
            "guild": guild,
            "is_leader": stay.role == "leader",
            "own_points_text": stay._get_own_points_text(),
            "people": people,
            "styles": people.partner_id._rc_get_styles(guild.program_id),
            "code": code,
            "link": link,
            "qr_url": f"/report/barcode?{query}",
            "month": guild._get_month_so_far(request.env.cr.now()),
            "chart": guild._get_points_chart(request.env.cr.now(), MONTHS_SHOWN),
            "entries": entries.search([("guild_id", "=", guild.id)], limit=ENTRIES_SHOWN),
        }

    def _rc_guild_found_values(self, partner, program, vals=None, error=None):
        founding = request.env["rc.guild.founding"].sudo()
        product = program.rc_guild_founding_product_id
        if vals is None:  # offer first what the member can pay
            vals = {"paid_with": founding._get_likely_payment(partner, program)}
        return {
            "page_name": "rc_guild",
            "program": program,
            "product": product,
            "product_price": product and product._rc_get_founding_price(partner, program),
            "conditions": founding._get_checklist(partner, program),
            "types": request.env["rc.guild"]
            ._fields["guild_type"]
            ._description_selection(request.env),
            "rules": request.env["rc.guild"]
            ._fields["join_rule"]
            ._description_selection(request.env),
            "limits": TEXT_LIMITS,
            "name_min": NAME_MIN,
            "vals": vals,
            "error": error,
        }

    # ------------------------------------------------------------------
    # Hub
    # ------------------------------------------------------------------

    @http.route("/my/guild", type="http", auth="user", website=True)
    def rc_my_guild(self, **kwargs):
        partner, program, stay = self._rc_guild_owner()
        if stay:
            return request.render("rc_guild.portal_my_guild", self._rc_guild_hub_values(stay))
        return self._rc_guild_empty(partner, program)

    def _rc_guild_empty(self, partner, program, error=None, code_text=""):
        values = {
            "page_name": "rc_guild",
            "error": error,
            "code_text": code_text,
            "founding": request.env["rc.guild.founding"].sudo()._get_open(partner, program),
            "cooling_text": self._rc_guild_cooling_text(partner, program),
        }
        return request.render("rc_guild.portal_my_guild_empty", values)

    def _rc_guild_cooling_text(self, partner, program):
        free_on = request.env["rc.guild.membership"].sudo()._get_cooling(partner, program)
        if not free_on:
            return ""
        return request.env["rc.guild"]._get_refusal(GuildError("cooling_off", free_on=free_on))

    # ------------------------------------------------------------------
    # Founding
    # ------------------------------------------------------------------

    @http.route("/my/guild/found", type="http", auth="user", website=True, methods=["GET"])
    def rc_found_guild(self, **kwargs):
        partner, program, stay = self._rc_guild_owner()
        if (
            stay
            or not program  # the company of whoever is logged in has no membership program
            or request.env["rc.guild.founding"].sudo()._get_open(partner, program)
        ):
            return request.redirect("/my/guild")
        values = self._rc_guild_found_values(partner, program)
        return request.render("rc_guild.portal_found_guild", values)

    @http.route("/my/guild/found/submit", type="http", auth="user", website=True, methods=["POST"])
    def rc_found_guild_submit(self, **post):
        partner, program, stay = self._rc_guild_owner()
        if stay or not program:  # the form was sent twice, or from nowhere
            return request.redirect("/my/guild")
        vals = {name: clean_text(post.get(name), limit) for name, limit in TEXT_LIMITS.items()}
        vals.update(guild_type=post.get("guild_type"), join_rule=post.get("join_rule"))
        paid_with = post.get("paid_with")
        try:
            self._rc_guild_check_form(vals, paid_with)
            with request.env.cr.savepoint():
                founding = (
                    request.env["rc.guild.founding"]
                    .sudo()  # the member has no rights on guilds; the rules above decided
                    ._start(partner, program, vals, paid_with, request.env.cr.now())
                )
        except GuildError as error:
            return self._rc_guild_found_again(
                partner, program, vals, paid_with, request.env["rc.guild"]._get_refusal(error)
            )
        except UserError as error:
            return self._rc_guild_found_again(partner, program, vals, paid_with, str(error))
        if founding.order_id and founding.state == "waiting":
            return request.redirect(founding.order_id.get_portal_url())
        return request.redirect("/my/guild")

    @http.route("/my/guild/found/cancel", type="http", auth="user", website=True, methods=["POST"])
    def rc_found_guild_cancel(self, **kwargs):
        """The founder changes their mind before the fee is paid."""
        partner, program, _stay = self._rc_guild_owner()
        founding = request.env["rc.guild.founding"].sudo()._get_open(partner, program)
        if founding.state == "waiting":
            try:
                founding._cancel()
            except UserError as error:
                return self._rc_guild_empty(partner, program, str(error))
        return request.redirect("/my/guild")

    def _rc_guild_found_again(self, partner, program, vals, paid_with, error):
        vals = {**vals, "paid_with": paid_with}
        values = self._rc_guild_found_values(partner, program, vals, error)
        return request.render("rc_guild.portal_found_guild", values)

    def _rc_guild_check_form(self, vals, paid_with):
        Guild = request.env["rc.guild"]
        if len(vals["name"]) < NAME_MIN:
            raise UserError(request.env._("Give the guild a name of at least 3 characters."))
        if not vals["purpose"]:
            raise UserError(request.env._("Say in one sentence what the guild is for."))
        for name in ("guild_type", "join_rule"):
            if vals[name] not in dict(Guild._fields[name].selection):
                raise UserError(request.env._("Choose a type and how people join."))
        if paid_with not in ("points", "order"):
            raise UserError(request.env._("Choose how to pay the fee."))

    # ------------------------------------------------------------------
    # Joining and leaving
    # ------------------------------------------------------------------

    @http.route("/my/guild/join", type="http", auth="user", website=True, methods=["POST"])
    def rc_join_guild(self, code="", **kwargs):
        partner, program, stay = self._rc_guild_owner()
        if stay:
            return request.redirect("/my/guild")
        try:
            found = request.env["rc.code"]._resolve(code[:100], partner)
            if found.kind != "guild":
                raise UserError(
                    request.env._("%s is not a guild's code. It begins with GUILD-.", found.code)
                )
            with request.env.cr.savepoint():
                found.guild_id._join(partner, request.env.cr.now(), code=found)
        except GuildError as error:
            text = request.env["rc.guild"]._get_refusal(error)
            return self._rc_guild_empty(partner, program, text, code)
        except UserError as error:
            return self._rc_guild_empty(partner, program, str(error), code)
        return request.redirect("/my/guild")

    @http.route("/my/guild/leave", type="http", auth="user", website=True, methods=["POST"])
    def rc_leave_guild(self, **kwargs):
        _partner, _program, stay = self._rc_guild_owner()
        if stay:
            try:
                stay._leave(request.env.cr.now(), request.env._("Left in the portal"))
            except UserError as error:
                values = self._rc_guild_hub_values(stay)
                return request.render("rc_guild.portal_my_guild", {**values, "error": str(error)})
        return request.redirect("/my/guild")
