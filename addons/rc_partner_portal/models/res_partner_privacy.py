"""A sales partner who asks for a copy of their data: the partnership, and what was handed to them."""

from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_export_sections(self):
        sections = super()._rc_export_sections()
        leads = self.env["crm.lead"].search([("partner_assigned_id", "=", self.id)], order="id")
        partnership = self.filtered(lambda p: p.rc_partner_type or p.grade_id or p.date_partnership)
        return [
            *sections,
            self._rc_export(
                "partnership",
                self.env._("Partnership"),
                partnership,
                [
                    "rc_partner_type",
                    "grade_id",
                    "date_partnership",
                    "date_review",
                    "date_review_next",
                    "rc_click_count",
                    "rc_sale_count",
                ],
            ),
            # who the leads are is theirs: when they were handed over, and how they stand
            self._rc_export(
                "assigned_leads",
                self.env._("Leads Handed to You"),
                leads,
                ["date_partner_assign", "stage_id"],
            ),
        ]
