"""Opening balances of many members at once: the same door, its steps set-based."""

from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..kernel.points import split_grant


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    @api.model
    @api.private
    def _get_or_create_many(self, partners, program):
        """Return partner id → live account in a program, made with their cards where needed."""
        self.env.flush_all()
        now, uid = self.env.cr.now(), self.env.uid
        if partners:
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO rc_point_account (partner_id, program_id, company_id, active,
                           available, pending, locked, held, debt, create_uid, create_date)
                    SELECT id, %s, %s, TRUE, 0, 0, 0, 0, 0, %s, %s
                      FROM unnest(%s) AS id ORDER BY id
                    ON CONFLICT (partner_id, program_id) WHERE active DO NOTHING RETURNING id
                    """,
                    program.id,
                    program.company_id.id,
                    uid,
                    now,
                    partners.ids,
                )
            )
        accounts = self.search(
            [("partner_id", "in", partners.ids), ("program_id", "=", program.id)]
        )
        accounts.filtered(lambda account: not account.card_id)._create_cards(program)
        return {account.partner_id.id: account for account in accounts}

    def _create_cards(self, program):
        """Make the faces in the shop; a card that Odoo made before is taken."""
        cards = self.env["loyalty.card"]
        have = cards.search(
            [
                ("program_id", "=", program.loyalty_program_id.id),
                ("partner_id", "in", self.partner_id.ids),
            ]
        ).partner_id
        for account in self.filtered(lambda x: x.partner_id in have):
            account._create_card()
        cards.create(
            [
                {
                    "program_id": program.loyalty_program_id.id,
                    "partner_id": account.partner_id.id,
                    "points": 0,
                }
                for account in self
                if account.partner_id not in have
            ]
        )

    @api.model
    @api.private
    def _open_balances(self, gifts, origin, at):
        """Grant opening points once per key, with one post for all accounts without a debt.

        :param gifts: (account, amount, key, nature, first day they cannot be spent or None)
        """
        accounts = self.browse({account.id for account, *_rest in gifts})
        balances = accounts._get_balances()
        postings = []
        for account, amount, key, nature, expires_on in gifts:
            if balances[account.id]["debt"]:
                # a debt takes its part of one grant after the other
                account._grant(
                    amount,
                    key,
                    "",
                    origin=origin,
                    occurred_at=at,
                    kind="opening",
                    nature=nature,
                    expires_on=expires_on or False,
                )
                continue
            postings += account._prepare_gift(
                key,
                split_grant(account._whole(amount), Decimal(0)),
                {"nature": nature, "expires_on": expires_on, "paid_amount": None},
                {"kind": "opening", "at": at, "reason": "", "origin": origin},
            )
        self.env["rc.point.entry"]._post(postings)
