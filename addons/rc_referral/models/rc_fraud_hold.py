"""What the screening does to rewards: they wait, are refused, or are released."""

from odoo import api, fields, models
from odoo.tools import SQL


class RcSponsorEdge(models.Model):
    _inherit = "rc.sponsor.edge"

    rc_reward_ids = fields.One2many("rc.reward", "edge_id", "Rewards", readonly=True)

    @api.private
    def _is_rewardable(self):
        """A referral that is being checked waits; a confirmed case gives nothing."""
        answer = super()._is_rewardable()
        if not answer:
            return answer
        case = (
            self.env["rc.fraud.case"]
            .sudo()
            .search(  # rewards are given for members
                [("edge_id", "=", self.id), ("kind", "=", "referral"), ("state", "!=", "cleared")],
                limit=1,
            )
        )
        if case:
            return False if case.state == "confirmed" else None
        return None if self.sponsor_id._rc_get_frozen(self.company_id) else True

    @api.private
    def _rc_get_rewards(self):
        rewards = self.env["rc.reward"].sudo()  # rewards are the system's
        return rewards.search([("edge_id", "in", self.ids)], order="id") if self else rewards

    @api.model
    def _find_circles(self, company):
        """Return the live edges that lead back to where they begin (there should be none)."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE up(start, id, node) AS (
                    SELECT member_id, id, sponsor_id FROM rc_sponsor_edge
                     WHERE ended_at IS NULL AND company_id = %(company)s
                       AND sponsor_id IN (SELECT member_id FROM rc_sponsor_edge
                                           WHERE ended_at IS NULL)
                       AND member_id IN (SELECT sponsor_id FROM rc_sponsor_edge
                                          WHERE ended_at IS NULL)
                    UNION
                    SELECT up.start, up.id, edge.sponsor_id
                      FROM up JOIN rc_sponsor_edge edge
                        ON edge.member_id = up.node AND edge.ended_at IS NULL
                     WHERE up.node <> up.start
                ) SELECT DISTINCT id FROM up WHERE node = start
                """,
                company=company.id,
            )
        )
        return self.browse(sorted(row[0] for row in rows))


class RcReward(models.Model):
    _inherit = "rc.reward"

    def _get_screening(self):
        """Whoever is frozen waits, whatever the reward is for."""
        answer = super()._get_screening()
        if answer == "pass" and self.partner_id._rc_get_frozen(self.company_id):
            return "hold"
        return answer

    def _refuse_screened(self, now):
        """A case was confirmed: what was given is taken back, what waits is not given."""
        given = self.filtered(lambda reward: reward.state == "given")
        given._undo(now)
        # what could not be had back stays marked as that: a case that is cleared gives it not again
        had_back = given.filtered(lambda r: r.state == "taken_back" and r.why != "used")
        had_back.write({"state": "refused", "why": "screening"})
        (self - given)._review(now)

    def _release_screened(self, now):
        """A case was cleared: what waited or was refused because of it is looked at again."""
        refused = self.filtered(lambda r: r.state == "refused" and r.why == "screening")
        refused.write({"state": "held", "why": "new"})
        self._review(now)
