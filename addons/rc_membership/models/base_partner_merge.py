from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Move ledgers and memberships through their own doors before Odoo rewrites keys in SQL.

        Odoo deletes a row whose new key is taken; ours must never be lost, so nothing of ours is
        left that could clash, and the database refuses the rest.
        """
        self.env["res.partner"]._rc_before_merge(src_partners, dst_partner)
        self.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)
