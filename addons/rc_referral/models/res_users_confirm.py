from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def signup(self, values, token=None):
        """Whoever uses the mailed link of an invitation reads that mailbox.

        Not a link for a new password: whoever has an account can change the address after it was sent.
        """
        partner = self.env["res.partner"]
        if token:
            partner = partner._signup_retrieve_partner(token, check_validity=True)
        partner = partner.sudo()  # visitors sign up; the token says who they are
        is_invited = partner and not partner.with_context(active_test=False).user_ids
        result = super().signup(values, token)
        if is_invited and partner.email:
            partner._rc_verify("email", fields.Datetime.now())
        return result
