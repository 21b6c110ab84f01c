"""Builders: a counter with a cashier, and orders as its screen sends them."""

from uuid import uuid4

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.rc_membership.tests.common import MembershipCase


class CounterCase(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        methods = cls.env["pos.payment.method"]
        journals = cls.env["account.journal"].search([("company_id", "=", cls.company.id)])
        cls.cash = methods.create(
            {
                "name": "Cash",
                "journal_id": journals.create(
                    {"name": "Counter", "type": "cash", "code": "CNTR"}
                ).id,
            }
        )
        cls.later = methods.create({"name": "Later", "split_transactions": True})
        cls.config = cls.env["pos.config"].create(
            {
                "name": "Counter",
                "journal_id": journals.filtered(lambda j: j.type == "sale")[:1].id,
                "payment_method_ids": [Command.set((cls.cash | cls.later).ids)],
            }
        )
        cls.goods = cls.env["product.product"].create(
            {
                "name": "Tea",
                "list_price": 40,
                "type": "consu",
                "available_in_pos": True,
                "taxes_id": False,
            }
        )
        cls.cashier = new_test_user(
            cls.env, "cashier", groups="base.group_user,point_of_sale.group_pos_user"
        )
        cls.config.open_ui()
        cls.pos_session = cls.config.current_session_id
        cls.mia = cls.a_member("Mia")

    def a_line(self, product, quantity=1, price=None, **values):
        price = product.list_price if price is None else price
        return {
            "uuid": str(uuid4()),
            "product_id": product.id,
            "qty": quantity,
            "price_unit": price,
            "price_subtotal": price * quantity,
            "price_subtotal_incl": price * quantity,
            "tax_ids": [],
            "discount": 0,
            **values,
        }

    def a_reward(self, account, points):
        """Return the line by which points of a card pay a part of the order."""
        reward = account.card_id.program_id.reward_ids[:1]
        return self.a_line(
            reward.discount_line_product_id,
            price=-points * reward.discount,
            is_reward_line=True,
            reward_id=reward.id,
            coupon_id=account.card_id.id,
            reward_identifier_code="ABC",
            points_cost=points,
        )

    def a_ticket(self, partner, *lines, method=None, **values):
        """Return a paid order as the screen of the counter sends it."""
        total = sum(line["price_subtotal_incl"] for line in lines)
        return {
            "uuid": str(uuid4()),
            "access_token": str(uuid4()),
            "session_id": self.pos_session.id,
            "user_id": self.cashier.id,
            "partner_id": partner.id if partner else False,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "state": "paid",
            "amount_total": total,
            "amount_paid": total,
            "amount_tax": 0,
            "amount_return": 0,
            "to_invoice": False,
            "lines": [Command.create(line) for line in lines],
            "payment_ids": [
                Command.create(
                    {
                        "amount": total,
                        "name": fields.Datetime.to_string(fields.Datetime.now()),
                        "payment_method_id": (method or self.cash).id,
                    }
                )
            ]
            if total
            else [],
            **values,
        }

    def send(self, ticket):
        """Send an order as the cashier does; the inbox is worked off. Returns the order."""
        orders = self.env["pos.order"].with_user(self.cashier)
        orders.sync_from_ui([self.copy_of(ticket)])
        self.env["rc.event"]._drain()
        return self.env["pos.order"].search([("uuid", "=", ticket["uuid"])])

    def copy_of(self, ticket):
        """Odoo empties what it is given."""
        return {k: list(v) if isinstance(v, list) else v for k, v in ticket.items()}

    def take_back(self, order, products=None, **values):
        """Refund lines of an order at the counter; all of it, or those of ``products``."""
        lines = order.lines.filtered(lambda x: not products or x.product_id in products)
        return self.send(
            self.a_ticket(
                order.partner_id,
                *(
                    self.a_line(
                        line.product_id,
                        -line.qty,
                        line.price_unit,
                        refunded_orderline_id=line.id,
                    )
                    for line in lines
                ),
                is_refund=True,
                **values,
            )
        )

    def running(self, partner):
        return self.env["rc.subscription"]._get_running(partner, self.program)

    def available(self, account):
        return int(account._get_balances()[account.id]["available"])
