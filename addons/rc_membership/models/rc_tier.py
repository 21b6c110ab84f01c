from odoo import api, fields, models


class RcTier(models.Model):
    """A member's level within a program."""

    _name = "rc.tier"
    _description = "Membership Tier"
    _inherit = ["rc.usage.setting.mixin"]
    _order = "program_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="Higher tiers come later.")
    program_id = fields.Many2one("rc.program", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    seat_count = fields.Integer("Seats", default=1)
    description = fields.Text(translate=True)
    is_default = fields.Boolean(
        "Everybody's Tier", help="The tier of whoever has no subscription (Free)."
    )
    entitlement_line_ids = fields.One2many("rc.tier.entitlement", "tier_id", "Entitlements")
    plan_ids = fields.One2many("product.template", "rc_tier_id", "Membership Plans")

    _code_uniq = models.UniqueIndex("(program_id, code)", "This tier code is in use.")
    _default_uniq = models.UniqueIndex(
        "(program_id) WHERE is_default", "A program has one tier for everybody."
    )
    _seats_positive = models.Constraint("CHECK (seat_count > 0)", "A tier has at least one seat.")

    @api.depends("name", "program_id.name")
    @api.depends_context("rc_show_program")
    def _compute_display_name(self):
        show_program = self.env.context.get("rc_show_program")
        for tier in self:
            tier.display_name = (
                f"{tier.program_id.name} / {tier.name}" if show_program else tier.name
            )

    def _get_rank(self):
        """Return what orders tiers: higher ones compare greater."""
        self.ensure_one()
        return (self.sequence, self.id)
