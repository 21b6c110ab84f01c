import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KEY_PREFIX = "referral"  # the keys of a reward's entries begin with it, then the event
EVENTS = [
    ("sign_up", "Free Sign-up"),
    ("email_verified", "E-mail Verified"),
    ("phone_verified", "Phone Verified"),
    ("first_payment", "First Payment"),
    ("renewal", "Renewal"),
    ("upgrade", "Upgrade"),
    ("purchase", "Shopping"),
    ("milestone", "Milestone"),
]
# once for each invoice; everything else once for each referral
BY_INVOICE = ("renewal", "upgrade", "purchase")
# what costs the referred person nothing: marketing, never compensation
FREE_EVENTS = ("sign_up", "email_verified", "phone_verified")
FREE_METRICS = ("sign_ups", "streak", "clicks", "team")
METRICS = [
    ("sign_ups", "Sign-ups"),
    ("paid", "Paying referrals"),
    ("streak", "Days in a row with a sign-up"),
    ("team", "People in the whole tree below"),
    ("clicks", "Valid clicks"),
    ("referred_activity", "What referred people did"),
]
_PART = re.compile(r"([a-z][a-z0-9_-]*)?")


class RcRewardRule(models.Model):
    """What a referral earns: an event, whose referral it is, what it gives and to whom."""

    _name = "rc.reward.rule"
    _description = "Referral Reward Rule"
    _inherit = ["rc.reward.gift.mixin", "rc.reward.cost.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="Short name used in files and by the API.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    note = fields.Text(translate=True, help="What is to be known before it is switched on.")

    # when, and whose
    event = fields.Selection(EVENTS, required=True)
    sponsor_kind = fields.Selection(
        [
            ("member", "Member (Free)"),
            ("paying_member", "Paying Member"),
            ("any_member", "Any Member"),
            ("promoter", "Promoter"),
            ("venue", "Venue or Studio"),
            ("partner", "Partner"),
            ("staff", "Staff"),
            ("everyone", "Everyone"),
        ],
        "Sponsor",
        required=True,
        default="member",
        help="Whose referral it is. Sales of staff and partners are paid by their compensation "
        "plan; what a plan pays needs no rule here.",
    )
    beneficiary = fields.Selection(
        [("sponsor", "Sponsor"), ("referee", "New Member"), ("both", "Both")],
        "Who Gets It",
        required=True,
        default="sponsor",
    )
    tier_ids = fields.Many2many(
        "rc.tier",
        string="Only Tiers",
        domain="[('program_id', '=', program_id)]",
        help="Of the plan that was paid. Empty: any.",
    )
    rank_id = fields.Many2one(
        "rc.ladder.rank",
        "From Rank",
        ondelete="restrict",
        help="The sponsor's rank or a higher one.",
    )
    is_campaign_only = fields.Boolean(
        "Only by the Campaign", help="Only for people whom a code of the campaign brought."
    )
    pilot_tag_id = fields.Many2one(
        "res.partner.category",
        "Pilot Audience",
        ondelete="restrict",
        help="Only sponsors with this tag. Empty: everybody.",
    )
    date_from = fields.Date("Valid from")
    date_to = fields.Date("Until", help="The first day without it.")

    # milestones
    metric = fields.Selection(METRICS)
    threshold = fields.Integer(help="The figure at which it is reached.")
    is_repeating = fields.Boolean(
        "Again and Again", help="For each so many more; else once in the period."
    )
    period = fields.Selection(
        [("lifetime", "Ever"), ("week", "Week"), ("month", "Calendar Month")],
        required=True,
        default="lifetime",
    )

    # what, and when it is let go
    is_choice = fields.Boolean(
        "Own Choice", help="Whoever gets it chooses one of several things in the portal."
    )
    option_ids = fields.One2many("rc.reward.option", "rule_id", "To Choose from", copy=True)
    part = fields.Char(
        "Part of the Key",
        default="",
        help="Two rules with the same event, sponsor and part never both give: the first does. "
        "Empty for plain points.",
    )
    hold_days = fields.Integer("Hold (Days)", help="Given so many days after the event.")
    condition = fields.Selection(
        [
            ("email", "The new member's e-mail is verified"),
            ("phone", "The new member's phone is verified"),
            ("paid", "The new member has paid"),
        ],
        "Held Until",
    )

    percent = fields.Float(
        "Percent of the Money",
        digits=(5, 2),
        help="Of what was received for the invoice without tax, instead of a fixed amount; points "
        "are worth what the program says. Zero: fixed.",
    )
    amount_max = fields.Monetary(
        "At Most", help="The most a percentage gives each time. Zero: no limit."
    )

    # limits
    cap_day = fields.Integer("Most a Day", help="For one person. Zero: no limit.")
    cap_month = fields.Integer("Most a Month", help="For one person. Zero: no limit.")
    cap_total = fields.Integer("Most Ever", help="For one person. Zero: no limit.")
    is_marketing = fields.Boolean(
        "Marketing Reward",
        compute="_compute_is_marketing",
        help="For what costs the new member nothing: it never comes from a compensation plan, cash "
        "needs a budget, and it is off where the company's profile forbids it.",
    )
    reward_ids = fields.One2many("rc.reward", "rule_id", "Rewards Given")
    reward_count = fields.Integer(compute="_compute_reward_count")

    _points_positive = models.Constraint(
        "CHECK (kind <> 'points' OR is_choice IS TRUE OR points > 0 OR percent > 0)",
        "A rule gives more than zero points.",
    )
    _rule_uniq = models.UniqueIndex(
        "(program_id, event, sponsor_kind, beneficiary, COALESCE(part, '')) WHERE active",
        "There is a rule for this event, sponsor and beneficiary already.",
    )
    _code_uniq = models.UniqueIndex("(program_id, code)", "This rule code is in use.")
    _milestone_complete = models.Constraint(
        "CHECK (event <> 'milestone' OR (metric IS NOT NULL AND threshold > 0))",
        "A milestone has a figure above zero of something.",
    )
    _percent_of_money = models.Constraint(
        "CHECK (COALESCE(percent, 0) = 0 OR (percent > 0 AND percent <= 100 AND is_choice IS NOT TRUE"
        " AND kind IN ('points', 'cash')"
        " AND event IN ('first_payment', 'renewal', 'upgrade', 'purchase')))",
        "A percentage gives points or cash, for an event with money in it, up to 100.",
    )
    _not_negative = models.Constraint(
        "CHECK (cap_day >= 0 AND cap_month >= 0 AND cap_total >= 0 AND hold_days >= 0"
        " AND unit_cost >= 0 AND COALESCE(amount_max, 0) >= 0)",
        "Limits and costs of a rule are not negative.",
    )

    @api.depends("event", "metric")
    def _compute_is_marketing(self):
        for rule in self:
            rule.is_marketing = rule.event in FREE_EVENTS or (
                rule.event == "milestone" and rule.metric in FREE_METRICS
            )

    def _compute_reward_count(self):
        counts = dict(
            self.env["rc.reward"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.reward_count = counts.get(rule, 0)

    @api.depends("is_choice", "option_ids.gift_text")
    def _compute_gift_text(self):
        super()._compute_gift_text()
        for rule in self.filtered("is_choice"):
            texts = rule.option_ids.mapped("gift_text")
            rule.gift_text = self.env._(" or ").join(texts)

    def _is_complete(self):
        return self.is_choice or self.percent > 0 or super()._is_complete()

    @api.constrains("part")
    def _check_part(self):
        for rule in self:
            if not _PART.fullmatch(rule.part or ""):
                raise ValidationError(
                    self.env._("The part of the key is a word of small letters and digits.")
                )

    @api.constrains("is_choice", "option_ids", "active")
    def _check_options(self):
        for rule in self:
            if rule.is_choice and rule.active and len(rule.option_ids) < 2:
                raise ValidationError(self.env._("A choice needs two things to choose from."))

    @api.constrains("is_campaign_only", "campaign_id")
    def _check_campaign(self):
        for rule in self:
            if rule.is_campaign_only and not rule.campaign_id:
                raise ValidationError(self.env._("Say which campaign it is only for."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("part"):
                vals["part"] = self._get_default_part(vals)
        return super().create(vals_list)

    @api.model
    def _get_default_part(self, vals):
        """Plain points have no part: their keys are those of the first rules there were."""
        parts = []
        if vals.get("event") == "milestone":
            parts += [vals.get("metric") or "", str(vals.get("threshold") or 0)]
            parts += [vals["period"]] if vals.get("period", "lifetime") != "lifetime" else []
        if vals.get("is_choice"):
            parts.append("choice")
        elif vals.get("kind", "points") != "points":
            parts.append(vals["kind"])
        elif vals.get("percent"):
            parts.append("percent")
        return "-".join(parts)

    def action_view_rewards(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_reward_action")
        return {**action, "domain": [("rule_id", "in", self.ids)], "context": {}}

    @api.model
    def _get_reason(self, event):
        return {
            "sign_up": self.env._("A friend signed up"),
            "email_verified": self.env._("A friend verified the e-mail address"),
            "phone_verified": self.env._("A friend verified the phone number"),
            "first_payment": self.env._("A friend's first payment"),
            "renewal": self.env._("A friend renewed"),
            "upgrade": self.env._("A friend's better plan"),
            "purchase": self.env._("A friend went shopping"),
            "milestone": self.env._("A milestone reached"),
            "mission": self.env._("A mission done"),
            "board": self.env._("A place on the leaderboard"),
            "pieces": self.env._("A full set of pieces"),
        }.get(event, self.env._("A referral"))
