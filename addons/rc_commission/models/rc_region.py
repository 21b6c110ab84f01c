from odoo import api, fields, models
from odoo.exceptions import ValidationError

LEVELS = [
    ("street", "Street"),
    ("district", "District"),
    ("city", "City"),
    ("province", "Province"),
    ("area", "Area"),
]


class RcRegion(models.Model):
    """A territory: who owns it earns by the sales shipped into it.

    An address belongs to the regions it names (``res.partner.rc_region_ids``) and those above
    them; an address that names none, to those its city, state and country match.
    """

    _name = "rc.region"
    _description = "Sales Region"
    _inherit = ["mail.thread"]
    _order = "level, code"
    _rec_names_search = ("name", "code")

    name = fields.Char(required=True)
    code = fields.Char(required=True, tracking=True)
    level = fields.Selection(LEVELS, required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    parent_id = fields.Many2one(
        "rc.region", "Lies In", ondelete="restrict", index=True, check_company=True
    )
    owner_id = fields.Many2one(
        "res.partner",
        "Regional Partner",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="Who earns by what is shipped into this region.",
    )
    country_id = fields.Many2one("res.country", ondelete="restrict")
    state_id = fields.Many2one(
        "res.country.state",
        ondelete="restrict",
        domain="[('country_id', '=?', country_id)]",
    )
    city = fields.Char(help="Addresses in this city belong to the region.")

    _code_uniq = models.UniqueIndex(
        "(company_id, level, code)", "This region code is in use at this level."
    )

    @api.depends("name", "code")
    def _compute_display_name(self):
        for region in self:
            region.display_name = f"{region.name} ({region.code})" if region.code else region.name

    @api.constrains("parent_id")
    def _check_no_cycle(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A region cannot lie in itself."))
