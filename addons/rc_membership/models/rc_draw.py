"""Draws with published odds: the seed's hash stands before, the seed itself after."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..exceptions import Refusal
from ..kernel.draws import draw_digest, draw_position, odds, pick, ticket_key

WORD_MAX = 40


class RcDraw(models.Model):
    _name = "rc.draw"
    _description = "Draw"
    _inherit = ["rc.seed.mixin", "mail.thread"]
    _rc_facts = ("published_at", "ended_at")
    _seed_fixed = frozenset({"code", "program_id", "prize_ids"})

    code = fields.Char(required=True, help="Part of each ticket's key.")
    state = fields.Selection(tracking=True)
    ends_on = fields.Date("Ends on", help="The first day without it; a manager may end it before.")
    prize_ids = fields.One2many("rc.draw.prize", "draw_id", "Prizes", copy=True)
    ticket_ids = fields.One2many("rc.draw.ticket", "draw_id", "Tickets")
    ticket_count = fields.Integer(compute="_compute_ticket_count")
    published_at = fields.Datetime(readonly=True, copy=False)
    ended_at = fields.Datetime(readonly=True, copy=False)

    _code_uniq = models.UniqueIndex("(program_id, code)", "This draw code is in use.")

    def _compute_ticket_count(self):
        counts = dict(
            self.env["rc.draw.ticket"]._read_group(
                [("draw_id", "in", self.ids)], ["draw_id"], ["__count"]
            )
        )
        for draw in self:
            draw.ticket_count = counts.get(draw, 0)

    # ------------------------------------------------------------------
    # Life
    # ------------------------------------------------------------------

    @api.private
    def _publish(self, at, seed):
        super()._publish(at, seed)
        self.published_at = at

    def _check_complete(self):
        if len(self.prize_ids.filtered("is_consolation")) != 1:
            raise UserError(
                self.env._("One prize without a stock is what is given when another has run out.")
            )

    def _finish(self, at):
        """Draw the tickets that nobody drew."""
        for ticket in self.ticket_ids.filtered(lambda t: t.state == "open"):
            ticket._draw("", at)
        self.ended_at = at

    @api.model
    def _cron_end(self):
        """End what is over."""
        now = fields.Datetime.now()
        for draw in self.search([("state", "=", "open"), ("ends_on", "!=", False)]):
            if draw.company_id and draw._is_over(now):
                draw._end(now)
                self.env["ir.cron"]._commit_progress(1)

    def _is_over(self, at):
        rules = self.env["rc.point.rule"]
        today = rules._get_day_of(self.company_id.partner_id, self.program_id, at)
        return bool(self.ends_on and today >= self.ends_on)

    @api.private
    def _issue(self, partner, key, at):
        """Give a member a ticket, once per key; return it.

        :raise Refusal: ``not_eligible`` where the draw is not open
        """
        self.ensure_one()
        if self.state != "open" or self._is_over(at):
            raise Refusal(self.env._("%s is not open.", self.name), "not_eligible")
        tickets = self.env["rc.draw.ticket"].sudo()  # members have no rights on tickets
        known = tickets.search([("key", "=", key)])
        return known or tickets.create({"draw_id": self.id, "partner_id": partner.id, "key": key})


class RcDrawPrize(models.Model):
    _name = "rc.draw.prize"
    _description = "Prize of a Draw"
    _inherit = ["rc.fact.mixin"]
    _rc_facts = ("won",)
    _order = "draw_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    draw_id = fields.Many2one("rc.draw", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="draw_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    weight = fields.Integer(required=True, default=1, help="Its share among all weights.")
    odds = fields.Char(compute="_compute_odds")
    points = fields.Integer(help="Bonus points the winner gets.")
    item_id = fields.Many2one(
        "rc.mall.item", "Mall Item", ondelete="restrict", help="What the winner gets for nothing."
    )
    is_consolation = fields.Boolean(
        "When Others Ran Out", help="Without a stock: it is given when another prize has run out."
    )
    stock = fields.Integer(default=1)
    won = fields.Integer(readonly=True, copy=False)
    left = fields.Integer(compute="_compute_left")

    _weight_positive = models.Constraint("CHECK (weight > 0)", "A prize has a weight above zero.")
    _stock_holds = models.Constraint(
        "CHECK (is_consolation IS TRUE OR COALESCE(won, 0) <= COALESCE(stock, 0))",
        "More cannot be won than there are.",
    )
    _points_positive = models.Constraint("CHECK (points >= 0)", "Points are not negative.")

    @api.depends("weight", "draw_id.prize_ids.weight")
    def _compute_odds(self):
        for prize in self:
            weights = prize.draw_id.prize_ids.mapped("weight")
            chance = odds(prize.weight, weights) if sum(weights) else 0
            prize.odds = f"{float(chance * 100):.4g} %"

    @api.depends("stock", "won", "is_consolation")
    def _compute_left(self):
        for prize in self:
            prize.left = 0 if prize.is_consolation else max(prize.stock - prize.won, 0)

    @api.model_create_multi
    def create(self, vals_list):
        prizes = super().create(vals_list)
        prizes._check_draft()
        return prizes

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _check_draft(self):
        self.draw_id._check_draft()

    def _take(self):
        """Take one from the stock; False where none is left. What was read may be old."""
        if self.is_consolation:
            return True
        done = self.env.execute_query(
            SQL(
                """
                UPDATE rc_draw_prize SET won = COALESCE(won, 0) + 1
                 WHERE id = %s AND COALESCE(won, 0) < stock RETURNING id
                """,
                self.id,
            )
        )
        self.invalidate_recordset(["won", "left"], flush=False)
        return bool(done)


class RcDrawTicket(models.Model):
    _name = "rc.draw.ticket"
    _description = "Draw Ticket"
    _order = "id desc"
    _rec_name = "ticket_key"
    _allow_sudo_commands = False

    draw_id = fields.Many2one(
        "rc.draw", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="draw_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    key = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("open", "To Draw"), ("drawn", "Drawn"), ("void", "Refunded")],
        required=True,
        readonly=True,
        default="open",
    )
    word = fields.Char("Own Word", readonly=True, help="The member's own part of the key.")
    ticket_key = fields.Char("Drawn with", readonly=True)
    digest = fields.Char(readonly=True, help="HMAC-SHA256 of the seed and the ticket's key.")
    position = fields.Integer(readonly=True, help="Its place among the weights.")
    drawn_prize_id = fields.Many2one(
        "rc.draw.prize", "By the Odds", readonly=True, ondelete="restrict"
    )
    prize_id = fields.Many2one(
        "rc.draw.prize",
        readonly=True,
        ondelete="restrict",
        help="What was given: another where the prize by the odds had run out.",
    )
    drawn_at = fields.Datetime(readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This ticket was given before.")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A ticket is kept."))

    @api.private
    def _draw(self, word, at):
        """READ seed and odds → DECIDE the prize → WRITE it and give it; a drawn ticket stays."""
        self.ensure_one()
        if self.state == "drawn":
            return self.prize_id
        draw = self.draw_id
        if self.state != "open" or draw.state != "open":
            raise Refusal(self.env._("This ticket cannot be drawn."), "not_eligible")
        prizes = draw.prize_ids
        word = (word or "").strip()[:WORD_MAX]
        key = ticket_key(draw.code, self.id, word)
        digest = draw_digest(draw.sudo().seed_secret, key)  # the system's secret until the end
        position = draw_position(digest, sum(prizes.mapped("weight")))
        drawn = prizes[pick(position, prizes.mapped("weight"))]
        with self.env.cr.savepoint():  # result and prize, or neither
            prize = drawn if drawn._take() else prizes.filtered("is_consolation")
            self._write_result(word, key, digest, position, drawn, prize, at)
            self._give_prize(at)
        return prize

    def _write_result(self, word, key, digest, position, drawn, prize, at):
        self.write(
            {
                "state": "drawn",
                "word": word,
                "ticket_key": key,
                "digest": digest,
                "position": position,
                "drawn_prize_id": drawn.id,
                "prize_id": prize.id,
                "drawn_at": at,
            }
        )
        self.flush_recordset()  # of two who draw one ticket the second is tried again

    def _give_prize(self, at):
        key = f"rc.draw.ticket:{self.id}"
        prize, program = self.prize_id, self.draw_id.program_id
        if prize.points:
            account = self.env["rc.point.account"]._get_or_create(self.partner_id, program)
            account._grant(prize.points, key, prize.name, self, at, kind="bonus", nature="bonus")
        if prize.item_id:
            prize.item_id._give_free(self.partner_id, key, at)

    def _void(self):
        """A manager refunds a ticket that was not drawn."""
        self.ensure_one()
        if self.state != "open":
            raise UserError(self.env._("This ticket was drawn already."))
        self.state = "void"
