"""A sign-up and the new member's first order are one use of a code: of one order, not of two."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .sale_order_code import HELD_HOURS

_TABLE = "rc_code_use_covered_order_rel"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    _rc_facts = ("rc_covered_use_ids",)

    rc_covered_use_ids = fields.Many2many(
        "rc.code.use",
        _TABLE,
        "order_id",
        "use_id",
        string="Covered by Sign-up",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,  # kept for the database's refusal; nobody reads it
        help="Uses of codes by which the buyer signed up, and which this order needs no second of.",
    )

    def init(self):
        super().init()
        self.env.cr.execute(
            SQL(
                "CREATE UNIQUE INDEX IF NOT EXISTS %s ON %s (use_id)",
                SQL.identifier(f"{_TABLE}_use_uniq"),
                SQL.identifier(_TABLE),
            )
        )

    def _rc_claim_cover(self, code, at):
        """Take the one order that a sign-up by a code covers; True if it is this one.

        Of two carts that go to pay, the later waits until the first was given up: cancelled, or
        left for a day without a payment under way. Two at once: the database refuses the later.
        """
        self.ensure_one()
        use = code._get_sign_up_use(self.partner_id)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM %(table)s held USING sale_order other
                 WHERE held.use_id = %(use)s AND held.order_id <> %(order)s
                   AND other.id = held.order_id
                   AND (other.state = 'cancel' OR (
                        other.state IN ('draft', 'sent') AND other.write_date < %(before)s
                        AND NOT EXISTS (
                            SELECT 1 FROM sale_order_transaction_rel link
                              JOIN payment_transaction tx ON tx.id = link.transaction_id
                             WHERE link.sale_order_id = other.id
                               AND tx.state IN ('pending', 'authorized', 'done'))))
                """,
                table=SQL.identifier(_TABLE),
                use=use.id,
                order=self.id,
                before=at - timedelta(hours=HELD_HOURS),
            )
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (order_id, use_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                SQL.identifier(_TABLE),
                self.id,
                use.id,
            )
        )
        self.invalidate_model(["rc_covered_use_ids"])
        return use in self.rc_covered_use_ids
