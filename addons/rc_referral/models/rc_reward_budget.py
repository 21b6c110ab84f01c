"""What campaigns may spend on rewards: a budget, and rows of what was taken from it."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.rc_membership.adapters import exact, local_day
from odoo.addons.rc_membership.kernel.money import round_half_up, to_fraction

from .rc_reward import Stop


class RcRewardBudget(models.Model):
    """What a campaign may spend in one company.

    Sign-ups never touch the row: rewards are given by whoever works off the inbox, one after the
    other, and the database refuses to spend more than there is.
    """

    _name = "rc.reward.budget"
    _description = "Budget for Rewards"
    _inherit = ["rc.fact.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "campaign_id, id"
    _rec_name = "campaign_id"
    _rc_facts = ("spent",)

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, ondelete="restrict", index=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary("Budget", required=True, tracking=True)
    date_to = fields.Date(
        "Until",
        tracking=True,
        help="What happens from this day on is not paid from it any more. Empty: no end.",
    )
    spent = fields.Monetary(readonly=True, copy=False)
    left = fields.Monetary(compute="_compute_left")
    held_count = fields.Integer(
        "Rewards Waiting", compute="_compute_held_count", help="Until there is more budget."
    )
    spending_ids = fields.One2many("rc.reward.spending", "budget_id", "Spent on")

    _campaign_uniq = models.UniqueIndex(
        "(campaign_id, company_id)", "This campaign has a budget in this company already."
    )
    _spent_holds = models.Constraint(
        "CHECK (COALESCE(spent, 0) >= 0 AND COALESCE(spent, 0) <= amount)",
        "A budget cannot be below what was spent already.",
    )

    @api.depends("amount", "spent")
    def _compute_left(self):
        for budget in self:
            budget.left = budget.amount - budget.spent

    def _compute_held_count(self):
        for budget in self:
            budget.held_count = self.env["rc.reward"].search_count(budget._get_held_domain())

    def _get_held_domain(self):
        self.ensure_one()
        return [
            ("state", "=", "held"),
            ("why", "=", "budget"),
            ("company_id", "=", self.company_id.id),
            ("campaign_id", "=", self.campaign_id.id),
        ]

    def action_view_held(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_reward_action")
        return {**action, "domain": self._get_held_domain(), "context": {}}

    def write(self, vals):
        result = super().write(vals)
        if "amount" in vals:
            # crons are the system's; what waited is given by the next run
            self.env.ref("rc_referral.ir_cron_reward").sudo()._trigger()
        return result

    @api.model
    @api.private
    def _find(self, campaign, company):
        return self.search(
            [("campaign_id", "=", campaign.id), ("company_id", "=", company.id)], limit=1
        )

    @api.private
    def _take(self, amount):
        """Spend (or give back a negative ``amount``); False where it is more than is left."""
        self.ensure_one()
        self.flush_recordset()
        done = self.env.execute_query(
            SQL(
                """
                UPDATE rc_reward_budget SET spent = COALESCE(spent, 0) + %(change)s
                 WHERE id = %(id)s AND COALESCE(spent, 0) + %(change)s BETWEEN 0 AND amount
                RETURNING id
                """,
                id=self.id,
                change=amount,
            )
        )
        self.invalidate_recordset(["spent", "left"], flush=False)
        return bool(done)

    def _tell_exhausted(self):
        """Ask whoever runs the campaign for more, once while nobody has answered."""
        self.ensure_one()
        if not self.activity_ids:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The budget of “%s” is used up", self.campaign_id.title),
                note=self.env._("Rewards wait until there is more; none is lost."),
                user_id=self.campaign_id.user_id.id,
            )


class RcRewardSpending(models.Model):
    """One reward taken from a budget, or given back to it; the rows only grow."""

    _name = "rc.reward.spending"
    _description = "Spending of a Reward Budget"
    _inherit = ["rc.history.mixin"]
    _order = "id desc"
    _rec_name = "reward_id"

    key = fields.Char(required=True, readonly=True)
    budget_id = fields.Many2one(
        "rc.reward.budget", required=True, readonly=True, ondelete="restrict", index=True
    )
    reward_id = fields.Many2one(
        "rc.reward", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This was spent before.")


class RcReward(models.Model):
    _inherit = "rc.reward"

    def _get_cost(self, at):
        """Return what the reward costs, a Decimal in the company's currency."""
        self.ensure_one()
        currency = self.company_id.currency_id
        if self.unit_cost:
            return exact(self.unit_cost)
        if self.kind == "points":
            price = to_fraction(exact(self._get_program().point_price or 0))
            return round_half_up(price * self.points, currency.decimal_places)
        if self.kind == "cash":
            money = self.currency_id._convert(self.amount, currency, self.company_id, at.date())
            return round_half_up(to_fraction(exact(money)), currency.decimal_places)
        return exact(0)

    def _spend(self, at):
        """Take the cost from the campaign's budget; return the budget and the cost.

        :raise Stop: there is not enough left, or cash for marketing has no budget at all
        """
        cost = self._get_cost(at)
        campaign = self.campaign_id
        budget = self.env["rc.reward.budget"]
        if campaign:
            budget = budget._find(campaign, self.company_id)
        if not budget:
            if self._is_marketing() and self.kind == "cash":
                raise Stop("held", "budget")
            return budget, cost
        if budget.date_to and local_day(self.occurred_at, self.company_id) >= budget.date_to:
            raise Stop("refused", "ended")
        if cost:
            if not budget._take(cost):
                raise Stop("held", "budget")
            self._note_spending(budget, cost, at)
        return budget, cost

    def _spend_back(self, now):
        if self.budget_id and self.cost:
            cost = exact(self.cost)
            self.budget_id._take(-cost)
            self._note_spending(self.budget_id, -cost, now)

    def _tell_stopped(self, stop):
        """A budget that is used up is said to whoever runs the campaign."""
        if stop.why == "budget":
            budgets = self.env["rc.reward.budget"]
            for budget in budgets._find(self.campaign_id, self.company_id):
                budget._tell_exhausted()

    def _note_spending(self, budget, amount, at):
        self.env["rc.reward.spending"]._insert(
            [
                {
                    "key": f"{self.key}|{self.step}",
                    "budget_id": budget.id,
                    "reward_id": self.id,
                    "company_id": self.company_id.id,
                    "amount": amount,
                    "at": at,
                }
            ]
        )
