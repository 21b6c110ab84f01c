from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """A product that is sold as codes: whoever redeems one gets the plan."""

    _inherit = "product.template"

    rc_code_plan_id = fields.Many2one(
        "product.template",
        "Gives Codes for",
        domain="[('rc_tier_id', '!=', False)]",
        ondelete="restrict",
        index="btree_not_null",
        help="Each piece sold is a code; redeeming it gives this plan for one period.",
    )
    rc_code_kind = fields.Selection(
        [("activation", "Activation codes"), ("gift", "Gift codes")],
        "Kind of Codes",
        default="activation",
    )
    rc_code_valid_days = fields.Integer("Codes Valid for (Days)", default=365)

    @api.constrains("rc_code_plan_id", "rc_code_kind", "rc_code_valid_days")
    def _check_rc_codes(self):
        for template in self.filtered("rc_code_plan_id"):
            if not template.rc_code_plan_id.rc_tier_id:
                raise ValidationError(
                    self.env._("%s is no membership plan.", template.rc_code_plan_id.display_name)
                )
            if not template.rc_code_kind or template.rc_code_valid_days < 1:
                raise ValidationError(
                    self.env._("Say which kind of codes is sold, and for how many days.")
                )
