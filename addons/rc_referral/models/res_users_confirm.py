from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def signup(self, values, token=None):
        """Whoever uses the mailed link of an invitation or a new password reads that mailbox."""
        partner = self.env["res.partner"]
        if token:
            partner = partner._signup_retrieve_partner(token, check_validity=True)
        result = super().signup(values, token)
        if partner and partner.email:
            partner._rc_verify("email", fields.Datetime.now())
        return result
