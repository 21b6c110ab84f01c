"""The payee's ranks, one commission in full, and why an order paid or not: reads as of portal.py."""

from odoo.http import request, route

from .portal import STATE_TONES, CommissionPortal

HISTORY = 10


class RankPortal(CommissionPortal):
    """Helpers carry the prefix of the addon: all portal controllers are one class."""

    @route("/my/commissions/ranks", type="http", auth="user", website=True, sitemap=False)
    def rc_my_ranks(self, **_params):
        ladders = self._rc_commission_ladders()
        return request.render(
            "rc_commission.portal_my_ranks",
            {
                "page_name": "commissions",
                "ladders": ladders,
                "history": self._rc_commission_rank_history(),
            },
        )

    @route("/my/commissions/why", type="http", auth="user", website=True, sitemap=False)
    def rc_my_why(self, reference=None, **_params):
        """Why an order paid the payee or not; who else earned is not told."""
        answer = None
        if reference:
            answer = request.env["rc.commission.answer"]._get_answer(
                reference[:64], self._rc_commission_payees(), request.env.company
            )
        return request.render(
            "rc_commission.portal_my_why",
            {"page_name": "commissions", "reference": reference or "", "answer": answer},
        )

    @route("/my/commissions/<int:award_id>", type="http", auth="user", website=True, sitemap=False)
    def rc_my_commission(self, award_id, **_params):
        """One commission in full; somebody else's answers as one that does not exist."""
        award = (
            request.env["rc.commission.award"]
            .sudo()  # the owner is in the domain
            .search([*self._rc_commission_award_domain(), ("id", "=", award_id)])
        )
        if not award:
            return request.not_found()
        payees = self._rc_commission_payees()
        [row] = self._rc_commission_rows(award, payees)
        return request.render(
            "rc_commission.portal_my_commission",
            {
                "page_name": "commissions",
                "award": award,
                "row": row,
                "panel": award._get_panel(payees),
                "tone": STATE_TONES.get(award.state, "neutral"),
            },
        )

    # ------------------------------------------------------------------
    # Ranks
    # ------------------------------------------------------------------

    def _rc_commission_ladders(self, with_steps=True):
        """Return the payee's ladders: rank, way to the next one, all steps."""
        partner = request.env.user.partner_id
        company = request.env.company
        standings = request.env["rc.commission.standing"]
        rows = standings._get_of(partner, company).get(partner.id, [])
        if not rows:
            return []
        ways = standings._get_ways(company, [partner.id])
        steps = self._rc_commission_steps(company) if with_steps else {}
        return [
            {
                "name": row.ladder_name,
                "rank": row.rank_name.partition(" · ")[2],
                "since": row.since,
                "way": ways.get((row.ladder, partner.id)),
                "steps": [
                    {
                        "name": step.rank_name,
                        "asks_for": step.requirements,
                        "is_held": step.place == row.place,
                        "is_done": step.place <= row.place,
                    }
                    for step in steps.get(row.ladder, ())
                ],
            }
            for row in rows
        ]

    def _rc_commission_steps(self, company):
        # what ranks ask for is no secret; people without the staff's rights see it here
        ladders = request.env["rc.commission.ladder"].sudo()
        ladders = ladders.with_context(allowed_company_ids=company.ids)
        found = ladders.search([("company_id", "=", company.id)], order="ladder, place")
        return found.grouped("ladder")

    def _rc_commission_rank_history(self):
        ranks = request.env["rc.commission.rank"].sudo()  # the owner is in the domain
        return ranks.search(
            [
                ("partner_id", "=", request.env.user.partner_id.id),
                ("company_id", "=", request.env.company.id),
                ("cause", "!=", "grace"),
            ],
            limit=HISTORY,
        )
