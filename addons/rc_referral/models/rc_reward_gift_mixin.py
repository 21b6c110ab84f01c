from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.rc_membership.adapters import exact

KINDS = [
    ("points", "Points"),
    ("cash", "Cash"),
    ("coupon", "Coupon"),
    ("days", "Membership Days"),
    ("card", "Privilege Card"),
    ("codes", "Activation Codes"),
    ("right", "Entitlement"),
    ("item", "Item of the Mall"),
    ("draw", "Draw Ticket"),
    ("badge", "Badge"),
    ("pricelist", "Price List"),
]
GIFT_FIELDS = (
    "kind",
    "points",
    "amount",
    "currency_id",
    "tier_id",
    "days",
    "coupon_program_id",
    "coupon_use",
    "entitlement_id",
    "count",
    "valid_days",
    "card_type_id",
    "code_plan_id",
    "item_id",
    "draw_id",
    "badge_id",
    "pricelist_id",
)


class RcRewardGiftMixin(models.AbstractModel):
    """What a reward is: so many points, days of a tier, a coupon, money, a ticket …"""

    _name = "rc.reward.gift.mixin"
    _description = "What a Reward Gives"

    kind = fields.Selection(KINDS, "Gives", required=True, default="points")
    points = fields.Integer()
    amount = fields.Monetary("Cash")
    currency_id = fields.Many2one("res.currency", ondelete="restrict")
    tier_id = fields.Many2one("rc.tier", "Days of", ondelete="restrict")
    days = fields.Integer()
    coupon_program_id = fields.Many2one(
        "loyalty.program",
        "Coupon",
        ondelete="restrict",
        domain="[('program_type', '=', 'coupons')]",
        help="The owner gets a code of this program; nobody else can use it.",
    )
    coupon_use = fields.Selection(
        [("shop", "In the shop"), ("renewal", "Off the own next renewal")],
        "Coupon Is Used",
        default="shop",
    )
    entitlement_id = fields.Many2one("rc.entitlement", ondelete="restrict")
    count = fields.Integer("How Many", default=1)
    valid_days = fields.Integer(help="Days after which what is left expires. Zero: never.")
    card_type_id = fields.Many2one(
        "rc.card.type",
        "Card",
        ondelete="restrict",
        help="They get its code, to take it themselves or to hand it on.",
    )
    code_plan_id = fields.Many2one(
        "product.template",
        "Codes for the Plan",
        ondelete="restrict",
        domain="[('rc_tier_id', '!=', False)]",
        help="They get free codes to hand on; whoever redeems one is theirs, as with codes bought.",
    )
    item_id = fields.Many2one("rc.mall.item", "Mall Item", ondelete="restrict")
    draw_id = fields.Many2one("rc.draw", ondelete="restrict")
    badge_id = fields.Many2one(
        "gamification.badge",
        ondelete="restrict",
        help="Shown on the profile. Nothing is decided by it: the reward itself is the fact.",
    )
    pricelist_id = fields.Many2one("product.pricelist", ondelete="restrict")
    gift_text = fields.Char("What It Gives", compute="_compute_gift_text")

    @api.constrains(*GIFT_FIELDS)
    def _check_gift(self):
        for record in self:
            if not record._is_complete():
                raise ValidationError(self.env._("Say what the reward gives, and how much of it."))

    def _is_complete(self):
        self.ensure_one()
        return bool(
            {
                "points": self.points > 0,
                "cash": self.amount > 0,
                "coupon": self.coupon_program_id,
                "days": self.tier_id and self.days > 0,
                "right": self.entitlement_id and self.count > 0,
                "card": self.card_type_id,
                "codes": self.code_plan_id.rc_tier_id and self.count > 0,
                "item": self.item_id,
                "draw": self.draw_id,
                "badge": self.badge_id,
                "pricelist": self.pricelist_id,
            }.get(self.kind, True)
        )

    @api.depends(*GIFT_FIELDS)
    @api.depends_context("lang")
    def _compute_gift_text(self):
        for record in self:
            describe = getattr(record, f"_describe_{record.kind}", None)
            record.gift_text = describe() if describe and record._is_complete() else ""

    def _describe_points(self):
        program = self.env["rc.program"].sudo()._get_platform()  # the name of points is public
        return self.env._(
            "%(points)s %(name)s",
            points=self.points,
            name=program.point_name or self.env._("Points"),
        )

    def _describe_cash(self):
        currency = self.currency_id or self.env.company.currency_id
        return currency.format(self.amount)

    def _describe_coupon(self):
        # what a coupon is worth may be known by whoever gets it
        return self.coupon_program_id.sudo().name

    def _describe_days(self):
        return self.env._(
            "%(days)s days of %(tier)s", days=self.days, tier=self.tier_id.sudo().name
        )

    def _describe_right(self):
        name = self.entitlement_id.sudo().name  # as above
        return self.env._("%(count)s × %(right)s", count=self.count, right=name)

    def _describe_card(self):
        return self.env._("A card: %s", self.card_type_id.sudo().name)  # as above

    def _describe_codes(self):
        name = self.code_plan_id.sudo().name  # as above
        return self.env._("%(count)s free codes for %(plan)s", count=self.count, plan=name)

    def _describe_item(self):
        return self.item_id.sudo().name  # as above

    def _describe_draw(self):
        return self.env._("A ticket for %s", self.draw_id.sudo().name)  # as above

    def _describe_badge(self):
        return self.env._("The title “%s”", self.badge_id.sudo().name)  # as above

    def _describe_pricelist(self):
        return self.env._("The prices of %s", self.pricelist_id.sudo().name)  # as above

    def _get_gift(self):
        """Return the columns of what is given, as they are written into a reward."""
        self.ensure_one()
        values = {}
        for name in GIFT_FIELDS:
            value = self[name]
            values[name] = (
                value.id or None if isinstance(value, models.BaseModel) else value or None
            )
        if self.kind == "cash" and not self.currency_id:
            values["currency_id"] = self.company_id.currency_id.id
        if values["amount"] is not None:
            values["amount"] = exact(values["amount"])
        return values


class RcRewardCostMixin(models.AbstractModel):
    """What giving something costs us, and which campaign's budget pays."""

    _name = "rc.reward.cost.mixin"
    _description = "What a Reward Costs"

    company_id = fields.Many2one("res.company")
    campaign_id = fields.Many2one(
        "utm.campaign", "Budget of", ondelete="restrict", help="What it costs comes from there."
    )
    unit_cost = fields.Monetary(
        "What It Costs Us",
        currency_field="company_currency_id",
        help="Each time, in the company's currency. Zero: what the points or the cash are worth.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
