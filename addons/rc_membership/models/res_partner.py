from odoo import api, fields, models

from ..adapters import local_day
from ..kernel.subscription import RUNNING

# a portal user may read the contacts of the own company over RPC: what others hold is not theirs
STAFF = "base.group_user"


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_subscription_ids = fields.One2many("rc.subscription", "partner_id", "Subscriptions")
    rc_tier_id = fields.Many2one(
        "rc.tier",
        "Membership Tier",
        compute="_compute_rc_tier_id",
        compute_sudo=True,
        search="_search_rc_tier_id",
        groups=STAFF,
        help="The tier in the platform's program.",
    )
    rc_period_end = fields.Date(
        "Member until", compute="_compute_rc_tier_id", compute_sudo=True, groups=STAFF
    )
    rc_subscription_state = fields.Selection(
        selection=lambda self: self.env["rc.subscription"]._fields["state"].selection,
        string="Membership Status",
        compute="_compute_rc_tier_id",
        compute_sudo=True,
        groups=STAFF,
    )
    rc_point_account_ids = fields.One2many("rc.point.account", "partner_id", "Points Accounts")
    rc_point_balance = fields.Float(
        "Points",
        digits=(16, 0),
        compute="_compute_rc_point_balance",
        compute_sudo=True,
        groups=STAFF,
    )

    @api.depends_context("company")
    @api.depends("rc_subscription_ids.state", "rc_subscription_ids.tier_id")
    def _compute_rc_tier_id(self):
        program = self.env["rc.program"]._get_platform()
        free = self.env["rc.tier"].search(
            [("program_id", "=", program.id), ("is_default", "=", True)], limit=1
        )
        running = {
            subscription.partner_id.id: subscription
            for subscription in self.env["rc.subscription"].search(
                [
                    ("partner_id", "in", self.ids),
                    ("program_id", "=", program.id),
                    ("state", "in", RUNNING),
                ]
            )
        }
        for partner in self:
            subscription = running.get(partner._origin.id, self.env["rc.subscription"])
            partner.rc_tier_id = subscription.tier_id or free
            partner.rc_period_end = subscription.period_end
            partner.rc_subscription_state = subscription.state

    def _search_rc_tier_id(self, operator, value):
        """Find members by paid tier; the tier of everybody is not a search."""
        return [
            (
                "rc_subscription_ids",
                "any",
                [("state", "in", RUNNING), ("tier_id", operator, value)],
            )
        ]

    @api.depends_context("company")
    @api.depends("rc_point_account_ids.available")
    def _compute_rc_point_balance(self):
        program = self.env["rc.program"]._get_platform()
        balances = {
            account.partner_id.id: account.available
            for account in self.env["rc.point.account"].search(
                [("partner_id", "in", self.ids), ("program_id", "=", program.id)]
            )
        }
        for partner in self:
            partner.rc_point_balance = balances.get(partner._origin.id, 0)

    # ------------------------------------------------------------------
    # Merge of contacts
    # ------------------------------------------------------------------

    @api.model
    def _rc_before_merge(self, sources, target):
        """Move what a unique key would make Odoo's merge delete; extended by each addon."""
        accounts = self.env["rc.point.account"].sudo()  # a merge is decided by its own rights
        for account in accounts.search([("partner_id", "in", sources.ids)]):
            twin = accounts.search(
                [("partner_id", "=", target.id), ("program_id", "=", account.program_id.id)],
                limit=1,
            )
            if twin:
                account._merge_into(twin)
            else:
                account.partner_id = target
        # what the inbox still holds about a source is about the person who stays
        self.env["rc.event"].sudo().search(
            [("res_model", "=", "res.partner"), ("res_id", "in", sources.ids)]
        ).res_id = target.id
        subscriptions = self.env["rc.subscription"].sudo()  # see above
        for subscription in subscriptions.search(
            [("partner_id", "in", sources.ids), ("state", "in", RUNNING)], order="period_end"
        ):
            twin = subscriptions._get_running(target, subscription.program_id)
            # one person has one running plan: the one paid longer stays, the other is kept ended
            if twin:
                shorter = min(twin | subscription, key=lambda s: s.period_end)
                shorter._end("cancelled", local_day(fields.Datetime.now(), shorter.company_id))
                shorter.flush_recordset()  # the unique key must see it before the other moves
            subscription.partner_id = target

    def action_rc_view_subscriptions(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_subscription_action"
        )
        return {**action, "domain": [("partner_id", "in", self.ids)]}

    def action_rc_view_points(self):
        self.check_access("read")
        return self.with_context(active_test=False).rc_point_account_ids.action_view_entries()
