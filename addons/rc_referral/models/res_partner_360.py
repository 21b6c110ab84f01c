from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_get_360_sections(self):
        return [*super()._rc_get_360_sections(), self.sudo()._rc_get_360_network()]  # as there

    def _rc_get_360_network(self):
        """Codes, sponsor, and how many stand below."""
        edges = self.env["rc.sponsor.edge"]
        codes = self.env["rc.code"].search(
            [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id)], limit=6
        )
        kinds = dict(codes._fields["kind"]._description_selection(self.env))
        return {
            "title": self.env._("Network"),
            "icon": "fa-share-alt",
            "figures": [
                (self.env._("Sponsor"), self.rc_sponsor_id.name or "–"),
                (self.env._("Brought"), str(self.rc_referred_count)),
                (self.env._("Downline"), str(len(edges._get_descendant_ids(self)))),
            ],
            "rows": [(code.code, kinds[code.kind], "", "muted") for code in codes],
        }
