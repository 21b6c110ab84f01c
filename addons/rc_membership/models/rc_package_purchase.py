from datetime import timedelta
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..adapters import exact, local_day, local_noon
from ..kernel.money import round_half_up
from ..kernel.packages import check_limits, decide_points, review_reasons
from ..kernel.proration import net_of_reductions

STATES = [
    ("review", "In Review"),
    ("granted", "Granted"),
    ("refused", "Refused"),
    ("refunded", "Refunded"),
]


class RcPackagePurchase(models.Model):
    """A paid line of an invoice that sold a package: what it gives, why, and what it still gives.

    Written by the system only. ``points_bought`` and ``points_bonus`` are what was decided,
    ``granted_bought`` and ``granted_bonus`` what of it is given and not taken back.
    """

    _name = "rc.package.purchase"
    _description = "Package Purchase"
    _order = "paid_on desc, id desc"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    package_id = fields.Many2one(
        "rc.package", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    invoice_line_id = fields.Many2one(
        "account.move.line", required=True, readonly=True, ondelete="restrict"
    )
    invoice_id = fields.Many2one(related="invoice_line_id.move_id", string="Invoice")
    group_id = fields.Many2one(
        "rc.package.group", "Group Buy", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    quantity = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary("Paid", readonly=True)
    limit_currency_id = fields.Many2one(related="program_id.package_currency_id")
    limit_amount = fields.Monetary(
        "Counts as",
        currency_field="limit_currency_id",
        readonly=True,
        help="The amount in the currency of the limits: it counts for limits, steps and the board.",
    )
    ordered_at = fields.Datetime(required=True, readonly=True)
    paid_on = fields.Date(required=True, readonly=True, index=True)
    points_bought = fields.Integer("Bought", readonly=True)
    points_bonus = fields.Integer("Bonus", readonly=True)
    points_total = fields.Integer("Points", compute="_compute_points_total", store=True)
    granted_bought = fields.Integer("Bought, Kept", readonly=True)
    granted_bonus = fields.Integer("Bonus, Kept", readonly=True)
    step_points = fields.Integer(
        "Monthly Steps", readonly=True, help="Points of a monthly step this purchase reached."
    )
    explanation = fields.Json(readonly=True)
    explanation_text = fields.Text("How It Came About", compute="_compute_explanation_text")
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    review_reasons = fields.Char("Reviewed for", readonly=True)
    review_text = fields.Char("Held because", compute="_compute_review_text")
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime(readonly=True)
    decision_reason = fields.Char(readonly=True)
    rank_key = fields.Char(readonly=True, help="The key by which its rank was given last.")
    rounds = fields.Integer(readonly=True, help="Postings so far: part of their keys.")
    refund_ids = fields.One2many("rc.package.refund", "purchase_id", "Refunds")

    _line_uniq = models.Constraint(
        "UNIQUE (invoice_line_id)", "Points of this line were decided before."
    )
    _points_sane = models.Constraint(
        "CHECK (points_bought > 0 AND points_bonus >= 0 AND granted_bought BETWEEN 0 AND"
        " points_bought AND granted_bonus BETWEEN 0 AND points_bonus)",
        "A purchase gives what was decided, and no more.",
    )
    _member_idx = models.Index("(partner_id, program_id, paid_on)")

    @api.depends("points_bought", "points_bonus")
    def _compute_points_total(self):
        for purchase in self:
            purchase.points_total = purchase.points_bought + purchase.points_bonus

    @api.depends("package_id.name", "paid_on")
    def _compute_display_name(self):
        for purchase in self:
            purchase.display_name = f"{purchase.package_id.name} – {purchase.partner_id.name}"

    @api.depends_context("lang")
    @api.depends("explanation")
    def _compute_explanation_text(self):
        for purchase in self:
            purchase.explanation_text = self.env["rc.package.wording"]._explain(
                purchase.explanation or {}
            )

    @api.depends_context("lang")
    @api.depends("review_reasons")
    def _compute_review_text(self):
        words = {
            "amount": self.env._("the amount is large"),
            "frequency": self.env._("many purchases in a short time"),
            "limit": self.env._("it passes a purchase limit"),
        }
        for purchase in self:
            codes = (purchase.review_reasons or "").split(",")
            purchase.review_text = ", ".join(words[code] for code in codes if code)

    # ------------------------------------------------------------------
    # A line was paid
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _record_lines(self, lines, paid_on):
        """READ what was bought → DECIDE its points → WRITE the purchases and what they give.

        :param lines: paid account.move.lines of one invoice that sell packages and were not
            registered before
        :param paid_on: date
        """
        if not lines:
            return self
        move = lines.move_id
        partner = move._rc_get_member()
        purchases = self.browse()
        for line in lines:
            program = line.product_id.rc_package_id.program_id
            self._claim(partner, program)
            purchases |= self.create(self._prepare(line, move, partner, program, paid_on))
        purchases._decide_review()
        purchases.group_id._review()
        return purchases

    @api.model
    def _claim(self, partner, program):
        """Let purchases of one member go one after the other: limits, first, steps count others.

        The row is written, so a transaction that began before and did not see this purchase fails
        and is run again.
        """
        account = self.env["rc.point.account"]._get_or_create(partner, program)
        self.env.execute_query(
            SQL(
                "UPDATE rc_point_account SET write_date = write_date WHERE id = %s RETURNING id",
                account.id,
            )
        )
        return account

    def _prepare(self, line, move, partner, program, paid_on):
        order = line.sale_line_ids.order_id[:1]
        ordered_at = order.date_order or local_noon(move.invoice_date or paid_on, move.company_id)
        ordered_on = local_day(ordered_at, move.company_id)
        quantity = max(int(line.quantity), 1)
        others = self.search_count(
            [
                ("partner_id", "=", partner.id),
                ("program_id", "=", program.id),
                ("invoice_line_id.move_id", "!=", move.id),
                ("state", "!=", "refused"),
            ],
            limit=1,
        )
        package = line.product_id.rc_package_id
        group = order.rc_package_group_id._get_in_time(ordered_at, paid_on)
        group = group.filtered(lambda g: g.package_id in (package, g.package_id.browse()))
        amount = float(self._get_paid_of(line))
        offer = package._make_offer(partner, quantity, paid_on, not others, ordered_on)
        points = decide_points(offer)
        return {
            "partner_id": partner.id,
            "package_id": package.id,
            "program_id": program.id,
            "company_id": program.company_id.id,
            "invoice_line_id": line.id,
            "group_id": group.id,
            "quantity": quantity,
            "currency_id": line.currency_id.id,
            "amount": amount,
            "limit_amount": float(
                program._to_package_currency(amount, line.currency_id, ordered_on)
            ),
            "ordered_at": ordered_at,
            "paid_on": paid_on,
            "points_bought": points.bought,
            "points_bonus": points.bonus,
            "explanation": dict(points.explanation),
            "state": "review",
        }

    @api.model
    def _get_paid_of(self, line):
        """Return what was paid for a line, with tax: coupons of the invoice lower it by amount."""
        lines = line.move_id.invoice_line_ids.filtered(lambda x: x.display_type == "product")
        totals = [Fraction(exact(x.price_total)) for x in lines]
        paid = net_of_reductions(
            Fraction(exact(line.price_total)),
            sum((total for total in totals if total > 0), Fraction(0)),
            sum((total for total in totals if total < 0), Fraction(0)),
        )
        return round_half_up(paid, line.currency_id.decimal_places)

    def _decide_review(self):
        """Hold the purchases of one invoice for a manager, or give what they give."""
        if not self:
            return
        first = self[0]
        program = first.program_id
        since = first.ordered_at - timedelta(hours=program.package_review_hours)
        own = [("partner_id", "=", first.partner_id.id), ("program_id", "=", program.id)]
        recent = self.search([*own, ("ordered_at", ">", since)]).filtered(
            lambda p: p.ordered_at <= first.ordered_at
        )
        total = sum((Fraction(exact(p.limit_amount)) for p in self), Fraction(0))
        reasons = review_reasons(
            total,
            Fraction(exact(program.package_review_amount)) or None,
            len(recent.invoice_line_id.move_id),
            program.package_review_count or None,
        )
        if self._get_limit_hit(total):
            reasons += ("limit",)
        if reasons:
            self.review_reasons = ",".join(reasons)
            self._tell_reviewers()
        else:
            self._release()

    def _get_limit_hit(self, total):
        """Return the limit that these purchases pass (somebody paid without asking), or None."""
        first = self[0]
        others = self.search(
            [
                ("partner_id", "=", first.partner_id.id),
                ("program_id", "=", first.program_id.id),
                ("id", "not in", self.ids),
                ("state", "!=", "refused"),
            ]
        )
        bought = [
            (local_day(p.ordered_at, p.company_id), Fraction(exact(p.limit_amount))) for p in others
        ]
        on = local_day(first.ordered_at, first.company_id)
        return check_limits(bought, on, total, first.program_id._get_package_limits())

    def _tell_reviewers(self):
        """Put the review on the invoice as an activity of the managers."""
        managers = self.env.ref("rc_membership.group_program_manager").user_ids
        managers = managers.filtered(lambda u: self[0].company_id in u.company_ids)[:1]
        if managers:
            self[0].partner_id.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Review a package purchase"),
                note=self[0].display_name,
                user_id=managers.id,
            )

    # ------------------------------------------------------------------
    # Review
    # ------------------------------------------------------------------

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager decides on purchases."))

    def action_release(self, reason=""):
        """Program managers: give the points of purchases that were held, with the reason."""
        self._check_manager()
        self._note_decision(reason)
        # the right was checked; purchases are written by the system only
        self.sudo()._release()
        self.sudo().group_id._review()

    def action_refuse(self, reason=""):
        """Program managers: refuse purchases that were held; their money is credited in full."""
        self._check_manager()
        self._note_decision(reason)
        for purchase in self.sudo():  # see above
            purchase._set_state(("review",), "refused")
            left = Fraction(exact(purchase.amount)) - purchase._get_credited_amount()
            if left > 0:
                purchase.env["rc.package.refund"]._credit_line(purchase, left, reason)

    def _note_decision(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept with the purchase."))
        self.sudo().write(  # see action_release
            {
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "decision_reason": reason.strip(),
            }
        )

    def action_view_entries(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_point_entry_action"
        )
        domain = [("origin_model", "=", self._name), ("origin_id", "in", self.ids)]
        return {**action, "domain": domain}
