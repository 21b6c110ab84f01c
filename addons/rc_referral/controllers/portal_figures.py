"""A participant's own funnel and channels on the page of referrals, read live."""

from odoo.http import request

from .portal import ReferralPortal

CHANNELS_MAX = 6
_STEPS = ("click_count", "sign_up_count", "verified_count", "paid_count", "renewed_count")


class ReferralFigures(ReferralPortal):
    def _rc_referral_values(self, partner, code):
        return {
            **super()._rc_referral_values(partner, code),
            "funnel": self._rc_own_funnel(partner),
            "channels": self._rc_own_channels(partner),
        }

    def _rc_read_own(self, partner, groups, order=None, limit=None):
        """Return groups of the participant's own facts (portal users have no rights on reports)."""
        funnel = request.env["rc.referral.funnel"].sudo()  # the domain names the owner
        domain = [("partner_id", "=", partner.id)]
        aggregates = [f"{step}:sum" for step in _STEPS]
        return funnel._read_group(domain, groups, aggregates, order=order, limit=limit)

    def _rc_own_funnel(self, partner):
        """Return (label, count, text: count and share of the step before) of each step."""
        [counts] = self._rc_read_own(partner, [])
        clicks, joined, verified, paid, renewed = (count or 0 for count in counts)
        env = request.env
        steps = (
            (env._("Clicks"), clicks, None),
            (env._("Sign-ups"), joined, clicks),
            (env._("Verified"), verified, joined),
            (env._("Paid"), paid, joined),
            (env._("Renewed"), renewed, paid),
        )
        return [
            (label, count, f"{count} · {round(count * 100 / before)} %" if before else str(count))
            for label, count, before in steps
        ]

    def _rc_own_channels(self, partner):
        rows = self._rc_read_own(
            partner, ["source"], "paid_count:sum desc, click_count:sum desc", CHANNELS_MAX
        )
        env = request.env
        series = ((env._("Clicks"), 1, "accent"), (env._("Sign-ups"), 2, "success"))
        return {
            "type": "bar",
            "labels": [row[0] or env._("Direct") for row in rows],
            "series": [
                {"label": label, "values": [row[place] or 0 for row in rows], "tone": tone}
                for label, place, tone in series
            ],
        }
