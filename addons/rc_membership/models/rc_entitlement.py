from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..adapters import exact
from ..kernel.usage import describe_more


class RcEntitlement(models.Model):
    """A right that a tier, a package or a grant gives: a feature, a quota, or a stock."""

    _name = "rc.entitlement"
    _description = "Entitlement"
    _inherit = ["rc.usage.setting.mixin"]
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

    # ------------------------------------------------------------------
    # What would unlock more
    # ------------------------------------------------------------------

    def _get_unlocks(self, catalogue, tier_id):
        """Return the tiers above somebody's that give more of it, and the products that add to it.

        :return: list of dicts: ``kind`` (tier, product), ``tier`` or ``item`` (codes), ``name``,
            ``amount`` (None: unlimited), ``per``, ``price``, ``currency``, ``text``
        """
        self.ensure_one()
        lines = {
            tier: given[self.id] for tier, given in catalogue.lines.items() if self.id in given
        }
        own = lines.get(tier_id)
        higher = describe_more(lines, catalogue.ranks, tier_id, own)
        return [
            unlock
            for tier in self.env["rc.tier"].browse(higher)
            if (unlock := self._prepare_tier_unlock(tier, lines[tier.id]))
        ] + [self._prepare_product_unlock(product) for product in self._get_addons()]

    def _prepare_tier_unlock(self, tier, line):
        """A tier that is sold; nothing for one that cannot be bought."""
        plan = tier.plan_ids.filtered("sale_ok").sorted(lambda p: (p._rc_get_months(), p.id))[:1]
        if not plan:
            return None
        label = self.env["rc.tier.entitlement"].browse(line.ref)._get_label()
        return {
            "kind": "tier",
            "tier": tier.code,
            "item": plan.default_code,
            "name": tier.name,
            "amount": line.amount,
            "per": line.per,
            "price": exact(plan.list_price),
            "currency": plan.currency_id.name,
            "url": plan.website_url,
            "text": self.env._("%(tier)s gives you: %(what)s.", tier=tier.name, what=label),
        }

    def _prepare_item_unlock(self, item):
        """An item of the mall, for points."""
        return {
            "kind": "points",
            "item": item.code,
            "name": item.name,
            "amount": exact(item.amount),
            "per": None,
            "price": exact(item.price),
            "currency": None,
            "url": f"/my/mall/{item.id}",
            "text": self.env._(
                "%(points)s %(unit)s buy you: %(item)s.",
                points=item.price,
                unit=item.program_id.point_name,
                item=item.name,
            ),
        }

    def _get_addons(self):
        """Return the products sold that give a stock of it."""
        return self.env["product.template"].search(
            [
                ("rc_entitlement_id", "=", self.id),
                ("sale_ok", "=", True),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            order="list_price, id",
        )

    def _prepare_product_unlock(self, product):
        return {
            "kind": "product",
            "item": product.default_code,
            "name": product.name,
            "amount": exact(product.rc_entitlement_amount),
            "per": None,
            "price": exact(product.list_price),
            "currency": product.currency_id.name,
            "url": product.website_url,
            "text": self.env._("%s adds to it.", product.name),
        }
