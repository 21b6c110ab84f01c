from datetime import timedelta
from fractions import Fraction

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import local_day
from ..kernel.ladders import Change, Ladder, Standing, closing_unit, give, rise, stand, take_back
from ..kernel.periods import calendar_period

_CHUNK = 5000


class RcLadder(models.Model):
    """Ranks of a program's members, from low to high: who rises, who falls, and what was given."""

    _name = "rc.ladder"
    _description = "Ladder"
    _inherit = ["mail.thread"]
    _order = "program_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, help="Short name used in files, by plans and by the API.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one("rc.program", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    description = fields.Text(translate=True, help="What members read about it in the portal.")
    rank_ids = fields.One2many("rc.ladder.rank", "ladder_id", "Ranks, from Low to High")

    _code_uniq = models.UniqueIndex("(program_id, code)", "This ladder code is in use.")

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _find(self, code, program=None):
        """Return the ladder of that code in a program, by default the platform's (may be empty)."""
        # which program is the platform's is no secret
        program = program or self.env["rc.program"].sudo()._get_platform()
        # ladders are no secret; who stands where is asked for by whoever may know
        return self.sudo().search([("code", "=", code), ("program_id", "=", program.id)], limit=1)

    def _get_kernel(self):
        """Return the ladder as the kernel reads it."""
        self.ensure_one()
        return Ladder(self.code, tuple(rank._get_kernel() for rank in self.rank_ids.sorted()))

    @api.private
    def _read_standings(self, partner_ids=None):
        """Return partner id → (kernel ``Standing``, id of the row it stands on), in one query.

        :param partner_ids: None: of everybody with a row

        People without a row hold the rank of everybody, if the ladder has one.
        """
        self.ensure_one()
        if partner_ids is not None and not partner_ids:
            return {}
        ladder = self._get_kernel()
        only = SQL("AND history.partner_id = ANY(%s)", list(partner_ids or ()))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (history.partner_id) history.partner_id, held.code, floor.code,
                       history.miss_count, history.id
                  FROM rc_member_rank history
             LEFT JOIN rc_ladder_rank held ON held.id = history.rank_id
             LEFT JOIN rc_ladder_rank floor ON floor.id = history.floor_id
                 WHERE history.ladder_id = %s %s
                 ORDER BY history.partner_id, history.id DESC
                """,
                self.id,
                only if partner_ids is not None else SQL(),
            )
        )
        found = {
            partner: (Standing(rank or ladder.everybodys, floor, misses or 0), row_id)
            for partner, rank, floor, misses, row_id in rows
        }
        nothing = (Standing(ladder.everybodys), 0)
        return {**dict.fromkeys(partner_ids or (), nothing), **found}

    @api.private
    def _get_ranks_of(self, partner_ids):
        """Return partner id → code of the rank held, None if none."""
        return {
            partner_id: standing.rank
            for partner_id, (standing, _row_id) in self._read_standings(partner_ids).items()
        }

    @api.private
    def _read_figures(self, partner_ids, names, on, closed=None):
        """Return partner id → {(metric, period): Fraction}: what requirements are held against.

        :param partner_ids: ids, or None for everybody who has a figure
        :param names: (metric, period) pairs
        :param on: the day whose running periods count
        :param closed: kernel ``Period`` just ended: the day before its end counts instead
        """
        self.ensure_one()
        found = {}
        for metric, unit in sorted(names):
            since, until = None, closed.end if closed else None
            if unit != "lifetime":
                period = calendar_period(closed.end - timedelta(days=1) if closed else on, unit)
                since, until = period.start, period.end
            values = self.env["rc.ladder.requirement"]._read_metric(
                metric, self.program_id, partner_ids, since, until
            )
            for partner_id, value in values.items():
                found.setdefault(partner_id, {})[metric, unit] = Fraction(value)
        return found

    def _get_threshold_text(self):
        """Return what the ranks ask for in one line, for the log."""
        self.ensure_one()
        return "; ".join(
            f"{rank.name}: {', '.join(rank.requirement_ids.mapped('display_name')) or '–'}"
            for rank in self.rank_ids.sorted()
        )

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.private
    def _review(self, partners, on):
        """Let members rise to the ranks they reach; return the new ``rc.member.rank`` rows.

        Without ladders: those of all programs of the company. Cheap for few partners; nobody falls
        here, that is the close of a period.
        """
        # whose figures changed has no rights on ranks: the system decides them
        ladders = self.sudo() or self.sudo().search([("company_id", "=", self.env.company.id)])
        return self.env["rc.member.rank"].union(
            *(ladder._review_one(partners.ids, on) for ladder in ladders)
        )

    def _review_one(self, partner_ids, on):
        """READ figures and standings → DECIDE who rises → WRITE the steps."""
        ladder = self._get_kernel()
        self.env.flush_all()
        standings = self._read_standings(partner_ids)
        figures = self._read_figures(partner_ids, ladder.names, on)
        changes = {
            partner_id: rise(ladder, standing, figures.get(partner_id, {}))
            for partner_id, (standing, _row_id) in standings.items()
        }
        return self._write_changes(standings, changes, on)

    @api.private
    def _grant(self, partner, rank_code, cause, key, on, reason="", origin=None, is_mirror=False):
        """Give a rank by decision or by purchase; return the new row (empty if nothing changes).

        :param rank_code: None takes a granted rank away (``cause`` grant)
        :param cause: ``grant`` sets the rank, ``purchase`` never lowers it; both stand for good
        :param key: unique; the same gift twice changes nothing
        :param is_mirror: another ladder of the same code told it, and need not be told again
        """
        self.ensure_one()
        partner.ensure_one()
        ladder = self.sudo()  # its callers checked the right; ranks are the system's
        kernel = ladder._get_kernel()
        if rank_code is not None and kernel.index(rank_code) < 0:
            raise ValueError(f"the ladder {ladder.code} has no rank {rank_code}")
        self.env.flush_all()
        standings = ladder._read_standings([partner.id])
        change = give(kernel, standings[partner.id][0], rank_code, cause)
        extra = {
            "key": key,
            "reason": reason or None,
            "is_mirror": is_mirror,
            "given_id": ladder._get_rank_ids().get(rank_code),
            "origin_model": origin._name if origin else None,
            "origin_id": origin.id if origin else None,
        }
        return ladder._write_changes(standings, {partner.id: change}, on, extra)

    @api.private
    def _take_back(self, key, on, reason=""):
        """Undo a gift or purchase by its key: the rank falls to what else was given or is reached.

        Returns the new row; empty if there is nothing to undo, or it was undone before.
        """
        self.ensure_one()
        ladder = self.sudo()  # its callers checked the right; ranks are the system's
        given = (
            self.env["rc.member.rank"]
            .sudo()
            .search(  # see above
                [("ladder_id", "=", ladder.id), ("key", "=", key)]
            )
        )
        if not given:
            return given
        partner_id = given.partner_id.id
        kernel = ladder._get_kernel()
        standings = ladder._read_standings([partner_id])
        figures = ladder._read_figures([partner_id], kernel.names, on)
        floor = given._get_other_floor(kernel)
        change = take_back(kernel, standings[partner_id][0], floor, figures.get(partner_id, {}))
        extra = {"key": f"{key}|undone", "reason": reason or None}
        return ladder._write_changes(standings, {partner_id: change}, on, extra)

    @api.private
    def _merge_members(self, sources, target):
        """Let the highest rank, and the highest floor, of merged contacts hold for the one who
        stays: their rows become one history, in which the newest counts."""
        for ladder in self.with_context(active_test=False):
            standings = ladder._read_standings([*sources.ids, target.id])
            if not any(standings[source_id][1] for source_id in sources.ids):
                continue
            kernel = ladder._get_kernel()
            ranks = [kernel.index(standing.rank) for standing, _row_id in standings.values()]
            floors = [kernel.index(standing.floor) for standing, _row_id in standings.values()]
            newest, row_id = max(standings.values(), key=lambda found: found[1])
            held = standings[target.id][0].rank
            best = Change(kernel.code_at(max(ranks)), held, "merge", kernel.code_at(max(floors)))
            if (newest.rank, newest.floor) != (best.rank, best.floor):
                today = local_day(fields.Datetime.now(), ladder.company_id)
                ladder._write_changes({target.id: (newest, row_id)}, {target.id: best}, today)

    @api.private
    def _close(self, period):
        """Let ranks fall that the closed period no longer reaches; return how many fell.

        :param period: kernel ``Period`` that ended
        """
        self.ensure_one()
        kernel = self._get_kernel()
        unit = closing_unit(kernel)
        self.env.flush_all()
        standings = self._read_standings()
        closed = self._read_figures(
            None, kernel.names, period.end, calendar_period(period.start, unit)
        )
        running = self._read_figures(None, kernel.names, period.end)
        changes = {
            partner_id: stand(
                kernel, standing, closed.get(partner_id, {}), running.get(partner_id, {})
            )
            for partner_id, (standing, _row_id) in standings.items()
        }
        written = self._write_changes(standings, changes, period.end)
        return len(written.filtered(lambda row: row.cause == "close"))

    @api.model
    @api.private
    def _review_all(self, on):
        """Let everybody rise who reaches a rank: what a changed threshold, or a figure that came
        without an event, brought. Return the new rows."""
        written = self.env["rc.member.rank"]
        for ladder in self or self.search([("company_id", "=", self.env.company.id)]):
            kernel = ladder._get_kernel()
            self.env.flush_all()
            figures = ladder._read_figures(None, kernel.names, on)
            standings = {
                **dict.fromkeys(figures, (Standing(kernel.everybodys), 0)),
                **ladder._read_standings(),
            }
            changes = {
                partner_id: rise(kernel, standing, figures.get(partner_id, {}))
                for partner_id, (standing, _row_id) in standings.items()
            }
            written |= ladder._write_changes(standings, changes, on)
        return written

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    def _get_rank_ids(self):
        """Return rank code → id."""
        return {rank.code: rank.id for rank in self.rank_ids}

    def _write_changes(self, standings, changes, on, extra=None):
        """Insert the steps that are no None and let what follows from a rank happen."""
        ids = self._get_rank_ids()
        rows = [
            {
                "key": f"rank:{self.id}:{partner_id}:{standings[partner_id][1]}:{change.cause}",
                "company_id": self.company_id.id,
                "ladder_id": self.id,
                "partner_id": partner_id,
                "rank_id": ids.get(change.rank),
                "before_id": ids.get(change.before),
                "floor_id": ids.get(change.floor),
                "given_id": None,
                "since": on,
                "cause": change.cause,
                "miss_count": change.miss_count,
                "values": dict(change.values),
                "reason": None,
                "is_mirror": False,
                "user_id": self.env.uid,
                "origin_model": None,
                "origin_id": None,
                **(extra or {}),
            }
            for partner_id, change in changes.items()
            if change is not None
        ]
        history = self.env["rc.member.rank"]
        keys = []
        for start in range(0, len(rows), _CHUNK):
            keys += history._insert(rows[start : start + _CHUNK])
        written = history.search([("key", "in", keys)], order="id") if keys else history
        written._follow()
        return written
