"""What stands behind an invoice: the engine's sales."""

from collections import defaultdict
from fractions import Fraction

from odoo.tools import SQL

from ..kernel.basis import spread_discounts
from ..kernel.types import Line, Sale
from .invoices import line_key
from .rates import read_rates
from .regions import read_address_regions


def read_sales(moves, received_on, currencies):
    """Return invoice id → kernel ``Sale`` with all its product lines, in five queries.

    :param moves: invoices of one company
    :param received_on: invoice id → day of the first received payment
    :param currencies: res.currency records of the plans that may pay
    """
    env = moves.env
    company = moves.company_id
    env.flush_all()
    heads = _read_heads(env, tuple(moves.ids))
    lines = _read_lines(env, tuple(moves.ids), company)
    rates = _read_rates(env, company, heads, currencies)
    regions = read_address_regions(env, company, {h["shipping_id"] for h in heads.values()})
    guilds = env["res.partner"]._rc_read_guilds(
        company, {(head["buyer"], received_on[move_id]) for move_id, head in heads.items()}
    )
    names = dict(zip(currencies.ids, currencies.mapped("name"), strict=True))
    sales = {}
    no_guild = (None, None)
    for move_id, head in heads.items():
        own = rates.get((head["currency_id"], head["on"]))
        guild, leader = guilds.get((head["buyer"], received_on[move_id]), no_guild)
        sales[move_id] = Sale(
            key=f"account.move:{move_id}",
            order_key=f"sale.order:{head['order_id']}"
            if head["order_count"] == 1
            else f"account.move:{move_id}",
            on=received_on[move_id],
            currency=head["currency"],
            exchange=_get_exchange(head, own, rates, names),
            buyer=head["buyer"],
            seller=head["winner"] if head["is_attributed"] else head["sponsor"],
            sellers=read_parts(head["parts"]),
            salesperson=head["salesperson"],
            lines=_prepare_lines(lines[move_id], own or Fraction(1)),
            channel=head["channel"],
            campaign=head["campaign"],
            regions=regions.get(head["shipping_id"], {}),
            guild=guild,
            guild_leader=leader,
        )
    return sales


def read_parts(rows):
    """Return (person, part) of each who shares an attribution, from rows of three numbers."""
    return tuple((who, Fraction(part, whole)) for who, part, whole in rows or ())


def _read_rates(env, company, heads, currencies):
    wanted = {
        (currency_id, head["on"])
        for head in heads.values()
        for currency_id in (head["currency_id"], *currencies.ids)
    }
    return read_rates(env, company, wanted)


def _get_exchange(head, own, rates, names):
    """Return currency → units of it per unit of the invoice's, where there is a rate.

    The rate is the one of the invoice's date: the latest not after it, else the earliest there is.
    """
    exchange = {head["currency"]: Fraction(1)}
    for currency_id, name in names.items():
        rate = rates.get((currency_id, head["on"]))
        if currency_id != head["currency_id"] and rate and own:
            exchange[name] = rate / own
    return exchange


# the orders behind the invoice ``move``: the first of its lines says who and what
_ORDERS = SQL(
    """
    SELECT MIN(sale.id) AS id, COUNT(DISTINCT sale.id) AS count,
           (ARRAY_AGG(sale.partner_id ORDER BY line.sequence, line.id))[1] AS partner_id,
           (ARRAY_AGG(sale.partner_shipping_id ORDER BY line.sequence, line.id))[1]
               AS shipping_id,
           (ARRAY_AGG(sale.user_id ORDER BY line.sequence, line.id))[1] AS user_id,
           (ARRAY_AGG(sale.medium_id ORDER BY line.sequence, line.id))[1] AS medium_id,
           (ARRAY_AGG(sale.campaign_id ORDER BY line.sequence, line.id))[1]
               AS campaign_id,
           (ARRAY_AGG(sale.rc_attribution_id ORDER BY line.sequence, line.id))[1]
               AS rc_attribution_id
      FROM account_move_line line
      JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
      JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
      JOIN sale_order sale ON sale.id = sale_line.order_id
     WHERE line.move_id = move.id
    """
)


