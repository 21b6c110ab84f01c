from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Shipped plans come from files, not from data: their names follow a new language here."""
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if "rc_commission" in modules and "rc.commission.plan" in self.env:
            # whoever loads a language may not see every company's plans
            plans = self.env["rc.commission.plan"].sudo().with_context(active_test=False)
            plans.search([])._translate_names(langs)
        return result
