"""The login of an erased person, and Odoo's own button "Delete Account"."""

from collections import Counter

from odoo import fields, models
from odoo.exceptions import UserError

_SECRETS = ("totp_secret", "oauth_uid", "oauth_access_token")  # of addons that need not be there


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _rc_erase_login(self, identity):
        """Close the person's logins: nobody signs in with them any more, nothing of them is known."""
        users = identity.users
        if not users:
            return Counter()
        ids = tuple(users.ids)
        # in SQL: Odoo would write a mail about it, with the name, to the address that goes
        self._rc_sql(
            """
            UPDATE res_users SET login = 'erased-' || id, password = NULL, signature = NULL
             WHERE id IN %s
            """,
            ids,
        )
        users.invalidate_recordset()
        users.api_key_ids._remove()
        if "auth_passkey_key_ids" in users._fields:
            users.auth_passkey_key_ids.unlink()
        users.filtered("active").with_user(self.env.ref("base.user_root")).action_archive()
        self.env.flush_all()
        for name in _SECRETS:
            if name in users._fields:
                self._rc_sql(f"UPDATE res_users SET {name} = NULL WHERE id IN %s", ids)
        self._rc_sql("DELETE FROM res_device_log WHERE user_id IN %s", ids)
        self._rc_sql("DELETE FROM res_users_log WHERE create_uid IN %s", ids)
        self.env.invalidate_all()
        self.env.registry.clear_cache()  # a live session is denied at once
        return Counter(logins=len(users))


class ResUsers(models.Model):
    _inherit = "res.users"

    def _deactivate_portal_user(self, **post):
        """Odoo's "Delete Account" asks for an erasure as well; what would be lost is said first.

        :raise UserError: something stands open; the page "My data" tells what
        """
        at = fields.Datetime.now()
        requests = self.env["rc.privacy.request"].sudo()  # the password was checked
        for user in self.filtered("share"):
            if user.partner_id._rc_get_erasure_findings(at):
                raise UserError(
                    self.env._(
                        "Something of yours is still open here. Look at My data (/my/privacy): it "
                        "tells what would be lost, and deletes your data with your account."
                    )
                )
        result = super()._deactivate_portal_user(**post)
        for user in self:
            requests._ask(user.partner_id, "erasure", at, user, "portal")
        return result
