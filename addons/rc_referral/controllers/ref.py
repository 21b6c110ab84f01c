from urllib.parse import urlencode

from odoo.http import Controller, request, route

from ..challenge import get_puzzle, has_proof, is_flooding, note_frame
from ..errors import CodeError
from ..kernel.codes import is_valued
from ..kernel.visitors import is_bot
from ..limits import note_failure
from ..visit import is_cookie_allowed, record_visit

_KEPT = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "gclid", "msclkid", "sub")
_STATUS = {"expired_code": 410}
_CODE_MAX = 200


class ReferralLink(Controller):
    @route(
        ["/ref", "/ref/<path:text>"],
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["GET", "HEAD"],
    )
    def ref(self, text="", code="", **_params):
        """A participant's link: record the touch, then on to a page of this site.

        A code that cannot be used gets a page that says why and lets the visitor try again.
        """
        typed = (text or code)[:_CODE_MAX]
        if is_valued(typed):
            return request.redirect("/redeem", code=302)
        try:
            record = request.env["rc.code"]._resolve(typed)
        except CodeError as error:
            return self._show_problem(error, typed)
        path = self._get_path(record)
        note_frame(record)
        if is_flooding() and not has_proof():
            return self._ask_for_proof()
        record_visit(record, path, is_entered=not text)
        kept = {key: request.params[key] for key in _KEPT if request.params.get(key)}
        if not is_cookie_allowed():
            kept["ref"] = record.code  # the landing page asks for consent; then it counts there
        if kept:
            path += ("&" if "?" in path else "?") + urlencode(kept)
        response = request.redirect(path, code=302)
        response.headers["Cache-Control"] = "no-store"  # a cached redirect would lose later clicks
        return response

    def _ask_for_proof(self):
        """So many clicks from one address: the browser shows that it is one, then it goes on."""
        http = request.httprequest
        kept = {name: text for name, text in http.args.items() if not name.startswith("rc_")}
        response = request.render(
            "rc_referral.challenge_page",
            {"rc_puzzle": get_puzzle(), "path": http.path, "kept": kept},
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def _get_path(self, code):
        """Return where the link leads; what makes previews of links is shown the share card."""
        http = request.httprequest
        if code._has_invitation() and is_bot(http.headers.get("User-Agent", "")):
            langs = request.env["res.lang"]._get_frontend()
            lang = code.partner_id.lang if code.partner_id.lang in langs else None
            return request.env["ir.http"]._url_for(code._get_invitation_path(), lang)
        return code._get_landing(http.args)

    def _show_problem(self, error, typed):
        if error.code == "unknown_code" and request.httprequest.method == "GET":
            note_failure("link")
        response = request.render(
            "rc_referral.code_problem",
            {
                "message": error.args[0] if typed.strip() else None,
                "typed": typed,
                "refusal": error.code,
            },
        )
        response.status_code = _STATUS.get(error.code, 404) if typed.strip() else 200
        return response
