"""READ: invoices, payments, stays and sponsors become the kernel's receipts, set-based."""

from decimal import Decimal

from odoo.tools import SQL

from odoo.addons.rc_commission.adapters.time import company_zone
from odoo.addons.rc_membership.adapters import exact, read_invoice_money
from odoo.addons.rc_membership.kernel.periods import local_date

from .kernel.contribution import Terms
from .kernel.receipts import Invoice, Paid, Receipt, net_receipts
from .kernel.spells import Spell, spell_on


def read_terms(program):
    """Return the contribution terms of a program."""
    return Terms(
        step=exact(program.rc_guild_step_amount),
        guild_points=program.rc_guild_step_points,
        sponsor_points=program.rc_guild_step_sponsor_points,
    )


def read_spells(program, partner_ids):
    """Return partner id → stays in guilds of the program, in one query."""
    zone = company_zone(program.company_id)
    spells = {}
    memberships = program.env["rc.guild.membership"].search_fetch(
        [("program_id", "=", program.id), ("partner_id", "in", list(partner_ids))],
        ["partner_id", "guild_id", "joined_at", "left_at"],
    )
    for stay in memberships:
        left_on = local_date(stay.left_at, zone) if stay.left_at else None
        spells.setdefault(stay.partner_id.id, []).append(
            Spell(stay.id, stay.guild_id.id, local_date(stay.joined_at, zone), left_on)
        )
    return spells


def read_sponsors(program, partner_ids):
    """Return member id → [(sponsor id, from, to)] in days of the company, in one query."""
    zone = company_zone(program.company_id)
    edges = program.env["rc.sponsor.edge"].search_fetch(
        [("member_id", "in", list(partner_ids))],
        ["member_id", "sponsor_id", "bound_at", "ended_at"],
        order="bound_at, id",
    )
    sponsors = {}
    for edge in edges:
        ended_on = local_date(edge.ended_at, zone) if edge.ended_at else None
        sponsors.setdefault(edge.member_id.id, []).append(
            (edge.sponsor_id.id, local_date(edge.bound_at, zone), ended_on)
        )
    return sponsors


def read_receipts(program, partner_ids):
    """Return member id → dated net receipts that count for guilds of the program.

    For the platform's program every sale counts that is not another program's plan; for a
    partner's own program only its plans do. The founding fee is not a contribution: it is paid
    before the guild exists.
    """
    partner_ids = sorted(set(partner_ids))
    if not partner_ids:
        return {}
    env = program.env
    env.flush_all()
    members = _read_invoice_members(program, partner_ids)
    money = read_invoice_money(env["account.move"].browse(members))
    counted, credited = _read_counted(program, list(members))
    paid = _read_paid(env, list(members))
    spells = read_spells(program, partner_ids)
    sponsors = read_sponsors(program, partner_ids)
    receipts = {partner_id: [] for partner_id in partner_ids}
    for move_id, partner_id in members.items():
        if move_id not in counted or move_id not in paid:
            continue
        invoice = Invoice(
            money[move_id], counted[move_id], credited.get(move_id, 0), tuple(paid[move_id])
        )
        for day, sequence, amount in net_receipts(invoice):
            receipts[partner_id].append(
                Receipt(
                    day,
                    sequence,
                    amount,
                    spell_on(spells.get(partner_id, ()), day),
                    _sponsor_on(sponsors.get(partner_id, ()), day),
                )
            )
    return receipts


def _sponsor_on(edges, day):
    """Return the sponsor of the day; before the first binding, the first sponsor.

    A member who paid as a guest and was bound later on was brought by that sponsor all the same.
    """
    holding = [edge for edge in edges if edge[1] <= day and (edge[2] is None or day < edge[2])]
    if holding:
        return holding[-1][0]
    return edges[0][0] if edges and day < edges[0][1] else None


