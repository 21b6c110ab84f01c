"""What members bought with points: claimed once, delivered at once, refunded by a manager."""

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..adapters import exact, local_day
from ..exceptions import Refusal
from .rc_mall_item import STOCKS


class RcMallOrder(models.Model):
    _name = "rc.mall.order"
    _description = "Mall Order"
    _order = "at desc, id desc"
    _allow_sudo_commands = False

    name = fields.Char(compute="_compute_name")
    key = fields.Char(required=True, readonly=True)
    item_id = fields.Many2one(
        "rc.mall.item", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(related="item_id.kind", store=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    points = fields.Integer(required=True, readonly=True)
    at = fields.Datetime("Bought at", required=True, readonly=True)
    is_gift = fields.Boolean("Prize", readonly=True)
    state = fields.Selection(
        [("done", "Delivered"), ("refunded", "Refunded")],
        required=True,
        readonly=True,
        default="done",
    )
    place = fields.Integer(
        readonly=True, help="Which of the member's own this is, where each may have only so many."
    )
    sale_order_id = fields.Many2one(
        "sale.order", "Delivery Order", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    card_id = fields.Many2one("loyalty.card", "Coupon", readonly=True, ondelete="restrict")
    ticket_id = fields.Many2one("rc.draw.ticket", "Draw Ticket", readonly=True, ondelete="restrict")
    refund_reason = fields.Char(readonly=True)
    refunded_at = fields.Datetime(readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This order was placed before.")
    # a member's places are taken one by one, also when two buy at once
    _place_uniq = models.UniqueIndex(
        "(item_id, partner_id, place) WHERE place IS NOT NULL", "This member has it already."
    )
    _points_positive = models.Constraint("CHECK (points >= 0)", "An order never costs less than 0.")

    @api.depends("item_id.name")
    def _compute_name(self):
        for order in self:
            order.name = f"{order.item_id.name} #{order.id}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A mall order is kept. Refund it instead."))

    def _check_same(self, item, partner):
        """Return the order of a key that was used before; for something else it is refused."""
        self.ensure_one()
        if (self.item_id, self.partner_id) != (item, partner):
            raise Refusal(
                self.env._("This request was sent before with other content. Start it again."),
                "key_conflict",
            )
        return self

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _claim(self, item, partner, key, at, points, is_gift=False):
        """Take stock and the member's place, and write the order's row; return it."""
        if not is_gift:
            item._take_stock(1)
        self.env.flush_all()
        place = None if is_gift else self._next_place(item, partner)
        new = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_mall_order (key, item_id, kind, partner_id, program_id, company_id,
                       points, at, is_gift, state, place, create_uid, create_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'done', %s, %s, %s)
                ON CONFLICT DO NOTHING RETURNING id
                """,
                key,
                item.id,
                item.kind,
                partner.id,
                item.program_id.id,
                item.company_id.id,
                points,
                at,
                is_gift,
                place,
                self.env.uid,
                self.env.cr.now(),
            )
        )
        if not new:
            raise Refusal(self.env._("This order was placed before."), "limit_reached")
        return self.browse(new[0])

    def _next_place(self, item, partner):
        """Return the lowest free place of a member, None where there is no limit."""
        if not item.member_max:
            return None
        taken = self.search([("item_id", "=", item.id), ("partner_id", "=", partner.id)])
        free = set(range(1, item.member_max + 1)) - set(taken.mapped("place"))
        return min(free, default=item.member_max)

    def _get_key(self):
        return f"rc.mall.order:{self.id}"

    def _get_account(self):
        return self.env["rc.point.account"]._get_or_create(self.partner_id, self.program_id)

    def _pay(self, confirmed):
        self._get_account()._spend(
            self.points,
            self._get_key(),
            self.item_id.name,
            origin=self,
            occurred_at=self.at,
            confirmed=confirmed,
        )

    def _deliver(self):
        """Give what was bought, by its kind."""
        self.ensure_one()
        kind = "stock" if self.kind in STOCKS else self.kind
        getattr(self, f"_deliver_{kind}")()

    def _deliver_days(self):
        self.env["rc.subscription"]._give_days(
            self.partner_id,
            self.item_id.tier_id,
            self.item_id.days,
            self._get_key(),
            self.item_id.name,
            origin=self,
            on=local_day(self.at, self.company_id),
        )

    def _deliver_stock(self):
        item, today = self.item_id, local_day(self.at, self.company_id)
        self.env["rc.entitlement.grant"]._give(
            self.partner_id,
            item.entitlement_id,
            self._get_key(),
            amount=exact(item.amount),
            starts_on=today,
            expires_on=today + timedelta(days=item.valid_days) if item.valid_days else None,
            origin=self,
            reason=item.name,
            program=self.program_id,
        )

    def _deliver_coupon(self):
        self.card_id = self.env["loyalty.card"].create(
            {
                "program_id": self.item_id.coupon_program_id.id,
                "partner_id": self.partner_id.id,
                "points": 1,
            }
        )

    def _deliver_goods(self):
        """An order of Odoo over nothing: stock and delivery are Odoo's as for any other."""
        order = (
            self.env["sale.order"]
            .with_company(self.company_id)
            .create(
                {
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "origin": self.name,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.item_id.product_id.id,
                                "product_uom_qty": 1,
                                "price_unit": 0,
                            }
                        )
                    ],
                }
            )
        )
        order.order_line.price_unit = 0  # whatever a pricelist says: it is paid with points
        order.action_confirm()
        self.sale_order_id = order

    def _deliver_virtual(self):
        """The order itself is the title, frame or badge."""

    def _deliver_card(self):
        self.env["rc.card"]._make(
            self.item_id.card_type_id, self.partner_id, self._get_key(), self.at
        )

    def _return_card(self, today):
        self.env["rc.card"].search([("key", "=", self._get_key())])._void()

    def _deliver_draw(self):
        self.ticket_id = self.item_id.draw_id._issue(self.partner_id, self._get_key(), self.at)

    # ------------------------------------------------------------------
    # Refund
    # ------------------------------------------------------------------

    def action_refund(self, reason=None):
        """Program manager: take back what was delivered, and give the points back."""
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager refunds mall orders."))
        self.check_access("read")
        at = fields.Datetime.now()
        for order in self.sudo():  # orders have no write access for anybody
            order._refund(at, reason or self.env._("Refunded by %s", self.env.user.name))

    def _refund(self, at, reason):
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("%s was refunded already.", self.name))
        if self.is_gift:
            raise UserError(self.env._("%s is a prize; no points were paid for it.", self.name))
        kind = "stock" if self.kind in STOCKS else self.kind
        getattr(self, f"_return_{kind}")(local_day(at, self.company_id))
        self._get_account()._give_back(
            self._get_key(),
            self.points,
            f"{self._get_key()}|refund",
            self.env._("Refund of %s", self.item_id.name),
            origin=self,
            occurred_at=at,
        )
        self.item_id._take_stock(-1)
        self.write(
            {"state": "refunded", "place": False, "refund_reason": reason, "refunded_at": at}
        )
        # no place at all, not the zeroth
        self.flush_recordset()
        self.env.cr.execute(SQL("UPDATE rc_mall_order SET place = NULL WHERE id = %s", self.id))
        self.invalidate_recordset(["place"], flush=False)

    def _return_days(self, today):
        cover = self.env["rc.tier.cover"].search([("key", "=", self._get_key())])
        if cover.subscription_id:
            raise UserError(
                self.env._("These days prolonged a paid plan. Settle that with the plan itself.")
            )
        cover._end(today)

    def _return_stock(self, today):
        grant = self.env["rc.entitlement.grant"].search([("key", "=", self._get_key())])
        if grant.used:
            raise UserError(self.env._("%s was used already.", self.item_id.name))
        self.env["rc.entitlement.grant"]._take_back(self._get_key(), on=today)

    def _return_coupon(self, today):
        if self.card_id.points < 1:
            raise UserError(self.env._("The coupon %s was used already.", self.card_id.code))
        self.card_id.points = 0

    def _return_goods(self, today):
        if self.sale_order_id.state == "sale":
            self.sale_order_id._action_cancel()

    def _return_virtual(self, today):
        """The title, frame or badge goes with the order's state."""

    def _return_draw(self, today):
        self.ticket_id._void()

    @api.model
    @api.private
    def _merge(self, sources, target):
        """Two contacts are one: places that both hold are free of their number."""
        for order in self.search([("partner_id", "in", sources.ids)]):
            twin = self.search_count(
                [
                    ("item_id", "=", order.item_id.id),
                    ("partner_id", "=", target.id),
                    ("place", "=", order.place),
                ],
                limit=1,
            )
            self.env.cr.execute(
                SQL(
                    "UPDATE rc_mall_order SET partner_id = %s, place = %s WHERE id = %s",
                    target.id,
                    None if twin or not order.place else order.place,
                    order.id,
                )
            )
            order.invalidate_recordset(["partner_id", "place"], flush=False)
