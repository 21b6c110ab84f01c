"""Collect cards: pieces dropped by what members do, with odds and stock for everybody to see."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.rc_membership.adapters import local_day
from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_membership.kernel.draws import draw_digest, draw_position, pick

from ..kernel.boards import ODDS_BASE, full_sets


class RcPieceSet(models.Model):
    _name = "rc.piece.set"
    _description = "Set to Collect"
    _inherit = ["rc.seed.mixin", "rc.reward.gift.mixin", "rc.reward.cost.mixin"]
    _seed_fixed = frozenset({"piece_ids", "chance", "activity_kind", "program_id"})

    date_to = fields.Date("Until", help="The first day without it.")
    activity_kind = fields.Char(
        "Dropped by", required=True, default="check_in", help="One word: check_in, conversation …"
    )
    chance = fields.Float(
        "Chance (%)", required=True, default=50, digits=(5, 2), help="Each time it is done."
    )
    cap_day = fields.Integer("Most a Day", default=3, help="Pieces of one member. Zero: no limit.")
    piece_ids = fields.One2many("rc.piece", "set_id", "Pieces", copy=True)

    _chance_range = models.Constraint(
        "CHECK (chance > 0 AND chance <= 100)", "A chance lies between 0 and 100 %."
    )

    def _check_complete(self):
        if len(self.piece_ids) < 2:
            raise UserError(self.env._("A set has two pieces at least."))

    # ------------------------------------------------------------------
    # Drops
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _drop_for(self, activity):
        """READ what a member did → DECIDE by the published odds → WRITE a piece, or none."""
        program = self.env["rc.program"]._get_platform(activity.company_id)
        today = local_day(activity.at, activity.company_id)
        sets = self.search(
            [
                ("program_id", "=", program.id),
                ("state", "=", "open"),
                ("activity_kind", "=", activity.kind),
            ]
        )
        for record in sets.filtered(lambda r: not r.date_to or today < r.date_to):
            record._drop(activity, today)

    def _drop(self, activity, today):
        drops = self.env["rc.piece.drop"]
        key = f"{self.id}|{activity.id}"
        digest = draw_digest(self.sudo().seed_secret, key)  # the system's secret until the end
        if draw_position(digest, ODDS_BASE) >= round(self.chance * ODDS_BASE / 100):
            return
        places = drops.search_count(
            [
                ("set_id", "=", self.id),
                ("partner_id", "=", activity.partner_id.id),
                ("on", "=", today),
            ]
        )
        if self.cap_day and places >= self.cap_day:
            return
        weights = self.piece_ids.mapped("weight")
        digest = draw_digest(self.sudo().seed_secret, f"{key}|piece")  # as above
        piece = self.piece_ids[pick(draw_position(digest, sum(weights)), weights)]
        if not piece._take():
            return  # it has run out: nothing else takes its odds
        drops._insert(
            [
                {
                    "key": key,
                    "set_id": self.id,
                    "piece_id": piece.id,
                    "partner_id": activity.partner_id.id,
                    "company_id": self.company_id.id,
                    "on": today,
                    "at": activity.at,
                }
            ]
        )

    @api.private
    def _get_held(self, partner):
        """Return piece id → how many somebody holds."""
        groups = self.env["rc.piece.drop"]._read_group(
            [("set_id", "in", self.ids), ("partner_id", "=", partner.id)], ["piece_id"], ["__count"]
        )
        return {piece.id: count for piece, count in groups}

    @api.private
    def _claim(self, partner, at):
        """Give the prize of a full set, once for each; return the reward.

        :raise Refusal: ``not_eligible`` while pieces are missing
        """
        self.ensure_one()
        record = self.sudo()  # members have no rights on sets; the door checks
        rewards = self.env["rc.reward"].sudo()  # as above
        stem = f"pieces-{record.id}:set:"
        claimed = rewards.search_count(
            [("partner_id", "=", partner.id), ("milestone", "=like", f"{stem}%")]
        )
        if full_sets(record.piece_ids.ids, record._get_held(partner)) <= claimed:
            raise Refusal(self.env._("Pieces of this set are still missing."), "not_eligible")
        milestone = f"{stem}{claimed + 1}"
        return rewards._open_own("pieces", record, milestone, partner, at)


class RcPiece(models.Model):
    _name = "rc.piece"
    _description = "Piece of a Set"
    _inherit = ["rc.fact.mixin", "image.mixin"]
    _order = "set_id, sequence, id"
    _rc_facts = ("dropped",)

    name = fields.Char(required=True, translate=True)
    icon = fields.Char(
        default="fa-puzzle-piece", help="Font Awesome icon, shown without a picture."
    )
    set_id = fields.Many2one("rc.piece.set", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="set_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    weight = fields.Integer(required=True, default=1, help="Its share among all weights.")
    stock = fields.Integer(help="How many there are. Zero: no end.")
    dropped = fields.Integer(readonly=True, copy=False)
    odds = fields.Char(compute="_compute_odds")

    _weight_positive = models.Constraint("CHECK (weight > 0)", "A piece has a weight above zero.")
    _stock_holds = models.Constraint(
        "CHECK (COALESCE(stock, 0) = 0 OR COALESCE(dropped, 0) <= stock)",
        "More cannot be dropped than there are.",
    )

    @api.depends("weight", "set_id.piece_ids.weight", "set_id.chance")
    def _compute_odds(self):
        for piece in self:
            total = sum(piece.set_id.piece_ids.mapped("weight")) or 1
            piece.odds = f"{piece.set_id.chance * piece.weight / total:.4g} %"

    @api.model_create_multi
    def create(self, vals_list):
        pieces = super().create(vals_list)
        pieces._check_draft()
        return pieces

    def write(self, vals):
        if {"weight", "stock", "set_id"} & set(vals):
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _check_draft(self):
        self.set_id._check_draft()

    def _take(self):
        """Take one from the stock; False where none is left. What was read may be old."""
        self.ensure_one()
        self.flush_recordset()
        done = self.env.execute_query(
            SQL(
                """
                UPDATE rc_piece SET dropped = COALESCE(dropped, 0) + 1
                 WHERE id = %s AND (COALESCE(stock, 0) = 0 OR COALESCE(dropped, 0) < stock)
                RETURNING id
                """,
                self.id,
            )
        )
        self.invalidate_recordset(["dropped"], flush=False)
        return bool(done)


class RcPieceDrop(models.Model):
    """A piece somebody got; the rows only grow."""

    _name = "rc.piece.drop"
    _description = "Dropped Piece"
    _inherit = ["rc.history.mixin"]
    _order = "id desc"
    _rec_name = "piece_id"
    _history_mutable = ("partner_id",)

    key = fields.Char(required=True, readonly=True)
    set_id = fields.Many2one(
        "rc.piece.set", required=True, readonly=True, ondelete="restrict", index=True
    )
    piece_id = fields.Many2one(
        "rc.piece", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    on = fields.Date(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This piece was dropped before.")


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return consumers + {"activity": ["referral_pieces"]}.get(kind, [])

    def _consume_referral_pieces(self):
        self.env["rc.piece.set"]._drop_for(self._get_record())
