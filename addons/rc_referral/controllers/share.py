"""The page from which a participant shares, in the portal. Every read names the owner."""

from urllib.parse import quote, urlencode

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.rc_share_page import GREETING_MAX, PICTURE_BYTES_MAX
from ..share.card import render_card, render_poster
from ..share.qr import to_png, to_svg
from ..share.sheet import COLUMNS, ROWS, render_sheet

_PATH = "/my/referrals/share"
_FILES = {
    "card": ("card.jpg", "image/jpeg"),
    "poster": ("poster.png", "image/png"),
    "qr": ("qr.png", "image/png"),
    "svg": ("qr.svg", "image/svg+xml"),
    "sheet": ("stickers.pdf", "application/pdf"),
}


class SharePortal(CustomerPortal):
    @route(_PATH, type="http", auth="user", website=True, sitemap=False, methods=["GET"])
    def rc_my_share(self, code="", **_params):
        partner = request.env.user.partner_id
        record = self._rc_share_code(partner, code)
        if not record:
            return request.redirect("/my/referrals")  # where the first code is made
        return request.render("rc_referral.portal_my_share", self._rc_share_values(partner, record))

    @route(
        f"{_PATH}/file/<string:name>",
        type="http",
        auth="user",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["GET"],
    )
    def rc_my_share_file(self, name, code="", download="", lang="", **_params):
        """A file of the user's own code, in the user's language."""
        partner = request.env.user.partner_id
        record = self._rc_share_code(partner, code)
        if not record or name not in _FILES:
            return request.not_found()
        langs = request.env["res.lang"]._get_active_by("code")
        record = record.with_context(lang=lang if lang in langs else request.env.user.lang)
        filename, mimetype = _FILES[name]
        response = request.make_response(
            self._rc_share_content(record, name), [("Content-Type", mimetype)]
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, no-cache"
        if download or name in ("svg", "sheet"):
            disposition = f"attachment; filename={record.code}-{filename}"
            response.headers["Content-Disposition"] = disposition
        return response

    @route(f"{_PATH}/save", type="http", auth="user", website=True, methods=["POST"], sitemap=False)
    def rc_my_share_save(self, greeting="", picture=None, **params):
        """Keep what the user says on their invitation page; a refusal says what to change."""
        user = request.env.user
        code = user.partner_id._rc_get_main_code()
        if not code:
            return request.redirect("/my/referrals")
        chosen = request.httprequest.form.getlist("product")
        vals = {
            "greeting": greeting[: GREETING_MAX * 4],
            "is_open": params.get("is_open"),
            "is_full_name": params.get("is_full_name"),
            "product_ids": [
                int(text) for text in chosen[:200] if text.isascii() and text.isdigit()
            ],
        }
        content = picture.read(PICTURE_BYTES_MAX + 1) if hasattr(picture, "read") else b""
        if content or params.get("remove_picture"):
            vals["picture"] = content
        pages = request.env["rc.share.page"]
        try:
            with request.env.cr.savepoint():
                pages._save(user.partner_id, code.company_id, vals)
        except UserError as error:
            request.session["rc_share_problem"] = error.args[0]
            return request.redirect(f"{_PATH}#invitation")
        request.session["rc_share_saved"] = True
        return request.redirect(f"{_PATH}#invitation")

    def _rc_share_code(self, partner, text):
        """Return the user's own personal code that ``text`` names; their main one without a text."""
        if not text:
            return partner._rc_get_main_code()
        # members have no rights on codes: the search names the owner
        codes = request.env["rc.code"].sudo().search([("partner_id", "=", partner.id)])
        return codes.filtered(lambda code: code.code == text and code._has_invitation())[:1]

    def _rc_share_content(self, code, name):
        if name == "qr":
            return to_png(code._get_share_link("qr"))
        if name == "svg":
            return to_svg(code._get_share_link("qr")).encode()
        if name == "sheet":
            card = code._get_card("print")
            return render_sheet([card] * (COLUMNS * ROWS), card.headline)
        picture = code._get_page()._get_picture()
        render = render_card if name == "card" else render_poster
        return render(code._get_card("card" if name == "card" else "poster"), picture)

    def _rc_share_values(self, partner, code):
        env = request.env
        page = code._get_page()
        products = env["rc.share.page"]._get_promotable(code.company_id)
        # members have no rights on campaigns; open ones are offered to everybody
        campaigns = env["utm.campaign"].sudo().search([("rc_is_open", "=", True)], limit=20)
        codes = env["rc.code"].sudo().search([("partner_id", "=", partner.id)], order="id")
        return {
            "page_name": "referrals",
            "code": code,
            "codes": [
                (own.code, own.code, f"{_PATH}?{urlencode({'code': own.code})}")
                for own in codes
                if own._has_invitation()
            ],
            "card": code._get_card(),
            "page": page,
            "channels": self._rc_share_channels(code),
            "file_url": lambda name, **more: (
                f"{_PATH}/file/{name}?" + urlencode({"code": code.code, "lang": env.lang, **more})
            ),
            "products": [  # chosen ones first
                {
                    "record": product,
                    "link": code._get_share_link("item", product=product),
                    "is_chosen": product in page.product_ids,
                }
                for product in (products & page.product_ids) + (products - page.product_ids)
            ],
            "campaigns": [
                {
                    "name": campaign.title,
                    "text": campaign.rc_share_text,
                    "link": code._get_share_link("campaign", campaign=campaign),
                }
                for campaign in campaigns
            ],
            "greeting_max": GREETING_MAX,
            "problem": request.session.pop("rc_share_problem", None),
            "is_saved": request.session.pop("rc_share_saved", False),
        }

    def _rc_share_channels(self, code):
        """Return where the link can be sent, each with its own UTM source; WeChat takes the picture."""
        env = request.env
        subject = env._("An invitation")

        def link(source):
            return code._get_share_link(source)

        def text(source):
            return env._("Join me with my link: %s", link(source))

        plain = env._("Join me:")
        return [
            (
                "whatsapp",
                "fa-whatsapp",
                "WhatsApp",
                f"https://wa.me/?text={quote(text('whatsapp'))}",
            ),
            (
                "telegram",
                "fa-telegram",
                "Telegram",
                "https://t.me/share/url?" + urlencode({"url": link("telegram"), "text": plain}),
            ),
            (
                "x",
                "fa-twitter",
                "X",
                "https://x.com/intent/post?" + urlencode({"text": plain, "url": link("x")}),
            ),
            (
                "linkedin",
                "fa-linkedin",
                "LinkedIn",
                "https://www.linkedin.com/sharing/share-offsite/?"
                + urlencode({"url": link("linkedin")}),
            ),
            (
                "mail",
                "fa-envelope-o",
                env._("E-mail"),
                f"mailto:?subject={quote(subject)}&body={quote(text('mail'))}",
            ),
        ]
