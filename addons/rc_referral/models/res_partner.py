from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..adapters import has_paid
from ..kernel.names import get_first_name, get_short_name


class ResPartner(models.Model):
    _inherit = "res.partner"

    # staff only: a portal user may read contacts of the own company over RPC
    rc_code_ids = fields.One2many("rc.code", "partner_id", "Codes", groups="base.group_user")
    rc_code_count = fields.Integer(
        "Code Count", compute="_compute_rc_referral_counts", groups="base.group_user"
    )
    rc_referred_count = fields.Integer(
        "People Brought", compute="_compute_rc_referral_counts", groups="base.group_user"
    )
    rc_sponsor_id = fields.Many2one(
        "res.partner",
        "Sponsor",
        compute="_compute_rc_sponsor_id",
        search="_search_rc_sponsor_id",
        compute_sudo=True,
        groups="base.group_user",
    )

    def _compute_rc_sponsor_id(self):
        edges = self.env["rc.sponsor.edge"].search(
            [("member_id", "in", self.ids), ("ended_at", "=", False)]
        )
        sponsors = {edge.member_id.id: edge.sponsor_id for edge in edges}
        for partner in self:
            partner.rc_sponsor_id = sponsors.get(partner._origin.id, False)

    @api.model
    def _search_rc_sponsor_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        edges = self.env["rc.sponsor.edge"]._search(
            [("ended_at", "=", False), ("sponsor_id", operator, value)]
        )
        return [("id", "in", edges.subselect("member_id"))]

    def _compute_rc_referral_counts(self):
        codes = dict(
            self.env["rc.code"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        edges = dict(
            self.env["rc.sponsor.edge"]._read_group(
                [("sponsor_id", "in", self.ids), ("ended_at", "=", False)],
                ["sponsor_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.rc_code_count = codes.get(partner._origin, 0)
            partner.rc_referred_count = edges.get(partner._origin, 0)

    # ------------------------------------------------------------------
    # Participants
    # ------------------------------------------------------------------

    @api.private
    def _rc_ensure_code(self):
        """Give each participant a personal code unless they have one; return theirs."""
        codes = self.env["rc.code"].sudo()  # members have no rights on codes
        personal = [("partner_id", "in", self.ids), ("kind", "in", ("invite", "vanity"))]
        have = codes.search(personal).partner_id
        codes.create(
            [
                {
                    "kind": "invite",
                    "partner_id": partner.id,
                    "company_id": (partner.company_id or self.env.company).id,
                }
                for partner in self - have
            ]
        )
        return codes.search(personal)

    @api.private
    def _rc_get_main_code(self):
        """Return the code a participant shows first: a vanity code, else the oldest."""
        self.ensure_one()
        codes = (
            self.env["rc.code"]
            .sudo()
            .search(  # the portal shows owners their own code
                [("partner_id", "=", self.id), ("kind", "in", ("invite", "vanity"))], order="id"
            )
        )
        return codes.sorted(lambda code: code.kind != "vanity")[:1]

    @api.private
    def _rc_get_sponsor_kind(self):
        """Return ``staff``, ``partner``, ``promoter``, ``paying_member`` or ``member``.

        Whose referral a reward rule is for. Addons with more kinds of partners extend this.
        """
        self.ensure_one()
        users = self.user_ids
        if any(not user.share for user in users):
            return "staff"
        if any(user.has_group("rc_membership.group_partner") for user in users):
            return "partner"
        if any(user.has_group("rc_membership.group_promoter") for user in users):
            return "promoter"
        is_paying = self.rc_tier_id and not self.rc_tier_id.is_default
        return "paying_member" if is_paying else "member"

    @api.private
    def _rc_get_paying(self):
        """Return those of ``self`` who have paid a customer invoice, in one query."""
        if not self:
            return self
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT member.id FROM res_partner member WHERE member.id IN %s AND %s",
                tuple(self.ids),
                has_paid(SQL.identifier("member", "id")),
            )
        )
        payers = {row[0] for row in rows}
        return self.filtered(lambda partner: partner.id in payers)

    @api.private
    def _rc_bind(self, code_or_touch, at):
        """Bind a member to the owner of a code (or of a touch's code) at ``at``.

        :return: the live edge; a member who has a sponsor keeps it
        """
        self.ensure_one()
        code = code_or_touch.code_id if code_or_touch._name == "rc.touch" else code_or_touch
        edge = self.env["rc.sponsor.edge"]._bind(self, code.partner_id, at, code)
        self._rc_follow_code(code)
        return edge

    @api.private
    def _rc_follow_code(self, code, instead_of=None):
        """The salesperson of a code looks after its members, where nobody else does.

        :param instead_of: the code whose salesperson does so only because of it
        """
        salesperson = code._get_salesperson()
        before = instead_of._get_salesperson() if instead_of else self.env["res.users"]
        if salesperson and (not self.user_id or self.user_id == before):
            # a new member has no rights on contacts; who looks after them follows from the code
            self.sudo().user_id = salesperson

    @api.private
    def _rc_get_first_name(self):
        self.ensure_one()
        return get_first_name(self.name or "", self.is_company)

    @api.private
    def _rc_get_short_name(self):
        self.ensure_one()
        return get_short_name(self.name or "")

    # ------------------------------------------------------------------
    # Merge of contacts
    # ------------------------------------------------------------------

    @api.model
    def _rc_before_merge(self, sources, target):
        """Edges have a unique key and a check; codes and decisions move with Odoo's own merge."""
        super()._rc_before_merge(sources, target)
        self.env["rc.sponsor.edge"]._merge_members(sources, target)
        self.env["rc.attribution"]._merge_members(sources, target)
        self.env["rc.attribution.claim"]._merge_claimants(sources, target)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_rc_create_code(self):
        """Staff: give the contact a code, or show the ones there are."""
        self.check_access("write")
        if not self.env["rc.code"].has_access("create"):
            raise AccessError(self.env._("Ask a program manager to create codes."))
        self._rc_ensure_code()
        return self.action_rc_view_codes()

    def action_rc_view_codes(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_code_action")
        return {
            **action,
            "domain": [("partner_id", "in", self.ids)],
            "context": {"default_partner_id": self[:1].id},
        }

    def action_rc_view_referred(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_sponsor_edge_action")
        return {**action, "domain": [("sponsor_id", "in", self.ids)], "context": {}}
