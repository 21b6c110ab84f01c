from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..adapters import local_day
from ..exceptions import Refusal
from ..kernel.periods import Period
from ..kernel.subscription import RUNNING, Running, decide_charge, next_period

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
        "trial_end_on",
        "next_product_id",
        "token_id",
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
    trial_end_on = fields.Date(readonly=True, help="It began as a trial that ends on this day.")
    next_product_id = fields.Many2one(
        "product.product",
        "Next Plan",
        readonly=True,
        ondelete="restrict",
        tracking=True,
        help="Chosen by the member: the next period is billed with this plan.",
    )
    token_id = fields.Many2one(
        "payment.token",
        "Stored Card",
        readonly=True,
        ondelete="set null",
        tracking=True,
        help="Renewals are charged to it. Empty: the invoice is mailed.",
    )
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
        partner = line._rc_get_member()
        is_gift = partner != line.move_id._rc_get_member()
        # READ
        subscription = self._get_running(partner, tier.program_id)
        running = subscription and Running(
            plan=subscription.product_id.id,
            anchor=subscription.anchor_on,
            period=Period(subscription.period_start, subscription.period_end),
            # its first bill may be paid when the trial is over
            is_trial=bool(subscription.trial_end_on and not subscription.charge_ids),
        )
        months = product.product_tmpl_id._rc_get_months() * max(int(line.quantity), 1)
        is_next = bool(subscription) and line.move_id.rc_subscription_id == subscription
        # DECIDE
        decision = decide_charge(
            running or None,
            product.id,
            months,
            paid_on,
            self._has_been_here(partner, tier),
            is_next,
        )
        # WRITE
        if not subscription:
            vals = self._prepare_first_vals(line, partner, paid_on, decision)
            # nobody is billed for what was given to them
            subscription = self.create({**vals, "is_ending": is_gift})
        else:
            subscription._prolong(product, decision)
        charge = self.env["rc.subscription.charge"].create(
            {
                "subscription_id": subscription.id,
                "invoice_line_id": line.id,
                "kind": decision.kind,
                "run": subscription._get_run() + (decision.kind == "upgrade"),
                "period_start": decision.period.start,
                "period_end": decision.period.end,
            }
        )
        if decision.kind == "upgrade":
            subscription._void_unpaid_bills(paid_on)
        subscription._take_token_of(line.move_id)
        subscription._tell_charged(charge)
        return subscription

    def _prepare_first_vals(self, line, partner, paid_on, decision):
        tier = line.product_id.rc_tier_id
        return {
            "partner_id": partner.id,
            "product_id": line.product_id.id,
            "tier_id": tier.id,
            "program_id": tier.program_id.id,
            "company_id": line.company_id.id,
            "started_on": paid_on,
            "anchor_on": decision.anchor,
            "period_start": decision.period.start,
            "period_end": decision.period.end,
        }

    def _has_been_here(self, partner, tier):
        """True for somebody with a former plan in the program; a trial alone does not count."""
        return bool(
            self.search_count(
                [
                    ("partner_id", "=", partner.id),
                    ("program_id", "=", tier.program_id.id),
                    "|",
                    ("trial_end_on", "=", False),
                    ("charge_ids", "!=", False),
                ],
                limit=1,
            )
        )

    def _prolong(self, product, decision):
        """Let a running plan follow what was paid."""
        vals = {
            "period_end": decision.period.end,
            "anchor_on": decision.anchor,
            "state": "active",
        }
        if product != self.product_id:
            vals |= {"product_id": product.id, "tier_id": product.rc_tier_id.id}
        is_other = product != self.product_id and product != self.next_product_id
        if decision.kind == "upgrade" or is_other:
            vals |= {"is_ending": False, "next_product_id": False}
        elif product == self.next_product_id:
            vals["next_product_id"] = False
        if (
            decision.kind == "upgrade"
            or decision.period.start != self.period_end
            or self.state in ("past_due", "grace")
        ):
            vals["period_start"] = decision.period.start
        self.write(vals)

    def _end(self, state, on):
        """Move to a final state once; running states only."""
        for subscription in self.filtered(lambda s: s.state in RUNNING):
            subscription.write({"state": state, "ended_on": on, "next_product_id": False})
            subscription._tell(f"ended:{on}", "membership_ended")

    # ------------------------------------------------------------------
    # Renewal
    # ------------------------------------------------------------------

    @api.private
    def _bill_next_period(self, today):
        """Make and post the invoice of the next period, once per subscription and period.

        The unpaid charge row is written first: its unique key is what forbids a second invoice.
        """
        self.ensure_one()
        period = self._get_next_period(today)
        claimed = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_subscription_billing
                       (subscription_id, period_start, run, create_date)
                VALUES (%s, %s, %s, %s)
                ON CONFLICT (subscription_id, COALESCE(run, 0), period_start) DO NOTHING
                RETURNING id
                """,
                self.id,
                self.period_end,
                self._get_run(),
                self.env.cr.now(),
            )
        )
        if not claimed:
            return self.env["account.move"]
        invoice = self.env["account.move"].create(self._prepare_renewal_vals(today, period))
        self.env["rc.subscription.billing"].browse(claimed[0][0]).invoice_id = invoice
        self.invalidate_recordset(["billing_ids"])
        invoice.action_post()
        return invoice

    def _get_next_plan(self):
        return self.next_product_id or self.product_id

    def _get_next_period(self, today):
        """Return the period the next bill is for."""
        months = self._get_next_plan().product_tmpl_id._rc_get_months()
        anchor = self.period_end if self.state == "trial" else self.anchor_on
        return next_period(anchor, self.period_end, months, today)[0]

    def _prepare_renewal_vals(self, today, period):
        last_order = self._get_last_order()
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "invoice_date": today,
            "invoice_user_id": (last_order.user_id or self.partner_id.user_id).id,
            "currency_id": self._get_renewal_currency().id,
            "rc_subscription_id": self.id,
            "invoice_line_ids": [
                Command.create(vals) for vals in self._prepare_renewal_lines(period)
            ],
        }

    def _prepare_renewal_lines(self, period):
        """Return the values of the lines of the next bill; extended for what renews with the plan."""
        plan = self._get_next_plan()
        return [
            {
                "product_id": plan.id,
                "quantity": 1,
                "price_unit": self._get_renewal_price(),
                "name": self.env._(
                    "%(plan)s, %(start)s – %(end)s",
                    plan=plan.display_name,
                    start=period.start,
                    end=period.end - timedelta(days=1),
                ),
            }
        ]

    def _get_last_order(self):
        lines = self.charge_ids.sorted("period_start", reverse=True).invoice_line_id
        return lines.sale_line_ids.order_id[:1]

    @api.model
    def _get_due(self, now):
        """Return running subscriptions whose paid period is over where their company is."""
        over = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("period_end", "<=", local_day(now, company))
            for company in self.env["res.company"].search([])
        )
        return self.search(Domain("state", "in", RUNNING) & over, order="period_end, id")

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

    def action_keep_plan(self):
        self._check_manager()
        self._keep_plan()

    def action_cancel_now(self):
        self._check_manager()
        self._cancel_now(fields.Datetime.now())

    def action_resume(self):
        self._check_manager()
        self._set_ending(False)

    def _set_ending(self, is_ending):
        """Cancel at the period's end, or take that back; only while the plan runs."""
        for subscription in self:
            if subscription.state not in RUNNING:
                raise Refusal(
                    self.env._("This membership has ended. Choose a plan to start a new one."),
                    "not_eligible",
                )
            subscription.is_ending = is_ending

    @api.private
    def _cancel_now(self, at):
        """End running plans today; what was paid stays paid."""
        for subscription in self:
            if subscription.state not in RUNNING:
                raise Refusal(self.env._("This membership has ended already."), "not_eligible")
            today = local_day(at, subscription.company_id)
            # whoever may cancel it decided that; the state is the system's to write
            subscription.sudo()._end("cancelled", today)
            subscription.sudo()._void_unpaid_bills(today)

    def _get_run(self):
        """Return how often the plan was changed at once: each time its periods start anew."""
        return max((charge.run for charge in self._get_kept_charges()), default=0)

    def _get_run_charges(self):
        """Return the charges of the plan that runs, since it was last changed at once."""
        run = self._get_run()
        return self._get_kept_charges().filtered(lambda c: c.run == run)

    def _get_last_charge(self):
        return self._get_kept_charges().sorted(lambda c: (c.run, c.period_start))[-1:]

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
