"""Guild Square: what anybody may see. Visitors have no rights on guilds; reads name the fields."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.website.controllers.main import QueryURL

from ..kernel.rules import GuildError

PER_PAGE = 12
SEARCH_MAX = 60


class GuildSquare(http.Controller):
    def _get_domain(self):
        """Return what is public: published, active guilds of this website's company."""
        return [
            ("is_published", "=", True),
            ("state", "=", "active"),
            ("company_id", "=", request.website.company_id.id),
        ]

    def _find(self, slug):
        """Return the public guild of a slug, or answer 404, the same for hidden and missing."""
        guild_id = request.env["ir.http"]._unslug(slug)[1]
        guild = request.env["rc.guild"].sudo()
        if guild_id:
            guild = guild.search([*self._get_domain(), ("id", "=", guild_id)], limit=1)
        if not guild:
            raise NotFound()
        return guild

    def _get_own_stay(self, guild):
        if request.env.user._is_public():
            return request.env["rc.guild.membership"]
        stays = request.env["rc.guild.membership"].sudo()  # the visitor's own stay
        return stays._get_live(request.env.user.partner_id, guild.program_id)

    def _sitemap(env, rule, qs):  # noqa: N805  called by Odoo as a function
        if not qs or qs.lower() in "/guilds":
            yield {"loc": "/guilds"}
        guilds = env["rc.guild"].sudo()  # the sitemap lists what is public
        company = env["website"].get_current_website().company_id
        public = [
            ("is_published", "=", True),
            ("state", "=", "active"),
            ("company_id", "=", company.id),
        ]
        for guild in guilds.search(public):
            if not qs or qs.lower() in guild.website_url:
                yield {"loc": guild.website_url}

    @http.route(
        ["/guilds", "/guilds/page/<int:page>"],
        type="http",
        auth="public",
        website=True,
        sitemap=_sitemap,
    )
    def guild_square(self, page=1, guild_type=None, search="", **kwargs):
        types = request.env["rc.guild"]._fields["guild_type"]._description_selection(request.env)
        search = search.strip()[:SEARCH_MAX]
        domain = self._get_domain()
        if guild_type in dict(types):
            domain.append(("guild_type", "=", guild_type))
        else:
            guild_type = None
        if search:
            domain += ["|", ("name", "ilike", search), ("purpose", "ilike", search)]
        accounts = request.env["rc.guild.account"].sudo()  # only to list the most active first
        of_these = [("guild_id", "any", domain)]
        total = accounts.search_count(of_these)
        pager = request.website.pager(
            url="/guilds",
            url_args={"guild_type": guild_type or "", "search": search},
            total=total,
            page=page,
            step=PER_PAGE,
        )
        found = accounts.search(
            of_these, order="points desc, id", limit=PER_PAGE, offset=pager["offset"]
        )
        keep = QueryURL("/guilds", guild_type=guild_type, search=search)
        everything = (None, request.env._("All"))
        values = {
            "guilds": found.guild_id,
            "total": total,
            "pager": pager,
            "search": search,
            "guild_type": guild_type,
            "type_names": dict(types),
            "options": [
                (key, label, keep(guild_type=key or "")) for key, label in [everything, *types]
            ],
        }
        return request.render("rc_guild.guild_square", values)

    @http.route("/guilds/<string:slug>", type="http", auth="public", website=True, sitemap=False)
    def guild_page(self, slug, error=None, **kwargs):
        return self._render_guild(self._find(slug))

    def _render_guild(self, guild, error=None):
        types = request.env["rc.guild"]._fields["guild_type"]._description_selection(request.env)
        values = {
            "guild": guild,
            "type_names": dict(types),
            "own": self._get_own_stay(guild),
            "is_visitor": request.env.user._is_public(),
            "can_sign_up": request.website.auth_signup_uninvited == "b2c",
            "error": error,
        }
        return request.render("rc_guild.guild_page", values)

    @http.route(
        "/guilds/<string:slug>/join",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def guild_join(self, slug, **kwargs):
        guild = self._find(slug)
        try:
            with request.env.cr.savepoint():
                guild._join(request.env.user.partner_id.sudo(), request.env.cr.now())
        except GuildError as refusal:
            return self._render_guild(guild, request.env["rc.guild"]._get_refusal(refusal))
        except UserError as refusal:
            return self._render_guild(guild, str(refusal))
        return request.redirect("/my/guild")

    @http.route(
        "/guilds/<string:slug>/image", type="http", auth="public", website=True, sitemap=False
    )
    def guild_image(self, slug, **kwargs):
        guild = self._find(slug)
        if not guild.image_512:
            raise NotFound()
        stream = request.env["ir.binary"]._get_image_stream_from(guild, "image_512")
        return stream.get_response()
