from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RcEntitlement(models.Model):
    """A right that a tier, a package or a grant gives: a feature, a quota, or a stock."""

    _name = "rc.entitlement"
    _description = "Entitlement"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Name used by the app and the API.")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("flag", "Feature"), ("quota", "Quota"), ("stock", "Count that is used up")],
        required=True,
        default="quota",
        help="A feature is there or not. A quota has an amount per day, month or period. A count "
        "is given once, may expire, and is used up.",
    )
    unit_name = fields.Char("Unit", translate=True, help="For example: chats, hours, reports.")
    icon = fields.Char(default="fa-star", help="Font Awesome icon shown to members.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    is_benefit = fields.Boolean(
        "Benefit", help="Served by people: staff record each use, members see it with its expiry."
    )
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id, required=True
    )
    list_price = fields.Monetary(
        "List Value", help="What one of it is worth; a refund charges used ones at it."
    )
    grant_ids = fields.One2many("rc.entitlement.grant", "entitlement_id", "Given")

    _code_uniq = models.Constraint("UNIQUE (company_id, code)", "This entitlement code is in use.")
    _list_price_positive = models.Constraint(
        "CHECK (list_price >= 0)", "A list value cannot be negative."
    )

    @api.constrains("kind")
    def _check_kind(self):
        lines = self.env["rc.tier.entitlement"].search(
            [("entitlement_id", "in", self.ids), ("entitlement_id.kind", "=", "stock")], limit=1
        )
        if lines:
            raise ValidationError(
                self.env._(
                    "%(right)s is given by the tier %(tier)s, so it cannot be a count that is "
                    "used up.",
                    right=lines.entitlement_id.name,
                    tier=lines.tier_id.name,
                )
            )

    @api.model
    @api.private
    def _get_by_code(self, code, company=None):
        """Return the entitlement with a code in a company.

        :raise UserError: there is none
        """
        entitlement = self.search(
            [("code", "=", code), ("company_id", "=", (company or self.env.company).id)], limit=1
        )
        if not entitlement:
            raise UserError(self.env._("There is no entitlement with the code %s.", code))
        return entitlement
