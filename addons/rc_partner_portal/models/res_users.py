from odoo import models

NETWORK_ROLES = (
    "rc_membership.group_promoter",
    "rc_membership.group_partner",
    "rc_membership.group_partner_finance",
)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _rc_get_network_owner(self):
        """Return the partner whose figures this user may see, or none.

        A participant sees their own; staff of a studio (contacts below it, with a partner role)
        see the studio's.
        """
        self.ensure_one()
        # a portal user reads little of contacts; who owns what is the system's to say
        partner = self.sudo().partner_id
        if partner.rc_partner_type:
            return partner
        has_role = any(self.has_group(role) for role in NETWORK_ROLES)
        studio = partner.commercial_partner_id
        if has_role and studio.rc_partner_type:
            return studio
        return partner if has_role else partner.browse()

    def _rc_may_see_earnings(self, owner):
        """Tell whether this user sees money of ``owner``: the owner, or staff with finance role."""
        self.ensure_one()
        return self.partner_id == owner or (
            self.sudo().partner_id.commercial_partner_id == owner  # own studio only
            and self.has_group("rc_membership.group_partner_finance")
        )
