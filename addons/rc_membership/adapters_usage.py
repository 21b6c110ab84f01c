"""READ: what a member may use, in one query at the rate of requests.

The settings (tiers and what they give) change rarely and are cached for each worker; everything
about the person is read each time, numbers as text.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.tools import SQL

from .kernel.periods import Period, local_date
from .kernel.quota import Anchor, Window
from .kernel.subscription import RUNNING
from .kernel.tiers import Held
from .kernel.usage import Counted, Given, Line, Plan, stand

# how far back a window may have begun that still counts, in days
REACH = SQL(
    "CASE counter.per WHEN 'day' THEN 2 WHEN 'month' THEN 62 ELSE 1100 END",
)

_MEMBER = """
SELECT COALESCE(NULLIF(partner.tz, ''), NULLIF(home.tz, ''), 'UTC'),
       COALESCE(NULLIF(home.tz, ''), 'UTC'),
       (SELECT jsonb_build_array(plan.tier_id, plan.started_on, plan.anchor_on,
               plan.period_start, plan.period_end,
               template.rc_period_count
               * CASE template.rc_period_unit WHEN 'year' THEN 12 ELSE 1 END)
          FROM rc_subscription plan
          JOIN product_product product ON product.id = plan.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
         WHERE plan.partner_id = partner.id AND plan.program_id = %(program)s
           AND plan.state IN %(running)s),
       (SELECT jsonb_agg(jsonb_build_array(cover.tier_id, cover.start_on,
               LEAST(cover.end_on, cover.ended_on)) ORDER BY cover.id)
          FROM rc_tier_cover cover
         WHERE cover.partner_id = partner.id AND cover.program_id = %(program)s
           AND cover.subscription_id IS NULL
           AND (LEAST(cover.end_on, cover.ended_on) IS NULL
                OR LEAST(cover.end_on, cover.ended_on) >= %(day)s - 2)),
       (SELECT jsonb_agg(jsonb_build_array(gift.id, gift.entitlement_id,
               CASE WHEN gift.is_unlimited THEN NULL ELSE gift.amount::text END, gift.per,
               gift.starts_on, LEAST(gift.expires_on, gift.ended_on),
               gift.used::text, gift.taken_back::text) ORDER BY gift.id)
          FROM rc_entitlement_grant gift
         WHERE gift.partner_id = partner.id AND gift.company_id = %(company)s
           AND gift.entitlement_id IN %(entitlements)s
           AND (gift.program_id IS NULL OR gift.program_id = %(program)s)
           AND (LEAST(gift.expires_on, gift.ended_on) IS NULL
                OR LEAST(gift.expires_on, gift.ended_on) >= %(day)s - 2)),
       (SELECT jsonb_agg(jsonb_build_array(counter.id, counter.entitlement_id,
               counter.grant_id, counter.per, counter.window_start, counter.window_end,
               counter.used::text, counter.next_id IS NOT NULL))
          FROM rc_entitlement_counter counter
         WHERE counter.partner_id = partner.id
           AND (counter.program_id = %(program)s OR counter.grant_id IS NOT NULL)
           AND counter.entitlement_id IN %(entitlements)s
           AND (counter.window_end IS NULL OR counter.window_end > %(day)s - %(reach)s)),
       (SELECT jsonb_agg(jsonb_build_array(earlier.id, earlier.content_hash, earlier.part)
               ORDER BY earlier.part)
          FROM rc_entitlement_use earlier
         WHERE earlier.company_id = %(company)s AND earlier.key = %(key)s)
  FROM res_partner partner
  JOIN res_company company ON company.id = %(company)s
  JOIN res_partner home ON home.id = company.partner_id
 WHERE partner.id = %(partner)s
"""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a program's tiers give. ``rights``: code → (id, kind); ``lines``: tier → right → line."""

    program: int
    company: int
    default: int | None
    ranks: Mapping[int, tuple]
    lines: Mapping[int, Mapping[int, Line]]
    rights: Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Member:
    """Everything about one person that decides what they may use."""

    zone: ZoneInfo
    on: date
    tier: int | None
    anchor: Anchor | None
    given: Mapping[int, list[Given]] = field(default_factory=dict)
    counted: Mapping[int, list[Counted]] = field(default_factory=dict)
    past: tuple[tuple[int, str], ...] = ()


