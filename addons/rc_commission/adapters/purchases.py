"""Sums over what was bought, for a set of people in one query each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.tools import SQL

from ..kernel.restate import COUNTED
from ..kernel.types import Fact
from .rates import read_rates
from .time import company_zone, local_day

# facts keep unrounded shares of amounts: their sums are exact to the twelfth decimal
_DIGITS = 12
_COUNTED = tuple(COUNTED)
_MEASURES = {name: SQL.identifier("fact", name) for name in ("net", "quantity", *_COUNTED)}
_DIRECT = {
    name: SQL.identifier("fact", f"{name}_id")
    for name in ("buyer", "sponsor", "seller", "salesperson")
}
_FILTERS = {name: SQL.identifier("fact", name) for name in ("tier", "product", "kind")}


@dataclass(frozen=True, slots=True)
class Spec:
    """What is summed over ``[start, end)``: see ``World.sum_facts``."""

    relation: str
    measure: str
    start: date | None
    end: date | None
    currency: str | None = None
    filters: tuple[tuple[str, str], ...] = ()


def read_sums(env, company, spec, ids):
    """Return person → exact sum of the facts they are related to, in one query.

    Money comes from each fact's own exchange; facts older than a plan in a new currency are
    exchanged at their invoice's date, in two more queries.
    """
    if not ids:
        return {}
    env.flush_all()
    source, person = _prepare_source(company, spec, ids)
    rate = SQL("NULL")
    if spec.measure == "net":
        rate = SQL("fact.exchange->>%s", spec.currency)
    sums = defaultdict(Fraction)
    missing = False
    for person_id, exchange, total in env.execute_query(
        SQL(
            "%s SELECT %s, %s, ROUND(SUM(%s), %s)::text FROM %s WHERE %s GROUP BY 1, 2",
            _prepare_with(company, spec, ids),
            person,
            rate,
            _MEASURES[spec.measure],
            _DIGITS,
            source,
            _prepare_where(company, spec, ids),
        )
    ):
        if spec.measure == "net" and exchange is None:
            missing = True
        else:
            sums[person_id] += Fraction(total) * Fraction(exchange or 1)
    if missing:
        _add_exchanged(env, company, spec, ids, sums)
    return dict(sums)


def _prepare_with(company, spec, ids):
    """Return who belongs to whose team or leg with the day from which they do, or what was shipped
    into whose regions."""
    if spec.relation == "team":
        return _prepare_team(company, ids)
    if spec.relation in ("left", "right"):
        return _prepare_leg(company, spec.relation, ids)
    if spec.relation == "region":
        return _prepare_region(company, spec, ids)
    return SQL()


def _prepare_team(company, ids):
    """Return who is below whom by sponsor, with the day from which their purchases count."""
    return SQL(
        """
        WITH RECURSIVE down (root_id, member_id, bound_at) AS (
            SELECT sponsor_id, member_id, bound_at FROM rc_sponsor_edge
             WHERE ended_at IS NULL AND sponsor_id IN %(ids)s
             UNION
            SELECT down.root_id, edge.member_id, GREATEST(down.bound_at, edge.bound_at)
              FROM down JOIN rc_sponsor_edge edge
                ON edge.sponsor_id = down.member_id AND edge.ended_at IS NULL
             WHERE edge.member_id <> down.root_id
        ), part AS (
            SELECT root_id, member_id,
                   (MIN(bound_at) AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS since
              FROM down GROUP BY root_id, member_id
        )
        """,
        ids=tuple(ids),
        zone=company_zone(company).key,
    )


def _prepare_leg(company, side, ids):
    """Return who is in whose leg of the placement tree; who was not placed follows the sponsor."""
    return SQL(
        """
        WITH RECURSIVE down (root_id, member_id) AS (
            SELECT parent_id, member_id FROM rc_placement_edge
             WHERE company_id = %(company)s AND ended_on IS NULL AND side = %(side)s
               AND parent_id IN %(ids)s
             UNION
            SELECT down.root_id, child.member_id FROM down CROSS JOIN LATERAL (
                   SELECT place.member_id FROM rc_placement_edge place
                    WHERE place.company_id = %(company)s AND place.ended_on IS NULL
                      AND place.parent_id = down.member_id
                    UNION ALL
                   SELECT edge.member_id FROM rc_sponsor_edge edge
                    WHERE edge.sponsor_id = down.member_id AND edge.ended_at IS NULL
                      AND NOT EXISTS (
                          SELECT 1 FROM rc_placement_edge place
                           WHERE place.company_id = %(company)s AND place.ended_on IS NULL
                             AND place.member_id = edge.member_id)
                   ) child
        ), part AS (SELECT root_id, member_id, '-infinity'::date AS since FROM down)
        """,
        ids=tuple(ids),
        company=company.id,
        side=side,
    )


def _prepare_region(company, spec, ids):
    """Return which purchases were shipped into whose territories."""
    return SQL(
        """
        WITH part AS (
            SELECT DISTINCT region.owner_id AS root_id, fact.id AS fact_id
              FROM rc_region region JOIN rc_commission_fact fact
                ON fact.company_id = region.company_id
               AND fact.regions->>region.level = region.code
             WHERE region.active AND region.owner_id IN %s AND %s
        )
        """,
        tuple(ids),
        _prepare_where(company, spec, ids),
    )


def _prepare_source(company, spec, ids):
    """Return (FROM clause, column of the person)."""
    if spec.relation in _DIRECT:
        return SQL("rc_commission_fact fact"), _DIRECT[spec.relation]
    if spec.relation == "region":
        source = SQL("part JOIN rc_commission_fact fact ON fact.id = part.fact_id")
        return source, SQL("part.root_id")
    return (
        SQL(
            "part JOIN rc_commission_fact fact"
            " ON fact.buyer_id = part.member_id AND fact.date >= part.since"
        ),
        SQL("part.root_id"),
    )


def _prepare_where(company, spec, ids):
    conditions = [SQL("fact.company_id = %s", company.id)]
    if spec.relation in _DIRECT:
        conditions.append(SQL("%s IN %s", _DIRECT[spec.relation], tuple(ids)))
    if spec.start:
        conditions.append(SQL("fact.date >= %s", spec.start))
    if spec.end:
        conditions.append(SQL("fact.date < %s", spec.end))
    conditions += [SQL("%s = %s", _FILTERS[name], value) for name, value in spec.filters]
    return SQL(" AND ").join(conditions)


def _add_exchanged(env, company, spec, ids, sums):
    """Add what has no exchange of its own for the currency, at the rates of the invoices' dates."""
    source, person = _prepare_source(company, spec, ids)
    rows = env.execute_query(
        SQL(
            """
            %s SELECT %s, fact.currency_id, COALESCE(move.invoice_date, move.date, fact.date),
                      ROUND(SUM(fact.net), %s)::text
                 FROM %s LEFT JOIN account_move_line line ON line.id = fact.move_line_id
                 LEFT JOIN account_move move ON move.id = line.move_id
                WHERE %s AND fact.exchange->>%s IS NULL GROUP BY 1, 2, 3
            """,
            _prepare_with(company, spec, ids),
            person,
            _DIGITS,
            source,
            _prepare_where(company, spec, ids),
            spec.currency,
        )
    )
    currency = env["res.currency"].with_context(active_test=False)
    target = currency.search([("name", "=", spec.currency)], limit=1).id
    rates = read_rates(env, company, {(c, day) for _p, own, day, _t in rows for c in (own, target)})
    for person_id, own, day, total in rows:
        sums[person_id] += Fraction(total) * rates[target, day] / rates[own, day]


def read_purchases(env, company, buyers):
    """Return buyer → all their facts (kernel ``Fact``), oldest first, in one query."""
    found = defaultdict(list)
    if buyers:
        for fact in _read_facts(env, company, SQL("fact.buyer_id IN %s", tuple(buyers))):
            found[fact.buyer].append(fact)
    return found


def read_fallen_orders(env, company, since):
    """Return all facts of orders of which something was taken back since a day, in one query."""
    only = SQL(
        """fact.order_key IN (
            SELECT fallen.order_key FROM rc_commission_fact fallen
             WHERE fallen.company_id = %s AND fallen.date >= %s
               AND (fallen.net < 0 OR fallen.quantity < 0 OR fallen.opens < 0
                    OR fallen.orders < 0))""",
        company.id,
        since,
    )
    return _read_facts(env, company, only)


def _read_facts(env, company, only):
    env.flush_all()
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT fact.key, fact.move_line_id, fact.order_key, fact.date, fact.buyer_id,
                   fact.sponsor_id, fact.seller_id, fact.salesperson_id, fact.net::text AS net,
                   fact.quantity::text AS quantity, currency.name AS currency, fact.exchange,
                   fact.tier, fact.product, fact.kind, fact.share, fact.regions, %s
              FROM rc_commission_fact fact JOIN res_currency currency
                ON currency.id = fact.currency_id
             WHERE fact.company_id = %s AND %s ORDER BY fact.id
            """,
            SQL(", ").join(_MEASURES[name] for name in _COUNTED),
            company.id,
            only,
        )
    )
    return [_make_fact(row) for row in rows]


def _make_fact(row):
    return Fact(
        key=row["key"],
        line=f"account.move.line:{row['move_line_id']}",
        order=row["order_key"],
        on=row["date"],
        buyer=row["buyer_id"],
        sponsor=row["sponsor_id"],
        seller=row["seller_id"],
        salesperson=row["salesperson_id"],
        net=Fraction(row["net"]),
        quantity=Fraction(row["quantity"]),
        currency=row["currency"],
        exchange={name: Fraction(rate) for name, rate in (row["exchange"] or {}).items()},
        tier=row["tier"],
        product=row["product"],
        kind=row["kind"],
        share=Fraction(row["share"]),
        regions=row["regions"] or {},
        **{name: row[name] or 0 for name in _COUNTED},
    )


def read_pool_moves(env, company):
    """Return "<plan>:<pool>" → [(day, what the pool gained or lost)], in one query."""
    env.flush_all()
    moves = defaultdict(list)
    for name, at, amount in env.execute_query(
        SQL(
            """
            SELECT pool.plan_code || ':' || pool.name, entry.occurred_at,
                   SUM(CASE WHEN entry.credit_bucket = 'balance' OR entry.debit_bucket = 'short'
                            THEN entry.amount ELSE -entry.amount END)::text
              FROM rc_commission_pool pool
              JOIN rc_commission_pool_entry entry
                ON pool.id IN (entry.credit_account_id, entry.debit_account_id)
             WHERE pool.company_id = %s GROUP BY 1, 2 ORDER BY 2
            """,
            company.id,
        )
    ):
        moves[name].append((local_day(at, company), Decimal(amount)))
    return moves
