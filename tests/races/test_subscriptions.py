"""One period, one invoice, one charge of the card, whoever bills."""

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


def stored_card(partner_id, subscription_id):
    """Store a card of the demo provider for a subscription; count what it is charged."""
    with world.env() as env:
        provider = env["payment.provider"].search([("code", "=", "demo")], limit=1)
        if provider.state != "test":
            provider.state = "test"
        token = env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": env["payment.method"].search([], limit=1).id,
                "payment_details": "4242",
                "partner_id": partner_id,
                "provider_ref": "demo",
                "demo_simulated_state": "done",
            }
        )
        env["rc.subscription"].browse(subscription_id).token_id = token


def test_processes_renewing_one_subscription_at_once_charge_the_card_once(pool, rounds):
    for partner in world.members(len(rounds)):
        running = subscription(partner)
        stored_card(partner, running)
        answers = pool.race([("collect", running, TODAY)] * 4)
        assert [word for word, _value in answers] == ["done"] * 4, answers
        assert sum(value for _word, value in answers) == 1, answers
        charges = world.ask(
            """
            SELECT payment.state, attempt.state, payment.amount::text
              FROM rc_subscription_attempt attempt
              JOIN payment_transaction payment ON payment.id = attempt.transaction_id
             WHERE attempt.subscription_id = %s
            """,
            running,
        )
        assert [row[:2] for row in charges] == [("done", "done")], charges
        invoices = world.ask(
            "SELECT payment_state FROM account_move WHERE rc_subscription_id = %s", running
        )
        assert invoices == [("paid",)] or invoices == [("in_payment",)], invoices
