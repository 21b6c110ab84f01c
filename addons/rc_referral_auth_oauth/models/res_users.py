from odoo import api, fields, models
from odoo.tools import email_normalize

_CLAIMS = ("email_verified", "verified_email")  # OpenID Connect's, and Google's older one


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _auth_oauth_signin(self, provider, validation, params):
        """Whose address the identity provider calls verified has proven it to us as well."""
        login = super()._auth_oauth_signin(provider, validation, params)
        is_proven = any(str(validation.get(claim)).lower() == "true" for claim in _CLAIMS)
        address = email_normalize(validation.get("email") or "")
        if login and is_proven and address:
            user = self.sudo().search([("login", "=", login)])  # nobody is signed in yet
            if email_normalize(user.email or "") == address:
                user.partner_id._rc_verify("email", fields.Datetime.now())
        return login
