"""Orders and opportunities as the kernel's sales: what an invoice of them would be, if paid now."""

from fractions import Fraction

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.kernel.subscription import RUNNING

from ..kernel.basis import spread_discounts
from ..kernel.types import Line, Sale
from .rates import read_rates
from .regions import read_address_regions


def read_order_sale(order, on, currencies):
    """Return the kernel ``Sale`` an order would be if all of it were paid on the day ``on``.

    :param order: one sale.order, also an unconfirmed one, read with the system's rights
    :param currencies: res.currency records of the plans that may pay
    """
    lines = order.order_line.filtered(lambda line: not line.display_type)
    kinds = _read_kinds(order.partner_id, lines)
    nets = spread_discounts([Fraction(exact(line.price_subtotal)) for line in lines])
    totals = spread_discounts([Fraction(exact(line.price_total)) for line in lines])
    shares = order.env["rc.attribution"]._preview_shares(order)
    buyer = (order.partner_id.id, on)
    guilds = order.partner_id._rc_read_guilds(order.company_id, {buyer})
    guild, leader = guilds.get(buyer, (None, None))
    return Sale(
        key=f"sale.order:{order.id}",
        order_key=f"sale.order:{order.id}",
        on=on,
        currency=order.currency_id.name,
        exchange=_read_exchange(order.env, order.company_id, order.currency_id, on, currencies),
        buyer=order.partner_id.id,
        seller=next(iter(shares), None),
        sellers=tuple(shares.items()) if len(shares) > 1 else (),
        salesperson=_get_colleague(order.user_id),
        lines=tuple(
            Line(
                key=f"sale.order.line:{line.id}",
                net=net,
                gross=gross,
                quantity=Fraction(exact(line.product_uom_qty)),
                kind=kinds[line.id],
                product=line.product_id.default_code or None,
                tier=line.product_id.rc_tier_id.code or None,
                category=line.product_id.categ_id.complete_name or None,
                cost=_get_cost(line, order),
            )
            for line, net, gross in zip(lines, nets, totals, strict=True)
        ),
        channel=order.medium_id.name or None,
        campaign=order.campaign_id.name or None,
        regions=_read_regions(order.company_id, order.partner_shipping_id),
        guild=guild,
        guild_leader=leader,
    )


def read_lead_sale(lead, on, currencies):
    """Return the kernel ``Sale`` of an opportunity's expected revenue: a first payment without a
    product, or None without a customer or a revenue."""
    if not lead.partner_id or not lead.expected_revenue or lead.expected_revenue < 0:
        return None
    company = lead.company_id or lead.env.company
    amount = Fraction(exact(lead.expected_revenue))
    sponsor = lead.env["rc.sponsor.edge"]._get_at(lead.partner_id, lead.env.cr.now()).sponsor_id
    winner = lead.rc_typed_code_id.partner_id or lead.rc_partner_id or sponsor
    return Sale(
        key=f"crm.lead:{lead.id}",
        order_key=f"crm.lead:{lead.id}",
        on=on,
        currency=company.currency_id.name,
        exchange=_read_exchange(lead.env, company, company.currency_id, on, currencies),
        buyer=lead.partner_id.id,
        seller=winner.id or None,
        salesperson=_get_colleague(lead.user_id),
        lines=(Line(key=f"crm.lead:{lead.id}", net=amount, gross=amount),),
        channel=lead.medium_id.name or None,
        campaign=lead.campaign_id.name or None,
        regions=_read_regions(company, lead.partner_id),
    )


def _read_exchange(env, company, currency, on, currencies):
    """Return plan currency → units of it per unit of ``currency``; those without a rate are left
    out."""
    rates = read_rates(env, company, {(c.id, on) for c in currency | currencies})
    own = rates.get((currency.id, on))
    exchange = {
        plan_currency.name: rates[plan_currency.id, on] / own
        for plan_currency in currencies
        if own and (plan_currency.id, on) in rates
    }
    return {**exchange, currency.name: Fraction(1)}


def _read_kinds(buyer, lines):
    """Return line id → kind of charge it would be: see ``adapters.sales``."""
    plans = lines.filtered(lambda line: line.product_id.rc_tier_id)
    subscriptions = buyer.rc_subscription_ids
    kinds = {line.id: "package" if line.product_id.rc_package_id else "other" for line in lines}
    for line in plans:
        product = line.product_id
        known = subscriptions.filtered(
            lambda sub, product=product: sub.program_id == product.rc_tier_id.program_id
        )
        running = known.filtered(lambda sub: sub.state in RUNNING).product_id
        if running:
            kinds[line.id] = "renewal" if product in running else "upgrade"
        else:
            kinds[line.id] = "renewal" if known else "first"
    return kinds


def _get_cost(line, order):
    cost = line.product_id.with_company(order.company_id).standard_price
    amount = order.company_id.currency_id._convert(
        cost, order.currency_id, order.company_id, order.date_order, round=False
    )
    return Fraction(exact(amount)) * Fraction(exact(line.product_uom_qty))


def _get_colleague(user):
    return user.partner_id.id if user and user.active and not user.share else None


def _read_regions(company, address):
    found = read_address_regions(address.env, company, set(address.ids))
    return found.get(address.id, {})
