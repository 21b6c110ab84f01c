from lxml import html

from odoo import api, models


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    @api.constrains("arch_db")
    def _check_rc_wording(self):
        """Pages of campaigns are checked when the website builder saves them."""
        pages = self.filtered(lambda view: view.type == "qweb")
        if pages:
            # who saves a page need not read campaigns
            campaigns = self.env["utm.campaign"].sudo()
            found = campaigns.search([("rc_landing_page_id.view_id", "in", pages.ids)])
            found.rc_landing_page_id.view_id._rc_check_wording()

    @api.private
    def _rc_check_wording(self):
        """Refuse pages that advertise recruiting, in any of their languages."""
        for view in self:
            company = view.website_id.company_id or self.env.company
            for lang, _name in self.env["res.lang"].get_installed():
                arch = view.with_context(lang=lang).arch_db
                company._rc_check_wording(html.fromstring(arch).text_content() if arch else "")
