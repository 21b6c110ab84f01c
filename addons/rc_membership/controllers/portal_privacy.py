"""My data: a copy of it, and its end. Portal users have no rights on our models: reads are sudo,
always by owner.
"""

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import AccessDenied, UserError
from odoo.http import content_disposition, request
from odoo.tools import format_datetime

from odoo.addons.portal.controllers.portal import CustomerPortal


class PrivacyPortal(CustomerPortal):
    def _rc_privacy_requests(self):
        """Return the person's own requests, newest first."""
        partner = request.env.user.partner_id
        # see the module's docstring
        return request.env["rc.privacy.request"].sudo().search([("partner_id", "=", partner.id)])

    def _rc_privacy_values(self, error=None):
        now = fields.Datetime.now()
        partner = request.env.user.partner_id
        requests = self._rc_privacy_requests()
        copies = requests.filtered(lambda one: one.kind == "export")
        erasures = requests.filtered(lambda one: one.kind == "erasure")
        findings = partner._rc_get_erasure_findings(now)
        return {
            "page_name": "rc_privacy",
            "error": error,
            "being_made": copies.filtered(lambda one: one.state == "approved")[:1],
            "copy": copies.filtered(lambda one: one.state == "done" and one.file_until > now)[:1],
            "erasure": erasures.filtered(lambda one: one.state in ("waiting", "approved"))[:1],
            "refused": erasures[:1].filtered(lambda one: one.state == "refused"),
            "refusals": [one for one in findings if one.level == "refuses"],
            "losses": [one for one in findings if one.level == "lost"],
            "areas": partner._rc_get_erasure_areas(),
            "moment": lambda value: format_datetime(request.env, value, dt_format="medium"),
        }

    def _rc_privacy_page(self, error=None):
        values = self._rc_privacy_values(error)
        return request.render("rc_membership.portal_my_privacy", values)

    def _rc_check_password(self, password):
        """Raise ``AccessDenied`` unless it is the person's own; wrong ones in a row are locked out."""
        user = request.env.user
        credential = {"login": user.login, "password": password or "", "type": "password"}
        with user._assert_can_auth(user=user.id):
            user._check_credentials(credential, {"interactive": True})

    def _rc_privacy_ask(self, kind, password, accepted=()):
        """Enter the person's own request after the password was checked; return a page."""
        user = request.env.user
        try:
            self._rc_check_password(password)
            request.env["rc.privacy.request"]._ask(
                user.partner_id, kind, fields.Datetime.now(), user, "portal", accepted
            )
        except AccessDenied:
            return self._rc_privacy_page(
                request.env._("The password is not right. Nothing was asked for.")
            )
        except UserError as refusal:
            return self._rc_privacy_page(str(refusal))
        return request.redirect("/my/privacy")

    @http.route("/my/privacy", type="http", auth="user", website=True)
    def rc_my_privacy(self, **kwargs):
        return self._rc_privacy_page()

    @http.route("/my/privacy/copy", type="http", auth="user", methods=["POST"], website=True)
    def rc_my_privacy_copy(self, password="", **kwargs):
        return self._rc_privacy_ask("export", password)

    @http.route("/my/privacy/erase", type="http", auth="user", methods=["POST"], website=True)
    def rc_my_privacy_erase(self, password="", **kwargs):
        accepted = request.httprequest.form.getlist("accepted")
        return self._rc_privacy_ask("erasure", password, accepted)

    @http.route("/my/privacy/withdraw", type="http", auth="user", methods=["POST"], website=True)
    def rc_my_privacy_withdraw(self, **kwargs):
        waiting = self._rc_privacy_requests().filtered(
            lambda one: one.kind == "erasure" and one.state == "waiting"
        )
        for one in waiting:
            one._decide("withdrawn", fields.Datetime.now())
        return request.redirect("/my/privacy")

    @http.route("/my/privacy/<int:request_id>/file", type="http", auth="user", website=True)
    def rc_my_privacy_file(self, request_id, **kwargs):
        """The copy, to its owner only; a foreign, missing or expired one answers 404."""
        now = fields.Datetime.now()
        one = self._rc_privacy_requests().filtered(
            lambda one: (
                one.id == request_id
                and one.kind == "export"
                and one.state == "done"
                and one.file_until > now
            )
        )
        if not one:
            raise NotFound()
        attachment = one._get_file()
        return request.make_response(
            attachment.raw,
            [
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(f"my-data-{one.id}.zip")),
                ("Cache-Control", "no-store"),
            ],
        )
