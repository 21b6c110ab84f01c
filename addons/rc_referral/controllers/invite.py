"""Public pages and pictures of an invitation. Every text on them is escaped or drawn."""

import hashlib
from datetime import timedelta
from urllib.parse import quote

from odoo.http import Controller, request, route

from ..errors import CodeError
from ..kernel.visitors import is_bot
from ..share.card import render_card
from ..visit import get_linked_code, get_visitor, record_visit

_CODE_MAX = 200
_SAME_VISIT = timedelta(minutes=30)
_CACHE_SECONDS = 3600


def find_invitation(text):
    """Return the personal code of a text, or an empty record; one answer for all others."""
    codes = request.env["rc.code"]
    try:
        code = codes._resolve(text[:_CODE_MAX])
    except CodeError:
        return codes
    return code if code._has_invitation() else codes


def send_picture(content, mimetype):
    """Answer with a public picture that may be cached; unchanged ones are not sent again."""
    response = request.make_response(content, [("Content-Type", mimetype)])
    response.headers["Cache-Control"] = f"public, max-age={_CACHE_SECONDS}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    return response.make_conditional(request.httprequest.environ)


class Invitation(Controller):
    @route(
        "/invite/<string:text>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "HEAD"],
    )
    def invitation(self, text, **_params):
        """The page on which a participant introduces themselves; the site's builder adds to it."""
        code = find_invitation(text)
        if not code:
            return request.redirect(f"/ref/{quote(text[:_CODE_MAX], safe='')}")
        self._count_visit(code)
        page = code._get_page()
        lang = request.env.lang
        response = request.render(
            "rc_referral.invitation",
            {
                "code": code,
                "seo_object": code,  # the card's own tags instead of the website's logo
                "card": code._get_card(),
                "page": page,
                "has_picture": bool(page.picture),
                "products": page._get_products(),
                "sign_up_url": f"/web/signup?ref={quote(code.code)}",
                "base_url": code.get_base_url(),
                "card_url": f"{code.get_base_url()}{code._get_invitation_path()}/card.jpg?lang={lang}",
            },
        )
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _count_visit(self, code):
        """Count who opens the page's own address; who came by the link was counted there."""
        visitor = get_visitor()
        since = request.env.cr.now() - _SAME_VISIT
        # a visitor has no rights on touches; the request holds the signed id
        known = visitor and request.env["rc.touch"].sudo().search_count(
            [("visitor", "=", visitor), ("code_id", "=", code.id), ("at", ">", since)], limit=1
        )
        if not known and not is_bot(request.httprequest.headers.get("User-Agent", "")):
            record_visit(code, request.httprequest.path)

    @route(
        ["/invite/<string:text>/card.jpg", "/invite/<string:text>/picture.jpg"],
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["GET", "HEAD"],
    )
    def invitation_picture(self, text, lang="", **_params):
        """The share card, or the picture the owner put on the page."""
        code = find_invitation(text)
        if not code:
            return request.not_found()
        picture = code._get_page()._get_picture()
        if request.httprequest.path.endswith("/card.jpg"):
            langs = request.env["res.lang"]._get_active_by("code")
            code = code.with_context(lang=lang if lang in langs else request.env.lang)
            return send_picture(render_card(code._get_card(), picture), "image/jpeg")
        return send_picture(picture, "image/jpeg") if picture else request.not_found()

    @route(
        "/invite.json",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["GET"],
    )
    def inviter(self, ref="", **_params):
        """Who invited the visitor, for the blocks of campaign pages: name, greeting, picture.

        Known by the visitor's cookie, or by the code in the page's address where there is none.
        """
        code = find_invitation(ref) if ref else get_linked_code()
        values = {}
        if code and code._has_invitation():
            page = code._get_page()
            path = code._get_invitation_path()
            values = {
                "name": page._get_shown_name(code.partner_id),
                "greeting": page.greeting or "",
                "picture": f"{path}/picture.jpg" if page.picture else "",
                "code": code.code,
            }
        response = request.make_json_response(values)
        response.headers["Cache-Control"] = "no-store"
        return response
