from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..adapters import exact
from ..kernel.packages import is_in_first_days, reached_rate, step_points

KINDS = [
    ("first_purchase", "First Purchase"),
    ("holiday", "Holiday"),
    ("quantity", "Several at Once"),
    ("group", "Group Buy"),
    ("anniversary", "Anniversary: Own Bonus Doubled"),
    ("price_cut", "Lower Price"),
    ("month_steps", "Monthly Steps"),
    ("board", "Monthly Purchase Board"),
]
DATED = ("holiday", "anniversary", "price_cut")  # they run between their dates only
WITH_STEPS = ("quantity", "group", "month_steps", "board")
WITH_PERCENT = ("first_purchase", "holiday", "price_cut")


class RcPackagePromotion(models.Model):
    """What is given on top of a package, and when. Several add up, none compounds."""

    _name = "rc.package.promotion"
    _description = "Package Promotion"
    _inherit = ["mail.thread", "rc.audience.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, help="Short name used in files and explanations.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, tracking=True)
    percent = fields.Float(
        digits=(16, 2),
        tracking=True,
        help="Of the points and the package bonus; of the price for a lower price.",
    )
    date_from = fields.Date("Valid from", tracking=True)
    date_to = fields.Date("Until", tracking=True, help="The first day without it.")
    first_days = fields.Integer(
        "Days after Sign-up", default=7, help="How long a new member has; 0: without end."
    )
    window_hours = fields.Integer(
        "Hours to Fill the Group", default=72, help="From the group's start."
    )
    package_ids = fields.Many2many("rc.package", string="Packages", help="Empty: all of them.")
    step_ids = fields.One2many("rc.package.promotion.step", "promotion_id", "Steps")
    is_running = fields.Boolean("Runs Today", compute="_compute_is_running")

    _code_uniq = models.UniqueIndex("(program_id, code)", "This promotion code is in use.")
    _percent_range = models.Constraint(
        "CHECK (percent >= 0 AND percent <= 1000 AND (kind <> 'price_cut' OR percent <= 100))",
        "A promotion is a percentage between 0 and 1000; a price falls by 100 % at most.",
    )
    _dates = models.Constraint(
        "CHECK (date_to > date_from)", "A promotion ends after it has begun."
    )
    _numbers = models.Constraint(
        "CHECK (first_days >= 0 AND window_hours > 0)", "Days and hours cannot be negative."
    )

    @api.depends_context("tz")
    def _compute_is_running(self):
        today = fields.Date.context_today(self)
        for promotion in self:
            promotion.is_running = promotion.active and promotion._runs_on(today)

    @api.constrains("kind", "step_ids", "percent")
    def _check_complete(self):
        for promotion in self:
            if promotion.kind in WITH_STEPS and not promotion.step_ids:
                raise ValidationError(
                    self.env._("The promotion %s needs its steps.", promotion.name)
                )
            if promotion.kind in WITH_PERCENT and not promotion.percent:
                raise ValidationError(
                    self.env._("The promotion %s needs its percentage.", promotion.name)
                )

    @api.constrains("kind", "tag_ids", "member_domain")
    def _check_price_is_for_all(self):
        """A price is told before anybody knows who will buy."""
        for promotion in self.filtered(lambda p: p.kind == "price_cut"):
            if not promotion._get_audience().is_true():
                raise ValidationError(
                    self.env._(
                        "A lower price is for everybody. For some members, give them a pricelist "
                        "of their own."
                    )
                )

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _runs_on(self, day):
        """True on ``day``; promotions of a season need a beginning or an end."""
        self.ensure_one()
        if self.kind in DATED and not (self.date_from or self.date_to):
            return False
        return (not self.date_from or self.date_from <= day) and (
            not self.date_to or day < self.date_to
        )

    @api.model
    @api.private
    def _get_running(self, program, day, kind=None, partner=None):
        """Return the promotions of a program that run on ``day``, for a member if one is given."""
        # what a price or a number of points is made of is the system's to read, for any buyer
        domain = [("program_id", "=", program.id)]
        if kind:
            domain.append(("kind", "=", kind))
        running = self.sudo().search(domain).filtered(lambda p: p._runs_on(day))
        return running.filtered(lambda p: p._includes(partner)) if partner else running

    def _get_of(self, package):
        """Keep those that hold for a package."""
        return self.filtered(lambda p: not p.package_ids or package in p.package_ids)

    def _get_rates(self, package, partner, day, facts):
        """Return code → Fraction of what adds to the points of a purchase.

        :param facts: ``quantity``, ``is_first``, ``group_count`` of the purchase
        """
        rates = {}
        for promotion in self._get_of(package):
            rate = promotion._get_rate(partner, day, facts)
            if rate:
                rates[promotion.code] = rate
        return rates

    def _get_rate(self, partner, day, facts):
        self.ensure_one()
        if self.kind == "first_purchase":
            holds = facts["is_first"] and self._is_new(partner, day)
            return self._get_percent() if holds else Fraction(0)
        if self.kind == "holiday":
            return self._get_percent()
        if self.kind == "quantity":
            return reached_rate(facts["quantity"], self._get_rate_steps())
        if self.kind == "group":
            return reached_rate(facts["group_count"], self._get_rate_steps())
        return Fraction(0)

    def _is_new(self, partner, day):
        if not self.first_days:
            return True
        joined_on = partner._rc_get_joined_on(self.company_id)
        return is_in_first_days(joined_on, day, self.first_days)

    def _get_percent(self):
        self.ensure_one()
        return Fraction(exact(self.percent)) / 100

    def _get_rate_steps(self):
        """Return count → rate."""
        return {int(step.threshold): Fraction(exact(step.percent)) / 100 for step in self.step_ids}

    @api.model
    @api.private
    def _get_month_points(self, program, day, amount, partner):
        """Return what a member's purchases of ``amount`` in a month give: the highest step."""
        return sum(
            step_points(amount, promotion._get_point_steps())
            for promotion in self._get_running(program, day, "month_steps", partner)
        )

    def _get_point_steps(self):
        """Return threshold (an amount, a place) → points."""
        return {Fraction(exact(step.threshold)): step.points for step in self.step_ids}


class RcPackagePromotionStep(models.Model):
    """From a threshold on: a percentage (pieces, people) or points (amount of a month, place)."""

    _name = "rc.package.promotion.step"
    _description = "Step of a Package Promotion"
    _order = "promotion_id, threshold"

    promotion_id = fields.Many2one(
        "rc.package.promotion", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="promotion_id.company_id", store=True)
    kind = fields.Selection(related="promotion_id.kind")
    threshold = fields.Float(
        "From",
        digits=(16, 2),
        required=True,
        help="Pieces, people, the amount bought in a month, or the place on the board.",
    )
    percent = fields.Float(digits=(16, 2))
    points = fields.Integer()

    _threshold_uniq = models.UniqueIndex(
        "(promotion_id, threshold)", "The promotion has this step already."
    )
    _positive = models.Constraint(
        "CHECK (threshold > 0 AND percent >= 0 AND points >= 0)",
        "Steps begin above zero and give something.",
    )
