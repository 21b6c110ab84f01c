from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RcFraudDomain(models.Model):
    """A domain of mailboxes that are thrown away: whoever signs up with one is looked at."""

    _name = "rc.fraud.domain"
    _description = "Disposable Mail Domain"
    _order = "name"

    name = fields.Char("Domain", required=True)

    _name_uniq = models.UniqueIndex("(name)", "This domain is in the list.")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean(vals))

    @api.model
    def _clean(self, vals):
        if "name" not in vals:
            return vals
        return {**vals, "name": (vals["name"] or "").strip().lower().lstrip("@.").rstrip(".")}

    @api.constrains("name")
    def _check_name(self):
        for domain in self:
            if "." not in domain.name or any(char in domain.name for char in " @/"):
                raise ValidationError(
                    self.env._("Write a domain like “example.com”, without the part before the @.")
                )
