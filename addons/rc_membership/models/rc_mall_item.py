"""What points buy: membership days, quotas, coupons, goods, virtual goods, tickets."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..adapters import local_day
from ..exceptions import Refusal
from ..kernel.mall import Buyer, Offer, find_obstacle

KINDS = [
    ("days", "Membership Days"),
    ("quota", "Quota Pack"),
    ("coupon", "Coupon"),
    ("goods", "Goods"),
    ("virtual", "Virtual Goods"),
    ("draw", "Draw Ticket"),
    ("event", "Event Ticket"),
    ("promotion", "Promotion Slot"),
    ("card", "Card to Hand On"),
]
STOCKS = ("quota", "event", "promotion")  # delivered as a count that is used up


class RcMallItem(models.Model):
    _name = "rc.mall.item"
    _description = "Mall Item"
    _inherit = ["rc.fact.mixin", "image.mixin"]
    _order = "sequence, id"
    _check_company_auto = True
    _rc_facts = ("sold",)

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short name used in files and by the API.")
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, default="quota")
    icon = fields.Char(default="fa-gift", help="Font Awesome icon, shown without a picture.")
    price = fields.Integer("Points", required=True, default=100)

    # what is delivered
    tier_id = fields.Many2one(
        "rc.tier", "Days of", ondelete="restrict", domain="[('program_id', '=', program_id)]"
    )
    days = fields.Integer(default=30)
    entitlement_id = fields.Many2one("rc.entitlement", "Gives", ondelete="restrict")
    amount = fields.Float("How Many", digits=(16, 2), default=1)
    valid_days = fields.Integer(help="Days after which what is left expires. Zero: never.")
    coupon_program_id = fields.Many2one(
        "loyalty.program",
        "Coupon",
        ondelete="restrict",
        domain="[('program_type', '=', 'coupons')]",
        help="The member gets a code of this program, used in the shop like any other.",
    )
    product_id = fields.Many2one("product.product", ondelete="restrict")
    virtual_kind = fields.Selection(
        [("title", "Title"), ("frame", "Avatar Frame"), ("badge", "Badge")], "Virtual Good"
    )
    shown_as = fields.Char(
        translate=True, help="The words of a title or badge beside the member's name."
    )
    frame_style = fields.Selection(
        [("aurora", "Aurora"), ("gold", "Gold"), ("ocean", "Ocean")],
        "Frame",
        default="aurora",
        help="How an avatar frame looks.",
    )
    draw_id = fields.Many2one("rc.draw", ondelete="restrict")
    card_type_id = fields.Many2one(
        "rc.card.type", "Card", ondelete="restrict", domain="[('program_id', '=', program_id)]"
    )

    # who, when, how many
    minimum_tier_id = fields.Many2one(
        "rc.tier",
        "Tier at Least",
        ondelete="restrict",
        domain="[('program_id', '=', program_id)]",
        help="Members of this tier or a higher one may buy it. Empty: everybody.",
    )
    date_from = fields.Date("On Sale from")
    date_to = fields.Date("Until", help="The first day without it.")
    is_limited = fields.Boolean("Limited Stock")
    stock = fields.Integer(help="How many there are in all.")
    sold = fields.Integer(readonly=True, copy=False)
    left = fields.Integer(compute="_compute_left")
    member_max = fields.Integer("Most per Member", help="Zero: no limit.")
    order_count = fields.Integer(compute="_compute_order_count")

    _code_uniq = models.UniqueIndex("(program_id, code)", "This item code is in use.")
    _price_positive = models.Constraint("CHECK (price > 0)", "An item costs points.")
    _stock_holds = models.Constraint(
        "CHECK (is_limited IS NOT TRUE OR COALESCE(sold, 0) <= COALESCE(stock, 0))",
        "There cannot be fewer than were sold already.",
    )
    _not_negative = models.Constraint(
        "CHECK (stock >= 0 AND sold >= 0 AND member_max >= 0 AND valid_days >= 0)",
        "Limits of an item cannot be negative.",
    )
    _is_complete = models.Constraint(
        "CHECK (CASE kind WHEN 'days' THEN tier_id IS NOT NULL AND days > 0"
        " WHEN 'coupon' THEN coupon_program_id IS NOT NULL"
        " WHEN 'goods' THEN product_id IS NOT NULL"
        " WHEN 'virtual' THEN virtual_kind IS NOT NULL"
        " WHEN 'draw' THEN draw_id IS NOT NULL"
        " WHEN 'card' THEN card_type_id IS NOT NULL"
        " ELSE entitlement_id IS NOT NULL AND amount > 0 END)",
        "Say what the member gets for the points.",
    )

    @api.depends("is_limited", "stock", "sold")
    def _compute_left(self):
        for item in self:
            item.left = max(item.stock - item.sold, 0) if item.is_limited else 0

    def _compute_order_count(self):
        counts = dict(
            self.env["rc.mall.order"]._read_group(
                [("item_id", "in", self.ids)], ["item_id"], ["__count"]
            )
        )
        for item in self:
            item.order_count = counts.get(item, 0)

    @api.constrains("tier_id", "minimum_tier_id", "draw_id", "program_id", "entitlement_id")
    def _check_program(self):
        for item in self:
            programs = (item.tier_id | item.minimum_tier_id).program_id | item.draw_id.program_id
            if programs - item.program_id:
                raise ValidationError(
                    self.env._("The tiers and the draw of an item are those of its program.")
                )

    def action_view_orders(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_membership.rc_mall_order_action")
        return {**action, "domain": [("item_id", "in", self.ids)]}

    @api.model
    @api.private
    def _get_by_code(self, code, program):
        """Return the item on the shelf with this code.

        :raise Refusal: ``unknown_code``
        """
        item = self.search([("code", "=", code), ("program_id", "=", program.id)])
        if not item:
            raise Refusal(self.env._("There is no “%s” in the mall.", code), "unknown_code")
        return item

    # ------------------------------------------------------------------
    # READ → DECIDE
    # ------------------------------------------------------------------

    @api.private
    def _get_obstacles(self, partner, at):
        """Return item → None, or (code of refusal, sentence of what is missing), set-based."""
        if not self:
            return {}
        program = self.program_id
        program.ensure_one()
        today = local_day(at, program.company_id)
        tier = self.env["rc.subscription"]._get_tiers(partner, program, today)[partner.id]
        account = self.env["rc.point.account"].search(
            [("partner_id", "=", partner.id), ("program_id", "=", program.id)]
        )
        balances = account._get_balances().get(account.id, {})
        bought = dict(
            self.env["rc.mall.order"]._read_group(
                [
                    ("item_id", "in", self.ids),
                    ("partner_id", "=", partner.id),
                    ("state", "=", "done"),
                    ("is_gift", "=", False),
                ],
                ["item_id"],
                ["__count"],
            )
        )
        found = {}
        for item in self:
            buyer = Buyer(
                tier_rank=tier.sequence,
                bought=bought.get(item, 0),
                available=balances.get("available", Decimal(0)),
                debt=balances.get("debt", Decimal(0)),
            )
            obstacle = find_obstacle(item._as_offer(), buyer, today)
            found[item] = obstacle and (obstacle[0], item._get_obstacle_text(obstacle[1], buyer))
        return found

    def _as_offer(self):
        return Offer(
            price=Decimal(self.price),
            tier_rank=self.minimum_tier_id.sequence or 0,
            left=self.left if self.is_limited else None,
            member_max=self.member_max or None,
            starts_on=self.date_from or None,
            ends_on=self.date_to or None,
        )

    def _get_obstacle_text(self, what, buyer):
        match what:
            case "not_yet":
                return self.env._("On sale from %s", self.date_from)
            case "over":
                return self.env._("No longer on sale")
            case "tier":
                return self.env._("From the tier %s up", self.minimum_tier_id.name)
            case "sold_out":
                return self.env._("Sold out")
            case "member_max":
                return self.env._("You have all that one member may have")
            case "debt":
                return self.env._("A refund left a points debt; new points clear it first")
        return self.env._("%s points are missing", int(self.price - buyer.available))

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    @api.private
    def _buy(self, partner, key, at, confirmed=False):
        """Sell one to ``partner`` for points, once per key; return the ``rc.mall.order``.

        READ what is in the way → DECIDE → WRITE: the order is claimed by its key, the stock and the
        member's place by the database, the points by their ledger; then it is delivered. All in
        one transaction.

        :param confirmed: the member said yes to a large spend
        :raise Refusal: ``tier_required``, ``limit_reached``, ``insufficient_points``,
            ``review_required``, ``not_eligible``
        """
        self.ensure_one()
        # members have no rights on the mall's records; the door works for them
        orders = self.env["rc.mall.order"].sudo()
        known = orders.search([("key", "=", key)])
        if known:
            return known._check_same(self, partner)
        # as above
        obstacle = self.sudo()._get_obstacles(partner, at)[self]
        if obstacle:
            code, text = obstacle
            raise Refusal(f"{self.name}: {text}", code)
        with self.env.cr.savepoint():  # whoever shows the refusal leaves nothing behind
            order = orders._claim(self, partner, key, at, self.price)
            order._pay(confirmed)
            order._deliver()
        return order

    @api.private
    def _give_free(self, partner, key, at):
        """Deliver one without points, once per key (a prize); stock and limits do not count."""
        orders = self.env["rc.mall.order"].sudo()  # see _buy
        known = orders.search([("key", "=", key)])
        if known:
            return known
        with self.env.cr.savepoint():  # see _buy
            order = orders._claim(self, partner, key, at, 0, is_gift=True)
            order._deliver()
        return order

    def _take_stock(self, change):
        """Count one more (or less) as sold; what was read may be old, so the database decides."""
        self.ensure_one()
        if not self.is_limited:
            return
        self.flush_recordset()
        done = self.env.execute_query(
            SQL(
                """
                UPDATE rc_mall_item SET sold = COALESCE(sold, 0) + %(change)s
                 WHERE id = %(id)s
                   AND COALESCE(sold, 0) + %(change)s BETWEEN 0 AND COALESCE(stock, 0)
                RETURNING id
                """,
                id=self.id,
                change=change,
            )
        )
        self.invalidate_recordset(["sold", "left"], flush=False)
        if not done:
            raise Refusal(f"{self.name}: {self.env._('Sold out')}", "limit_reached")
