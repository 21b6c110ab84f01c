from odoo import fields, models


class RcPackageBenefit(models.Model):
    """What a package gives beside points: a right for a time, or a count that is used up."""

    _name = "rc.package.benefit"
    _description = "Benefit of a Package"
    _order = "sequence, id"
    _check_company_auto = True

    package_id = fields.Many2one("rc.package", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="package_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    entitlement_id = fields.Many2one(
        "rc.entitlement", required=True, ondelete="restrict", index=True, check_company=True
    )
    amount = fields.Integer(help="How often it can be used; 0: as often as one likes.")
    valid_days = fields.Integer(help="Days from the purchase; 0: for good.")

    _entitlement_uniq = models.UniqueIndex(
        "(package_id, entitlement_id)", "The package has this benefit already."
    )
    _not_negative = models.Constraint(
        "CHECK (amount >= 0 AND valid_days >= 0)", "Numbers of a benefit cannot be negative."
    )

    def _get_label(self):
        """Return the benefit as members read it."""
        self.ensure_one()
        name = self.entitlement_id.name
        if self.amount and self.valid_days:
            return self.env._(
                "%(name)s × %(count)s, for %(days)s days",
                name=name,
                count=self.amount,
                days=self.valid_days,
            )
        if self.amount:
            return self.env._("%(name)s × %(count)s", name=name, count=self.amount)
        if self.valid_days:
            return self.env._("%(name)s for %(days)s days", name=name, days=self.valid_days)
        return name
