from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import exact, read_invoice_money, read_paid_on
from ..kernel.money import round_half_up


class RcMemberPurchase(models.Model):
    """What a member paid, one row for each change of an invoice's net money; rows only grow.

    ``order_count`` is 1 when an invoice got its first money and -1 when nothing of it is left, so
    that sums over a period never change later.
    """

    _name = "rc.member.purchase"
    _description = "Purchase of a Member"
    _inherit = ["rc.history.mixin"]
    _order = "date desc, id desc"
    _rec_name = "key"

    _history_mutable = ("partner_id",)

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict"
    )
    move_id = fields.Many2oneReference("Invoice", model_field="move_model", readonly=True)
    move_model = fields.Char("Source Model", readonly=True)
    date = fields.Date(required=True, readonly=True)
    net = fields.Monetary(required=True, readonly=True, help="Without tax, in the company's money.")
    order_count = fields.Integer("Orders", required=True, readonly=True, aggregator="sum")

    _key_uniq = models.Constraint("UNIQUE (key)", "This change was noted before.")
    _member_idx = models.Index("(company_id, partner_id, date)")
    _move_idx = models.Index("(move_id)")

    # ------------------------------------------------------------------
    # The door
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _note(self, moves, today):
        """READ net money received of invoices → DECIDE what changed → WRITE the differences.

        :param today: the day for changes that have no payment and no credit note
        :return: invoice id → (net of it by now: Decimal in the company's currency, day of that)
        """
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        money = read_invoice_money(invoices)
        noted = self._read_noted(invoices.ids)
        paid_on, credited_on = read_paid_on(invoices), self._read_credited_on(invoices.ids)
        found_nets, rows = {}, []
        for move in invoices:
            found = money.get(move.id)
            net = self._get_net(move, found.net_received if found else Fraction(0))
            before, opened, number = noted.get(move.id, (Decimal(0), 0, 0))
            change = net - before
            days = paid_on if change > 0 else credited_on
            on = days.get(move.id) or today
            found_nets[move.id] = (net, on)
            if not change:
                continue
            rows.append(
                {
                    "key": f"account.move:{move.id}|{number}",
                    "company_id": move.company_id.id,
                    "partner_id": move._rc_get_member().id,
                    "move_id": move.id,
                    "move_model": "account.move",
                    "date": on,
                    "net": change,
                    "order_count": int(net > 0) - opened,
                }
            )
        self._insert(rows)
        return found_nets

    def _read_credited_on(self, move_ids):
        """Return invoice id → day of its latest posted credit note, in one query."""
        if not move_ids:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT reversed_entry_id, MAX(date) FROM account_move
                     WHERE reversed_entry_id = ANY(%s) AND move_type = 'out_refund'
                       AND state = 'posted' GROUP BY reversed_entry_id
                    """,
                    list(move_ids),
                )
            )
        )

    def _get_net(self, move, net):
        """Return net money of an invoice in the company's currency."""
        rate = Fraction(exact(move.invoice_currency_rate or 1))
        return round_half_up(Fraction(net) / rate, move.company_id.currency_id.decimal_places)

    def _read_noted(self, move_ids):
        """Return invoice id → (net, orders, rows) noted so far, in one query."""
        if not move_ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move_id, SUM(net)::text, SUM(order_count), COUNT(*)
                  FROM rc_member_purchase WHERE move_id = ANY(%s) GROUP BY move_id
                """,
                list(move_ids),
            )
        )
        return {row[0]: (Decimal(row[1]), row[2], row[3]) for row in rows}

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _read_sums(self, company, partner_ids=None, since=None, until=None):
        """Return partner id → (net as Fraction, orders) within ``[since, until)``, in one query."""
        conditions = [SQL("company_id = %s", company.id)]
        if partner_ids is not None:
            conditions.append(SQL("partner_id = ANY(%s)", list(partner_ids)))
        if since:
            conditions.append(SQL("date >= %s", since))
        if until:
            conditions.append(SQL("date < %s", until))
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, SUM(net)::text, SUM(order_count) FROM rc_member_purchase"
                " WHERE %s GROUP BY partner_id",
                SQL(" AND ").join(conditions),
            )
        )
        return {row[0]: (Fraction(row[1]), row[2]) for row in rows}

    @api.model
    @api.private
    def _read_last_days(self, company, until):
        """Return partner id → day of the last order before ``until``, of whoever ever bought."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, MAX(date) FROM rc_member_purchase
                 WHERE company_id = %s AND date < %s AND order_count > 0 GROUP BY partner_id
                """,
                company.id,
                until,
            )
        )
        return dict(rows)
