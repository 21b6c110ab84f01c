from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """A membership plan is a product: a tier for a billing period."""

    _inherit = "product.template"

    rc_tier_id = fields.Many2one(
        "rc.tier", "Membership Tier", index="btree_not_null", ondelete="restrict"
    )
    rc_period_unit = fields.Selection([("month", "Month"), ("year", "Year")], "Billing Period")
    rc_period_count = fields.Integer("Periods", default=1)

    rc_seat_product_id = fields.Many2one(
        "product.product",
        "Extra Seat",
        ondelete="restrict",
        help="What the owner of a team buys to add a seat; its price is for a whole period of "
        "this plan.",
    )

    rc_trial_days = fields.Integer(
        "Trial Days", help="New members may try the plan that long for nothing. 0: no trial."
    )
    rc_lock_months = fields.Integer(
        "Price Locked for (Months)",
        help="Renewals cost what the first period did, whatever the price list says. 0: no lock.",
    )

    _rc_days_positive = models.Constraint(
        "CHECK (rc_trial_days >= 0 AND rc_lock_months >= 0)",
        "Days of a trial and months of a locked price cannot be negative.",
    )
    _rc_plan_complete = models.Constraint(
        "CHECK (rc_tier_id IS NULL OR (rc_period_unit IS NOT NULL AND rc_period_count > 0))",
        "A membership plan needs its billing period.",
    )

    @api.constrains("rc_tier_id", "company_id")
    def _check_rc_company(self):
        for template in self.filtered("rc_tier_id"):
            if template.company_id and template.company_id != template.rc_tier_id.company_id:
                raise ValidationError(
                    self.env._(
                        "The plan %(plan)s and its tier belong to different companies.",
                        plan=template.display_name,
                    )
                )

    def _rc_get_months(self):
        """Return the length of the plan's billing period in months."""
        self.ensure_one()
        return self.rc_period_count * (12 if self.rc_period_unit == "year" else 1)
