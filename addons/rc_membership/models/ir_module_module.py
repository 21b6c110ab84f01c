from odoo import models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Refuse to drop a ledger that has entries until its export was confirmed."""
        doomed = self | self.downstream_dependencies()
        self.env["rc.ledger.export"]._check_uninstall(doomed.mapped("name"))
        return super().button_uninstall()
