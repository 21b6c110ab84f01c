from odoo import api, fields, models
from odoo.exceptions import ValidationError

PERIODS = [
    ("day", "per day"),
    ("month", "per month"),
    ("period", "per billing period"),
    ("lifetime", "in all"),
]


class RcTierEntitlement(models.Model):
    """How much of an entitlement a tier gives."""

    _name = "rc.tier.entitlement"
    _description = "Entitlement of a Tier"
    _inherit = ["rc.usage.setting.mixin"]
    _order = "tier_id, sequence, id"
    _check_company_auto = True

    tier_id = fields.Many2one("rc.tier", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="tier_id.company_id", store=True, index=True)
    entitlement_id = fields.Many2one(
        "rc.entitlement", required=True, ondelete="restrict", check_company=True
    )
    sequence = fields.Integer(related="entitlement_id.sequence", store=True)
    kind = fields.Selection(related="entitlement_id.kind")
    amount = fields.Integer(help="How much of it; unlimited when the box is ticked.")
    is_unlimited = fields.Boolean("Unlimited")
    per = fields.Selection(PERIODS, default="month", required=True)
    note = fields.Char(translate=True, help="Shown beside it, for example: basic, deep.")

    _tier_entitlement_uniq = models.UniqueIndex(
        "(tier_id, entitlement_id)", "The tier has this entitlement already."
    )

    @api.constrains("amount", "is_unlimited", "entitlement_id")
    def _check_amount(self):
        for line in self:
            if line.kind == "stock":
                raise ValidationError(
                    self.env._(
                        "%(name)s is a count that is used up: give it by a product or a package, "
                        "not by a tier.",
                        name=line.entitlement_id.name,
                    )
                )
            if line.kind == "quota" and not line.is_unlimited and line.amount <= 0:
                raise ValidationError(
                    self.env._(
                        "%(name)s needs an amount above zero, or tick Unlimited.",
                        name=line.entitlement_id.name,
                    )
                )

    def _get_label(self):
        """Return the line as a member reads it, in the reader's language."""
        self.ensure_one()
        if self.kind == "flag":
            return self.note or self.env._("included")
        if self.is_unlimited:
            return self.env._("unlimited")
        per = dict(self._fields["per"]._description_selection(self.env))[self.per]
        unit = self.entitlement_id.unit_name
        if not unit:
            return self.env._("%(amount)s %(per)s", amount=self.amount, per=per)
        return self.env._("%(amount)s %(unit)s %(per)s", amount=self.amount, unit=unit, per=per)
