from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..adapters import exact, local_day
from ..kernel.growth import Doing, Rule, behaviour, purchase, weigh

EVENTS = [("payment", "Money received for an invoice"), ("activity", "Something the member did")]


class RcGrowthRule(models.Model):
    """What raises the growth value; rules are records, each with its event and its worth."""

    _name = "rc.growth.rule"
    _description = "Growth Rule"
    _inherit = ["rc.audience.mixin"]
    _order = "program_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one("rc.program", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    event = fields.Selection(EVENTS, required=True, default="activity")
    activity_kind = fields.Char(
        help="One word: login, conversation, check_in, review, photo, mission …"
    )
    value = fields.Integer("Growth Each", default=1, help="For each time it was done.")
    factor = fields.Float(
        "Growth per Unit",
        digits=(16, 4),
        default=1,
        help="For each unit of the company's currency received without tax, rounded down.",
    )
    count_max = fields.Integer("Only the First", help="So many times ever; 0: all.")
    day_max = fields.Integer("Times a Day", help="At most so many times a day; 0: all.")
    amount_min = fields.Float(
        "Worth at Least", digits=(16, 2), help="Goods of a lower price do not count."
    )
    amount_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the Worth",
        help="Empty: the company's currency.",
    )
    is_goods_only = fields.Boolean(
        "Goods Only", help="Counts only for a product that is no service."
    )
    rank_id = fields.Many2one(
        "rc.ladder.rank",
        "From Rank",
        domain="[('program_id', '=', program_id)]",
        ondelete="restrict",
        help="Counts only for members who hold this rank or a higher one.",
    )

    _code_uniq = models.UniqueIndex("(program_id, code)", "This rule code is in use.")
    _not_negative = models.Constraint(
        "CHECK (value >= 0 AND factor >= 0 AND count_max >= 0 AND day_max >= 0"
        " AND amount_min >= 0)",
        "Figures of a growth rule are from zero.",
    )
    _kind_needed = models.Constraint(
        "CHECK (event <> 'activity' OR activity_kind IS NOT NULL)",
        "Say which activity the rule is about.",
    )

    def write(self, vals):
        """What members were given is not changed behind their backs: a used rule is fixed."""
        fixed = {"program_id", "event", "factor"} & set(vals)
        if fixed and any(rule._will_change(vals, fixed) and rule._is_used() for rule in self):
            raise UserError(
                self.env._(
                    "Members have grown by this rule already, so what it gives stays. Archive it "
                    "and make a new one."
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
        entries = self.env["rc.growth.entry"].sudo()
        return bool(entries.search_count([("rule_id", "=", self.id)], limit=1))

    # ------------------------------------------------------------------
    # Money
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _apply_to_invoices(self, moves, nets):
        """Give, or take back, the difference between what is due for an invoice and what was given.

        :param nets: invoice id → (net money of it by now, the day of that)
        """
        for move in moves.filtered(lambda m: m.id in nets):
            for rule in self._get_rules_of(move):
                net, on = nets[move.id]
                rule._give_difference(move, Fraction(net), on)

    def _get_rules_of(self, move):
        """Return the rules of an invoice: those that gave for it, archived or not, else today's."""
        gave = self.env["rc.growth.entry"].search(
            [("origin_model", "=", "account.move"), ("origin_id", "=", move.id)]
        )
        if gave:
            return gave.rule_id.sorted("id")
        rules = self.search(
            [
                ("event", "=", "payment"),
                ("company_id", "=", move.company_id.id),
            ]
        )
        member = move._rc_get_member()
        return rules.filtered(lambda rule: rule._includes(member))

    def _give_difference(self, move, net, on):
        self.ensure_one()
        entries = self.env["rc.growth.entry"]
        given = entries.search(
            [
                ("origin_model", "=", "account.move"),
                ("origin_id", "=", move.id),
                ("rule_id", "=", self.id),
            ],
            order="id",
        )
        # an invoice keeps the growth model under which it was paid
        if given:
            share = Fraction(given[0].values["share"])
            part = Fraction(given[0].values.get("part", 1))
        else:
            share = self.program_id._get_behaviour_share()
            part = move._rc_get_share(lambda _product, program: self.program_id._sells_of(program))
        due = purchase(net * part, Fraction(exact(self.factor)), share)
        change = due - sum(given.mapped("value"))
        if not change:
            return
        moved = entries._post(
            self.program_id,
            [
                {
                    "key": f"account.move:{move.id}|growth:{self.id}|{len(given)}",
                    "partner_id": move._rc_get_member().id,
                    "date": on,
                    "kind": "rule",
                    "value": change,
                    "rule_id": self.id,
                    "values": {"share": str(share), "part": str(part), "net": str(net)},
                    "reason": self.name,
                    "origin": move,
                }
            ],
        )
        self.program_id.ladder_ids._review(moved, on)

    # ------------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _apply_to_activity(self, activity):
        """READ what somebody did and what counted before → DECIDE its worth → WRITE the step."""
        on = local_day(activity.at, activity.company_id)
        rules = self.search(
            [
                ("event", "=", "activity"),
                ("activity_kind", "=", activity.kind),
                ("company_id", "=", activity.company_id.id),
            ]
        )
        for rule in rules.filtered(lambda rule: rule._includes(activity.partner_id)):
            count, value = behaviour(rule._get_kernel(on), rule._read_doing(activity, on))
            value = weigh(value, rule.program_id._get_behaviour_share())
            moved = self.env["rc.growth.entry"]._post(
                rule.program_id,
                [
                    {
                        "key": f"rc.activity:{activity.id}|growth:{rule.id}",
                        "partner_id": activity.partner_id.id,
                        "date": on,
                        "kind": "rule",
                        "value": value,
                        "rule_id": rule.id,
                        "values": {"count": count},
                        "reason": rule.name,
                        "origin": activity,
                    }
                ],
            )
            rule.program_id.ladder_ids._review(moved, on)

    @api.model
    @api.private
    def _undo_activity(self, activity, on, reason=""):
        """Take back what an activity gave (a review that was deleted); twice takes back once."""
        given = self.env["rc.growth.entry"].search(
            [
                ("origin_model", "=", activity._name),
                ("origin_id", "=", activity.id),
                ("value", ">", 0),
            ]
        )
        for entry in given:
            entries = self.env["rc.growth.entry"]
            entries._post(
                entry.program_id,
                [
                    {
                        "key": f"{entry.key}|undone",
                        "partner_id": entry.partner_id.id,
                        "date": on,
                        "kind": "rule",
                        "value": -entry.value,
                        "rule_id": entry.rule_id.id,
                        "values": {"count": -(entry.values or {}).get("count", 0)},
                        "reason": reason or entry.reason,
                        "origin": activity,
                    }
                ],
            )

    def _get_kernel(self, on):
        self.ensure_one()
        company = self.company_id
        currency = self.amount_currency_id or company.currency_id
        amount = currency._convert(self.amount_min, company.currency_id, company, on)
        rank = self.rank_id
        return Rule(
            self.value,
            self.count_max,
            self.day_max,
            Fraction(exact(amount)),
            self.is_goods_only,
            rank.ladder_id._get_kernel().index(rank.code) if rank else 0,
        )

    def _read_doing(self, activity, on):
        self.ensure_one()
        ever, day = self._read_counted(activity.partner_id, on)
        ladder = self.rank_id.ladder_id
        held = ladder and ladder._get_ranks_of(activity.partner_id.ids)[activity.partner_id.id]
        origin = activity.origin_model and self.env[activity.origin_model].browse(
            activity.origin_id
        )
        return Doing(
            activity.count,
            Fraction(exact(activity.amount)) if activity.amount else None,
            bool(origin) and "type" in origin._fields and origin.exists().type == "consu",
            ladder._get_kernel().index(held) if ladder else 0,
            ever,
            day,
        )

    def _read_counted(self, partner, on):
        """Return how often this rule counted for a member: (ever, on that day)."""
        self.env["rc.growth.entry"].flush_model()
        [(ever, day)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(("values"->>'count')::int), 0),
                       COALESCE(SUM(("values"->>'count')::int) FILTER (WHERE date = %s), 0)
                  FROM rc_growth_entry WHERE rule_id = %s AND partner_id = %s
                """,
                on,
                self.id,
                partner.id,
            )
        )
        return ever, day
