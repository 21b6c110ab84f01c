"""Metrics about the territories somebody owns."""

from datetime import timedelta
from fractions import Fraction

from odoo.addons.rc_membership.kernel.periods import calendar_period

from ..registry import METRICS
from .purchases import Purchases

DIGITS = 2


@METRICS.register("region_growth")
class RegionGrowth(Purchases):
    """By how many percent sales shipped into somebody's regions grew: the last ended period of the
    length given against the one before it.

    In whole hundredths, rounded down. What shrank, or had no sales before, has grown by nothing.
    """

    relation = "region"
    is_money = False

    @classmethod
    def check_spec(cls, spec, reader) -> None:
        super().check_spec(spec, reader)
        if spec.period in (None, "ever"):
            reader.missing("period")

    @classmethod
    def value(cls, context, spec, person, start, end):
        now = context.period.end if context.period else context.on
        current = calendar_period(now, spec.period)
        last = calendar_period(current.start - timedelta(days=1), spec.period)
        earlier = calendar_period(last.start - timedelta(days=1), spec.period)
        sales = super().value(context, spec, person, last.start, last.end)
        before = super().value(context, spec, person, earlier.start, earlier.end)
        if before <= 0 or sales <= before:
            return Fraction(0)
        growth = 100 * (sales - before) / before
        return Fraction(growth * 10**DIGITS // 1, 10**DIGITS)
