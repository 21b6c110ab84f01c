from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _signup_create_user(self, values):
        """Every sign-up (form, OAuth) makes a member: role, points account, event."""
        user = super()._signup_create_user(values)
        user._rc_become_member()
        return user

    def _rc_become_member(self):
        """Give the portal role of a member and tell the other addons."""
        group = self.env.ref("rc_membership.group_member")
        for user in self:
            # a visitor signing up has no rights yet; the role is fixed, nothing of it is chosen
            user.sudo().group_ids += group
            self.env["rc.event"].sudo()._push(  # the inbox belongs to the system
                f"res.users:{user.id}:signed_up", "signed_up", user.partner_id
            )
