from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..adapters import exact, local_noon, read_invoice_money, read_paid_on
from ..kernel.points import earned_points


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
    event = fields.Selection(
        [("payment", "Money received for an invoice")], required=True, default="payment"
    )
    points_per_unit = fields.Float(
        "Points per Unit",
        digits=(16, 4),
        default=1,
        help="Whole points, rounded down, for each unit of the currency received without tax.",
    )

    _code_uniq = models.UniqueIndex("(program_id, code)", "This rule code is in use.")
    _rate_positive = models.Constraint(
        "CHECK (points_per_unit > 0)", "A rule gives more than zero points."
    )

    def write(self, vals):
        """What members were given is not changed behind their backs: a used rule is fixed."""
        fixed = {"program_id", "event", "points_per_unit"} & set(vals)
        if fixed and any(rule._will_change(vals, fixed) and rule._is_used() for rule in self):
            raise UserError(
                self.env._(
                    "Members have points by this rule already, so what it gives stays. Archive it "
                    "and make a new one: it holds for invoices that come after."
                )
            )
        return super().write(vals)

    def _will_change(self, vals, names):
        return any(
            self._fields[name].convert_to_write(self[name], self) != vals[name] for name in names
        )

    def _is_used(self):
        self.ensure_one()
        # whoever may write rules need not read entries; only whether there are any
        entries = self.env["rc.point.entry"].sudo()
        return bool(entries.search_count([("rule_id", "=", self.id)], limit=1))

    @api.model
    @api.private
    def _apply_to_invoices(self, moves):
        """READ net money received → DECIDE points due → WRITE the difference to what was given.

        Idempotent: entries are keyed by invoice, rule and running number.
        """
        money = read_invoice_money(moves)
        paid_on = read_paid_on(moves)
        for move in moves.filtered(lambda m: m.move_type == "out_invoice"):
            net = money[move.id].net_received if move.id in money else Decimal(0)
            for rule in self._get_rules_of(move):
                is_same = rule.currency_id == move.currency_id  # not so if the invoice was changed
                due = earned_points(net if is_same else 0, exact(rule.points_per_unit))
                rule._give_difference(move, due, paid_on.get(move.id))

    def _get_rules_of(self, move):
        """Return the rules of an invoice: those that gave for it, archived or not, else today's.

        A rule made later gives nothing for an old invoice, and one archived since still takes back.
        """
        self.env.flush_all()
        gave = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT rule_id FROM rc_point_entry
                 WHERE origin_model = 'account.move' AND origin_id = %s AND rule_id IS NOT NULL
                """,
                move.id,
            )
        )
        if gave:
            return self.browse(row[0] for row in gave).sorted("id")
        return self.search(
            [
                ("event", "=", "payment"),
                ("company_id", "=", move.company_id.id),
                ("currency_id", "=", move.currency_id.id),
                ("program_id.owner_id", "=", False),
            ]
        )

    def _give_difference(self, move, due, paid_on):
        """Post ``due`` less what this rule gave for the invoice so far."""
        key = f"account.move:{move.id}|rule:{self.id}"
        given, count = self._get_given(move, key)
        change = due - given
        if not change:
            return
        partner = move._rc_get_member()
        account = self.env["rc.point.account"]._get_or_create(partner, self.program_id)
        occurred_at = local_noon(paid_on, move.company_id) if paid_on else None
        give = account._grant if change > 0 else account._take_back
        give(
            abs(change),
            f"{key}|{count}",
            self.name,
            origin=move,
            occurred_at=occurred_at,
            rule=self,
        )

    def _get_given(self, move, key):
        """Return (points given so far, number of earlier rounds) by this rule for ``move``."""
        self.env.flush_all()
        [(given, rounds)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(CASE WHEN kind = 'take_back' THEN -amount ELSE amount END), 0)
                            ::text,
                       COUNT(DISTINCT split_part(key, '|', 3))
                  FROM rc_point_entry
                 WHERE origin_model = 'account.move' AND origin_id = %s AND starts_with(key, %s)
                """,
                move.id,
                f"{key}|",
            )
        )
        return Decimal(given), rounds
