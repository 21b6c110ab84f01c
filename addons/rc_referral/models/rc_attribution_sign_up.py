from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from ..adapters import (
    get_own_participants,
    get_rules,
    read_code_candidate,
    read_touch_candidates,
)
from ..adapters_attribution import read_customer_since
from ..kernel.attribution import decide

LATE_DAYS = 7  # how long a decision waits for clicks that are told late


class RcAttribution(models.Model):
    """Who brought a new member: decided at sign-up, once more when a click is told late."""

    _inherit = "rc.attribution"

    @api.model
    @api.private
    def _decide_for_sign_up(self, partner, at, typed=None, visitor=None, passed=None):
        """Decide who brought a new member and bind them; keep all candidates.

        :param typed: rc.code records typed by the member
        :param visitor: id of the visitor's cookie
        :param passed: rc.code that came back with an identity provider's answer
        :return: the decision
        :raise UserError: the tree refuses the edge
        """
        codes = self.env["rc.code"].sudo()  # the new member has no rights on any of this
        typed, passed = (typed or codes).sudo(), (passed or codes).sudo()
        candidates = self._read_sign_up(at, typed, visitor, passed)
        attribution = self._decide_sign_up(partner, at, candidates, visitor)
        if attribution.code_id:
            partner._rc_bind(attribution.touch_id or attribution.code_id, at)
        came_with = typed | attribution.code_id | self._get_last_secondary(candidates, at)
        for code in came_with:
            code._on_bound(partner, at)
        return attribution

    @api.model
    def _read_sign_up(self, at, typed, visitor, passed):
        """READ: touches of the visitor, codes they typed or were sent back with."""
        env = typed.env
        touches = read_touch_candidates(env, [visitor], at, get_rules(env))
        # the form shows the code of the link: left as it is, it is still the link's evidence
        clicked = {touch.code for touch in touches if at < touch.at + touch.window}
        return [
            *touches,
            *(read_code_candidate(code, at) for code in typed if code.id not in clicked),
            *(read_code_candidate(code, at, "link") for code in passed if code.id not in clicked),
        ]

    @api.model
    def _decide_sign_up(self, partner, at, candidates, visitor):
        """DECIDE by the rules of the campaign the visitor came by last, and WRITE the decision."""
        records = self._get_codes(candidates)
        primary = [c for c in candidates if not records[c.code]._is_secondary()] or candidates
        last = max(primary, key=lambda c: (c.at, c.code), default=None)
        campaign = records[last.code].campaign_id if last else None
        env = self.sudo().env  # as above
        rules = replace(
            get_rules(env, campaign=campaign), customer_since=read_customer_since(partner)
        )
        own = get_own_participants(partner, candidates)
        decision = decide(primary, at, rules, own)
        env["rc.fraud.case"]._log_own(partner, own, at)
        company = records[decision.winner.code].company_id if decision.winner else env.company
        return env["rc.attribution"]._store(partner, decision, at, company, visitor, rules)

    @api.model
    def _get_codes(self, candidates):
        codes = self.env["rc.code"].sudo()  # as above
        return {code.id: code for code in codes.browse({c.code for c in candidates})}

    @api.model
    def _get_last_secondary(self, candidates, at):
        """Return the secondary code of the latest touch: a guild's link counts besides a sponsor's."""
        records = self._get_codes(candidates)
        secondary = [
            c for c in candidates if records[c.code]._is_secondary() and at < c.at + c.window
        ]
        last = max(secondary, key=lambda c: (c.at, c.code), default=None)
        return records[last.code] if last else self.env["rc.code"]

    # ------------------------------------------------------------------
    # Clicks that are told late
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _hear_late(self, visitor, at):
        """Decide once more what was decided since ``at``, now that a click at ``at`` is known.

        An app or a queue may tell a click hours after the sign-up; what comes of it is what would
        have come had it been in time. Corrections by people stand.
        """
        since = fields.Datetime.now() - timedelta(days=LATE_DAYS)
        decisions = self.sudo().search(  # told by the system
            [
                ("visitor", "=", visitor),
                ("is_current", "=", True),
                ("decided_at", ">=", max(at, since)),
            ]
        )
        members = self.env["res.partner"].sudo()
        for decision in decisions.filtered(lambda d: d.res_model == "res.partner"):
            member = members.browse(decision.res_id).exists()
            decision._decide_sign_up_again(member)
            members |= member
        orders = self.env["sale.order"].sudo()  # as above
        own = decisions.filtered(lambda d: d.res_model == "sale.order")
        orders = orders.browse(own.mapped("res_id")).exists() | orders.search(
            [("partner_id", "in", members.ids), ("rc_attribution_id.decided_at", ">=", at)]
        )
        for order in orders:
            self._decide_for_order(order, order.rc_attribution_id.decided_at)

    def _decide_sign_up_again(self, member):
        """Decide a sign-up with what is known now; the edge follows as if it had been known then."""
        self.ensure_one()
        codes = self.env["rc.code"]
        typed = passed = codes
        for known in self.candidates or []:
            code = codes.browse(known["code"]).exists()
            if known["evidence"] == "typed_code":
                typed |= code
            elif not known["touch"]:
                passed |= code
        candidates = self._read_sign_up(self.decided_at, typed, self.visitor, passed)
        decision = self._decide_sign_up(member, self.decided_at, candidates, self.visitor)
        if decision == self or not decision.winner_id:
            return
        changes = self.env["rc.sponsor.change"]
        if not changes.search_count([("member_id", "=", member.id), ("state", "=", "done")]):
            self.env["rc.sponsor.edge"]._rebind(
                member, decision.winner_id, self.decided_at, decision.code_id, self.decided_at
            )
            member._rc_follow_code(decision.code_id, self.code_id)
        self.env["crm.lead"]._rc_update_from_sign_up(member)
