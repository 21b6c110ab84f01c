"""One period, one invoice, whoever bills."""

from . import world

TODAY = "2026-03-01"


def subscription(partner_id):
    with world.env() as env:
        product = env["product.product"].search([("default_code", "=", "premium-month")], limit=1)
        return (
            env["rc.subscription"]
            .create(
                {
                    "partner_id": partner_id,
                    "product_id": product.id,
                    "tier_id": product.rc_tier_id.id,
                    "program_id": product.rc_tier_id.program_id.id,
                    "company_id": env.company.id,
                    "started_on": "2026-01-31",
                    "anchor_on": "2026-01-31",
                    "period_start": "2026-01-31",
                    "period_end": "2026-02-28",
                }
            )
            .id
        )


def test_processes_billing_one_period_at_once_make_one_invoice(pool, rounds):
    for partner in world.members(len(rounds)):
        running = subscription(partner)
        answers = pool.race([("bill", running, TODAY)] * 4)
        assert [word for word, _value in answers] == ["done"] * 4, answers
        invoices = world.ask(
            "SELECT id, state FROM account_move WHERE rc_subscription_id = %s", running
        )
        assert [state for _id, state in invoices] == ["posted"]
        assert [value for _word, value in answers if value] == [[invoices[0][0]]]
