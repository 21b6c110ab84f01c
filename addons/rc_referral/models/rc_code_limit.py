from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..errors import code_error

LIMIT_MAX = 100_000


class RcCode(models.Model):
    """How often a code may be used, and by whom."""

    _inherit = "rc.code"

    use_limit = fields.Integer(
        "Uses in All", help="How often the code can be used by everybody together. 0: no limit."
    )
    use_limit_per_person = fields.Integer(
        "Uses per Person", help="How often one person can use the code. 0: no limit."
    )
    audience = fields.Selection(
        [
            ("everyone", "Everybody"),
            ("new_members", "New members"),
            ("tiers", "Members of some tiers"),
        ],
        "Meant for",
        default="everyone",
        required=True,
        help="New members have neither a plan nor a paid invoice.",
    )
    audience_tier_ids = fields.Many2many(
        "rc.tier", "rc_code_tier_rel", "code_id", "tier_id", string="Tiers"
    )
    audience_country_ids = fields.Many2many(
        "res.country", string="Countries", help="Where the person lives. Empty: everywhere."
    )
    use_ids = fields.One2many("rc.code.use", "code_id", "Uses")
    use_count = fields.Integer("Used", compute="_compute_use_count", compute_sudo=True)

    _limits_in_range = models.Constraint(
        # one flat list: a restored backup has the same text
        f"CHECK (use_limit >= 0 AND use_limit <= {LIMIT_MAX}"
        f" AND use_limit_per_person >= 0 AND use_limit_per_person <= {LIMIT_MAX})",
        f"A limit is a number from 0 (no limit) to {LIMIT_MAX}.",
    )

    def _compute_use_count(self):
        groups = self.env["rc.code.use"]._read_group(
            [("code_id", "in", self.ids)], ["code_id"], ["__count", "releases_id:count_distinct"]
        )
        # a release is a row of its own: it takes itself and the use it undoes out of the count
        live = {code.id: rows - 2 * released for code, rows, released in groups}
        for record in self:
            record.use_count = live.get(record.id, 0)

    @api.constrains("audience", "audience_tier_ids")
    def _check_audience_tiers(self):
        for record in self:
            if record.audience == "tiers" and not record.audience_tier_ids:
                raise ValidationError(self.env._("Say which tiers the code is meant for."))

    def write(self, vals):
        if "use_limit" in vals:
            self._check_limit_change(vals["use_limit"] or 0)
        return super().write(vals)

    def _check_limit_change(self, limit):
        """A limit that was used is only raised: places beyond a lower one may be taken."""
        changed = self.filtered(lambda code: code.use_limit != limit)
        counted = self.env["rc.code.use"].sudo()  # counting alone
        for record in changed:
            lowered = limit and (not record.use_limit or limit < record.use_limit)
            if lowered and counted.search_count(
                [("code_id", "=", record.id), ("slot", "!=", False)], limit=1
            ):
                raise UserError(
                    self.env._(
                        "“%s” was used under its limit. Raise the limit, or end the code by a date "
                        "or by archiving it.",
                        record.code,
                    )
                )

    # ------------------------------------------------------------------
    # Checks before use
    # ------------------------------------------------------------------

    def _check_usable(self, partner, at):
        """Raise unless ``partner`` (empty: a visitor) may use the code now, as far as one can see.

        The last word on limits has :meth:`_use`.

        :raise CodeError: used_code, limit_reached, not_eligible, tier_required
        """
        self.ensure_one()
        refusal = self._get_limit_refusal(partner) or self._get_audience_refusal(partner, at)
        if refusal:
            raise code_error(self.env, refusal, self.code)

    def _get_limit_refusal(self, partner):
        """Return why no use is left (a word of CodeError), or None."""
        uses = self.env["rc.code.use"]
        if partner and self._is_used_by_sign_up(partner):
            return None
        if self.use_limit and uses._count_left(self) < 1:
            return "used_code" if self.use_limit == 1 else "limit_reached"
        campaign = self.campaign_id.sudo()  # visitors have no rights on campaigns
        if campaign.rc_use_limit and uses._count_left_of_campaign(campaign) < 1:
            return "limit_reached"
        if self.use_limit_per_person and partner and not partner.is_public:
            if uses._count_left(self, partner) < 1:
                return "limit_reached"
        return None

    def _get_audience_refusal(self, partner, at):
        """Return why the code is not meant for ``partner``, or None; a visitor is not known yet."""
        if not partner or partner.is_public:
            return None
        partner = partner.sudo()  # asked about members who cannot read plans and invoices
        countries = self.audience_country_ids
        if countries and partner.country_id and partner.country_id not in countries:
            return "not_eligible"
        if self.audience == "tiers" and partner.rc_tier_id not in self.audience_tier_ids:
            return "tier_required"
        if self.audience == "new_members" and not partner._rc_is_new():
            return "not_eligible"
        return None

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.private
    def _use(self, partner, key, at, origin=None):
        """Use the code once for ``partner``; the same key again returns the same use.

        :param key: what it is used for, ``sale.order:7``
        :param origin: record behind the key
        :raise CodeError: used_code (the one use is gone, or the key's use was given back),
            limit_reached
        """
        self.ensure_one()
        return self.env["rc.code.use"]._take(self.sudo(), partner, key, at, origin)

    @api.model
    @api.private
    def _release(self, key, at):
        """Give back the use with this key, once; True if there was one to give back."""
        return self.env["rc.code.use"]._give_back(key, at)

    def _get_sign_up_key(self, partner):
        return f"sign_up:{partner.id}:{self.id}"

    def _get_sign_up_use(self, partner):
        """Return the use a new member signed up by (may be empty)."""
        # by person, not by key: contacts may have been merged since; uses are the system's
        uses = self.env["rc.code.use"].sudo()
        signed_up = [("key", "=like", f"sign_up:%:{self.id}"), ("releases_id", "=", False)]
        own = [("code_id", "=", self.id), ("partner_id", "=", partner.id)]
        return uses.search([*own, *signed_up], order="id", limit=1)

    def _is_used_by_sign_up(self, partner, order=None):
        """Tell whether a new member's first order is still covered: it and the sign-up are one use.

        :param order: the order that would use the code
        """
        campaign = self.sudo().campaign_id  # as in _get_limit_refusal
        if not (self.use_limit or self.use_limit_per_person or campaign.rc_use_limit):
            return False
        if not self._get_sign_up_use(partner):
            return False
        earlier = [
            ("id", "!=", order.id if order else False),
            ("partner_id", "=", partner.id),
            ("state", "=", "sale"),
            "|",
            ("rc_typed_code_id", "=", self.id),
            ("rc_discount_code_id", "=", self.id),
        ]
        # orders of the member, asked by whoever checks the code
        return not self.env["sale.order"].sudo().search_count(earlier, limit=1)

    def _on_bound(self, partner, at):
        """A new member has used the codes they came with."""
        result = super()._on_bound(partner, at)
        self._use(partner, self._get_sign_up_key(partner), at, origin=partner)
        return result

    def action_view_uses(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_code_use_action")
        return {**action, "domain": [("code_id", "in", self.ids)], "context": {}}
