"""Who and what stands behind an invoice: the engine's sales and its picture of the network."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from fractions import Fraction

from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.periods import utc_midnight

from ..kernel.basis import spread_discounts
from ..kernel.types import Line, Network, Person, Sale
from .invoices import line_key
from .time import company_zone

DEPTH_MAX = 20  # levels read at most; plans say how many they pay


def read_sales(moves, received_on, currencies):
    """Return invoice id → kernel ``Sale`` with all its product lines, in four queries.

    :param received_on: invoice id → day of the first received payment
    :param currencies: res.currency records of the plans that may pay
    """
    env = moves.env
    env.flush_all()
    heads = _read_heads(env, tuple(moves.ids))
    lines = _read_lines(env, tuple(moves.ids))
    exchange = _read_exchange(env, heads, currencies)
    edges = _read_edges(env, _get_invoice_instants(heads))
    sales = {}
    for move_id, head in heads.items():
        upline = _climb(edges[move_id], head["buyer"])
        sales[move_id] = Sale(
            key=f"account.move:{move_id}",
            order_key=f"sale.order:{head['order_id']}"
            if head["order_count"] == 1
            else f"account.move:{move_id}",
            on=received_on[move_id],
            currency=head["currency"],
            exchange=exchange[move_id],
            buyer=head["buyer"],
            seller=head["winner"] if head["is_attributed"] else (upline[0] if upline else None),
            salesperson=head["salesperson"],
            lines=_prepare_lines(lines[move_id]),
        )
    return sales


def _read_heads(env, ids):
    """Return invoice id → its head.

    The buyer is the person the invoice is for, the winner the order's attributed participant, the
    salesperson the order's colleague (of a renewal: the invoice's).
    """
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT move.id, currency.name AS currency, move.currency_id, move.company_id,
                   COALESCE(move.invoice_date, move.date) AS on,
                   COALESCE(subscription.partner_id, orders.partner_id, move.partner_id) AS buyer,
                   orders.id AS order_id, COALESCE(orders.count, 0) AS order_count,
                   attribution.id IS NOT NULL AS is_attributed, attribution.winner_id AS winner,
                   colleague.partner_id AS salesperson
              FROM account_move move
              JOIN res_currency currency ON currency.id = move.currency_id
              LEFT JOIN rc_subscription subscription ON subscription.id = move.rc_subscription_id
              LEFT JOIN LATERAL (
                   SELECT MIN(sale.id) AS id, COUNT(DISTINCT sale.id) AS count,
                          (ARRAY_AGG(sale.partner_id ORDER BY line.sequence, line.id))[1] AS partner_id,
                          (ARRAY_AGG(sale.user_id ORDER BY line.sequence, line.id))[1] AS user_id,
                          (ARRAY_AGG(sale.rc_attribution_id ORDER BY line.sequence, line.id))[1]
                              AS rc_attribution_id
                     FROM account_move_line line
                     JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
                     JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                     JOIN sale_order sale ON sale.id = sale_line.order_id
                    WHERE line.move_id = move.id
              ) orders ON TRUE
              LEFT JOIN rc_attribution attribution ON attribution.id = orders.rc_attribution_id
              LEFT JOIN res_users colleague
                     ON colleague.id = CASE WHEN orders.id IS NOT NULL THEN orders.user_id
                                            ELSE move.invoice_user_id END
                    AND colleague.active AND NOT colleague.share
             WHERE move.id IN %s
            """,
            ids,
        )
    )
    return {row["id"]: row for row in rows}


def _read_lines(env, ids):
    """Return invoice id → its product lines with tier and kind of charge.

    Until a part-paid plan line is charged, its kind is what the charge would be.
    """
    lines = defaultdict(list)
    for row in env.execute_query_dict(
        SQL(
            """
            SELECT line.id, line.move_id, line.price_subtotal::text AS net,
                   line.price_total::text AS gross, line.quantity::text AS quantity,
                   product.default_code AS product, tier.code AS tier, category.complete_name AS category,
                   COALESCE(charge.kind, CASE
                       WHEN tier.id IS NULL THEN 'other'
                       WHEN move.rc_subscription_id IS NOT NULL THEN 'renewal'
                       WHEN member.running_product = line.product_id THEN 'renewal'
                       WHEN member.running_product IS NOT NULL THEN 'upgrade'
                       WHEN member.count > 0 THEN 'renewal'
                       ELSE 'first' END) AS kind
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN product_category category ON category.id = template.categ_id
              LEFT JOIN rc_tier tier ON tier.id = template.rc_tier_id
              LEFT JOIN rc_subscription_charge charge ON charge.invoice_line_id = line.id
              LEFT JOIN LATERAL (
                   SELECT COUNT(*) AS count,
                          MAX(subscription.product_id) FILTER (
                              WHERE subscription.state IN ('trial', 'active', 'past_due', 'grace')
                          ) AS running_product
                     FROM rc_subscription subscription
                    WHERE subscription.program_id = tier.program_id
                      AND subscription.partner_id = COALESCE(
                          (SELECT sale.partner_id
                             FROM sale_order_line_invoice_rel rel
                             JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                             JOIN sale_order sale ON sale.id = sale_line.order_id
                            WHERE rel.invoice_line_id = line.id LIMIT 1),
                          move.partner_id)
              ) member ON TRUE
             WHERE line.move_id IN %s AND line.display_type = 'product'
             ORDER BY line.sequence, line.id
            """,
            ids,
        )
    ):
        lines[row["move_id"]].append(row)
    return lines


