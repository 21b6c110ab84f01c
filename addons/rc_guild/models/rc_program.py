from odoo import api, fields, models

from ..kernel.rules import FoundingConditions

TIER_CODES = ("premium", "ultimate", "team")


class RcProgram(models.Model):
    _inherit = "rc.program"

    rc_guild_founding_conditions = fields.Selection(
        [("tier", "Tier and fee"), ("tier_referrals", "Tier, fee and referrals")],
        "Founding a Guild Needs",
        default="tier",
        required=True,
    )
    rc_guild_founding_tier_ids = fields.Many2many(
        "rc.tier",
        "rc_program_guild_tier_rel",
        "program_id",
        "tier_id",
        "Founders' Tiers",
        compute="_compute_rc_guild_founding_tier_ids",
        store=True,
        readonly=False,
        domain="[('program_id', '=', id)]",
    )
    rc_guild_founding_points = fields.Integer("Founding Fee in Points", default=1000)
    rc_guild_founding_product_id = fields.Many2one(
        "product.product",
        "Founding Fee Product",
        default=lambda self: self.env.ref(
            "rc_guild.product_founding_fee", raise_if_not_found=False
        ),
        ondelete="set null",
        domain="[('sale_ok', '=', True)]",
        help="Sold to a founder who pays money. Empty: points only.",
    )
    rc_guild_founding_referrals = fields.Integer(
        "More Referrals Than", default=10, help="A founder has brought more members than this."
    )
    rc_guild_fund_rate = fields.Float(
        "Growth Fund (%)",
        digits=(5, 2),
        default=2,
        help="Percent of what a guild's members paid in the month, net of refunds and taxes.",
    )
    rc_guild_step_amount = fields.Monetary("For Each Whole", default=10)
    rc_guild_step_points = fields.Integer("Points for the Guild", default=5)
    rc_guild_step_sponsor_points = fields.Integer("Points for the Sponsor", default=10)
    rc_guild_cooling_days = fields.Integer(
        "Cooling Days", default=7, help="Days between leaving a guild and joining the next."
    )
    rc_guild_count = fields.Integer("Guilds", compute="_compute_rc_guild_count")

    _rc_guild_fund_rate_range = models.Constraint(
        "CHECK (rc_guild_fund_rate >= 0 AND rc_guild_fund_rate <= 100)",
        "The growth fund is between 0 and 100 percent.",
    )
    _rc_guild_step_positive = models.Constraint(
        "CHECK (rc_guild_step_amount > 0)", "A contribution step is more than zero."
    )
    _rc_guild_numbers_positive = models.Constraint(
        "CHECK (rc_guild_founding_points >= 0 AND rc_guild_founding_referrals >= 0"
        " AND rc_guild_step_points >= 0 AND rc_guild_step_sponsor_points >= 0"
        " AND rc_guild_cooling_days >= 0)",
        "Points, referrals and days of guilds cannot be negative.",
    )

    @api.depends("tier_ids.code")
    def _compute_rc_guild_founding_tier_ids(self):
        """The shipped condition; once somebody chose tiers, their choice stands."""
        for program in self:
            if not program.rc_guild_founding_tier_ids:
                program.rc_guild_founding_tier_ids = program.tier_ids.filtered(
                    lambda tier: tier.code in TIER_CODES
                )

    def _compute_rc_guild_count(self):
        counts = dict(
            self.env["rc.guild"]._read_group(
                [("program_id", "in", self.ids)], ["program_id"], ["__count"]
            )
        )
        for program in self:
            program.rc_guild_count = counts.get(program, 0)

    @api.private
    def _rc_get_founding_conditions(self):
        """Return what founding asks here, as the kernel's record."""
        self.ensure_one()
        asks_referrals = self.rc_guild_founding_conditions == "tier_referrals"
        return FoundingConditions(
            tier_codes=frozenset(self.rc_guild_founding_tier_ids.mapped("code")),
            points=self.rc_guild_founding_points,
            referrals_above=self.rc_guild_founding_referrals if asks_referrals else None,
        )
