from odoo import api, models


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    @api.private
    def _open_counter(self):
        """A counter in the lobby of RainbowCity: memberships, add-ons, points."""
        configs = self.env["pos.config"]
        if configs.search_count([("company_id", "=", self.env.company.id)], limit=1):
            return
        journal, methods = configs._create_journal_and_payment_methods()
        configs.create(
            {
                "name": "RainbowCity Counter",
                "journal_id": journal.id,
                "payment_method_ids": methods,
                "limit_categories": True,
                "iface_available_categ_ids": [
                    self.env.ref(f"rc_membership_pos.pos_category_{name}").id
                    for name in ("plan", "addon", "package")
                ],
            }
        )
