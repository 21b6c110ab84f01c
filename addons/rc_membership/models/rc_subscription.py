from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..adapters import local_day
from ..kernel.periods import Period, add_months
from ..kernel.subscription import RUNNING, Running, decide_charge, decide_state

STATES = [
    ("trial", "Trial"),
    ("active", "Active"),
    ("past_due", "Past Due"),
    ("grace", "Grace"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
]


class RcSubscription(models.Model):
    """One member's running plan in a program."""

    _name = "rc.subscription"
    _description = "Membership Subscription"
    _inherit = ["rc.fact.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _allow_sudo_commands = False
    # what a member has follows from money received and from dates, not from a form
    _rc_facts = (
        "partner_id",
        "product_id",
        "tier_id",
        "program_id",
        "company_id",
        "state",
        "started_on",
        "anchor_on",
        "period_start",
        "period_end",
        "ended_on",
    )

    name = fields.Char(compute="_compute_name", store=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, ondelete="restrict", index=True, tracking=True
    )
    product_id = fields.Many2one(
        "product.product", "Plan", required=True, ondelete="restrict", tracking=True
    )
    tier_id = fields.Many2one("rc.tier", required=True, ondelete="restrict", tracking=True)
    program_id = fields.Many2one("rc.program", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True)
    state = fields.Selection(STATES, default="active", required=True, tracking=True, index=True)
    is_ending = fields.Boolean(
        "Ends with the Period", tracking=True, help="Cancelled by the member: no renewal."
    )
    started_on = fields.Date(required=True, readonly=True)
    anchor_on = fields.Date(
        "Periods Counted from", required=True, readonly=True, help="31 Jan, 28 Feb, 31 Mar …"
    )
    period_start = fields.Date(required=True, readonly=True)
    period_end = fields.Date("Paid until", required=True, readonly=True, tracking=True)
    ended_on = fields.Date(readonly=True, tracking=True)
    charge_ids = fields.One2many("rc.subscription.charge", "subscription_id", "Charges")
    invoice_count = fields.Integer(compute="_compute_invoice_count")

    _running_uniq = models.UniqueIndex(
        "(partner_id, program_id) WHERE state IN ('trial', 'active', 'past_due', 'grace')",
        "This member has a running subscription in the program already.",
    )
    _period_order = models.Constraint(
        "CHECK (period_end > period_start)", "A period ends after it began."
    )

    @api.depends("partner_id.name", "tier_id.name")
    def _compute_name(self):
        for subscription in self:
            subscription.name = f"{subscription.partner_id.name} – {subscription.tier_id.name}"

    def _compute_invoice_count(self):
        for subscription in self:
            subscription.invoice_count = len(subscription._get_invoices())

    @api.ondelete(at_uninstall=False)
    def _unlink_only_without_charges(self):
        if self.charge_ids:
            raise UserError(self.env._("A subscription with charges is kept. End it instead."))

    # ------------------------------------------------------------------
    # Money received
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_running(self, partner, program):
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("program_id", "=", program.id),
                ("state", "in", RUNNING),
            ],
            limit=1,
        )

    @api.model
    @api.private
    def _charge_line(self, line, paid_on):
        """Let a paid invoice line of a plan start, prolong or change its member's subscription."""
        product = line.product_id
        tier = product.rc_tier_id
        partner = line.move_id._rc_get_member()
        # READ
        subscription = self._get_running(partner, tier.program_id)
        running = subscription and Running(
            plan=subscription.product_id.id,
            anchor=subscription.anchor_on,
            period=Period(subscription.period_start, subscription.period_end),
        )
        months = product.product_tmpl_id._rc_get_months() * max(int(line.quantity), 1)
        # DECIDE
        decision = decide_charge(
            running or None, product.id, months, paid_on, self._has_been_here(partner, tier)
        )
        # WRITE
        if not subscription:
            subscription = self.create(
                {
                    "partner_id": partner.id,
                    "product_id": product.id,
                    "tier_id": tier.id,
                    "program_id": tier.program_id.id,
                    "company_id": line.company_id.id,
                    "started_on": paid_on,
                    "anchor_on": decision.anchor,
                    "period_start": decision.period.start,
                    "period_end": decision.period.end,
                }
            )
        else:
            subscription._prolong(product, decision)
        self.env["rc.subscription.charge"].create(
            {
                "subscription_id": subscription.id,
                "invoice_line_id": line.id,
                "kind": decision.kind,
                "period_start": decision.period.start,
                "period_end": decision.period.end,
            }
        )
        return subscription

    def _has_been_here(self, partner, tier):
        return bool(
            self.search_count(
                [("partner_id", "=", partner.id), ("program_id", "=", tier.program_id.id)], limit=1
            )
        )

    def _prolong(self, product, decision):
        vals = {"period_end": decision.period.end, "state": "active"}
        if decision.kind == "upgrade":
            vals |= {
                "product_id": product.id,
                "tier_id": product.rc_tier_id.id,
                "anchor_on": decision.anchor,
                "period_start": decision.period.start,
                "is_ending": False,
            }
        elif self.state in ("past_due", "grace"):
            vals["period_start"] = decision.period.start
        self.write(vals)

    def _end(self, state, on):
        """Move to a final state once; running states only."""
        for subscription in self.filtered(lambda s: s.state in RUNNING):
            subscription.write({"state": state, "ended_on": on})

    def _follow_money(self, is_paid, today):
        """End with the money of the last charge; run again when it comes back within its period."""
        self.ensure_one()
        if not is_paid:
            self._end("cancelled", today)
        elif self.state == "cancelled" and today < self.period_end and not self.is_ending:
            if not self._get_running(self.partner_id, self.program_id):
                self.write({"state": "active", "ended_on": False})

    # ------------------------------------------------------------------
    # Renewal
    # ------------------------------------------------------------------

    @api.private
    def _bill_next_period(self, today):
        """Make and post the invoice of the next period, once per subscription and period.

        The unpaid charge row is written first: its unique key is what forbids a second invoice.
        """
        self.ensure_one()
        months = self.product_id.product_tmpl_id._rc_get_months()
        end = add_months(self.period_end, months, anchor_day=self.anchor_on.day)
        claimed = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_subscription_billing (subscription_id, period_start, create_date)
                VALUES (%s, %s, %s)
                ON CONFLICT (subscription_id, period_start) DO NOTHING RETURNING id
                """,
                self.id,
                self.period_end,
                self.env.cr.now(),
            )
        )
        if not claimed:
            return self.env["account.move"]
        invoice = self.env["account.move"].create(self._prepare_renewal_vals(today, end))
        self.env["rc.subscription.billing"].browse(claimed[0][0]).invoice_id = invoice
        invoice.action_post()
        return invoice

    def _prepare_renewal_vals(self, today, end):
        last_order = self.charge_ids.invoice_line_id.sale_line_ids.order_id[:1]
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "invoice_date": today,
            "invoice_user_id": (last_order.user_id or self.partner_id.user_id).id,
            "currency_id": (last_order.currency_id or self.company_id.currency_id).id,
            "rc_subscription_id": self.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "quantity": 1,
                        "price_unit": self._get_renewal_price(last_order),
                        "name": self.env._(
                            "%(plan)s, %(start)s – %(end)s",
                            plan=self.product_id.display_name,
                            start=self.period_end,
                            end=end - timedelta(days=1),
                        ),
                    }
                )
            ],
        }

    def _get_renewal_price(self, last_order):
        """The price the member would pay for the plan now: pricelist of the last order, or list."""
        if last_order.pricelist_id:
            return last_order.pricelist_id._get_product_price(self.product_id, 1.0)
        return self.product_id.lst_price

    @api.model
    def _cron_review(self):
        """Put each subscription that is due in the inbox, once a day.

        The inbox works each off in its own savepoint: one that cannot be billed waits there with
        its reason, and the others are billed.
        """
        now = fields.Datetime.now()
        for subscription in self._get_due(now):
            day = local_day(now, subscription.company_id)
            self.env["rc.event"]._push(
                f"rc.subscription:{subscription.id}:due:{day}",
                "subscription_due",
                subscription,
                occurred_at=now,
            )

    @api.model
    def _get_due(self, now):
        """Return running subscriptions whose paid period is over where their company is."""
        over = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("period_end", "<=", local_day(now, company))
            for company in self.env["res.company"].search([])
        )
        return self.search(Domain("state", "in", RUNNING) & over, order="period_end, id")

    @api.private
    def _review(self, today):
        """READ the dates → DECIDE the state → WRITE it, and bill a period that is to be renewed."""
        self.ensure_one()
        state = decide_state(
            self.state, self.period_end, self.company_id.rc_grace_days, self.is_ending, today
        )
        if state == "past_due":
            invoice = self._bill_next_period(today)
            if invoice:
                invoice._rc_send_renewal()
        if state != self.state:
            self.write(
                {"state": state, "ended_on": today if state not in RUNNING else self.ended_on}
            )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _check_manager(self):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can change a subscription."))
        self.check_access("write")

    def action_cancel_at_end(self):
        self._check_manager()
        self._set_ending(True)

    def action_resume(self):
        self._check_manager()
        self._set_ending(False)

    def _set_ending(self, is_ending):
        """Cancel at the period's end, or take that back; only while the plan runs."""
        for subscription in self:
            if subscription.state not in RUNNING:
                raise UserError(
                    self.env._("This membership has ended. Choose a plan to start a new one.")
                )
            subscription.is_ending = is_ending

    def _get_last_charge(self):
        return self.charge_ids.sorted("period_start")[-1:]

    def _get_invoices(self):
        return self.charge_ids.invoice_line_id.move_id | self.env["account.move"].search(
            [("rc_subscription_id", "in", self.ids)]
        )

    def action_view_invoices(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {**action, "domain": [("id", "in", self._get_invoices().ids)]}
