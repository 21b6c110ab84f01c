from odoo import api, models


class RcUsageSettingMixin(models.AbstractModel):
    """A setting that decides what people may use: changing it empties the cache of usage."""

    _name = "rc.usage.setting.mixin"
    _description = "Setting of Usage"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
