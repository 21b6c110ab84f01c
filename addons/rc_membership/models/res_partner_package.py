from odoo import api, fields, models

from ..adapters import local_day
from .res_partner import STAFF


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_package_purchase_count = fields.Integer(
        "Packages", compute="_compute_rc_package_purchase_count", compute_sudo=True, groups=STAFF
    )

    @api.depends_context("company")
    def _compute_rc_package_purchase_count(self):
        known = [("partner_id", "in", self.ids), ("company_id", "=", self.env.company.id)]
        purchases = self.env["rc.package.purchase"]
        counts = dict(purchases._read_group(known, ["partner_id"], ["__count"]))
        for partner in self:
            partner.rc_package_purchase_count = counts.get(partner, 0)

    @api.private
    def _rc_get_joined_on(self, company):
        """Return the day a member signed up: the first-purchase bonus counts from it."""
        self.ensure_one()
        return local_day(self.create_date, company)

    def action_rc_view_packages(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_package_purchase_action"
        )
        return {**action, "domain": [("partner_id", "in", self.ids)]}
