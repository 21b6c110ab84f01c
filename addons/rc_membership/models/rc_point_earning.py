"""What the earning rules gave, with the numbers behind it, and the counters of their caps."""

from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class RcPointEarning(models.Model):
    """One fact that a rule was applied to: claimed once, and explained for good."""

    _name = "rc.point.earning"
    _description = "Points Earning"
    _inherit = ["rc.history.mixin"]
    _order = "day desc, id desc"
    _rec_name = "rule_id"
    _history_mutable = ("partner_id",)
    _history_is_watched = True

    key = fields.Char(required=True, readonly=True)
    rule_id = fields.Many2one(
        "rc.point.rule", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    day = fields.Date(required=True, readonly=True, help="Where the member was.")
    base = fields.Float("Worth", digits=(16, 0), readonly=True, help="Before multipliers.")
    factor = fields.Char("Multiplier", readonly=True)
    points = fields.Float(
        "Given", digits=(16, 0), readonly=True, help="After multipliers and caps, at first."
    )
    lost = fields.Float(
        "Over the Limit", digits=(16, 0), readonly=True, help="What the cap did not let through."
    )
    origin_model = fields.Char("Source Model", readonly=True)
    origin_id = fields.Many2oneReference("Source", model_field="origin_model", readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This was given before.")
    _origin_idx = models.Index("(origin_model, origin_id)")

    @api.model
    def _find(self, key):
        return self.search([("key", "=", key)])

    def _get_factor(self):
        """Return the multiplier that held when the fact was new (1 where none was noted)."""
        return Fraction(self.factor) if self else Fraction(1)

    @api.model
    @api.private
    def _claim(self, rule, partner, key, day, base, factor, points, origin=None):
        """Write the row of a fact, once: whoever comes second at the same time is tried again by
        the database's own refusal, and finds it."""
        self._check_protected()
        lost = Decimal(base) * Decimal(factor.numerator) / Decimal(factor.denominator) - points
        self._insert(
            [
                {
                    "key": key,
                    "rule_id": rule.id,
                    "partner_id": partner.id,
                    "company_id": rule.company_id.id,
                    "day": day,
                    "base": base,
                    "factor": str(factor),
                    "points": points,
                    "lost": max(lost.to_integral_value(), Decimal(0)),
                    "origin_model": origin._name if origin else None,
                    "origin_id": origin.id if origin else None,
                }
            ]
        )


class RcPointCounter(models.Model):
    """How much a member has by a capped rule in a day or month: the row that two at once share."""

    _name = "rc.point.counter"
    _description = "Counter of a Points Cap"
    _order = "start desc, id desc"
    _rec_name = "rule_id"
    _allow_sudo_commands = False

    rule_id = fields.Many2one("rc.point.rule", required=True, readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    unit = fields.Selection([("day", "Day"), ("month", "Month")], required=True, readonly=True)
    start = fields.Date("From", required=True, readonly=True)
    total = fields.Integer("Given", required=True, readonly=True, default=0)
    cap = fields.Integer("At Most", compute="_compute_cap")

    _period_uniq = models.Constraint(
        "UNIQUE (rule_id, partner_id, unit, start)", "This cap is counted already."
    )
    _not_negative = models.Constraint("CHECK (total >= 0)", "A counter cannot go below zero.")

    @api.depends("rule_id.cap_day", "rule_id.cap_month", "unit")
    def _compute_cap(self):
        for counter in self:
            counter.cap = counter.rule_id[f"cap_{counter.unit}"]

    @property
    def given(self):
        return Decimal(self.total)

    @api.model
    @api.private
    def _get_or_create(self, rule, partner, unit, start):
        """Return the counter of a rule, member and period."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_point_counter (rule_id, partner_id, company_id, unit, start, total)
                VALUES (%s, %s, %s, %s, %s, 0)
                ON CONFLICT (rule_id, partner_id, unit, start) DO NOTHING RETURNING id
                """,
                rule.id,
                partner.id,
                rule.company_id.id,
                unit,
                start,
            )
        )
        counter = self.search(
            [
                ("rule_id", "=", rule.id),
                ("partner_id", "=", partner.id),
                ("unit", "=", unit),
                ("start", "=", start),
            ]
        )
        counter.invalidate_recordset(["total"], flush=False)
        return counter

    def _add(self, points):
        """Count ``points`` more (or less), never over the cap: what was read may be old."""
        self.ensure_one()
        done = self.env.execute_query(
            SQL(
                """
                UPDATE rc_point_counter SET total = GREATEST(total + %(points)s, 0)
                 WHERE id = %(id)s AND (%(points)s < 0 OR total + %(points)s <= %(cap)s)
                RETURNING id
                """,
                id=self.id,
                points=int(points),
                cap=self.cap,
            )
        )
        if not done:
            raise UserError(self.env._("The limit of “%s” was reached.", self.rule_id.name))
        self.invalidate_recordset(["total"], flush=False)

    @api.model
    @api.private
    def _merge(self, sources, target):
        """Two contacts are one: what both had counts together."""
        for counter in self.search([("partner_id", "in", sources.ids)]):
            twin = self.search(
                [
                    ("rule_id", "=", counter.rule_id.id),
                    ("partner_id", "=", target.id),
                    ("unit", "=", counter.unit),
                    ("start", "=", counter.start),
                ]
            )
            if twin:
                twin.total += counter.total
                counter.total = 0
                counter.unlink()
            else:
                counter.partner_id = target
                counter.flush_recordset()
