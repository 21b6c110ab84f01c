"""Promoters and partners: their own server postback, and what was told lately."""

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.rc_membership.exceptions import Refusal

from ..kernel.postback import MACROS, URL_MAX
from ..models.rc_postback_delivery import SHOWN


class PostbackPortal(CustomerPortal):
    @route(
        "/my/referrals/postback",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
    )
    def rc_my_postback(self, url="", sign_up="", payment="", state="", **_params):
        user, company = request.env.user, request.env.company
        postbacks = request.env["rc.postback"]
        if not postbacks._may_have(user):
            raise request.not_found()
        error = ""
        if request.httprequest.method == "POST":
            wish = (url.strip()[: URL_MAX + 1], bool(sign_up), bool(payment), state != "off")
            try:
                postbacks._set_own(user.partner_id, company, *wish)
                return request.redirect("/my/referrals/postback")
            except Refusal as refusal:
                error = str(refusal)
        own = postbacks._get_own(user.partner_id, company)
        deliveries = own.delivery_ids[:SHOWN]
        return request.render(
            "rc_referral.portal_my_postback",
            {
                "page_name": "postback",
                "postback": own,
                "typed": url if error else own.url or "",
                "secret": own._get_secret() if own else "",
                "deliveries": deliveries,
                "states": dict(deliveries._fields["state"]._description_selection(request.env)),
                "events": dict(deliveries._fields["event"]._description_selection(request.env)),
                "macros": MACROS,
                "error": error,
            },
        )
