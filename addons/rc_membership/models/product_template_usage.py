from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """An add-on is a product that gives a stock of a right when it is paid."""

    _inherit = "product.template"

    rc_entitlement_id = fields.Many2one(
        "rc.entitlement",
        "Gives",
        index="btree_not_null",
        ondelete="restrict",
        help="Whoever pays one gets a stock of this right.",
    )
    rc_entitlement_amount = fields.Float("Amount Given", digits=(16, 4), default=1)
    rc_entitlement_days = fields.Integer(
        "Days Valid", help="From the day of the payment; 0: it never expires."
    )

    _rc_entitlement_complete = models.Constraint(
        "CHECK (rc_entitlement_id IS NULL OR (rc_entitlement_amount > 0"
        " AND rc_entitlement_days >= 0))",
        "An add-on gives an amount above zero.",
    )

    @api.constrains("rc_entitlement_id", "company_id", "rc_tier_id")
    def _check_rc_entitlement(self):
        for template in self.filtered("rc_entitlement_id"):
            company = template.rc_entitlement_id.company_id
            if template.company_id and template.company_id != company:
                raise ValidationError(
                    self.env._(
                        "%(product)s and what it gives belong to different companies.",
                        product=template.display_name,
                    )
                )
            if template.rc_entitlement_id.kind == "flag":
                raise ValidationError(
                    self.env._(
                        "%(right)s is a feature: it has no amount to add to. Sell a plan instead.",
                        right=template.rc_entitlement_id.name,
                    )
                )
