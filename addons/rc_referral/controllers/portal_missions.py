"""Missions, sets to collect and leaderboards in the portal."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.rc_membership.exceptions import Refusal

from ..errors import CodeError
from ..kernel.boards import full_sets


class MissionPortal(CustomerPortal):
    @route("/my/missions", type="http", auth="user", website=True, sitemap=False)
    def rc_my_missions(self, **_params):
        return request.render("rc_referral.portal_my_missions", self._rc_mission_values())

    @route(
        "/my/missions/<int:mission_id>/claim",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_claim_mission(self, mission_id, **_params):
        base = self._rc_mission_base()
        mission = base["missions"].filtered(lambda m: m.id == mission_id)
        if not mission:
            raise request.not_found()
        return self._rc_do_mission(lambda: mission._claim(base["partner"], base["now"]))

    @route(
        "/my/missions/code",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_unlock_mission(self, code="", **_params):
        partner = request.env.user.partner_id
        missions = request.env["rc.mission"]
        return self._rc_do_mission(lambda: missions._unlock(partner, code, fields.Datetime.now()))

    @route(
        "/my/missions/sets/<int:set_id>/claim",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_claim_set(self, set_id, **_params):
        base = self._rc_mission_base()
        record = self._rc_get_sets(base["program"]).filtered(lambda s: s.id == set_id)
        if not record:
            raise request.not_found()
        return self._rc_do_mission(lambda: record._claim(base["partner"], base["now"]))

    @route(
        "/my/missions/name",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_hide_name(self, hide="", **_params):
        """Members say themselves whether boards name them."""
        # the own contact, this one field
        request.env.user.partner_id.sudo().rc_hide_on_boards = bool(hide)
        return request.redirect("/my/missions#boards")

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _rc_do_mission(self, act):
        try:
            with request.env.cr.savepoint():
                act()
        except (Refusal, CodeError, UserError) as refusal:
            values = {**self._rc_mission_values(), "error": str(refusal)}
            return request.render("rc_referral.portal_my_missions", values)
        return request.redirect("/my/missions")

    def _rc_mission_base(self):
        # members have no rights on missions and boards: what is open to them is asked for them
        env = request.env(su=True)
        partner = env["res.partner"].browse(request.env.user.partner_id.id)
        program, now = env["rc.program"]._get_platform(), fields.Datetime.now()
        if not program:
            raise request.not_found()
        missions = env["rc.mission"].with_context(lang=request.env.lang)
        return {
            "partner": partner,
            "program": program,
            "now": now,
            "missions": missions._get_open(partner, program, now),
        }

    def _rc_get_sets(self, program):
        sets = request.env["rc.piece.set"].sudo()  # published, for every member
        return sets.search([("program_id", "=", program.id), ("state", "!=", "draft")], limit=5)

    def _rc_mission_values(self):
        base = self._rc_mission_base()
        partner, now = base["partner"], base["now"]
        today = fields.Date.context_today(request.env.user)
        boards = request.env["rc.leaderboard"].sudo()  # members may see boards
        boards = boards.search([("program_id", "=", base["program"].id)])
        return {
            "page_name": "missions",
            "cards": [self._rc_get_card(mission, partner, now) for mission in base["missions"]],
            "sets": [self._rc_get_set(s, partner) for s in self._rc_get_sets(base["program"])],
            "boards": [(board, *board._get_standing(partner, today)) for board in boards],
            "is_hidden": partner.rc_hide_on_boards,
            "cycles": dict(
                boards.env["rc.mission"]._fields["cycle"]._description_selection(request.env)
            ),
            "error": "",
        }

    def _rc_get_card(self, mission, partner, now):
        done = mission._get_progress(partner, now)
        return {
            "mission": mission,
            "done": min(done, mission.target),
            "is_done": done >= mission.target,
            "reward": mission._get_claimed(partner, now),
        }

    def _rc_get_set(self, record, partner):
        held = record._get_held(partner)
        rewards = request.env["rc.reward"].sudo()  # the own ones
        claimed = rewards.search_count(
            [
                ("partner_id", "=", partner.id),
                ("milestone", "=like", f"pieces-{record.id}:set:%"),
            ]
        )
        return {
            "set": record,
            "pieces": [(piece, held.get(piece.id, 0)) for piece in record.piece_ids],
            "can_claim": full_sets(record.piece_ids.ids, held) > claimed,
            "held": sum(1 for piece in record.piece_ids if held.get(piece.id)),
        }
