"""Leaderboards: who did most in a week, month, quarter or year; prizes when the period is over."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.rc_membership.adapters import company_zone, local_day
from odoo.addons.rc_membership.kernel.periods import calendar_period, utc_midnight

from ..adapters_rewards import read_board
from ..kernel.boards import Figure, rank

TOP = 10
SETTLE_DAYS = 14  # boards of money wait so long for refunds
KEPT = 100  # places of a closed period that are kept


class RcLeaderboard(models.Model):
    _name = "rc.leaderboard"
    _description = "Leaderboard"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
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
    metric = fields.Selection(
        [
            ("sign_ups", "Sign-ups"),
            ("paid", "Paying referrals"),
            ("activity", "Things done"),
            ("points_earned", "Points earned"),
        ],
        required=True,
        default="sign_ups",
    )
    subject = fields.Selection(
        [("people", "People"), ("partners", "Partners"), ("teams", "Sales Teams")],
        "Who Competes",
        required=True,
        default="people",
        help="People: everybody but partners. A sales team has what its people have together.",
    )
    period = fields.Selection(
        [("week", "Week"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        required=True,
        default="month",
    )
    date_from = fields.Date(
        "Since",
        required=True,
        help="Periods that began before are not closed, and give no prizes.",
    )
    settle_days = fields.Integer(
        "Refunds Count for (days)",
        compute="_compute_settle_days",
        store=True,
        readonly=False,
        precompute=True,
        help="A period is closed so many days after its end. Who gave money back until then is not "
        "counted; after that places and prizes are final.",
    )
    prize_ids = fields.One2many("rc.leaderboard.prize", "board_id", "Prizes", copy=True)
    place_ids = fields.One2many("rc.leaderboard.place", "board_id", "Closed Periods")

    _settle_days_positive = models.Constraint(
        "CHECK (COALESCE(settle_days, 0) >= 0)", "A period is closed after its end."
    )

    @api.depends("metric")
    def _compute_settle_days(self):
        for board in self:
            board.settle_days = SETTLE_DAYS if board.metric == "paid" else 0

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.private
    def _get_places(self, on):
        """Return the kernel's places of the period that holds a day."""
        self.ensure_one()
        zone = company_zone(self.company_id)
        span = calendar_period(on, self.period)
        since, until = utc_midnight(span.start, zone), utc_midnight(span.end, zone)
        return rank(self._gather([Figure(*row) for row in self._read(since, until)]))

    def _read(self, since, until):
        """READ rows of (who, figure, when they got there) in ``[since, until)``."""
        return read_board(self.env, self.metric, self.company_id, since, until)

    def _is_of_people(self):
        """True where persons stand on the board, False for groups of them."""
        return self.subject in ("people", "partners")

    def _get_own(self, partner):
        """Return the id that stands for somebody on the board, or None."""
        return partner.id if self._is_of_people() else None

    def _gather(self, figures):
        """Return the figures of who competes here: people, partners, or what teams have together."""
        people = self.env["res.partner"].browse([figure.person for figure in figures])
        kinds = {person.id: person._rc_get_sponsor_kind() for person in people}
        if self.subject == "partners":
            return [f for f in figures if kinds[f.person] in ("partner", "venue")]
        if self.subject == "people":
            return [f for f in figures if kinds[f.person] not in ("partner", "venue", "staff")]
        teams = {}
        for figure in figures:
            users = people.browse(figure.person).user_ids.filtered(lambda user: not user.share)
            for team in users.crm_team_ids[:1]:
                known = teams.get(team.id, Figure(team.id, 0, figure.since))
                teams[team.id] = Figure(
                    team.id, known.value + figure.value, max(known.since, figure.since)
                )
        return list(teams.values())

    @api.private
    def _get_standing(self, partner, on):
        """Return (top places with names, own place or None) as a member may see them."""
        self.ensure_one()
        places = self._get_places(on)
        me = self._get_own(partner)
        own = next((place for place in places if place.person == me), None)
        return [self._show(place, me) for place in places[:TOP]], own

    def _show(self, place, me):
        is_own = place.person == me
        return {
            "number": place.number,
            "value": place.value,
            "name": self._get_name(place.person, is_own),
            "is_own": is_own,
        }

    def _get_name(self, person, is_own):
        """Return a short name, or none for whoever does not want to be named."""
        if self.subject == "teams":
            return self.env["crm.team"].browse(person).name
        partner = self.env["res.partner"].browse(person)
        if is_own:
            return self.env._("You")
        if partner.rc_hide_on_boards:
            return self.env._("A member")
        return partner.name if self.subject == "partners" else partner._rc_get_short_name()

    # ------------------------------------------------------------------
    # WRITE: the close
    # ------------------------------------------------------------------

    @api.model
    def _cron_close(self):
        """Close what is over, oldest first."""
        now = fields.Datetime.now()
        inbox = self.env["rc.event"]
        inbox._serve_each(self.search([]), "board_due", now, lambda board: board._close_at(now))

    def _close_at(self, now):
        self.with_company(self.company_id)._close(now)

    @api.private
    def _close(self, now):
        """READ the places of each ended period → WRITE them, and their prizes, once."""
        self.ensure_one()
        today = local_day(now, self.company_id)
        running = calendar_period(today - timedelta(days=self.settle_days), self.period).start
        last = self.place_ids.sorted("period_start")[-1:].period_start
        span = calendar_period(self.date_from, self.period)
        if span.start < self.date_from and not last:
            span = calendar_period(span.end, self.period)
        if last:
            span = calendar_period(calendar_period(last, self.period).end, self.period)
        while span.start < running:
            self._close_period(span, now)
            span = calendar_period(span.end, self.period)

    def _close_period(self, span, now):
        places = self._get_places(span.start)[:KEPT]
        self.env["rc.leaderboard.place"]._insert(
            [
                {
                    "key": f"{self.id}|{span.start}|{place.number}",
                    "board_id": self.id,
                    "company_id": self.company_id.id,
                    "period_start": span.start,
                    "number": place.number,
                    "value": place.value,
                    **self._get_place_columns(place),
                }
                for place in places
            ]
        )
        self.invalidate_recordset(["place_ids"], flush=False)
        at = utc_midnight(span.end, company_zone(self.company_id)) - timedelta(seconds=1)
        for place in places:
            for prize in self.prize_ids:
                if prize.place_from <= place.number <= prize.place_to:
                    self._give_prize(prize, place, span, at, now)

    def _get_place_columns(self, place):
        """Return the columns that say who has a place."""
        teams = self.subject == "teams"
        return {
            "partner_id": place.person if self._is_of_people() else None,
            "team_id": place.person if teams else None,
        }

    def _give_prize(self, prize, place, span, at, now):
        """Give a person the prize of their place, once; a group has no wallet."""
        if not self._is_of_people():
            return
        milestone = f"board-{self.id}-{prize.id}:{span.start}:{place.number}"
        partner = self.env["res.partner"].browse(place.person)
        self.env["rc.reward"]._open_own(
            "board",
            self,
            milestone,
            partner,
            at,
            now,
            gift=prize,
            title=f"{self.name}: {span.start} · {place.number}.",
            is_place=True,
        )

    def action_close(self):
        """Program manager: close what is over, now."""
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager closes leaderboards."))
        self.check_access("write")
        for board in self.sudo():  # places are the system's
            board._close(fields.Datetime.now())


