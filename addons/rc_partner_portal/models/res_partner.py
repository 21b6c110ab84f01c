from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

PARTNER_TYPES = [
    ("channel_agent", "Channel Agent"),
    ("reseller", "Reseller"),
    ("affiliate", "Affiliate"),
    ("corporate", "Corporate"),
    ("venue", "Venue"),
    ("education", "Education"),
    ("community", "Community"),
]


# which plans pay a type; the others are paid as partners
ROLE_OF_TYPE = {"affiliate": "promoter", "venue": "venue"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_partner_type = fields.Selection(
        PARTNER_TYPES,
        "Partner Type",
        tracking=True,
        index="btree_not_null",
        groups="base.group_user",
        help="What kind of sales partner this is. Empty: not a sales partner.",
    )
    rc_partner_state = fields.Selection(
        [("new", "To Activate"), ("invited", "Invited"), ("active", "Active")],
        "Portal Access",
        compute="_compute_rc_partner_state",
        compute_sudo=True,
        groups="base.group_user",
        help="Invited: may log in but never has. Active: has logged in.",
    )

    rc_click_count = fields.Integer(
        "Clicks",
        compute="_compute_rc_network_counts",
        compute_sudo=True,
        groups="rc_membership.group_salesperson,rc_membership.group_accountant",
    )
    rc_sale_count = fields.Integer(
        "Sales Brought",
        compute="_compute_rc_network_counts",
        compute_sudo=True,
        groups="rc_membership.group_salesperson,rc_membership.group_accountant",
        help="Confirmed orders this partner brought.",
    )

    @api.depends("rc_partner_type", "user_ids.active", "user_ids.group_ids", "user_ids.login_date")
    def _compute_rc_partner_state(self):
        roles = self._rc_get_partner_roles()
        for partner in self:
            users = partner.user_ids.filtered(lambda user: user.all_group_ids & roles)
            if not partner.rc_partner_type:
                partner.rc_partner_state = False
            elif not users:
                partner.rc_partner_state = "new"
            else:
                has_logged_in = any(user.login_date for user in users)
                partner.rc_partner_state = "active" if has_logged_in else "invited"

    @api.depends_context("allowed_company_ids")
    def _compute_rc_network_counts(self):
        """Counts of the companies the reader works in; what is counted stays closed."""
        companies = [("company_id", "in", self.env.companies.ids)]
        clicks = defaultdict(int)
        for code, count in self.env["rc.touch"]._read_group(
            [("code_id.partner_id", "in", self.ids), ("is_bot", "=", False), *companies],
            ["code_id"],
            ["__count"],
        ):
            clicks[code.partner_id.id] += count
        sales = {
            partner.id: count
            for partner, count in self.env["sale.order"]._read_group(
                [("rc_partner_id", "in", self.ids), ("state", "=", "sale"), *companies],
                ["rc_partner_id"],
                ["__count"],
            )
        }
        for partner in self:
            partner.rc_click_count = clicks.get(partner._origin.id, 0)
            partner.rc_sale_count = sales.get(partner._origin.id, 0)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("rc_partner_type") for vals in vals_list):
            self._rc_check_partner_type_right()
        return super().create(vals_list)

    def write(self, vals):
        if "rc_partner_type" in vals and any(
            partner.rc_partner_type != vals["rc_partner_type"] for partner in self
        ):
            self._rc_check_partner_type_right()
        return super().write(vals)

    def _rc_check_partner_type_right(self):
        """The type decides who earns by which plan: it is not any contact editor's to choose."""
        if self.env.su or self.env.user.has_group("rc_membership.group_program_manager"):
            return
        raise AccessError(
            self.env._("Only a program manager can choose the partner type of a contact.")
        )

    # ------------------------------------------------------------------
    # Role in the plans
    # ------------------------------------------------------------------

    @api.private
    def _rc_get_roles(self):
        """The partner type says the role, unless the contact is staff or has a role of its own."""
        roles = super()._rc_get_roles()
        typed = self.sudo().search_fetch(  # the engine works for whoever registers a payment
            [
                ("id", "in", self.ids),
                ("rc_partner_type", "!=", False),
                ("rc_participant_role", "=", False),
                ("active", "in", (True, False)),
            ],
            ["rc_partner_type"],
        )
        for partner in typed:
            if roles.get(partner.id) != "staff":
                roles[partner.id] = ROLE_OF_TYPE.get(partner.rc_partner_type, "partner")
        return roles

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def action_rc_view_clicks(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_touch_action")
        return {
            **action,
            "domain": [("code_id.partner_id", "in", self.ids), ("is_bot", "=", False)],
            "context": {},
        }

    def action_rc_view_sales(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return {
            **action,
            "domain": [("rc_partner_id", "in", self.ids), ("state", "=", "sale")],
            "context": {},
        }

    # ------------------------------------------------------------------
    # Activation
    # ------------------------------------------------------------------

    def action_rc_activate_partner(self):
        """Give a sales partner what they need to start: code, role, grade, portal access.

        Doing it again adds nothing.
        """
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can activate a partner."))
        self.check_access("write")
        for partner in self:
            partner._rc_activate_partner(fields.Date.context_today(self))
        return True

    def _rc_activate_partner(self, today):
        self.ensure_one()
        if not self.rc_partner_type:
            raise UserError(self.env._("Choose the partner type of %s first.", self.display_name))
        user = self._rc_get_portal_user()
        if not user:
            user = self._rc_invite_to_portal()
        # users and codes belong to the system; the manager's right was checked at the button
        user.sudo().group_ids = [Command.link(group.id) for group in self._rc_get_partner_role()]
        self.sudo()._rc_ensure_code()
        vals = {}
        if not self.grade_id:
            vals["grade_id"] = self.env.ref("rc_partner_portal.res_partner_grade_standard").id
        if not self.date_partnership:
            vals["date_partnership"] = today
        if vals:
            self.write(vals)

    def _rc_get_portal_user(self):
        self.ensure_one()
        return self.sudo().user_ids[:1]  # a manager of partners need not be able to read users

    def _rc_invite_to_portal(self):
        """Invite by Odoo's own wizard (it makes the user and sends the mail); return the user."""
        # the wizard is for those who manage contacts; the right was checked at the button
        wizard = self.env["portal.wizard"].sudo().create({"partner_ids": [Command.set(self.ids)]})
        line = wizard.user_ids.filtered(lambda line: line.partner_id == self)
        line.action_grant_access()
        return line.user_id

    def _rc_get_partner_role(self):
        """Return the portal role of the partner's type: individuals promote, firms are partners."""
        self.ensure_one()
        role = "promoter" if self.rc_partner_type == "affiliate" else "partner_finance"
        return self.env.ref(f"rc_membership.group_{role}")

    @api.model
    def _rc_get_partner_roles(self):
        return self.env.ref("rc_membership.group_promoter") | self.env.ref(
            "rc_membership.group_partner"
        )
