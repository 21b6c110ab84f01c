"""What members have left, their benefits, and disputes of uses. Reads are sudo, always by owner."""

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date

from .evidence import attach_evidence, read_evidence
from .portal import MembershipPortal

USES_SHOWN = 40
REASON_MAX = 2000


class UsagePortal(MembershipPortal):
    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _rc_membership_values(self):
        values = super()._rc_membership_values()
        lines = [
            line
            for line in self._rc_get_usage_lines(values["program"])
            if not line["is_benefit"] and line["kind"] != "flag"
        ]
        counted = {line["code"] for line in lines}
        return values | {
            "usage_lines": lines,
            # what has a bar is not told twice
            "rights": values["rights"].filtered(lambda r: r.entitlement_id.code not in counted),
            "benefit_grants": self._rc_get_benefits()[:4],
            "rc_grant_text": self._rc_get_grant_text,
        }

    def _rc_get_usage_lines(self, program):
        partner = request.env.user.partner_id
        # portal users have no rights on grants and counters; the reader asks for the owner's
        usage = request.env["rc.usage"].sudo()
        if not program:
            return []
        # their own contact
        return usage._get_overview(partner.sudo(), fields.Datetime.now(), program)

    def _rc_get_benefits(self):
        """Return what was given to whoever is logged in and can be used, earliest expiry first."""
        env = request.env(su=True)  # see above
        grants = env["rc.entitlement.grant"].search(
            [
                ("partner_id", "=", request.env.user.partner_id.id),
                ("company_id", "=", request.env.company.id),
                ("ended_on", "=", False),
            ]
        )
        return grants.filtered(lambda g: g.state in ("live", "coming"))

    def _rc_get_uses(self):
        """Return what staff recorded for whoever is logged in, and what was used of grants."""
        env = request.env(su=True)  # see above
        return env["rc.entitlement.use"].search(
            [
                ("partner_id", "=", request.env.user.partner_id.id),
                ("company_id", "=", request.env.company.id),
                ("grant_id", "!=", False),
                ("reverses_id", "=", False),
            ],
            limit=USES_SHOWN,
        )

    def _rc_benefit_values(self, error=None):
        return {
            "page_name": "rc_membership",
            "grants": self._rc_get_benefits(),
            "uses": [self._rc_prepare_use(use) for use in self._rc_get_uses()],
            "grant_text": self._rc_get_grant_text,
            "error": error,
            "is_reported": request.params.get("reported") == "1",
        }

    def _rc_get_grant_text(self, grant):
        """Say how long a grant lasts."""
        if grant.state == "coming":
            return request.env._("from %s", format_date(request.env, grant.starts_on))
        if grant.expires_on:
            day = format_date(request.env, grant.expires_on, date_format="medium")
            return request.env._("expires on %s", day)
        return request.env._("never expires")

    def _rc_prepare_use(self, use):
        dispute = use.dispute_ids.sorted("id")[-1:]
        at = fields.Datetime.context_timestamp(use, use.occurred_at)
        where = use.place and f" · {use.place}" or ""
        status = {
            "open": (request.env._("being checked"), "warning"),
            "accepted": (request.env._("given back"), "success"),
            "rejected": (request.env._("checked"), "neutral"),
        }.get(dispute.state)
        if use.is_given_back:
            status = (request.env._("given back"), "success")
        return {
            "use": use,
            "title": use.entitlement_id.name,
            "detail": format_date(request.env, at.date(), date_format="medium") + where,
            "status": status,
            "decision": dispute.decision if dispute.state != "open" else "",
            "can_dispute": not dispute and not use.is_given_back,
        }

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    @http.route("/my/benefits", type="http", auth="user", website=True)
    def rc_my_benefits(self, **kwargs):
        return request.render("rc_membership.portal_my_benefits", self._rc_benefit_values())

    @http.route(
        "/my/benefits/<int:use_id>/dispute",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def rc_dispute_use(self, use_id, reason="", evidence=None, **kwargs):
        """The member says what is wrong with a use, with a picture or a document."""
        use = self._rc_get_uses().filtered(lambda u: u.id == use_id)
        if not use:
            raise NotFound()
        try:
            self._rc_open_dispute(use, reason.strip()[:REASON_MAX], evidence)
        except UserError as error:
            values = self._rc_benefit_values(error=str(error))
            return request.render("rc_membership.portal_my_benefits", values)
        return request.redirect("/my/benefits?reported=1")

    def _rc_open_dispute(self, use, reason, evidence):
        if not reason:
            raise UserError(request.env._("Tell us what is wrong with it."))
        if use.dispute_ids or use.is_given_back:
            raise UserError(request.env._("You have told us about this use already."))
        file = read_evidence(evidence)
        # the member has no rights on disputes; the use is theirs (see above)
        dispute = (
            request.env["rc.entitlement.dispute"]
            .sudo()
            .create({"use_id": use.id, "reason": reason})
        )
        attach_evidence(dispute, file)
