from odoo import Command, api, fields, models


class RcProgram(models.Model):
    """One membership scheme: the platform's, or a partner's own."""

    _name = "rc.program"
    _description = "Membership Program"
    _inherit = ["rc.fact.mixin", "mail.thread", "rc.usage.setting.mixin"]
    _order = "sequence, id"
    _check_company_auto = True
    _rc_facts = ("loyalty_program_id",)

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, help="Short name used in files and by the API.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    owner_id = fields.Many2one(
        "res.partner",
        "Owned By",
        help="The partner whose own program this is. Empty: the platform's program.",
        ondelete="restrict",
        tracking=True,
    )
    tier_ids = fields.One2many("rc.tier", "program_id", "Tiers")
    point_name = fields.Char(default="Points", required=True, translate=True)
    point_price = fields.Monetary(
        "Value of a Point",
        default=0.01,
        help="What one point is worth when it is spent, in the company's currency.",
    )
    loyalty_program_id = fields.Many2one(
        "loyalty.program",
        "Points in the Shop",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Odoo's loyalty program through which members see and spend their points.",
    )
    member_count = fields.Integer(compute="_compute_member_count")

    _code_uniq = models.UniqueIndex("(company_id, code)", "This program code is in use.")

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        programs.filtered(lambda p: not p.loyalty_program_id)._create_loyalty_program()
        return programs

    def _compute_member_count(self):
        counts = dict(
            self.env["rc.subscription"]._read_group(
                [("program_id", "in", self.ids), ("state", "in", ("trial", "active", "past_due"))],
                ["program_id"],
                ["__count"],
            )
        )
        for program in self:
            program.member_count = counts.get(program, 0)

    @api.model
    def _get_platform(self, company=None):
        """Return the platform's own program of the company (empty if there is none)."""
        return self.search(
            [("company_id", "=", (company or self.env.company).id), ("owner_id", "=", False)],
            limit=1,
        )

    @api.model
    @api.private
    def _get_programs_of(self, partner):
        """Return the platform's program and those of partners that somebody belongs to."""
        # a member need not read plans or points to belong to a program; the searches name the owner
        env = self.env(su=True)
        own = [("partner_id", "=", partner.id), ("company_id", "=", self.env.company.id)]
        found = (
            env["rc.subscription"].search(own).program_id
            | env["rc.tier.cover"].search(own).program_id
            | env["rc.point.account"].search(own).program_id
        )
        platform = env["rc.program"]._get_platform()
        return platform | (found - platform).filtered("active").sorted("sequence")

    def _sells_of(self, program):
        """Whether what is of ``program`` (none: of nobody's) is sold by this one: the platform
        has all that is of no partner's program."""
        self.ensure_one()
        return program == self if program.owner_id else not self.owner_id

    def _create_loyalty_program(self):
        """Make the face of the points in Odoo's shop: a program that only spends.

        Earning is ours, from money received; native rules would earn at order confirmation.
        """
        for program in self:
            # program managers need no rights on loyalty to have their points usable in the shop
            program.sudo().loyalty_program_id = (
                self.env["loyalty.program"]
                .sudo()
                .create(
                    {
                        "name": program.name,
                        "program_type": "loyalty",
                        "applies_on": "both",
                        "trigger": "auto",
                        "portal_visible": True,
                        "portal_point_name": program.point_name,
                        "company_id": program.company_id.id,
                        "currency_id": program.currency_id.id,
                        "rule_ids": [Command.clear()],
                        "reward_ids": [
                            Command.create(
                                {
                                    "reward_type": "discount",
                                    "discount_mode": "per_point",
                                    "discount": program.point_price,
                                    "discount_applicability": "order",
                                    "required_points": 1,
                                }
                            )
                        ],
                    }
                )
            )

    def action_view_members(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_subscription_action"
        )
        return {**action, "domain": [("program_id", "in", self.ids)]}
