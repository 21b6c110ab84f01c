from datetime import timedelta
from urllib.parse import quote, urlencode

from babel.dates import format_skeleton

from odoo import fields
from odoo.http import request, route
from odoo.tools.misc import babel_locale_parse, get_lang

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..adapters import count_members

CHART_DAYS = 30
JOINED_MAX = 50


class ReferralPortal(CustomerPortal):
    @route("/my/referrals", type="http", auth="user", website=True, sitemap=False)
    def rc_my_referrals(self, **_params):
        partner = request.env.user.partner_id
        code = partner._rc_get_main_code()
        return request.render(
            "rc_referral.portal_my_referrals", self._rc_referral_values(partner, code)
        )

    @route(
        "/my/referrals/code",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_my_referrals_code(self, **_params):
        """Make the user's code where there is none yet (accounts older than the module)."""
        request.env.user.partner_id._rc_ensure_code()
        return request.redirect("/my/referrals")

    def _rc_referral_values(self, partner, code):
        """Return the figures of the user's own codes, and nobody else's."""
        env = request.env
        # no portal rights on codes, touches and the tree: every read names the owner
        codes = (
            env["rc.code"]
            .sudo()
            .search([("partner_id", "=", partner.id), ("active", "in", (True, False))])
        )
        edges = (
            env["rc.sponsor.edge"]
            .sudo()
            .search([("sponsor_id", "=", partner.id), ("ended_at", "=", False)], limit=JOINED_MAX)
        )
        paying = edges.member_id._rc_get_paying()
        sign_ups, paid = count_members(env(su=True), "sponsor_id", partner.ids).get(
            partner.id, (0, 0)
        )
        return {
            "page_name": "referrals",
            "code": code,
            "touch_count": sum(codes.mapped("touch_count")),
            "sign_up_count": sign_ups,
            "paid_count": paid,
            "share_links": self._rc_referral_share_links(code),
            "chart": self._rc_referral_chart(codes, partner),
            "joined": [self._rc_referral_friend(edge, paying) for edge in edges],
            "rewards": self._rc_referral_rewards(partner),
        }

    def _rc_referral_friend(self, edge, paying):
        """Return what a sponsor may see of a friend: first name and initial, day, free or paying."""
        joined_on = fields.Datetime.context_timestamp(edge, edge.bound_at).date()
        day = request.env["ir.qweb.field.date"].value_to_html(joined_on, {})
        is_paying = edge.member_id in paying
        return {
            "name": edge.member_id._rc_get_short_name(),
            "detail": request.env._("Joined %s", day),
            "badge": request.env._("Paying") if is_paying else request.env._("Free"),
            "tone": "success" if is_paying else "neutral",
        }

    def _rc_referral_share_links(self, code):
        """Return where the link can be sent from a computer, with a sentence in the user's language."""
        if not code:
            return []
        text = request.env._("Join me with my link: %s", code.link)
        subject = request.env._("An invitation")
        return [
            {
                "icon": "fa-whatsapp",
                "label": "WhatsApp",
                "url": f"https://wa.me/?text={quote(text)}",
            },
            {
                "icon": "fa-paper-plane-o",
                "label": "Telegram",
                "url": "https://t.me/share/url?" + urlencode({"url": code.link}),
            },
            {
                "icon": "fa-envelope-o",
                "label": request.env._("E-mail"),
                "url": f"mailto:?subject={quote(subject)}&body={quote(text)}",
            },
        ]

    def _rc_referral_chart(self, codes, partner):
        """Return clicks and sign-ups of each of the last days, today last."""
        today = fields.Date.context_today(request.env.user)
        days = [today - timedelta(days=back) for back in reversed(range(CHART_DAYS))]
        since = fields.Datetime.to_datetime(days[0]) - timedelta(days=1)
        clicks = self._rc_referral_days(
            "rc.touch", [("code_id", "in", codes.ids), ("is_bot", "=", False)], "at", since
        )
        joined = self._rc_referral_days(
            "rc.sponsor.edge",
            [("sponsor_id", "=", partner.id), ("ended_at", "=", False)],
            "bound_at",
            since,
        )
        locale = babel_locale_parse(get_lang(request.env).code)
        return {
            "type": "bar",
            "labels": [format_skeleton("MMMd", day, locale=locale) for day in days],
            "series": [
                {
                    "label": request.env._("Clicks"),
                    "values": [clicks.get(day, 0) for day in days],
                    "tone": "accent",
                },
                {
                    "label": request.env._("Sign-ups"),
                    "values": [joined.get(day, 0) for day in days],
                    "tone": "success",
                },
            ],
        }

    def _rc_referral_days(self, model, domain, field, since):
        """Return day (of the user) → number of records, of an owner's own (the domain names it)."""
        records = request.env[model].sudo()  # no portal rights on clicks and the tree
        groups = records._read_group([*domain, (field, ">=", since)], [f"{field}:day"], ["__count"])
        return {day.date(): count for day, count in groups}

    def _rc_referral_rewards(self, partner):
        """Return what a referral earns this user, by event (empty where nothing does)."""
        rules = request.env["rc.reward.rule"].sudo()  # members may know the rules
        return rules.search(
            [
                ("program_id", "=", request.env["rc.program"].sudo()._get_platform().id),
                ("sponsor_kind", "in", rules._get_kinds_of(partner.sudo())),
                ("beneficiary", "in", ("sponsor", "both")),
                ("pilot_tag_id", "in", [False, *partner.sudo().category_id.ids]),
            ]
        )
