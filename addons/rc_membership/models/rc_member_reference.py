from odoo import api, fields, models


class RcMemberReference(models.Model):
    """What a company called somebody before: the member's number in the system it came from.

    A company gives a reference once. Contacts that were merged keep all of theirs.
    """

    _name = "rc.member.reference"
    _description = "Member Reference"
    _order = "id"
    _rec_name = "reference"
    _allow_sudo_commands = False

    reference = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")

    _reference_uniq = models.UniqueIndex(
        "(company_id, reference)", "This reference belongs to a member already."
    )

    @api.model
    @api.private
    def _get_partners(self, company, references):
        """Return reference → contact of those that are known, archived contacts too."""
        found = self.sudo().search(  # imports are checked by whoever may start them
            [("company_id", "=", company.id), ("reference", "in", list(references))]
        )
        return {row.reference: row.partner_id for row in found}


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_member_reference_ids = fields.One2many(
        "rc.member.reference",
        "partner_id",
        "Member References",
        readonly=True,
        groups="base.group_user",
        help="What companies called the member in the system they used before.",
    )