def read_catalogue(program) -> Catalogue:
    """READ the settings of a program."""
    tiers = program.env["rc.tier"].search([("program_id", "=", program.id)])
    rights = (
        program.env["rc.entitlement"]
        .with_context(active_test=True)
        .search([("company_id", "=", program.company_id.id)])
    )
    lines = {
        tier.id: {
            line.entitlement_id.id: Line(
                line.id,
                None if line.is_unlimited or line.kind == "flag" else Decimal(line.amount),
                line.per,
            )
            for line in tier.entitlement_line_ids
        }
        for tier in tiers
    }
    return Catalogue(
        program.id,
        program.company_id.id,
        tiers.filtered("is_default")[:1].id or None,
        {tier.id: tier._get_rank() for tier in tiers},
        lines,
        {right.code: (right.id, right.kind) for right in rights},
    )


def read_member(
    env, catalogue: Catalogue, partner_id: int, at: datetime, rights: Collection[int], key=None
) -> Member | None:
    """READ a person as of ``at`` (naive UTC): zone, tier, grants, counters; None: there is nobody.

    :param rights: ids of the entitlements that are asked for
    :param key: of a use: ``past`` then has what was written with it before
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            _MEMBER,
            partner=partner_id,
            program=catalogue.program,
            company=catalogue.company,
            running=RUNNING,
            entitlements=tuple(rights) or (0,),
            day=at.date(),
            key=key,
            reach=REACH,
        )
    )
    if not rows:
        return None
    zone, home, plan, covers, gifts, counters, past = rows[0]
    zone = ZoneInfo(zone)
    tier, anchor = stand(
        _as_plan(plan, catalogue),
        [_as_cover(row, catalogue) for row in covers or ()],
        local_date(at, ZoneInfo(home)),
        catalogue.default,
    )
    return Member(
        zone,
        local_date(at, zone),
        tier,
        anchor,
        _by_right(_as_given(row) for row in gifts or ()),
        _by_right(_as_counted(row) for row in counters or ()),
        tuple((row[0], row[1]) for row in past or ()),
    )


def _by_right(rows):
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(row.entitlement, []).append(row)
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _as_plan(row, catalogue: Catalogue) -> Plan | None:
    if not row:
        return None
    tier, started, anchor, start, end, months = row
    return Plan(
        Held(tier, catalogue.ranks[tier], _day(started)),
        Anchor(_day(anchor), Period(_day(start), _day(end)), months or 1),
    )


def _as_cover(row, catalogue: Catalogue) -> Held:
    tier, start, end = row
    return Held(tier, catalogue.ranks[tier], _day(start), _day(end))


def _as_given(row) -> Given:
    ref, right, amount, per, start, end, used, taken = row
    return Given(
        ref,
        right,
        None if amount is None else Decimal(amount),
        per,
        _day(start),
        _day(end),
        Decimal(used),
        Decimal(taken),
    )


def _as_counted(row) -> Counted:
    ref, right, grant, per, start, end, used, is_closed = row
    window = Window(_day(start), _day(end))
    return Counted(ref, right, grant, per, window, Decimal(used), is_closed)


def read_carried(env, partner_id: int, program_id: int, wanted) -> dict[int, Decimal]:
    """Return entitlement id → what the tier served already in a window that has no counter yet.

    :param wanted: entitlement id → :class:`Window`
    """
    if not wanted:
        return {}
    windows = SQL(", ").join(
        SQL("(%s, %s::date, %s::date)", right, window.start, window.end)
        for right, window in wanted.items()
    )
    rows = env.execute_query(
        SQL(
            """
            SELECT wanted.id, SUM(used.amount)::text
              FROM (VALUES %s) wanted (id, first, last)
              JOIN rc_entitlement_use used ON used.entitlement_id = wanted.id
               AND used.partner_id = %s AND used.program_id = %s AND used.grant_id IS NULL
               AND used.used_on >= wanted.first
               AND (wanted.last IS NULL OR used.used_on < wanted.last)
             GROUP BY wanted.id
            """,
            windows,
            partner_id,
            program_id,
        )
    )
    return {right: max(Decimal(total), Decimal(0)) for right, total in rows}
