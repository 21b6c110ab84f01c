"""What a block may look at when it decides."""

from dataclasses import dataclass, replace
from datetime import date

from odoo.addons.rc_membership.kernel.periods import Period, calendar_period

from ..types import Award, Line, PersonId, PlanVersion, Rule, Sale
from ..world import World


@dataclass(frozen=True, slots=True)
class Context:
    """The event, the plan and the rule, and the world as it was before the event.

    ``trigger``: payment, signup, clicks, mission, pickup, reach, close, rank or reserve; ``subject``: who
    signed up, did the mission or bought; ``period`` and ``kind``: what a close closes; ``awards``:
    what was awarded so far (for matches).
    """

    world: World
    plan: PlanVersion
    on: date
    trigger: str
    rule: Rule | None = None
    sale: Sale | None = None
    line: Line | None = None
    subject: PersonId | None = None
    period: Period | None = None
    kind: str | None = None
    awards: tuple[Award, ...] = ()

    def with_rule(self, rule: Rule) -> "Context":
        return replace(self, rule=rule)

    def with_line(self, line: Line) -> "Context":
        return replace(self, line=line)

    @property
    def buyer(self) -> PersonId | None:
        return self.sale.buyer if self.sale else self.subject

    def window(self, unit: str | None) -> tuple[date | None, date | None]:
        """Return ``[start, end)`` of what a metric counts; None: without bound.

        Without a unit it is the closed period in a close rule, else everything so far. While a
        period is closed nothing after its end counts.
        """
        end = self.period.end if self.period else None
        if unit is None and self.trigger == "close" and self.period:
            return self.period.start, end
        if unit in (None, "ever"):
            return None, end
        if self.period is None:
            found = calendar_period(self.on, unit)
            return found.start, found.end
        last = date.fromordinal(self.period.end.toordinal() - 1)
        return calendar_period(last, unit).start, end
