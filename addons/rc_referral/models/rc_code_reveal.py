from odoo import api, fields, models

from odoo.addons.rc_membership.db import make_append_only


class RcCodeReveal(models.Model):
    """Who saw the text of codes of value, when, and what for."""

    _name = "rc.code.reveal"
    _description = "Codes Shown"
    _order = "at desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    user_id = fields.Many2one("res.users", "Shown to", required=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", "Owner", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True)
    at = fields.Datetime("When", required=True)
    purpose = fields.Char()
    count = fields.Integer("Codes")
    code_list = fields.Json("Ids of the Codes")

    def init(self):
        super().init()
        # a merge of contacts moves the owner, nothing else ever changes
        make_append_only(self.env.cr, self._table, mutable=("partner_id",))

    @api.model
    def _write_down(self, codes, at, purpose):
        """Keep one row per owner and company of what was shown."""
        grouped = codes.grouped(lambda code: (code.partner_id, code.company_id))
        self.sudo().create(  # nobody writes this by hand
            [
                {
                    "user_id": self.env.uid,
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "at": at,
                    "purpose": purpose,
                    "count": len(shown),
                    "code_list": shown.ids,
                }
                for (partner, company), shown in grouped.items()
            ]
        )
