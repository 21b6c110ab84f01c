import json

from odoo import models
from odoo.http import request

from ..visit import visit_by_parameter

_CONSENT_COOKIE = "website_cookies_bar"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _frontend_pre_dispatch(cls):
        super()._frontend_pre_dispatch()
        if request.httprequest.method == "GET" and "ref" in request.httprequest.args:
            visit_by_parameter()

    @classmethod
    def _is_allowed_cookie(cls, cookie_type):
        """Read the visitor's consent also where Werkzeug cannot.

        The cookies bar writes JSON with bare quotes. Newer versions of Werkzeug (seen: 3.1.9) drop
        such a cookie, and every consent would be taken for a refusal.
        """
        allowed = super()._is_allowed_cookie(cookie_type)
        if allowed or cookie_type != "optional" or _CONSENT_COOKIE in request.cookies:
            return allowed
        return cls._rc_has_raw_consent()

    @classmethod
    def _rc_has_raw_consent(cls):
        """Tell whether the header's own text holds the consent to optional cookies."""
        for part in request.httprequest.headers.get("Cookie", "").split(";"):
            name, _equals, value = part.strip().partition("=")
            if name == _CONSENT_COOKIE:
                try:
                    consent = json.loads(value)
                except ValueError:
                    return False
                return isinstance(consent, dict) and consent.get("optional") is True
        return False