def _prepare_lines(rows):
    nets = spread_discounts([Fraction(row["net"] or 0) for row in rows])
    totals = spread_discounts([Fraction(row["gross"] or 0) for row in rows])
    return tuple(
        Line(
            key=line_key(row["id"]),
            net=net,
            gross=gross,
            quantity=Fraction(row["quantity"] or 0),
            kind=row["kind"],
            product=row["product"],
            tier=row["tier"],
            category=row["category"],
        )
        for row, net, gross in zip(rows, nets, totals, strict=True)
    )


def _read_exchange(env, heads, currencies):
    """Return invoice id → plan currency name → units of it per unit of the invoice's currency.

    The rate is the one of the invoice's date: the latest not after it, else the earliest there is.
    """
    exchange = {move_id: {head["currency"]: Fraction(1)} for move_id, head in heads.items()}
    if not heads or not currencies:
        return exchange
    companies = env["res.company"].sudo().browse({head["company_id"] for head in heads.values()})
    roots = {company.id: company.root_id.id for company in companies}  # rates belong to the root
    names = dict(zip(currencies.ids, currencies.mapped("name"), strict=True))
    wanted = {
        (currency_id, roots[head["company_id"]], head["on"])
        for head in heads.values()
        for currency_id in (head["currency_id"], *currencies.ids)
    }
    rates = {
        tuple(row[:3]): Fraction(row[3])
        for row in env.execute_query(
            SQL(
                """
                SELECT wanted.currency_id, wanted.company_id, wanted.day, COALESCE(
                    (SELECT rate FROM res_currency_rate
                      WHERE currency_id = wanted.currency_id AND name <= wanted.day
                        AND (company_id IS NULL OR company_id = wanted.company_id)
                      ORDER BY company_id, name DESC LIMIT 1),
                    (SELECT rate FROM res_currency_rate
                      WHERE currency_id = wanted.currency_id
                        AND (company_id IS NULL OR company_id = wanted.company_id)
                      ORDER BY company_id, name LIMIT 1),
                    1)::text
                  FROM (VALUES %s) AS wanted (currency_id, company_id, day)
                """,
                SQL(", ").join(SQL("(%s, %s, %s::date)", *row) for row in sorted(wanted)),
            )
        )
    }
    for move_id, head in heads.items():
        place = (roots[head["company_id"]], head["on"])
        own = rates[(head["currency_id"], *place)]
        for currency_id, name in names.items():
            if currency_id != head["currency_id"]:
                exchange[move_id][name] = rates[(currency_id, *place)] / own
    return exchange


# ------------------------------------------------------------------
# Network
# ------------------------------------------------------------------


def read_network(moves, sales):
    """Return invoice id → kernel ``Network`` as it was when the money arrived, in three queries."""
    env = moves.env
    companies = {move.id: move.company_id for move in moves}
    instants = {
        move_id: (
            sale.buyer,
            utc_midnight(sale.on + timedelta(days=1), company_zone(companies[move_id])),
        )
        for move_id, sale in sales.items()
    }
    edges = _read_edges(env, instants)
    uplines = {move_id: _climb(edges[move_id], sale.buyer) for move_id, sale in sales.items()}
    ids = set()
    for move_id, sale in sales.items():
        ids |= {sale.buyer, sale.seller, sale.salesperson, *uplines[move_id]}
    roles = env["res.partner"].browse(ids - {None})._rc_get_roles()
    people = {partner_id: Person(partner_id, role) for partner_id, role in roles.items()}
    return {
        move_id: Network(people, {sale.buyer: uplines[move_id]}) for move_id, sale in sales.items()
    }


def _get_invoice_instants(heads):
    """Return invoice id → (buyer, end of the invoice's day): when a renewal is attributed."""
    return {
        move_id: (head["buyer"], datetime.combine(head["on"], time.max))
        for move_id, head in heads.items()
    }


def _read_edges(env, instants):
    """Return invoice id → {member: sponsor} of the buyer's line upwards at its instant."""
    edges = defaultdict(dict)
    starts = [(move_id, buyer, at) for move_id, (buyer, at) in instants.items() if buyer]
    if not starts:
        return edges
    rows = env.execute_query(
        SQL(
            """
            WITH RECURSIVE up (move_id, at, member_id, sponsor_id, depth) AS (
                SELECT start.move_id, start.at, edge.member_id, edge.sponsor_id, 1
                  FROM (VALUES %s) AS start (move_id, buyer_id, at)
                  JOIN rc_sponsor_edge edge ON edge.member_id = start.buyer_id
                   AND edge.bound_at <= start.at
                   AND (edge.ended_at IS NULL OR edge.ended_at > start.at)
                 UNION
                SELECT up.move_id, up.at, edge.member_id, edge.sponsor_id, up.depth + 1
                  FROM up
                  JOIN rc_sponsor_edge edge ON edge.member_id = up.sponsor_id
                   AND edge.bound_at <= up.at
                   AND (edge.ended_at IS NULL OR edge.ended_at > up.at)
                 WHERE up.depth < %s
            )
            SELECT move_id, member_id, sponsor_id FROM up
            """,
            SQL(", ").join(SQL("(%s, %s, %s::timestamp)", *start) for start in starts),
            DEPTH_MAX,
        )
    )
    for move_id, member_id, sponsor_id in rows:
        edges[move_id][member_id] = sponsor_id
    return edges


def _climb(edges, start):
    """Return the sponsors above ``start``, nearest first; a circle ends where it closes."""
    path = []
    while (start := edges.get(start)) is not None and start not in path:
        path.append(start)
    return tuple(path)
