"""Confirm your e-mail and your phone: what some rewards wait for."""

from odoo import fields
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

_TRIES, _SECONDS = 5, 3600


class ConfirmPortal(CustomerPortal):
    def _rc_confirm_page(self, **values):
        partner = request.env.user.partner_id.sudo()  # one's own contact, proofs are staff's fields
        return request.render(
            "rc_referral.portal_my_confirm",
            {
                "page_name": "rc_confirm",
                "partner": partner,
                "has_sms": "sms.sms" in request.env,
                "error": None,
                "is_sent": None,
                "is_done": None,
                **values,
            },
        )

    def _rc_may_confirm(self, bucket):
        return request.env["rc.attempt"]._hit(bucket, request.env.user.login, _TRIES, _SECONDS)

    def _rc_too_many(self):
        return self._rc_confirm_page(error=request.env._("Too many tries. Wait an hour."))

    @route("/my/confirm", type="http", auth="user", website=True, methods=["GET"], sitemap=False)
    def rc_my_confirm(self, **_params):
        return self._rc_confirm_page()

    @route(
        "/my/confirm/send", type="http", auth="user", website=True, methods=["POST"], sitemap=False
    )
    def rc_my_confirm_send(self, what="", **_params):
        """Send the link or the code to one's own address or number."""
        partner = request.env.user.partner_id.sudo()  # see above
        if what == "email" and partner.email:
            if not self._rc_may_confirm("confirm_email"):
                return self._rc_too_many()
            partner._rc_send_email_link()
        elif what == "phone" and partner.phone and "sms.sms" in request.env:
            if not self._rc_may_confirm("confirm_phone_send"):
                return self._rc_too_many()
            partner._rc_send_phone_code(fields.Datetime.now())
        else:
            return request.redirect("/my/confirm")
        return self._rc_confirm_page(is_sent=what)

    @route(
        "/my/confirm/phone", type="http", auth="user", website=True, methods=["POST"], sitemap=False
    )
    def rc_my_confirm_phone(self, code="", **_params):
        """The code that came by SMS; guesses are counted over all workers."""
        if not self._rc_may_confirm("confirm_phone"):
            return self._rc_too_many()
        partner = request.env.user.partner_id.sudo()  # see above
        if not partner.phone or not partner._rc_confirm_phone(code[:20], fields.Datetime.now()):
            text = request.env._("This is not the code we sent, or it is too old.")
            return self._rc_confirm_page(error=text, is_sent="phone")
        return self._rc_confirm_page(is_done="phone")

    @route(
        "/confirm/email",
        type="http",
        auth="public",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
    )
    def rc_my_confirm_email(self, token="", **_params):
        """The mailed link. A mail program that looks at links first confirms nothing: a button does."""
        partner = request.env["res.partner"]
        is_done = False
        if request.httprequest.method == "POST":
            is_done = bool(partner._rc_confirm_email(token, fields.Datetime.now()))
        return request.render(
            "rc_referral.confirm_email",
            {
                "token": token,
                "is_done": is_done,
                "is_void": request.httprequest.method == "POST" and not is_done,
            },
        )