def _read_heads(env, ids):
    """Return invoice id → its head.

    The buyer is the person the invoice is for, the winner the order's attributed participant, the
    salesperson the order's colleague (of a renewal: the invoice's), the sponsor whoever the
    buyer's was when the invoice was made.
    """
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT head.*, sponsor.sponsor_id AS sponsor FROM (
            SELECT move.id, currency.name AS currency, move.currency_id, move.company_id,
                   COALESCE(move.invoice_date, move.date) AS on,
                   COALESCE(subscription.partner_id, orders.partner_id, move.partner_id) AS buyer,
                   orders.id AS order_id, COALESCE(orders.count, 0) AS order_count,
                   attribution.id IS NOT NULL AS is_attributed, attribution.winner_id AS winner,
                   (SELECT JSON_AGG(JSON_BUILD_ARRAY(
                               share.partner_id, share.numerator, share.denominator)
                               ORDER BY share.id)
                      FROM rc_attribution_share share
                     WHERE share.attribution_id = attribution.id) AS parts,
                   colleague.partner_id AS salesperson, medium.name AS channel,
                   campaign.name AS campaign,
                   COALESCE(orders.shipping_id, move.partner_shipping_id, move.partner_id)
                       AS shipping_id
              FROM account_move move
              JOIN res_currency currency ON currency.id = move.currency_id
              LEFT JOIN rc_subscription subscription ON subscription.id = move.rc_subscription_id
              LEFT JOIN LATERAL (%s) orders ON TRUE
              LEFT JOIN rc_attribution attribution ON attribution.id = orders.rc_attribution_id
              LEFT JOIN utm_medium medium ON medium.id = COALESCE(orders.medium_id, move.medium_id)
              LEFT JOIN utm_campaign campaign
                     ON campaign.id = COALESCE(orders.campaign_id, move.campaign_id)
              LEFT JOIN res_users colleague
                     ON colleague.id = CASE WHEN orders.id IS NOT NULL THEN orders.user_id
                                            ELSE move.invoice_user_id END
                    AND colleague.active AND NOT colleague.share
             WHERE move.id IN %s
            ) head
              LEFT JOIN LATERAL (
                   SELECT edge.sponsor_id FROM rc_sponsor_edge edge
                    WHERE edge.member_id = head.buyer AND edge.bound_at < head.on + 1
                      AND (edge.ended_at IS NULL OR edge.ended_at >= head.on + 1)
                    ORDER BY edge.id DESC LIMIT 1
              ) sponsor ON TRUE
            """,
            _ORDERS,
            ids,
        )
    )
    return {row["id"]: row for row in rows}


def _read_lines(env, ids, company):
    """Return invoice id → its product lines with tier and kind of charge.

    Until a part-paid plan line is charged, its kind is what the charge would be.
    """
    lines = defaultdict(list)
    for row in env.execute_query_dict(
        SQL(
            """
            SELECT line.id, line.move_id, line.price_subtotal::text AS net,
                   line.price_total::text AS gross, line.quantity::text AS quantity,
                   (line.quantity * COALESCE(unit.factor / NULLIF(own_unit.factor, 0), 1)
                       * (product.standard_price->>%s)::numeric)::text AS cost,
                   product.default_code AS product, tier.code AS tier, category.complete_name AS category,
                   COALESCE(charge.kind, CASE
                       WHEN template.rc_package_id IS NOT NULL THEN 'package'
                       WHEN tier.id IS NULL THEN 'other'
                       WHEN member.is_tried_only THEN 'first'
                       WHEN move.rc_subscription_id IS NOT NULL THEN 'renewal'
                       WHEN member.running_product = line.product_id THEN 'renewal'
                       WHEN member.running_product IS NOT NULL THEN 'upgrade'
                       WHEN member.count > 0 THEN 'renewal'
                       ELSE 'first' END) AS kind
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN uom_uom unit ON unit.id = line.product_uom_id
              LEFT JOIN uom_uom own_unit ON own_unit.id = template.uom_id
              LEFT JOIN product_category category ON category.id = template.categ_id
              LEFT JOIN rc_tier tier ON tier.id = template.rc_tier_id
              LEFT JOIN rc_subscription_charge charge ON charge.invoice_line_id = line.id
              LEFT JOIN LATERAL (
                   SELECT COUNT(*) FILTER (WHERE tried.has_paid
                              OR subscription.trial_end_on IS NULL) AS count,
                          BOOL_OR(NOT tried.has_paid AND subscription.trial_end_on IS NOT NULL)
                              FILTER (WHERE subscription.state IN
                                  ('trial', 'active', 'past_due', 'grace')) AS is_tried_only,
                          MAX(subscription.product_id) FILTER (
                              WHERE subscription.state IN ('trial', 'active', 'past_due', 'grace')
                          ) AS running_product
                     FROM rc_subscription subscription
                    CROSS JOIN LATERAL (
                         SELECT EXISTS (SELECT FROM rc_subscription_charge paid
                                         WHERE paid.subscription_id = subscription.id) AS has_paid
                    ) tried
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
            str(company.id),
            ids,
        )
    ):
        lines[row["move_id"]].append(row)
    return lines


def _prepare_lines(rows, rate):
    """Return the lines, discounts spread over those they lower.

    :param rate: units of the invoice's currency per unit of the company's (costs are in that)
    """
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
            cost=Fraction(row["cost"] or 0) * rate,
        )
        for row, net, gross in zip(rows, nets, totals, strict=True)
    )
