"""Proofs that an e-mail address or a phone number is somebody's: conditions of rewards."""

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_email_verified_at = fields.Datetime(
        "E-mail Verified", readonly=True, copy=False, groups="base.group_user"
    )
    rc_phone_verified_at = fields.Datetime(
        "Phone Verified", readonly=True, copy=False, groups="base.group_user"
    )

    @api.private
    def _rc_verify(self, what, at):
        """Note that the person proved an address (``email``) or a number (``phone``), once.

        Called by what has proof: a mailed link, an identity provider, the app's SMS check.
        """
        self.ensure_one()
        field = {"email": "rc_email_verified_at", "phone": "rc_phone_verified_at"}[what]
        partner = self.sudo()  # a member has no right to write it; the caller has the proof
        if not partner[field]:
            partner.write({field: at})
            key = f"res.partner:{partner.id}:{what}_verified"
            # the inbox belongs to the system
            partner.env["rc.event"]._push(key, "verified", partner, at, {"what": what})

    def write(self, vals):
        """Another address or number is not proven, and nobody but the system says it is."""
        facts = {"rc_email_verified_at", "rc_phone_verified_at"}
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name not in facts}
        for name, field in (("email", "rc_email_verified_at"), ("phone", "rc_phone_verified_at")):
            if name in vals and field not in vals and any(p[name] != vals[name] for p in self):
                vals = {**vals, field: False}
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        facts = ("rc_email_verified_at", "rc_phone_verified_at")
        if self.env.su:
            return super().create(vals_list)
        vals_list = [{k: v for k, v in vals.items() if k not in facts} for vals in vals_list]
        # a default in the caller's context would be a way around
        defaults = {f"default_{name}" for name in facts}
        context = {k: v for k, v in self.env.context.items() if k not in defaults}
        clean = self.with_env(self.env(context=context))
        return super(ResPartner, clean).create(vals_list)


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_market_profile = fields.Selection(
        [("neutral", "Neutral"), ("cn", "China"), ("us", "United States")],
        "Market Profile",
        default="neutral",
        required=True,
        help="China and United States: no rewards for free sign-ups and clicks.",
    )

    @api.private
    def _rc_allows_marketing_rewards(self):
        """True where rewards for what costs the new member nothing may be given."""
        self.ensure_one()
        return self.rc_market_profile not in ("cn", "us")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_market_profile = fields.Selection(
        related="company_id.rc_market_profile", readonly=False, required=True
    )