class RcLeaderboardPrize(models.Model):
    _name = "rc.leaderboard.prize"
    _description = "Prize of a Leaderboard"
    _inherit = ["rc.reward.gift.mixin", "rc.reward.cost.mixin"]
    _order = "board_id, place_from, id"
    _rec_name = "gift_text"

    board_id = fields.Many2one("rc.leaderboard", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="board_id.company_id", store=True, index=True)
    place_from = fields.Integer("From Place", required=True, default=1)
    place_to = fields.Integer("To Place", required=True, default=1)

    _places_in_order = models.Constraint(
        "CHECK (place_from > 0 AND place_to >= place_from)", "Places begin with one, in order."
    )

    @api.constrains("place_to")
    def _check_places(self):
        if any(prize.place_to > KEPT for prize in self):
            raise ValidationError(self.env._("Prizes go to the first %s places.", KEPT))


class RcLeaderboardPlace(models.Model):
    """A place of a closed period; the rows only grow."""

    _name = "rc.leaderboard.place"
    _description = "Place on a Leaderboard"
    _inherit = ["rc.history.mixin"]
    _order = "period_start desc, number, id"
    _rec_name = "number"
    _history_mutable = ("partner_id",)

    key = fields.Char(required=True, readonly=True)
    board_id = fields.Many2one(
        "rc.leaderboard", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    period_start = fields.Date(required=True, readonly=True)
    number = fields.Integer("Place", required=True, readonly=True, aggregator=None)
    partner_id = fields.Many2one(
        "res.partner", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="restrict")
    value = fields.Integer("Figure", required=True, readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This place is there already.")


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_hide_on_boards = fields.Boolean(
        "No Name on Leaderboards", groups="base.group_user", help="Shown as “A member” to others."
    )
