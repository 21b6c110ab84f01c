from odoo import fields, models

from ..adapters import local_day


class ResUsers(models.Model):
    _inherit = "res.users"

    def _update_last_login(self):
        """A member who signs in did something, once a day."""
        super()._update_last_login()
        now = fields.Datetime.now()
        for user in self.filtered("share"):
            company = user.company_id
            day = local_day(now, company)
            # who signs in has no rights on facts; the system notes them
            self.env["rc.activity"].sudo().with_company(company)._record(
                user.partner_id, "login", 1, f"login:{user.partner_id.id}:{day}", now
            )
