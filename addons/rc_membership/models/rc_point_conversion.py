"""Earned points become money that is owed: offered only where an addon can owe it."""

from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import exact, local_day
from ..db import make_append_only
from ..exceptions import Refusal
from ..kernel.lots import EARNED
from ..kernel.money import to_fraction


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    @api.private
    def _can_convert(self):
        """Whether points of this account can become money; an addon that owes money says so."""
        return False

    @api.private
    def _get_convertible(self):
        """Return the earned points that can be spent: bought and bonus points never convert."""
        if not self:  # somebody who has no points yet
            return Decimal(0)
        self.ensure_one()
        lots = self.env["rc.point.lot"]._read_open(self.ids)[self.id]
        return sum((lot.remaining for lot in lots if lot.nature == EARNED), Decimal(0))


class RcPointConversion(models.Model):
    _name = "rc.point.conversion"
    _description = "Points Converted to Cash"
    _order = "at desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    points = fields.Integer(required=True, readonly=True, aggregator="sum")
    amount = fields.Monetary(required=True, readonly=True)
    at = fields.Datetime("Converted at", required=True, readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This conversion was made before.")
    _positive = models.Constraint(
        "CHECK (points > 0 AND amount > 0)", "A conversion turns points into money."
    )

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table, mutable=("partner_id",))

    def write(self, vals):
        if set(vals) - {"partner_id"}:
            raise UserError(self.env._("A conversion is a fact and never changes."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A conversion is a fact and is never deleted."))

    @api.model
    @api.private
    def _convert(self, partner, program, points, key, at):
        """Turn earned points into money that is owed, once per key; return the conversion.

        READ tier and earned points → DECIDE → WRITE the points and the accrual in one transaction.

        :raise Refusal: ``not_available``, ``tier_required``, ``below_minimum``,
            ``insufficient_points``, ``not_eligible``
        """
        conversions = self.sudo()  # members have no rights on conversions
        known = conversions.search([("key", "=", key)])
        if known:
            if (known.partner_id, known.points) != (partner, points):
                raise Refusal(
                    self.env._("This request was sent before with other content. Start it again."),
                    "key_conflict",
                )
            return known
        account = self.env["rc.point.account"]._get_or_create(partner, program)
        conversions._check(account, points, at)
        with self.env.cr.savepoint():  # points and accrual, or neither
            conversion = conversions.create(
                {
                    "key": key,
                    "partner_id": partner.id,
                    "program_id": program.id,
                    "company_id": program.company_id.id,
                    "currency_id": program.currency_id.id,
                    "points": points,
                    "amount": float(conversions._get_amount(program, points)),
                    "at": at,
                }
            )
            conversion._take_points(account)
            conversion._accrue()
        return conversion

    @api.model
    def _get_amount(self, program, points):
        """Return the money of so many points, in whole coins, rounded down."""
        if not program.convert_points:
            return Decimal(0)
        value = to_fraction(points) * Fraction(exact(program.convert_amount))
        coins = 10**program.currency_id.decimal_places
        return Decimal(int(value * coins / program.convert_points)) / coins

    @api.model
    def _check(self, account, points, at):
        program = account.program_id
        if not account._can_convert() or not program.convert_points:
            raise Refusal(self.env._("Points are not converted to cash here."), "not_available")
        if isinstance(points, bool) or not isinstance(points, int) or points <= 0:
            raise Refusal(self.env._("Convert a whole number of points."), "not_eligible")
        tier = self.env["rc.subscription"]._get_tiers(
            account.partner_id, program, local_day(at, program.company_id)
        )[account.partner_id.id]
        least = program.convert_tier_id
        if not least or tier.sequence < least.sequence:
            raise Refusal(
                self.env._("Members from %s up convert points to cash.", least.name or "–"),
                "tier_required",
            )
        if points < program.convert_points or not self._get_amount(program, points):
            raise Refusal(
                self.env._("At least %s points are converted at once.", program.convert_points),
                "below_minimum",
            )
        account._expire_due_of(at)
        account._check_spend(Decimal(points), at, confirmed=True)
        earned = account._get_convertible()
        if earned < points:
            raise Refusal(
                self.env._(
                    "Only earned points convert to cash; you have %(earned)s of them. Bought and "
                    "bonus points are for spending.",
                    earned=int(earned),
                ),
                "insufficient_points",
            )

    def _take_points(self, account):
        """Spend earned points, and no others: the account's row is changed, so nobody else took
        them meanwhile."""
        lots = self.env["rc.point.lot"]._read_open(account.ids)[account.id]
        account._post_or_refuse(
            [
                account._prepare_posting(
                    f"rc.point.conversion:{self.key}",
                    "available",
                    "redeemed",
                    Decimal(self.points),
                    kind="convert",
                    at=self.at,
                    reason=self.env._("Converted to cash"),
                    origin=self,
                    prefers=tuple(lot.id for lot in lots if lot.nature == EARNED),
                )
            ]
        )

    def _accrue(self):
        """Write down that the money is owed: whoever says ``_can_convert`` extends this.

        :raise Refusal: ``not_available`` where nobody owes it
        """
        raise Refusal(self.env._("Points are not converted to cash here."), "not_available")