def _read_invoice_members(program, partner_ids):
    """Return invoice id → member, for the posted customer invoices of these members.

    The member is the one ``account.move._rc_get_member`` names: the subscription's, else the
    order's customer, else the invoice's contact.
    """
    return dict(
        program.env.execute_query(
            SQL(
                """
                WITH buyer AS (
                    SELECT line.move_id, MIN(sale.partner_id) AS partner_id
                      FROM sale_order sale
                      JOIN sale_order_line item ON item.order_id = sale.id
                      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = item.id
                      JOIN account_move_line line ON line.id = rel.invoice_line_id
                     WHERE sale.company_id = %(company)s AND sale.partner_id IN %(partners)s
                     GROUP BY line.move_id
                ), candidate AS (
                    SELECT move_id AS id FROM buyer
                    UNION
                    SELECT id FROM account_move WHERE partner_id IN %(partners)s
                    UNION
                    SELECT move.id FROM account_move move
                      JOIN rc_subscription sub ON sub.id = move.rc_subscription_id
                     WHERE sub.partner_id IN %(partners)s
                )
                SELECT * FROM (
                    SELECT move.id, COALESCE(sub.partner_id, buyer.partner_id, (
                               SELECT sale.partner_id
                                 FROM account_move_line line
                                 JOIN sale_order_line_invoice_rel rel
                                   ON rel.invoice_line_id = line.id
                                 JOIN sale_order_line item ON item.id = rel.order_line_id
                                 JOIN sale_order sale ON sale.id = item.order_id
                                WHERE line.move_id = move.id LIMIT 1
                           ), move.partner_id) AS member_id
                      FROM candidate
                      JOIN account_move move ON move.id = candidate.id
                      LEFT JOIN rc_subscription sub ON sub.id = move.rc_subscription_id
                      LEFT JOIN buyer ON buyer.move_id = move.id
                     WHERE move.state = 'posted' AND move.move_type = 'out_invoice'
                       AND move.company_id = %(company)s
                ) found
                 WHERE member_id IN %(partners)s
                """,
                company=program.company_id.id,
                partners=tuple(partner_ids),
            )
        )
    )


def _read_counted(program, move_ids):
    """Return two dicts by invoice id: what counts, and what credit notes took off it.

    Both in the company's currency, without tax, exact.
    """
    if not move_ids:
        return {}, {}
    rows = program.env.execute_query(
        SQL(
            """
            SELECT COALESCE(move.reversed_entry_id, move.id), move.move_type,
                   SUM(-line.balance)::text
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN rc_tier tier ON tier.id = template.rc_tier_id
             WHERE move.state = 'posted' AND line.display_type = 'product'
               AND (move.id IN %(moves)s
                    OR move.reversed_entry_id IN %(moves)s AND move.move_type = 'out_refund')
               AND COALESCE(line.product_id, 0) <> %(fee)s
               AND (tier.program_id = %(program)s OR %(is_platform)s AND tier.id IS NULL)
             GROUP BY COALESCE(move.reversed_entry_id, move.id), move.move_type
            """,
            moves=tuple(move_ids),
            fee=program.rc_guild_founding_product_id.id or 0,
            program=program.id,
            is_platform=not program.owner_id,
        )
    )
    counted = {row[0]: Decimal(row[2]) for row in rows if row[1] == "out_invoice"}
    credited = {row[0]: -Decimal(row[2]) for row in rows if row[1] == "out_refund"}
    return counted, credited


def _read_paid(env, move_ids):
    """Return invoice id → the payments reconciled with it, in one query."""
    paid = {}
    if not move_ids:
        return paid
    for move_id, partial_id, received_on, amount in env.execute_query(
        SQL(
            """
            SELECT line.move_id, part.id, payment.date, part.debit_amount_currency::text
              FROM account_partial_reconcile part
              JOIN account_move_line line ON line.id = part.debit_move_id
              JOIN account_move_line other ON other.id = part.credit_move_id
              JOIN account_move payment ON payment.id = other.move_id
             WHERE line.move_id IN %s AND payment.move_type <> 'out_refund'
            """,
            tuple(move_ids),
        )
    ):
        paid.setdefault(move_id, []).append(Paid(received_on, partial_id, Decimal(amount)))
    return paid
