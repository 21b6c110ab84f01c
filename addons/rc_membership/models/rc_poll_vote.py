from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import Refusal


class RcPollVote(models.Model):
    """One vote of a member in a poll: written once, never changed."""

    _name = "rc.poll.vote"
    _description = "Vote"
    _inherit = ["rc.history.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"

    _history_mutable = ("partner_id", "is_void")

    key = fields.Char(required=True, readonly=True)
    poll_id = fields.Many2one("rc.poll", required=True, readonly=True, ondelete="restrict")
    option_id = fields.Many2one(
        "rc.poll.option", "Answer", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    at = fields.Datetime("Voted at", required=True, readonly=True)
    is_void = fields.Boolean(
        "Void", readonly=True, help="The second vote of a person whose contacts were merged."
    )

    _key_uniq = models.Constraint("UNIQUE (key)", "This member has voted.")
    _member_uniq = models.UniqueIndex(
        "(poll_id, partner_id) WHERE is_void IS NOT TRUE", "This member has voted."
    )

    @api.model
    @api.private
    def _cast(self, poll, option, partner, at):
        """Write the vote of a member, or refuse a second one; two at once are one."""
        self.env.flush_all()
        new = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_poll_vote (key, poll_id, option_id, partner_id, company_id, at,
                       is_void, create_uid, create_date)
                VALUES (%s, %s, %s, %s, %s, %s, FALSE, %s, %s)
                ON CONFLICT DO NOTHING RETURNING id
                """,
                f"rc.poll:{poll.id}:{partner.id}",
                poll.id,
                option.id,
                partner.id,
                poll.company_id.id,
                at,
                self.env.uid,
                self.env.cr.now(),
            )
        )
        if not new:
            raise Refusal(self.env._("You have voted in this poll already."), "limit_reached")
        poll.invalidate_recordset(["vote_count"])
        option.invalidate_recordset(["vote_count"])
        return self.browse(new[0])

    @api.model
    @api.private
    def _merge(self, sources, target):
        """Two contacts are one person, with one vote: of several the first stands."""
        seen = set()
        both = [*sources.ids, target.id]
        for vote in self.search([("partner_id", "in", both), ("is_void", "=", False)], order="id"):
            self.env.cr.execute(
                SQL(
                    "UPDATE rc_poll_vote SET is_void = %s WHERE id = %s",
                    vote.poll_id.id in seen,
                    vote.id,
                )
            )
            seen.add(vote.poll_id.id)
        self.env.cr.execute(
            SQL(
                "UPDATE rc_poll_vote SET partner_id = %s WHERE partner_id IN %s",
                target.id,
                tuple(both),
            )
        )
        self.invalidate_model(flush=False)
