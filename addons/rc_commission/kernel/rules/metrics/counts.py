"""Metrics that other parts count: points, activity, months."""

from ..registry import METRICS
from .people import Referrals


class Counts(Referrals):
    """A dated count kept outside of the purchases."""

    name = ""

    @classmethod
    def value(cls, context, spec, person, start, end):
        return context.world.sum_counts(cls.name, person, start, end)


for _word, _doc in (
    ("points_earned", "Points somebody earned."),
    ("referred_activity", "What the people one sponsors did."),
    ("months_in_tier", "Whole months in the present tier, without a gap."),
    ("retained_months", "Whole months a member has paid, without a gap."),
):
    METRICS.register(_word)(type(_word, (Counts,), {"name": _word, "__doc__": _doc}))
