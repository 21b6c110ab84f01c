import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class RcCardType(models.Model):
    """A card that members hand on: days of a tier, or so many of a right, for whoever takes it."""

    _name = "rc.card.type"
    _description = "Kind of Card"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short name used in files and by the API.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    icon = fields.Char(default="fa-gift", help="Font Awesome icon shown on the card.")

    # what it is worth
    tier_id = fields.Many2one(
        "rc.tier", "Days of", ondelete="restrict", domain="[('program_id', '=', program_id)]"
    )
    days = fields.Integer(default=7)
    entitlement_id = fields.Many2one("rc.entitlement", "Or of a Right", ondelete="restrict")
    amount = fields.Float("How Many", digits=(16, 2), default=1)
    valid_days = fields.Integer(
        "Used within", default=90, help="Days after taking the card. Zero: never expires."
    )

    # who may give it
    giver_tier_id = fields.Many2one(
        "rc.tier",
        "Given by Members from",
        ondelete="restrict",
        domain="[('program_id', '=', program_id)]",
        help="Members of this tier or a higher one give some each month. Empty: nobody gives them, "
        "they are bought or made by staff.",
    )
    month_max = fields.Integer("Cards a Month", default=3, help="Of each member who may give them.")
    open_days = fields.Integer(
        "Taken within", default=60, help="Days until a card that nobody took expires."
    )
    is_once = fields.Boolean(
        "Once per Person", default=True, help="Nobody takes two cards of this kind."
    )
    card_count = fields.Integer("Cards", compute="_compute_card_count")

    _code_uniq = models.UniqueIndex("(program_id, code)", "This card code is in use.")
    _worth = models.Constraint(
        "CHECK ((tier_id IS NOT NULL AND days > 0) OR (entitlement_id IS NOT NULL AND amount > 0))",
        "Say what the card gives: days of a tier, or a right.",
    )
    _not_negative = models.Constraint(
        "CHECK (month_max >= 0 AND open_days > 0 AND valid_days >= 0)",
        "Limits of a card are numbers from zero.",
    )

    def _compute_card_count(self):
        counts = dict(
            self.env["rc.card"]._read_group([("type_id", "in", self.ids)], ["type_id"], ["__count"])
        )
        for kind in self:
            kind.card_count = counts.get(kind, 0)

    @api.constrains("tier_id", "giver_tier_id", "program_id", "entitlement_id")
    def _check_program(self):
        for kind in self:
            if (kind.tier_id | kind.giver_tier_id).program_id - kind.program_id:
                raise ValidationError(self.env._("The tiers of a card are those of its program."))
            if kind.tier_id and kind.entitlement_id:
                raise ValidationError(self.env._("A card gives days or a right, not both."))

    @api.private
    def _get_worth_text(self):
        """Return what whoever takes it gets."""
        self.ensure_one()
        if self.tier_id:
            return self.env._("%(days)s days of %(tier)s", days=self.days, tier=self.tier_id.name)
        return f"{self.entitlement_id.name} × {self.amount:g}"

    def action_make_card(self):
        """Make a card of this kind to hand on; its code is on one's own page of cards."""
        self.ensure_one()
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager makes cards."))
        self.check_access("read")
        # nobody writes cards but the system
        cards, giver = self.env["rc.card"].sudo(), self.env.user.partner_id
        cards._make(self, giver, f"made:{uuid.uuid4().hex}", fields.Datetime.now())
        return {"type": "ir.actions.act_url", "url": "/my/cards#cards", "target": "new"}

    def action_view_cards(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_membership.rc_card_action")
        return {**action, "domain": [("type_id", "in", self.ids)]}
