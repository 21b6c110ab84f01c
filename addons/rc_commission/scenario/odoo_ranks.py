"""Ranks on real records: of a plan's ladder, or of the members' own where no plan has it."""

from datetime import date
from decimal import Decimal

from ..adapters.world import OdooWorld
from .types import NotAvailable


def _find_plan_ladder(env, ladder: str, on: date):
    """Return the ladder of the first plan in force that has it, else None."""
    versions = env["rc.commission.plan"]._get_versions_in_force(env.company, on)
    found = (version._parse().ladder(ladder) for version in versions)
    return next((known for known in found if known is not None), None)


def _find_member_ladder(env, ladder: str):
    found = env["rc.ladder"]._find(ladder)
    if not found:
        raise NotAvailable(f"no plan in force and no program has the ladder {ladder}: its rank")
    return found


def grant_rank(env, partner, ladder: str, rank: str, on: date) -> None:
    """Put somebody on a rank as a program manager does."""
    if _find_plan_ladder(env, ladder, on) is not None:
        ranks = env["rc.commission.rank"]
        ranks._grant(partner, ladder, rank, on=on, reason="scenario", company=env.company)
        return
    found = _find_member_ladder(env, ladder)
    key = f"scenario:{partner.id}:{len(partner.rc_member_rank_ids)}"
    try:
        found._grant(partner, rank, "grant", key, on, "scenario")
    except ValueError as error:
        raise NotAvailable(str(error)) from error


def read_rank(env, partner, ladder: str, on: date) -> str | None:
    known = _find_plan_ladder(env, ladder, on)
    if known is not None:
        return OdooWorld(env, env.company).rank(known, partner.id)
    return _find_member_ladder(env, ladder)._get_ranks_of([partner.id])[partner.id]


class GrowthFigures:
    """What members have grown to; the engine alone knows nothing of it."""

    def read_growth(self, today: date, who: str) -> Decimal:
        program = self.env["rc.program"]._get_platform()
        partner = self.people[who]
        sums = self.env["rc.growth.entry"]._read_sums(program, partner.ids)
        return Decimal(int(sums.get(partner.id, 0)))


def close_growth(env, period: str, today: date) -> None:
    """Months of growth are closed with the plans' own."""
    if period == "month":
        env["rc.growth.period"]._close(env.company, today)


def forget_growth(env, program) -> None:
    """A database's own closed months are none of a scenario's."""
    env["rc.growth.period"].search([("program_id", "=", program.id)]).unlink()
    program.growth_since = False
