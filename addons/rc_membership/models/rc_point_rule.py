from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

EVENTS = [
    ("payment", "Money received for an invoice"),
    ("check_in", "Daily check-in"),
    ("streak", "Check-ins in a row"),
    ("activity", "Something a member did"),
    ("monthly", "Each month a tier lasts"),
    ("anniversary", "Each year since the member joined"),
    ("birthday", "Each birthday"),
]
# what members were given by: it stays as soon as somebody has points by the rule
FIXED = {
    "program_id",
    "event",
    "activity_kind",
    "streak_days",
    "points",
    "points_max",
    "points_per_unit",
    "threshold_amount",
    "points_per_unit_above",
    "minimum_amount",
    "product_ids",
    "category_ids",
    "tier_ids",
    "tag_ids",
    "member_domain",
    "multiplier_ids",
    "renewed_factor",
    "cap_day",
    "cap_month",
    "valid_months",
    "pending_days",
    "double_yearly",
    "double_tier_id",
    "trial_tier_id",
    "trial_months",
}


class RcPointRule(models.Model):
    """How members earn points; rules are records, each with its event and its amount."""

    _name = "rc.point.rule"
    _description = "Points Earning Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one("rc.program", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    event = fields.Selection(EVENTS, required=True, default="payment")
    icon = fields.Char(default="fa-star-o", help="Font Awesome icon shown to members.")
    sentence = fields.Char("What It Gives", compute="_compute_sentence")

    # how much
    points = fields.Integer(default=1, help="Whole points for each time, or the least of a range.")
    points_max = fields.Integer(
        "Up to",
        help="A check-in gives one more point each day in a row, up to here. Anything else gives "
        "what its reporter says it is worth, within the range. Zero: always the same.",
    )
    points_per_unit = fields.Float(
        "Points per Unit",
        digits=(16, 4),
        default=1,
        help="Whole points, rounded down, for each unit of the currency received without tax.",
    )
    threshold_amount = fields.Monetary(
        "Above", help="What an invoice brings above this amount gives another rate. Zero: none."
    )
    points_per_unit_above = fields.Float("Points per Unit Above", digits=(16, 4))
    minimum_amount = fields.Monetary(
        "Amount at Least", help="Invoices (or worth) below this amount without tax give nothing."
    )

    # for what and for whom
    activity_kind = fields.Char(
        "Activity",
        help="One word: login, conversation, mission, event, review, photo, referral …",
    )
    streak_days = fields.Integer("Days in a Row")
    product_ids = fields.Many2many("product.product", string="Only Products")
    category_ids = fields.Many2many("product.category", string="Only Categories")
    tier_ids = fields.Many2many(
        "rc.tier", string="Only Tiers", domain="[('program_id', '=', program_id)]"
    )
    multiplier_ids = fields.One2many(
        "rc.point.rule.multiplier", "rule_id", "Multipliers by Tier", copy=True
    )
    renewed_factor = fields.Float(
        "After Yearly Renewal, times",
        digits=(6, 2),
        default=1,
        help="Members who renewed a yearly plan keep this multiplier for good.",
    )
    double_yearly = fields.Boolean(
        "Double for Yearly", help="Twice the points if the person it is about has a yearly plan."
    )
    double_tier_id = fields.Many2one(
        "rc.tier",
        "Double from",
        ondelete="restrict",
        domain="[('program_id', '=', program_id)]",
        help="Twice the points if the person it is about has this tier or a higher one.",
    )

    # limits and life of the points
    cap_day = fields.Integer("Most a Day", help="Points of a member by this rule. Zero: no limit.")
    cap_month = fields.Integer("Most a Month", help="See above.")
    pending_days = fields.Integer(help="Days after which the points can be spent.")
    valid_months = fields.Integer(help="Months after which the points expire. Zero: never.")

    # beside the points
    trial_tier_id = fields.Many2one(
        "rc.tier",
        "Also a Trial of",
        ondelete="restrict",
        domain="[('program_id', '=', program_id)]",
    )
    trial_months = fields.Integer(default=1)

    _code_uniq = models.UniqueIndex("(program_id, code)", "This rule code is in use.")
    _rate_positive = models.Constraint(
        "CHECK (event <> 'payment' OR points_per_unit > 0)", "A rule gives more than zero points."
    )
    _points_positive = models.Constraint(
        "CHECK (event = 'payment' OR points > 0)", "A rule gives more than zero points."
    )
    _not_negative = models.Constraint(
        "CHECK (points_max >= 0 AND cap_day >= 0 AND cap_month >= 0 AND pending_days >= 0"
        " AND valid_months >= 0 AND minimum_amount >= 0 AND threshold_amount >= 0"
        " AND points_per_unit_above >= 0 AND renewed_factor >= 1 AND trial_months >= 0)",
        "Amounts, limits and times of a rule cannot be negative, and a multiplier is at least one.",
    )
    _streak_has_days = models.Constraint(
        "CHECK (event <> 'streak' OR streak_days > 1)", "A streak has at least two days."
    )
    _activity_has_kind = models.Constraint(
        "CHECK (event <> 'activity' OR activity_kind IS NOT NULL)",
        "Say which activity gives the points.",
    )

    @api.constrains("event", "activity_kind")
    def _check_activity_kind(self):
        if any(rule.event == "activity" and rule.activity_kind == "check_in" for rule in self):
            raise ValidationError(
                self.env._("A check-in has an event of its own: choose “Daily check-in”.")
            )

    @api.constrains("tier_ids", "trial_tier_id", "double_tier_id", "multiplier_ids", "program_id")
    def _check_tiers(self):
        for rule in self:
            tiers = rule.tier_ids | rule.trial_tier_id | rule.double_tier_id
            if (tiers | rule.multiplier_ids.tier_id).program_id - rule.program_id:
                raise ValidationError(self.env._("The tiers of a rule are those of its program."))

    @api.constrains("event", "tier_ids")
    def _check_monthly(self):
        for rule in self:
            if rule.event == "monthly" and not rule.tier_ids:
                raise ValidationError(
                    self.env._("Say of which tiers each month gives points: %s", rule.name)
                )

    def write(self, vals):
        """What members were given is not changed behind their backs: a used rule is fixed."""
        fixed = FIXED & set(vals)
        if fixed and any(rule._will_change(vals, fixed) and rule._is_used() for rule in self):
            raise UserError(
                self.env._(
                    "Members have points by this rule already, so what it gives stays. Archive it "
                    "and make a new one: it holds for what comes after."
                )
            )
        return super().write(vals)

    def _will_change(self, vals, names):
        return any(
            self._fields[name].type in ("one2many", "many2many")
            or self._fields[name].convert_to_write(self[name], self) != vals[name]
            for name in names
        )

    def _is_used(self):
        self.ensure_one()
        # whoever may write rules need not read entries; only whether there are any
        entries = self.env["rc.point.entry"].sudo()
        return bool(entries.search_count([("rule_id", "=", self.id)], limit=1))

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------

    @api.depends(
        "event",
        "points",
        "points_max",
        "points_per_unit",
        "threshold_amount",
        "points_per_unit_above",
        "streak_days",
        "activity_kind",
        "cap_day",
        "cap_month",
        "tier_ids.name",
        "tag_ids.name",
        "member_domain",
        "trial_tier_id.name",
        "trial_months",
        "valid_months",
        "pending_days",
        "renewed_factor",
        "multiplier_ids.factor",
        "multiplier_ids.tier_id.name",
    )
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            parts = [rule._get_gain_text(), *rule._get_condition_texts()]
            rule.sentence = " · ".join(part for part in parts if part)

    def _get_gain_text(self):
        """Return how many points for what, in the reader's language."""
        rate = f"{self.points_per_unit:g}" if self.event == "payment" else str(self.points)
        if self.event != "payment" and self.points_max > self.points:
            rate = f"{self.points}–{self.points_max}"
        points = self.env._("1 point") if rate == "1" else self.env._("%s points", rate)
        match self.event:
            case "payment":
                text = self.env._(
                    "%(points)s for each %(currency)s received",
                    points=points,
                    currency=self.currency_id.name or "",
                )
                if self.threshold_amount and self.points_per_unit_above:
                    text += self.env._(
                        ", %(points)s for each above %(amount)s",
                        points=f"{self.points_per_unit_above:g}",
                        amount=f"{self.threshold_amount:g}",
                    )
                return text
            case "check_in":
                return self.env._("%s for each day you check in", points)
            case "streak":
                return self.env._(
                    "%(points)s for %(days)s days in a row", points=points, days=self.streak_days
                )
            case "monthly":
                return self.env._("%s each month", points)
            case "birthday":
                return self.env._("%s on your birthday", points)
            case "anniversary":
                return self.env._("%s each year on the day you joined", points)
        return self.env._("%s each time", points)

    def _get_condition_texts(self):
        """Return filters, limits and what else there is, in the reader's language."""
        texts = []
        if self.tier_ids:
            texts.append(self.env._("with %s", ", ".join(self.tier_ids.mapped("name"))))
        texts += self._get_audience_texts()
        if self.minimum_amount:
            texts.append(self.env._("from %s", f"{self.minimum_amount:g}"))
        if self.cap_day:
            texts.append(self.env._("at most %s a day", self.cap_day))
        if self.cap_month:
            texts.append(self.env._("at most %s a month", self.cap_month))
        for line in self.multiplier_ids:
            texts.append(
                self.env._(
                    "%(tier)s ×%(factor)s", tier=line.tier_id.name, factor=f"{line.factor:g}"
                )
            )
        if self.renewed_factor > 1:
            texts.append(
                self.env._("×%s once you renewed a yearly plan", f"{self.renewed_factor:g}")
            )
        if self.double_yearly or self.double_tier_id:
            texts.append(self.env._("double for a yearly plan or a higher tier"))
        if self.trial_tier_id and self.trial_months == 1:
            texts.append(self.env._("and a month of %s", self.trial_tier_id.name))
        elif self.trial_tier_id:
            texts.append(
                self.env._(
                    "and %(months)s months of %(tier)s",
                    months=self.trial_months,
                    tier=self.trial_tier_id.name,
                )
            )
        if self.pending_days:
            texts.append(self.env._("to spend after %s days", self.pending_days))
        if self.valid_months:
            texts.append(self.env._("valid for %s months", self.valid_months))
        return texts


class RcPointRuleMultiplier(models.Model):
    """Members of a tier earn so many times as much by a rule."""

    _name = "rc.point.rule.multiplier"
    _description = "Points Multiplier of a Tier"
    _order = "rule_id, tier_id"

    rule_id = fields.Many2one("rc.point.rule", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    tier_id = fields.Many2one("rc.tier", required=True, ondelete="restrict")
    factor = fields.Float("Times", digits=(6, 2), required=True, default=1)

    _tier_uniq = models.Constraint("UNIQUE (rule_id, tier_id)", "This tier is in the list already.")
    _factor_positive = models.Constraint("CHECK (factor > 0)", "A multiplier is larger than zero.")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_unused()
        return lines

    def write(self, vals):
        self._check_unused()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _check_unused(self):
        """A multiplier of a used rule is fixed like its amounts."""
        if any(rule._is_used() for rule in self.rule_id):
            raise UserError(
                self.env._("Members have points by this rule already, so what it gives stays.")
            )
