"""The engine's heart: (plan version, sale, network) → awards with their explanation.

Order of evaluation: rules in file order, matches over the unscaled awards, then ``limits.py``: rule
budgets, the per-sale ceiling, limits per payee and day, reserves.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from odoo.addons.rc_membership.kernel.money import allocate, round_half_up

from .award import make_award
from .limits import apply_limits
from .rules.context import Context
from .types import Award, Candidate, Line, Miss, Outcome, PlanVersion, Rated, Rule, Sale, Skip
from .world import World

NO_LINE = Line(key="", net=Fraction(0), gross=Fraction(0))


def evaluate(plan: PlanVersion, sale: Sale, world: World, trigger: str = "payment") -> Outcome:
    """Return what the plan awards for a sale once it is paid in full (or picked up).

    Amounts are in the plan's currency, each rounded half-up once; the received share comes later
    (``received.py``). The same input gives the same output: no clock, no records. The world only
    learns what was awarded, for limits per day and budgets.
    """
    context = Context(world, plan, sale.on, trigger, sale=sale)
    bases = _bases(plan, sale)
    evaluation = Evaluation(context)
    for rule in plan.rules:
        if rule.on == trigger and not is_match(rule):
            own = bases if rule.basis in (None, plan.basis) else _bases(plan, sale, rule.basis)
            evaluation.apply(rule, sale.lines, own)
    evaluation.match(trigger)
    return evaluation.finish(bases)


def evaluate_person(plan, world, person, on, trigger, source) -> Outcome:
    """Return what the plan awards for a sign-up or a mission of ``person``.

    :param source: key of the record (``signup:7``)
    """
    context = Context(world, plan, on, trigger, subject=person)
    evaluation = Evaluation(context, source)
    for rule in plan.rules:
        if rule.on == trigger and not is_match(rule):
            evaluation.apply(rule, (replace(NO_LINE, key=source),), {source: Fraction(0)})
    evaluation.match(trigger)
    return evaluation.finish({})


def _bases(plan: PlanVersion, sale: Sale, basis: str | None = None) -> dict[str, Fraction]:
    """Return line key → basis in the plan's currency, exact.

    :param basis: net, gross or margin; left out: the plan's
    """
    rate = sale.exchange[plan.currency]
    return {line.key: line.worth(basis or plan.basis) * rate for line in sale.lines}


def is_match(rule: Rule) -> bool:
    return getattr(rule.beneficiary, "matches", False)


class Evaluation:
    """The awards and misses of one plan on one event, as the rules are gone through."""

    def __init__(self, context: Context, source: str | None = None):
        self.context = context
        self.plan = context.plan
        self.source = source  # of an event without an order
        self.awards: list[Award] = []
        self.skips: list[Skip] = []
        self._keys: set[str] = set()

    # ------------------------------------------------------------------
    # Rules
    # ------------------------------------------------------------------

    def apply(self, rule: Rule, lines: Sequence[Line], bases) -> None:
        """Pay a rule on each line it holds for."""
        context = self.context.with_rule(rule)
        found = rule.beneficiary.find(context)
        for line in lines:
            miss = self._check_line(rule, line, bases[line.key])
            if miss is None and isinstance(found, Miss):
                miss = found
            if miss is not None:
                self.skip(rule, line.key, None, miss)
            else:
                self._pay(context.with_line(line), found, bases[line.key])

    def _check_line(self, rule: Rule, line: Line, basis: Fraction) -> Miss | None:
        sale = self.context.sale
        if sale is None:
            return None
        if rule.kinds is not None and line.kind not in rule.kinds:
            return Miss("kind", {"wanted": list(rule.kinds), "value": line.kind})
        if rule.first is not None and sale.number > rule.first:
            return Miss("first", {"wanted": rule.first, "value": sale.number})
        if basis <= 0:
            return Miss("basis_zero")
        return None

    def _pay(self, context: Context, found: tuple[Candidate, ...], basis: Fraction) -> None:
        rule = context.rule
        if getattr(rule.beneficiary, "shares_one_amount", False):
            found = self.eligible(context, found)
            found = rule.beneficiary.weigh(context, found)
        if any(candidate.weight is not None for candidate in found):
            self.pay_shares(context, found, basis)
        elif getattr(rule.beneficiary, "cumulative", False):
            self._pay_differences(context, found, basis)
        elif getattr(rule.beneficiary, "compress", False):
            self.pay_each(context, self.eligible(context, found)[:1], basis)
        else:
            self.pay_each(context, found, basis)

    def eligible(self, context: Context, found) -> tuple[Candidate, ...]:
        """Return the candidates who may earn; the others are told why not."""
        may = []
        for candidate in found:
            miss = self.check(context, candidate)
            if miss is None:
                may.append(candidate)
            else:
                self.skip(context.rule, context.line.key, candidate.payee, miss)
        return tuple(may)

    def check(self, context: Context, candidate: Candidate) -> Miss | None:
        """Return why a candidate may not earn by the rule, or None."""
        levels = self.plan.limits.levels
        if levels is not None and candidate.distance > levels:
            return Miss("levels", {"distance": candidate.distance, "limit": levels})
        person = candidate.person
        if not candidate.pool and self.plan.roles and person.role not in self.plan.roles:
            return Miss("role", {"wanted": list(self.plan.roles), "value": person.role})
        for condition in context.rule.conditions:
            miss = condition.check(context, person)
            if miss is not None:
                return miss
        return None

    # ------------------------------------------------------------------
    # Amounts
    # ------------------------------------------------------------------

    def pay_each(self, context: Context, found, basis: Fraction) -> None:
        """Award each candidate the rule's rate."""
        for part, candidate in enumerate(found):
            result = self.check(context, candidate) or self._rate(context, candidate, basis)
            self._take(context, candidate, part, basis, result)

    def _pay_differences(self, context: Context, found, basis: Fraction) -> None:
        """Award each the own figure less the highest of those before; who may not earn is 0."""
        highest = Fraction(0)
        for part, candidate in enumerate(found):
            result = self.check(context, candidate) or self._rate(context, candidate, basis)
            if isinstance(result, Rated):
                own = result.amount
                if own <= highest:
                    result = Miss("difference_zero", {"taken": str(highest), "own": str(own)})
                else:
                    details = {**result.details, "own": str(own), "taken": str(highest)}
                    result = Rated(own - highest, result.per, details)
                highest = max(highest, own)
            self._take(context, candidate, part, basis, result)

    def pay_shares(self, context: Context, found, basis: Fraction) -> None:
        """Share one amount by the candidates' weights, so that the parts add up to it."""
        if not found or not any(candidate.weight for candidate in found):
            self.skip(context.rule, context.line.key, None, Miss("nobody_to_share"))
            return
        # the people of a team have weights as well, but theirs are no parts of the sale
        is_attribution = getattr(context.rule.beneficiary, "shares_attribution", False)
        if is_attribution and context.sale and context.sale.sellers:
            rates = self._rate_sellers(context, found, basis)
            if any(isinstance(r, Miss) or r.amount != rates[0].amount for r in rates):
                self._pay_own_rates(context, found, basis, rates)
                return
        rated = self._rate(context, found[0], basis)
        if isinstance(rated, Miss):
            self.skip(context.rule, context.line.key, found[0].payee, rated)
            return
        digits = self._digits(context.rule)
        total = round_half_up(rated.amount, digits)
        parts = allocate(total, [candidate.weight for candidate in found], digits)
        whole = sum((candidate.weight for candidate in found), Fraction(0))
        for part, (candidate, amount) in enumerate(zip(found, parts, strict=True)):
            share = {"whole": str(total), "weight": str(candidate.weight / whole)}
            result = self.check(context, candidate) or Rated(
                Fraction(amount), rated.per, {**rated.details, "shared": share}
            )
            self._take(context, candidate, part, basis, result)

    def _rate_sellers(self, context: Context, found, basis: Fraction) -> list:
        """Return the rate of each who shares an attribution (by rank, by tier); what a parent gets
        is a part of its seller's award."""
        sellers = {candidate.payee: candidate for candidate in found if not candidate.path}
        return [
            self._rate(context, sellers.get(c.path[0], c) if c.path else c, basis) for c in found
        ]

    def _pay_own_rates(self, context: Context, found, basis: Fraction, rates) -> None:
        """Award each who shares an attribution their own rate on their part of it."""
        for part, (candidate, rated) in enumerate(zip(found, rates, strict=True)):
            result = self.check(context, candidate) or rated
            if isinstance(result, Rated):
                share = {"whole": str(result.amount), "weight": str(candidate.weight)}
                details = {**result.details, "shared": share}
                result = Rated(result.amount * candidate.weight, result.per, details)
            self._take(context, candidate, part, basis, result)

    def _rate(self, context: Context, candidate: Candidate, basis: Fraction) -> Rated | Miss:
        """Return the exact amount in units of what the rule gives."""
        rule = context.rule
        rated = rule.rate.rate(context, candidate, basis)
        if isinstance(rated, Miss):
            return rated
        amount, per = rated.amount, rated.per
        if per == "order" and rule.per == "unit":
            amount, per = amount * context.line.quantity, "unit"
        if rule.give == "points" and per == "line":
            price = self.plan.point_price
            if not price:
                return Miss("no_point_price")
            amount /= Fraction(price)
        return Rated(amount, per, rated.details)

    def _digits(self, rule: Rule) -> int:
        return self.plan.digits if rule.give == "cash" else 0

    def _take(self, context, candidate, part, basis, result: Rated | Miss) -> None:
        """Keep what came out: an award, or the reason why there is none."""
        rule, line = context.rule, context.line
        if isinstance(result, Rated):
            amount = round_half_up(result.amount, self._digits(rule))
            if rule.cap is not None and amount > rule.cap:
                details = {**result.details, "cap": {"before": str(amount), "cap": str(rule.cap)}}
                amount, result = (
                    round_half_up(rule.cap, self._digits(rule)),
                    replace(result, details=details),
                )
            if amount > 0:
                key = self._key(context, candidate, part, result.per)
                if key not in self._keys:
                    self._keys.add(key)
                    self.awards.append(
                        make_award(context, candidate, part, basis, result, amount, key)
                    )
                return
            result = Miss("rounds_to_zero")
        self.skip(rule, line.key, candidate.payee, result)

    def _key(self, context: Context, candidate: Candidate, part: int, per: str) -> str:
        """Return what makes the award unique: its source, rule, payee and part."""
        rule = context.rule
        end = f"{self.plan.code}.{rule.id}|{candidate.payee}"
        if candidate.of is not None:
            return f"{candidate.of.key}|{end}|0"
        sale = context.sale
        if context.trigger == "reach":
            return f"{sale.order_key}|{end}|{candidate.level}"
        if self.source is not None or sale is None:
            return f"{self.source}|{end}|{part}"
        source = sale.order_key if per == "order" else context.line.key
        prefix = "pickup:" if context.trigger == "pickup" else ""
        return f"{prefix}{source}|{end}|{part}"

    # ------------------------------------------------------------------
    # Matches and the end
    # ------------------------------------------------------------------

    def match(self, trigger: str) -> None:
        """Pay the matching rules on what was awarded so far, each on its own match line."""
        lines = {line.key: line for line in self.context.sale.lines} if self.context.sale else {}
        for rule in self.plan.rules:
            if rule.on != trigger or not is_match(rule) or not self._is_due(rule):
                continue
            context = replace(self.context.with_rule(rule), awards=tuple(self.awards))
            found = rule.beneficiary.find(context)
            if isinstance(found, Miss):
                self.skip(rule, self.source or next(iter(lines), ""), None, found)
                continue
            for candidate in found:
                source = candidate.of.line
                line = lines.get(source, replace(NO_LINE, key=source))
                self.pay_each(context.with_line(line), (candidate,), Fraction(candidate.of.amount))

    def _is_due(self, rule: Rule) -> bool:
        return rule.on != "close" or rule.period == self.context.kind

    def skip(self, rule: Rule, line: str, payee, miss: Miss) -> None:
        self.skips.append(Skip(self.plan.code, rule.id, line, payee, miss.code, miss.values))

    def finish(self, bases) -> Outcome:
        """Apply the limits and return what is left."""
        awards, skips = apply_limits(self.context, self.awards, bases)
        return Outcome(awards, (*self.skips, *skips))
