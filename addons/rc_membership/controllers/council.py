"""The council's polls. Portal users have no rights on our models: reads are sudo, of own votes."""

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import request

from ..exceptions import Refusal
from .portal import MembershipPortal

POLLS_SHOWN = 20


class CouncilPortal(MembershipPortal):
    def _rc_membership_values(self):
        values = super()._rc_membership_values()
        polls = values["account"].env["rc.poll"]
        waiting = polls.search(
            [("program_id", "=", values["program"].id), ("state", "=", "open")]
        ).filtered(lambda poll: poll._is_open(fields.Datetime.now()))
        partner = request.env.user.partner_id.sudo()  # their own contact
        return values | {
            "open_polls": waiting,
            "is_on_council": bool(waiting)
            and polls._is_on_council(partner, values["program"], fields.Datetime.now()),
        }

    def _rc_council_values(self, error=None):
        now = fields.Datetime.now()
        env = request.env(su=True)  # see the module's docstring
        partner = env["res.partner"].browse(request.env.user.partner_id.id)
        program = self._rc_get_program_shown(env["rc.program"]._get_programs_of(partner))
        polls = env["rc.poll"].search(
            [("program_id", "=", program.id), ("state", "!=", "draft")], limit=POLLS_SHOWN
        )
        own = env["rc.poll.vote"].search(
            [
                ("partner_id", "=", partner.id),
                ("poll_id", "in", polls.ids),
                ("is_void", "=", False),
            ]
        )
        votes = {vote.poll_id: vote.option_id for vote in own}
        return {
            "page_name": "rc_membership",
            "program": program,
            "error": error,
            "is_member": bool(program) and polls._is_on_council(partner, program, now),
            "ranks": env["rc.ladder.rank"].search(
                [
                    ("ladder_id.program_id", "=", program.id),
                    ("entitlement_ids.code", "=", "council"),
                ]
            ),
            "polls": [
                {
                    "poll": poll,
                    "is_open": poll._is_open(now),
                    "voted": votes.get(poll),
                    "result": poll._get_result(),
                }
                for poll in polls.sorted(lambda poll: not poll._is_open(now))
            ],
        }

    @http.route("/my/council", type="http", auth="user", website=True)
    def rc_my_council(self, **kwargs):
        return request.render("rc_membership.portal_my_council", self._rc_council_values())

    @http.route(
        "/my/council/<int:poll_id>", type="http", auth="user", website=True, methods=["POST"]
    )
    def rc_council_vote(self, poll_id, option="", **kwargs):
        """Vote; the answer is one of this poll's, and the poll one of the member's program."""
        shown = [row["poll"] for row in self._rc_council_values()["polls"]]
        poll = next((poll for poll in shown if poll.id == poll_id), None)
        if poll is None:
            raise NotFound()
        chosen = poll.option_ids.filtered(lambda o: str(o.id) == option)
        partner = request.env.user.partner_id.sudo()  # their own contact
        try:
            with request.env.cr.savepoint():
                poll._vote(chosen, partner, fields.Datetime.now())
        except Refusal as refusal:
            values = self._rc_council_values(error=str(refusal))
            return request.render("rc_membership.portal_my_council", values)
        return request.redirect("/my/council")
