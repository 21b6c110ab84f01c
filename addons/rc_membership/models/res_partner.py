from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

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
    rc_tier_cover_ids = fields.One2many(
        "rc.tier.cover", "partner_id", "Tiers without a Plan", groups=STAFF
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
    @api.depends(
        "rc_subscription_ids.state",
        "rc_subscription_ids.tier_id",
        "rc_subscription_ids.period_end",
        "rc_tier_cover_ids.end_on",
        "rc_tier_cover_ids.ended_on",
    )
    def _compute_rc_tier_id(self):
        program = self.env["rc.program"]._get_platform()
        today = local_day(fields.Datetime.now(), self.env.company)
        people = self._origin
        subscriptions = self.env["rc.subscription"]
        tiers = subscriptions._get_tiers(people, program, today)
        running = {
            subscription.partner_id.id: subscription
            for subscription in subscriptions.search(
                [
                    ("partner_id", "in", people.ids),
                    ("program_id", "=", program.id),
                    ("state", "in", RUNNING),
                ]
            )
        }
        for partner in self:
            subscription = running.get(partner._origin.id, subscriptions)
            tier = tiers.get(partner._origin.id)
            partner.rc_tier_id = tier or self.env["rc.tier"].search(
                [("program_id", "=", program.id), ("is_default", "=", True)], limit=1
            )
            partner.rc_period_end = subscription.period_end
            partner.rc_subscription_state = subscription.state

    def _search_rc_tier_id(self, operator, value):
        """Find people by the tier they have; whoever holds nothing has everybody's."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if not (self.env.su or self.env.user._is_internal()):
            raise AccessError(self.env._("Who has which tier is told to staff only."))
        tiers = self.env["rc.tier"].sudo()  # a filter needs no right on the settings of a program
        program = self.env["rc.program"].sudo()._get_platform()
        name = "id" if operator in ("in", "any") else "display_name"
        platform = Domain("program_id", "=", program.id)
        wanted = tiers.search(platform & Domain(name, operator, value))
        holders = self._rc_get_holders_query(
            program, local_day(fields.Datetime.now(), self.env.company)
        )
        others = tiers.search(platform) - wanted
        everybodys = tiers.search(platform & Domain("is_default", "=", True))
        if everybodys in wanted or (operator == "in" and False in value):
            return [("id", "not in", SQL("(%s)", holders(others)))]
        return [("id", "in", SQL("(%s)", holders(wanted)))]

    @api.model
    def _rc_get_holders_query(self, program, on):
        """Return a function from tiers to the query of who has one of them on a day."""

        def query(tiers):
            return SQL(
                """
                SELECT partner_id FROM (
                    SELECT DISTINCT ON (held.partner_id) held.partner_id, held.tier_id FROM (
                        SELECT partner_id, tier_id FROM rc_subscription
                         WHERE program_id = %(program)s AND state IN %(running)s
                         UNION ALL
                        SELECT partner_id, tier_id FROM rc_tier_cover
                         WHERE program_id = %(program)s AND subscription_id IS NULL
                           AND start_on <= %(on)s
                           AND LEAST(end_on, ended_on, 'infinity'::date) > %(on)s
                    ) held JOIN rc_tier tier ON tier.id = held.tier_id
                    ORDER BY held.partner_id, tier.sequence DESC, tier.id DESC
                ) best WHERE tier_id IN %(tiers)s
                """,
                program=program.id or 0,
                running=tuple(RUNNING),
                on=on,
                tiers=tuple(tiers.ids) or (0,),
            )

        self.env["rc.subscription"].flush_model()
        self.env["rc.tier.cover"].flush_model()
        return query

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
        covers = self.env["rc.tier.cover"].sudo()  # see above; a person may hold several
        covers.search([("partner_id", "in", sources.ids)]).partner_id = target

    def action_rc_view_subscriptions(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_subscription_action"
        )
        return {**action, "domain": [("partner_id", "in", self.ids)]}

    def action_rc_view_points(self):
        self.check_access("read")
        return self.with_context(active_test=False).rc_point_account_ids.action_view_entries()
