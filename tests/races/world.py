"""Committed records for the races: fresh ones for each round, made with the doors of the product."""

import contextlib
import datetime
from decimal import Decimal

from odoo import SUPERUSER_ID, Command, api

from odoo.addons.rc_membership.kernel.ledger import Posting, Slot

from . import pool

PAID_ON = datetime.date.today()


@contextlib.contextmanager
def env():
    """An environment on a cursor of its own, committed at the end."""
    with pool.load().cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})


def ask(sql, *args):
    """Return the rows of a query on a connection of its own; numbers come as text."""
    with pool.load().cursor() as cr:
        cr.execute(sql, args)
        return cr.fetchall()


def members(count, name="Racer"):
    """Return ids of new contacts."""
    with env() as e:
        return e["res.partner"].create([{"name": f"{name} {n}"} for n in range(count)]).ids


def program_id():
    with env() as e:
        return e["rc.program"]._get_platform().id


def point_account(partner_id, points):
    """Return the id of the member's account, holding so many points."""
    with env() as e:
        account = e["rc.point.account"]._get_or_create(
            e["res.partner"].browse(partner_id), e["rc.program"]._get_platform()
        )
        if points:
            account._grant(points, f"race:{account.id}:opening", "opening")
        return account.id


def points_of(account_id):
    """Return (available, sum of entries, what the card shows) of an account, as texts."""
    return ask(
        """
        SELECT trim_scale(account.available)::text, trim_scale(COALESCE((
                   SELECT SUM(CASE WHEN credit_account_id = account.id THEN amount ELSE -amount END)
                     FROM rc_point_entry
                    WHERE credit_account_id = account.id AND credit_bucket = 'available'
                       OR debit_account_id = account.id AND debit_bucket = 'available'), 0))::text,
               trim_scale(card.points::numeric)::text
          FROM rc_point_account account JOIN loyalty_card card ON card.id = account.card_id
         WHERE account.id = %s
        """,
        account_id,
    )[0]


def paid_invoice(e, partner_id, item="premium-month", user="rc_membership.user_sara"):
    """Invoice and payment of a plan; the inbox is left as it is."""
    product = e["product.product"].search([("default_code", "=", item)], limit=1)
    line = {"product_id": product.id, "quantity": 1, "price_unit": 100, "tax_ids": False}
    invoice = e["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner_id,
            "invoice_date": PAID_ON,
            "invoice_user_id": user and e.ref(user).id,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    invoice.action_post()
    e["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    ).create({"payment_date": PAID_ON})._create_payments()
    return invoice


def commission_account():
    """Return the id of a new payee's account."""
    [partner] = members(1, "Payee")
    with env() as e:
        accounts = e["rc.commission.account"]
        key = (partner, e.company.id, e.company.currency_id.id)
        return accounts._get_or_create_many([key])[key]


def fill_commission(account_ids, bucket, amount, key):
    """Put an amount into a bucket of each account, as an accrual that is payable."""
    postings = [
        Posting(
            key=f"{key}:{account_id}",
            kind="accrual",
            debit=Slot("expense"),
            credit=Slot(bucket, account_id),
            amount=Decimal(amount),
            occurred_at=datetime.datetime(2026, 1, 1),
            extra={"payable_on": PAID_ON},
        )
        for account_id in account_ids
    ]
    with env() as e:
        e["rc.commission.entry"]._post(postings)


def imbalances():
    """Return what the nightly proof of every ledger finds."""
    with env() as e:
        mixin = e.registry["rc.ledger.entry.mixin"]
        ledgers = [
            name
            for name, model in e.registry.items()
            if issubclass(model, mixin) and not model._abstract
        ]
        found = {name: e[name]._get_imbalances() for name in ledgers}
        return {name: rows for name, rows in found.items() if rows}


LADDER_PLAN = """
plan: race_ladder
name: Race
currency: {currency}
ladders:
  race:
    - rank: low
    - {{rank: high, all: [{{metric: team_paid, at_least: 2}}]}}
rules:
  - {{id: direct, on: payment, pay: {{to: sponsor, level: 1}}, rate: {{by: rank, ladder: race, table: {{low: 1%, high: 2%}}}}}}
  - {{id: month, on: close, period: month, pay: {{to: each}}, when: [{{metric: direct_paid, at_least: 1}}], rate: 1.00}}
"""


def ladder_plan():
    """Put a plan in force that promotes by two buyers and pays at the month's end."""
    with env() as e:
        plans = e["rc.commission.plan"]
        company = e.company
        if not plans.search([("code", "=", "race_ladder"), ("company_id", "=", company.id)]):
            text = LADDER_PLAN.format(currency=company.currency_id.name)
            plan = plans._import_text(text, company)
            plan.version_ids._publish(PAID_ON)


def team_with_paid_buyers(count):
    """Return (top, those below, ids of the paid invoices of a buyer below each of them).

    No two of the sales pay the same payee: only the figures of the top meet.
    """
    top, *people = members(2 * count + 1, "Raced")
    middle, buyers = people[:count], people[count:]
    with env() as e:
        partners = e["res.partner"]
        at = datetime.datetime(2026, 1, 1)
        for below, above in [*((m, top) for m in middle), *zip(buyers, middle, strict=True)]:
            e["rc.sponsor.edge"]._bind(partners.browse(below), partners.browse(above), at)
        return top, middle, [paid_invoice(e, buyer, user=False).id for buyer in buyers]


def give_stock(partner_id, code, amount):
    """Give a stock that never expires."""
    with env() as e:
        right = e["rc.entitlement"]._get_by_code(code)
        e["rc.entitlement.grant"]._give(
            e["res.partner"].browse(partner_id),
            right,
            f"race:{partner_id}:{code}",
            amount,
            starts_on=datetime.date(2026, 1, 1),
        )


def _prepare_plan(e, item, on):
    product = e["product.product"].search([("default_code", "=", item)], limit=1)
    return {
        "product_id": product.id,
        "tier_id": product.rc_tier_id.id,
        "anchor_on": on,
        "period_start": on,
        "period_end": on + datetime.timedelta(days=31),
    }


def subscribe(partner_id, item, on):
    """Let a plan run from a day, as a payment would."""
    with env() as e:
        values = _prepare_plan(e, item, on)
        tier = e["rc.tier"].browse(values["tier_id"])
        e["rc.subscription"].create(
            {
                **values,
                "partner_id": partner_id,
                "program_id": tier.program_id.id,
                "company_id": tier.company_id.id,
                "started_on": on,
            }
        )


def change_plan(partner_id, item, on):
    """Upgrade the running plan on a day, as a payment would."""
    with env() as e:
        subscription = e["rc.subscription"].search([("partner_id", "=", partner_id)])
        subscription.write(_prepare_plan(e, item, on))


def usage_imbalances():
    """Return counters and stocks that are not the sum of their uses."""
    with env() as e:
        return e["rc.entitlement.counter"]._get_imbalances()


def sold_code(buyer_id, key):
    """Return (batch id, code id, text) of an activation code that somebody bought."""
    at = datetime.datetime(2026, 3, 1, 12)
    with env() as e:
        product = e["product.product"].search([("default_code", "=", "pro-month")], limit=1)
        batch = e["rc.activation.batch"]._make(
            e["res.partner"].browse(buyer_id),
            product.product_tmpl_id,
            "activation",
            1,
            key,
            at,
            datetime.date(2026, 12, 31),
        )
        [(code, text)] = batch.code_ids._reveal(batch.partner_id, at).items()
        return batch.id, code, text
