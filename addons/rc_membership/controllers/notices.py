"""What a member was told, and how they want to be. Portal users have no rights on our models: reads
are sudo, of one's own contact."""

from odoo import http
from odoo.http import request
from odoo.tools import format_datetime

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..exceptions import Refusal
from ..models.res_partner_notify import WAYS

NOTICES_SHOWN = 30


class NoticePortal(CustomerPortal):
    def _rc_notice_values(self, error=None):
        partner = request.env.user.partner_id.sudo()  # see the module's docstring
        labels = dict(partner._fields["rc_notify_by"]._description_selection(request.env))
        return {
            "page_name": "rc_membership",
            "error": error,
            "way": partner.rc_notify_by or WAYS[0][0],
            "ways": [(way, labels[way]) for way, _label in WAYS],
            "phone": partner.phone_sanitized,
            "notices": [
                (format_datetime(request.env, at, dt_format="medium"), text, icon)
                for at, text, icon in partner._rc_get_notices(NOTICES_SHOWN)
            ],
        }

    @http.route("/my/notices", type="http", auth="user", website=True, sitemap=False)
    def rc_my_notices(self, **_params):
        return request.render("rc_membership.portal_my_notices", self._rc_notice_values())

    @http.route("/my/notices/way", type="http", auth="user", website=True, methods=["POST"])
    def rc_choose_way(self, way="", **_params):
        try:
            request.env.user.partner_id.sudo()._rc_choose_way(way)  # their own contact
        except Refusal as refusal:
            values = self._rc_notice_values(str(refusal))
            return request.render("rc_membership.portal_my_notices", values)
        return request.redirect("/my/notices")
