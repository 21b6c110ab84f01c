from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..adapters import exact
from ..kernel.packages import Offer


class RcPackage(models.Model):
    """A package of points that members buy: points, bonus, a rank of the patron ladder, benefits."""

    _name = "rc.package"
    _description = "Points Package"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, help="Short name used in files and by the API.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(
        "res.currency",
        "Priced in",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="The sales price of its products is a figure of this currency.",
    )
    points = fields.Integer(required=True, tracking=True)
    bonus_percent = fields.Float("Bonus (%)", digits=(16, 2), tracking=True)
    bonus_points = fields.Integer("Bonus", compute="_compute_bonus_points")
    has_promotions = fields.Boolean(
        "Promotions",
        default=True,
        help="Off: the points are given as they are, without level bonus and promotions.",
    )
    is_welcome = fields.Boolean(
        "Offered at Sign-up",
        help="Shown to new members first, while the first-purchase bonus runs.",
    )
    rank_code = fields.Char(
        "Rank Granted", help="Code of a rank of the ladder patron, bought for life: l1 … l4."
    )
    description = fields.Text(translate=True)
    benefit_ids = fields.One2many("rc.package.benefit", "package_id", "Benefits")
    product_tmpl_ids = fields.One2many("product.template", "rc_package_id", "Sold as")
    purchase_count = fields.Integer(compute="_compute_purchase_count")
    is_payable = fields.Boolean(
        "Can Be Paid",
        compute="_compute_is_payable",
        help="There is an exchange rate between its currency and the company's.",
    )

    _code_uniq = models.UniqueIndex("(program_id, code)", "This package code is in use.")
    _points_positive = models.Constraint("CHECK (points > 0)", "A package has points.")
    _bonus_positive = models.Constraint(
        "CHECK (bonus_percent >= 0 AND bonus_percent <= 1000)",
        "The bonus is a percentage between 0 and 1000.",
    )

    @api.depends("points", "bonus_percent")
    def _compute_bonus_points(self):
        for package in self:
            package.bonus_points = int(package.points * package._get_bonus_rate())

    def _compute_purchase_count(self):
        counts = dict(
            self.env["rc.package.purchase"]._read_group(
                [("package_id", "in", self.ids)], ["package_id"], ["__count"]
            )
        )
        for package in self:
            package.purchase_count = counts.get(package, 0)

    @api.constrains("rank_code", "program_id")
    def _check_rank_code(self):
        for package in self.filtered("rank_code"):
            ladder = self.env["rc.ladder"]._find("patron", package.program_id)
            if package.rank_code not in ladder.rank_ids.mapped("code"):
                raise ValidationError(
                    self.env._(
                        "The ladder patron of %(program)s has no rank “%(rank)s”.",
                        program=package.program_id.name,
                        rank=package.rank_code,
                    )
                )

    def _get_bonus_rate(self):
        self.ensure_one()
        return Fraction(exact(self.bonus_percent)) / 100

    @api.private
    def _make_offer(self, partner, quantity, on, is_first=False, ordered_on=None, group_count=0):
        """READ what holds for a member who buys ``quantity`` of the package; return the ``Offer``.

        :param on: date of the payment: the rank held then counts
        :param is_first: the member has bought no package before
        :param ordered_on: date of the order: dated promotions count by it (default: ``on``)
        :param group_count: people of the purchase's group that have paid
        """
        self.ensure_one()
        if not self.has_promotions:
            return Offer(self.points, self._get_bonus_rate(), quantity)
        level = self.env["rc.package.level"]._get_of(partner, self.program_id)
        promotions = self.env["rc.package.promotion"]._get_running(
            self.program_id, ordered_on or on, partner=partner
        )
        facts = {"quantity": quantity, "is_first": is_first, "group_count": group_count}
        rates = promotions._get_rates(self, partner, ordered_on or on, facts)
        return Offer(
            points=self.points,
            bonus_rate=self._get_bonus_rate(),
            quantity=quantity,
            level=level.rank_code or None,
            level_rate=Fraction(exact(level.bonus_percent)) / 100,
            promotions=rates,
            is_anniversary=any(p.kind == "anniversary" for p in promotions._get_of(self)),
        )

    @api.depends("currency_id", "company_id")
    def _compute_is_payable(self):
        for package in self:
            package.is_payable = package._has_rate(package.company_id)

    def _has_rate(self, company):
        """True when the package's price can be told in the company's currency."""
        self.ensure_one()
        own = company.currency_id
        rates = self.env["res.currency.rate"].sudo()  # rates are no secret
        return self.currency_id == own or bool(
            rates.search_count(
                [
                    ("currency_id", "in", (self.currency_id | own).ids),
                    ("company_id", "in", [False, company.id]),
                ],
                limit=1,
            )
        )

    def action_view_purchases(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_package_purchase_action"
        )
        return {**action, "domain": [("package_id", "in", self.ids)]}
