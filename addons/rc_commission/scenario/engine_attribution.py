"""Who brought an order or a member, for the engine alone: the same kernel, evidence in memory."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from odoo.addons.rc_referral.kernel.attribution import Candidate, Decision, Rules, decide
from odoo.addons.rc_referral.kernel.split import pay_sponsor

from .types import Event, NotAvailable, Refused

LEAD = timedelta(seconds=60)
DEAL_DAYS = 180
CORRECTION_DAYS = 7
SAME = ("claim", "sponsor", "salesperson")


@dataclass(slots=True)
class Rule:
    """What a campaign or the settings say; None: not said."""

    model: str | None = None
    window: int | None = None
    lead_window: int | None = None
    coupon_above_deal: bool = False
    new_only: bool = False
    paid_by: str = "winner"


@dataclass(slots=True)
class Evidence:
    """All that speaks for somebody so far."""

    common: Rule = field(default_factory=Rule)
    campaigns: dict[str, Rule] = field(default_factory=dict)  # owner of the code → rule
    touches: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    visitors: dict[str, str] = field(default_factory=dict)  # member → visitor who signed up
    signed_up: dict[str, datetime] = field(default_factory=dict)
    typed: dict[str, tuple[datetime, str]] = field(default_factory=dict)  # at sign-up
    leads: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    deals: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    coupons: dict[str, tuple[str, int]] = field(default_factory=dict)  # code → owner, percent
    claims: dict[str, str] = field(default_factory=dict)  # order → claimant
    corrected: dict[str, dict[str, datetime]] = field(default_factory=dict)
    bought: dict[str, datetime] = field(default_factory=dict)  # buyer → first order


class Attribution:
    """Events and figures of :class:`EngineSide` about who brought whom."""

    def _rule_of(self, owner: str | None) -> Rule:
        """Return the rule that holds for the code of somebody: its campaign's, else the common."""
        common, own = self.evidence.common, self.evidence.campaigns.get(owner)
        if own is None:
            return common
        return replace(
            own,
            model=own.model or common.model,
            window=own.window or common.window,
            lead_window=own.lead_window or common.lead_window,
            new_only=own.new_only or common.new_only,
            paid_by=common.paid_by,
        )

    def _do_link_rule(self, event: Event, who: str | None = None, **said) -> None:
        rule = Rule(**{k: v == "yes" if v in ("yes", "no") else v for k, v in said.items()})
        if who is None:
            self.evidence.common = rule
        else:
            self.evidence.campaigns[who] = rule

    def _do_coupon(self, event: Event, who: str, code: str, percent: int) -> None:
        self.evidence.coupons[code] = (who, percent)

    def _do_deal(self, event: Event, who: str, customer: str) -> None:
        for at, owner in self.evidence.deals.get(customer, ()):
            if event.at < at + timedelta(days=DEAL_DAYS):
                raise Refused("not_eligible", f"{owner} has registered {customer}")
        self.evidence.deals.setdefault(customer, []).append((event.at, who))

    def _do_lead(self, event: Event, who: str, code: str) -> None:
        self.evidence.leads[who] = (event.at, self._owner(code))

    def _do_claim(self, event: Event, who: str, order: str) -> None:
        """Accepted: the order is attributed to the claimant; what was awarded stays."""
        self.evidence.claims[order] = who
        known = self.replay.orders[order]
        self.decisions[order] = ("claim", who)
        if not known.receipts:
            known.sale = replace(known.sale, seller=who, sellers=())

    def _do_correct_sponsor(self, event: Event, who: str, code: str) -> None:
        owner = self._owner(code)
        if owner == who:
            raise Refused("own_code")
        signed_up = self.evidence.signed_up.get(who)
        if signed_up is None or event.at >= signed_up + timedelta(days=CORRECTION_DAYS):
            raise Refused("not_eligible", "too late")
        self._rebind(who, owner, event)

    def _do_change_sponsor(self, event: Event, who: str, to: str) -> None:
        self._rebind(who, to, event)

    def _rebind(self, who: str, sponsor: str, event: Event) -> None:
        old = self.world.sponsors.pop(who, None)
        try:
            self._bind(who, sponsor, event.today)
        except Refused:
            if old:
                self.world.sponsors[who] = old
            raise
        corrected = self.evidence.corrected.setdefault(who, {})
        corrected[old] = event.at
        corrected.pop(sponsor, None)

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------

    def _links(self, visitors, at: datetime) -> list[Candidate]:
        found = {
            (when, owner)
            for visitor in visitors
            for when, owner in self.evidence.touches.get(visitor, ())
            if when <= at
        }
        return [
            self._candidate("link", owner, when, n)
            for n, (when, owner) in enumerate(sorted(found), 1)
        ]

    def _candidate(self, evidence: str, owner: str, at: datetime, touch=None) -> Candidate:
        rule = self._rule_of(owner)
        return Candidate(
            evidence,
            owner,
            at,
            touch=touch,
            window=timedelta(days=rule.window or 30),
            is_for_new=rule.new_only and evidence in ("link", "coupon"),
        )

    def _decide(self, candidates, at, campaign_of, buyer, lead=timedelta(0)) -> Decision:
        rule = self._rule_of(campaign_of)
        rules = Rules(
            link_model=rule.model or "last_touch",
            link_lead=lead,
            is_coupon_above_deal=rule.coupon_above_deal or rule.model == "coupon_wins",
            customer_since=self.evidence.bought.get(buyer),
        )
        return decide(candidates, at, rules, frozenset({buyer}))

    def _decide_signup(self, who: str, touch: str | None, at: datetime) -> str | None:
        links = self._links([touch], at)
        last = links[-1].participant if links else None
        decision = self._decide(links, at, last, who)
        return decision.winner.participant if decision.winner else None

    def _decide_order(self, event: Event, key: str, who: str, code, coupon, touch, salesperson):
        """Return the winner and the parts of an order."""
        at, known = event.at, self.evidence
        visitors = {touch, known.visitors.get(who)} - {None}
        links = self._links(visitors, at)
        candidates = list(links)
        if code:
            candidates.append(self._candidate("typed_code", self._owner(code), at))
        if who in known.typed:
            candidates.append(self._candidate("typed_code", *reversed(known.typed[who])))
        if who in known.leads:
            when, owner = known.leads[who]
            days = self._rule_of(owner).lead_window or 90
            candidates.append(Candidate("typed_code", owner, when, window=timedelta(days=days)))
        gone = known.corrected.get(who, {})
        candidates = [
            replace(c, is_corrected=c.participant in gone and c.at < gone[c.participant])
            for c in candidates
        ]
        if coupon:
            candidates.append(self._candidate("coupon", known.coupons[coupon][0], at))
        for when, owner in known.deals.get(who, ()):
            window = timedelta(days=DEAL_DAYS)
            candidates.append(Candidate("deal", owner, when, window=window))
        sponsor = self.world.sponsors.get(who)
        if sponsor:
            candidates.append(Candidate("sponsor", sponsor, at))
        colleague = salesperson or self.colleagues.get(who) or self.scenario.person(who).manager
        if colleague:
            candidates.append(Candidate("salesperson", colleague, at))
        last = links[-1].participant if links else None
        decision = self._decide(candidates, at, last, who, LEAD)
        shares = dict(decision.shares)
        if decision.evidence not in SAME:
            shares = pay_sponsor(shares, sponsor, known.common.paid_by)
        winner = decision.winner.participant if decision.winner else None
        self.decisions[key] = (decision.evidence, winner)
        known.bought.setdefault(who, at)
        return winner, () if shares == {winner: Fraction(1)} else tuple(shares.items())

    def _less_coupon(self, items, coupon: str | None, currency: str, on: date):
        """Return the lines at the price the coupon leaves."""
        if not coupon:
            return items
        if coupon not in self.evidence.coupons:
            raise NotAvailable("a coupon nobody owns")
        left = Fraction(100 - self.evidence.coupons[coupon][1], 100)
        return [
            (
                item,
                quantity,
                left
                * Fraction(
                    self._price(item, currency, on) * quantity if amount is None else amount
                ),
            )
            for item, quantity, amount in items
        ]

    def _read_winner(self, today: date, order: str) -> str | None:
        return self.decisions[order][1]

    def _read_evidence(self, today: date, order: str) -> str:
        return self.decisions[order][0]
