from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """A product that sells a package of points; its price is a figure of the package's currency."""

    _inherit = "product.template"

    rc_package_id = fields.Many2one(
        "rc.package", "Points Package", index="btree_not_null", ondelete="restrict"
    )

    @api.depends("rc_package_id.currency_id")
    def _compute_currency_id(self):
        super()._compute_currency_id()
        for template in self:
            # whoever sees a product sees its price; packages themselves are for staff
            package = template.sudo().rc_package_id
            if package:
                template.currency_id = package.currency_id

    @api.constrains("rc_package_id", "rc_tier_id", "company_id")
    def _check_rc_package(self):
        for template in self.filtered("rc_package_id"):
            if template.rc_tier_id:
                raise ValidationError(
                    self.env._("%s sells a package or a membership, not both.", template.name)
                )
            company = template.rc_package_id.company_id
            if template.company_id and template.company_id != company:
                raise ValidationError(
                    self.env._(
                        "The product %s and its package belong to different companies.",
                        template.display_name,
                    )
                )

    def _rc_get_points_text(self):
        """Return what buyers read beside the price: points and bonus of the package."""
        self.ensure_one()
        package = self.sudo().rc_package_id  # see _compute_currency_id
        if not package:
            return ""
        if not package.bonus_points:
            return self.env._("%s points", f"{package.points:,}")
        return self.env._(
            "%(points)s points + %(bonus)s bonus",
            points=f"{package.points:,}",
            bonus=f"{package.bonus_points:,}",
        )
