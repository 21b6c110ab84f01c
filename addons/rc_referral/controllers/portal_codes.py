"""A buyer's own activation and gift codes in the portal. Every read names the owner."""

from odoo import fields
from odoo.http import content_disposition, request, route

from odoo.addons.rc_membership.exceptions import Refusal

from ..kernel.table import write_csv
from ..share.card import Card
from ..share.sheet import render_sheet
from .portal import ReferralPortal

_SHOWN_MAX = 200
_CSV = "text/csv;charset=utf-8"


class CodesPortal(ReferralPortal):
    @route(
        "/my/referrals/discount",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def rc_my_discount_code(self, percent="", **_params):
        """Make a code of the user's own that gives friends a discount."""
        partner = request.env.user.partner_id
        try:
            number = int(percent) if percent.isdecimal() and len(percent) < 4 else 0
            request.env["rc.code"]._make_discount_code(partner, number)
        except Refusal as refusal:
            request.session["rc_discount_refusal"] = refusal.args[0]
        return request.redirect("/my/referrals#discounts")

    def _rc_referral_values(self, partner, code):
        """Besides: the user's further codes, and what discount they may hand out."""
        values = super()._rc_referral_values(partner, code)
        codes = request.env["rc.code"]
        # members have no rights on codes: the search names the owner
        own = codes.sudo().search(
            [("partner_id", "=", partner.id), ("kind", "not in", ("activation", "gift"))],
            order="id",
        )
        return {
            **values,
            "more_codes": own - code if code else own,
            "discount_max": codes._get_discount_max(partner),
            "discount_refusal": request.session.pop("rc_discount_refusal", None),
        }

    @route("/my/codes", type="http", auth="user", website=True, sitemap=False)
    def rc_my_codes(self, **_params):
        batches = self._rc_get_batches()
        return request.render(
            "rc_referral.portal_my_codes",
            {"page_name": "codes", "batches": batches, "chart": self._rc_batches_chart(batches)},
        )

    @route("/my/codes/<int:batch_id>", type="http", auth="user", website=True, sitemap=False)
    def rc_my_codes_batch(self, batch_id, **_params):
        return self._rc_show_batch(self._rc_get_batches(batch_id))

    @route(
        "/my/codes/<int:batch_id>/show",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def rc_my_codes_show(self, batch_id, form="page", **_params):
        """Show the codes themselves: on the page, as CSV, or as a sheet to print; written down."""
        batch = self._rc_get_batches(batch_id)
        if not batch:
            raise request.not_found()
        if form == "csv":
            return self._rc_download(batch, "codes.csv", _CSV, self._rc_get_csv(batch))
        if form == "pdf":
            content = render_sheet(self._rc_get_cards(batch), batch.name)
            return self._rc_download(batch, "codes.pdf", "application/pdf", content)
        return self._rc_show_batch(batch, self._rc_reveal(batch, "page"))

    @route(
        "/my/codes/<int:batch_id>/replace",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def rc_my_codes_replace(self, batch_id, code_id="", **_params):
        """Void one code that was lost and make another in its place."""
        batch = self._rc_get_batches(batch_id)
        code = batch.code_ids.filtered(lambda own: str(own.id) == code_id)
        if not code:
            raise request.not_found()
        try:
            batch._replace(code, fields.Datetime.now())
        except Refusal as refusal:
            return self._rc_show_batch(batch, error=refusal.args[0])
        return request.redirect(f"/my/codes/{batch.id}")

    # ------------------------------------------------------------------

    def _rc_get_batches(self, batch_id=None):
        """Return the user's own batches (or the one asked for, empty if it is somebody else's).

        Who works for a business with us sees what the business bought.
        """
        user = request.env.user
        owners = user.partner_id
        if user.has_group("rc_membership.group_partner"):
            owners |= user.partner_id.commercial_partner_id
        domain = [("partner_id", "in", owners.ids)]
        if batch_id is not None:
            domain.append(("id", "=", batch_id))
        # buyers have no rights on batches: the search names the owner
        return request.env["rc.activation.batch"].sudo().search(domain)

    def _rc_show_batch(self, batch, texts=None, error=None):
        if not batch:
            raise request.not_found()
        redemptions = {row.code_id: row for row in batch.redemption_ids}
        codes = batch.code_ids.sorted(lambda code: (code not in redemptions, code.id))
        today = fields.Date.context_today(request.env.user)
        response = request.render(
            "rc_referral.portal_my_codes_batch",
            {
                "page_name": "codes",
                "batch": batch,
                "error": error,
                "is_shown": texts is not None,
                "is_expired": batch.expires_on <= today,
                "more": max(len(codes) - _SHOWN_MAX, 0),
                "rows": [
                    self._rc_get_row(code, redemptions.get(code), texts or {}, batch, today)
                    for code in codes[:_SHOWN_MAX]
                ],
                "link": f"{batch.get_base_url()}/redeem",
            },
        )
        response.headers["Cache-Control"] = "no-store"  # the page may show codes
        return response

    def _rc_get_row(self, code, redemption, texts, batch, today):
        """Return one code as its buyer sees it: who redeemed it only if they agreed."""
        env = request.env
        detail, badge, tone = None, env._("Open"), "success"
        if redemption:
            day = env["ir.qweb.field.date"].value_to_html(redemption.at.date(), {})
            who = redemption.partner_id._rc_get_short_name() if redemption.is_named else None
            detail = f"{who} · {day}" if who else day
            badge, tone = env._("Redeemed"), "neutral"
        elif not code.active:
            badge, tone, detail = env._("Void"), "danger", code.void_reason
        elif batch.expires_on <= today:
            badge, tone = env._("Expired"), "warning"
        return {
            "id": code.id,
            "text": texts.get(code.id) or code.code,
            "detail": detail,
            "badge": badge,
            "tone": tone,
            "can_replace": tone == "success",
        }

    def _rc_batches_chart(self, batches):
        """Return how many codes of each batch are redeemed, open and void."""
        env = request.env
        last = batches[:8].sorted("id")
        columns = (
            (env._("Redeemed"), "redeemed_count", "success"),
            (env._("Open"), "open_count", "accent"),
            (env._("Void"), "void_count", "neutral"),
        )
        return {
            "type": "bar",
            "is_stacked": True,
            "labels": [batch.name for batch in last],
            "series": [
                {"label": label, "values": last.mapped(name) if last else [], "tone": tone}
                for label, name, tone in columns
            ],
        }

    def _rc_reveal(self, batch, purpose):
        """Return code id → text of what is open; who saw it is written down."""
        codes = batch._get_open_codes()
        return codes._reveal(request.env.user.partner_id, fields.Datetime.now(), purpose)

    def _rc_get_csv(self, batch):
        env = request.env
        head = [env._("Code"), env._("Plan"), env._("Valid until"), env._("Redeem at")]
        link = f"{batch.get_base_url()}/redeem"
        return write_csv(
            head,
            [
                [text, batch.plan_id.name, batch.expires_on, link]
                for text in self._rc_reveal(batch, "csv").values()
            ],
        )

    def _rc_get_cards(self, batch):
        """Return one label for each open code; its QR code fills the form in."""
        env = request.env
        link = f"{batch.get_base_url()}/redeem"
        day = env["ir.qweb.field.date"].value_to_html(batch.expires_on, {})
        return [
            Card(
                name=batch.partner_id.name,
                headline=batch.plan_id.name,
                text=env._("Valid until %s", day),
                brand=batch.company_id.name,
                hint=env._("Scan, or type the code at %s", link),
                code=text,
                link=f"{link}#{text}",  # what is behind # never reaches a server's log
            )
            for text in self._rc_reveal(batch, "sheet").values()
        ]

    def _rc_download(self, batch, name, content_type, content):
        return request.make_response(
            content,
            [
                ("Content-Type", content_type),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
