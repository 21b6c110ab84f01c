"""What happened becomes rewards: READ what is due, and bring each reward there."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.rc_membership.adapters import local_day, local_noon, read_paid_on

from ..kernel.rewards import Given
from .rc_reward_rule import BY_INVOICE, KEY_PREFIX

_CHARGES = {"renewal": "renewal", "upgrade": "upgrade", "other": "purchase"}
_MEMBERS = ("member", "paying_member")


class RcRewardRule(models.Model):
    _inherit = "rc.reward.rule"

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _apply_sign_up(self, member, now=None):
        """Give what a sign-up earns, once."""
        edge = self._get_edge(member)
        if edge:
            now = now or fields.Datetime.now()
            self._settle("sign_up", edge, True, origin=member, at=edge.bound_at, now=now)
            self._apply_milestones(edge, now)

    @api.model
    @api.private
    def _apply_verified(self, member, what, at):
        """Give what a verified e-mail or phone earns, and what waited for it."""
        edge = self._get_edge(member)
        if edge:
            self._settle(f"{what}_verified", edge, True, origin=member, at=at, now=at)
            self._release(member, at)

    @api.model
    @api.private
    def _apply_payment(self, move, now=None):
        """Bring the rewards a payment of the payer earns to what is due now.

        Recomputed from the invoices, so it may run any number of times: a reward falls due with a
        paid invoice and is taken back when no paid invoice stands behind it any more.
        """
        member = move._rc_get_member()
        edge = self._get_edge(member) or self._get_last_edge(member)
        if not edge or move.move_type != "out_invoice":
            return
        now = now or fields.Datetime.now()
        move._rc_ensure_charges()  # if the consumer before this one failed
        kinds = {line._rc_get_charge_kind() for line in self._get_product_lines(move)}
        at = self._get_paid_at(move) or now
        for kind, event in _CHARGES.items():
            if kind in kinds:
                is_due = self._is_paid(move)
                self._settle(event, edge, is_due, origin=move, at=at, now=now, source=move)
        if "first" in kinds:
            firsts = self._get_first_invoices(member)
            is_due = any(self._is_paid(invoice) for invoice in firsts)
            self._settle("first_payment", edge, is_due, origin=move, at=at, now=now)
        self._release(member, now)
        self._apply_milestones(edge, now)
        self._follow_rounds(edge, now)
        self.env["rc.mission"].sudo()._follow_money(edge, now)  # as rewards

    def _get_product_lines(self, move):
        return move.invoice_line_ids.filtered(lambda line: line.display_type == "product")

    def _release(self, member, now):
        """Look again at what waits for something the new member did."""
        rewards = self.env["rc.reward"].search(
            [("member_id", "=", member.id), ("state", "=", "held")]
        )
        rewards._review(now)

    def _get_paid_at(self, move):
        """Return noon of the day the invoice was paid, or None."""
        paid_on = read_paid_on(move).get(move.id)
        return local_noon(paid_on, move.company_id) if paid_on else None

    def _get_edge(self, member):
        return self.env["rc.sponsor.edge"].search(
            [("member_id", "=", member.id), ("ended_at", "=", False)], limit=1
        )

    def _get_last_edge(self, member):
        """Return the edge that ended last: money that goes back finds what was given for it."""
        ended = [("member_id", "=", member.id), ("ended_at", "!=", False)]
        return self.env["rc.sponsor.edge"].search(ended, order="ended_at desc, id desc", limit=1)

    def _get_first_invoices(self, member):
        """Return the invoices that began a membership of ``member``."""
        charges = self.env["rc.subscription.charge"].search(
            [("subscription_id.partner_id", "=", member.id), ("kind", "=", "first")]
        )
        return charges.invoice_line_id.move_id

    def _is_paid(self, move):
        """True while money stands behind the invoice: what costs nothing is no payment."""
        has_cost = move.currency_id.compare_amounts(move.amount_total, 0) > 0
        return has_cost and move._rc_is_paid_and_kept()

    # ------------------------------------------------------------------
    # READ: which rules
    # ------------------------------------------------------------------

    @api.model
    def _get_matching(self, event, edge, at, source=None):
        """Return the rules in force for an event of a referral, in their order."""
        sponsor = edge.sponsor_id
        program = self.env["rc.program"]._get_platform(edge.company_id)
        rules = self.search(
            [
                ("program_id", "=", program.id),
                ("event", "=", event),
                ("sponsor_kind", "in", self._get_kinds_of(sponsor)),
            ]
        )
        if not rules:
            return rules
        today = local_day(at, edge.company_id)
        tiers = self._get_paid_tiers(event, edge, source) if rules.tier_ids else None
        return rules.filtered(lambda rule: rule._is_for(edge, today, tiers))

    @api.model
    def _get_kinds_of(self, sponsor):
        kind = sponsor._rc_get_sponsor_kind()
        return [kind, *(["any_member"] if kind in _MEMBERS else []), "everyone"]

    def _get_paid_tiers(self, event, edge, source):
        moves = source or self._get_first_invoices(edge.member_id)
        return self._get_product_lines(moves).product_id.rc_tier_id

    def _is_for(self, edge, today, tiers):
        """True if a rule is in force on a day, and for this referral."""
        self.ensure_one()
        sponsor = edge.sponsor_id
        if (self.date_from and today < self.date_from) or (self.date_to and today >= self.date_to):
            return False
        if self.tier_ids and not self.tier_ids & tiers:
            return False
        if self.pilot_tag_id and self.pilot_tag_id not in sponsor.category_id:
            return False
        if self.is_campaign_only and edge.code_id.campaign_id != self.campaign_id:
            return False
        return not self.rank_id or self._has_rank(sponsor)

    def _has_rank(self, partner):
        ladder = self.rank_id.ladder_id
        held = partner._rc_get_ranks(ladder.code, ladder.program_id).get(partner.id)
        ranks = ladder.rank_ids.sorted("sequence").mapped("code")
        return held in ranks and ranks.index(held) >= ranks.index(self.rank_id.code)

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    @api.model
    def _settle(self, event, edge, is_due, origin, at, now, source=None):
        """READ what was given → DECIDE what is due → WRITE it, for sponsor and new member.

        The key names the edge: contacts change their ids when they are merged, edges do not. It
        names no rule, so a changed or replaced one never pays the same thing twice. What was given
        under a sponsor whom somebody corrected since stays with them, and is not given again.

        :param source: the invoice, for what is given once for each
        """
        rewards = self.env["rc.reward"].sudo()  # rewards are the system's
        edges = edge.search([("member_id", "=", edge.member_id.id)])
        prefixes = {one: self._get_prefix(event, one, source) for one in edges}
        known = rewards.search(
            Domain.OR(Domain("key", "=like", f"{prefix}%") for prefix in prefixes.values())
        )
        # what was decided once stays decided: a rule that came later gives nothing for it
        is_new = not known and not edge.ended_at
        due = self._get_due(event, edge, prefixes[edge], at, source) if is_new else []
        facts = {"edge": edge, "event": event, "origin": origin}
        for key, rule, beneficiary, payee in due:
            old = source or edge.member_id
            old_key = f"{KEY_PREFIX}|{event}|{old._name}:{old.id}|{beneficiary}:{payee.id}"
            if not rule.part and (given := self._get_given(key, old_key)):
                facts |= {"rule": rule, "beneficiary": beneficiary}
                known |= rewards._adopt(key, payee, at, given, **facts)
        if is_due and not known:
            for key, rule, beneficiary, payee in due:
                if rule.percent and not rule._get_percent_gift(origin):
                    continue  # a part of nothing
                facts |= {"rule": rule, "beneficiary": beneficiary}
                rewards._open(key, payee, rule, at, now, **facts)
        if is_due:
            known._redo(now)
        else:
            known._undo(now)

    def _get_prefix(self, event, edge, source):
        """Return how the keys of an event of a referral begin."""
        about = f"rc.sponsor.edge:{edge.id}"
        if source:
            about = f"{about}/{source._name}:{source.id}"
        return f"{KEY_PREFIX}|{event}|{about}|"

    def _get_due(self, event, edge, prefix, at, source):
        """Return (key, rule, beneficiary, payee) of what the rules in force give, each key once."""
        payees = {"sponsor": edge.sponsor_id, "referee": edge.member_id}
        due = {}
        for rule in self._get_matching(event, edge, at, source if event in BY_INVOICE else None):
            both = ("sponsor", "referee") if rule.beneficiary == "both" else (rule.beneficiary,)
            for beneficiary in both:
                part = f":{rule.part}" if rule.part else ""
                key = f"{prefix}{beneficiary}{part}"
                due.setdefault(key, (key, rule, beneficiary, payees[beneficiary]))
        return list(due.values())

    @api.model
    def _get_given(self, base_key, old_key):
        """Return the steps booked under the keys before rewards had rows, oldest first."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT split_part(key, '|', 5)::integer,
                       SUM(CASE WHEN debit_bucket = 'issued' THEN amount ELSE -amount END)
                  FROM rc_point_entry WHERE starts_with(key, %s) OR starts_with(key, %s)
                 GROUP BY 1 ORDER BY 1
                """,
                f"{base_key}|",
                f"{old_key}|",
            )
        )
        return [Given(f"{base_key}|{number}", int(points)) for number, points in rows]


class RcReward(models.Model):
    _inherit = "rc.reward"

    @api.model
    def _adopt(self, key, partner, at, given, **facts):
        """Write the row of points that were given before rewards had rows; nothing is given."""
        balance = sum(entry.points for entry in given)
        row = self._prepare_row(key, partner, facts["rule"], at, **facts) | {
            "kind": "points",
            "points": max(entry.points for entry in given),
            "state": "given" if balance > 0 else "taken_back",
            "why": None if balance > 0 else "undone",
            "step": len(given),
            "given_at": at,
        }
        self._insert_rows([row])
        return self.search([("key", "=", key)])
