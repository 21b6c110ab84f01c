"""The member's plan: change, card, cancel, trial. Reads are sudo, always of the member's own plan."""

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date

from ..adapters import local_day
from ..kernel.subscription import RUNNING
from .portal import MembershipPortal

PLAN_URL = "/my/membership/plan"


class PlanPortal(MembershipPortal):
    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _rc_membership_values(self):
        values = super()._rc_membership_values()
        subscription = values["subscription"]
        return values | {
            "bill": subscription and self._rc_get_open_bill(subscription),
            "tier_until_text": self._rc_date(subscription.tier_until),
            "next_try_text": self._rc_date(subscription.next_try_on),
        }

    def _rc_plan_values(self, error=None):
        """READ the own plan, its card and bill, and the plans to choose from."""
        values = self._rc_membership_values()
        subscription, program = values["subscription"], values["program"]
        partner = request.env.user.partner_id
        env = request.env(su=True)  # portal users have no rights on plans; all of it is their own
        tokens = env["payment.token"].search(
            [
                ("partner_id", "in", (partner | partner.commercial_partner_id).ids),
                ("provider_id.state", "!=", "disabled"),
            ]
        )
        return values | {
            "error": error,
            "is_running": subscription.state in RUNNING,
            "tokens": tokens,
            "plan_rows": self._rc_get_plan_rows(program, subscription),
            "can_try": env["rc.subscription"]._can_try(partner, program),
        }

    def _rc_date(self, day):
        return day and format_date(request.env, day, date_format="medium")

    def _rc_get_open_bill(self, subscription):
        """Return the bill that waits to be paid."""
        bills = subscription.billing_ids.invoice_id.filtered(
            lambda m: m.state == "posted" and m.payment_state == "not_paid"
        )
        return bills[:1]

    def _rc_get_plans(self, program):
        """Return what a member of the program may choose, lowest first."""
        plans = request.env["product.product"].sudo()  # what is published is for everybody
        found = plans.search(
            [
                ("rc_tier_id.program_id", "=", program.id),
                ("sale_ok", "=", True),
                ("is_published", "=", True),
            ]
        )
        return found.sorted(
            lambda p: (p.rc_tier_id.sequence, p.product_tmpl_id._rc_get_months(), p.id)
        )

    def _rc_get_plan_rows(self, program, subscription):
        """Return one dict a plan: what changing to it means today."""
        today = local_day(fields.Datetime.now(), program.company_id)
        rows = []
        for plan in self._rc_get_plans(program):
            row = {"plan": plan, "when": "start", "trial_days": plan.rc_trial_days}
            if subscription:
                row |= subscription._get_change(plan, today)
                row["on_text"] = self._rc_date(row["on"])
                row["currency"] = subscription._get_renewal_currency()
            else:
                row |= {"price": plan.lst_price, "currency": program.currency_id, "credit": 0}
            rows.append(row)
        return rows

    def _rc_get_plan(self, values, plan_id):
        """Return the row of a plan of the program; a foreign id is as missing as none."""
        rows = [row for row in values["plan_rows"] if str(row["plan"].id) == str(plan_id)]
        if not rows:
            raise NotFound()
        return rows[0]

    def _rc_do(self, act):
        """Do what the member asked for, or show why it cannot be."""
        values = self._rc_membership_values()
        try:
            with request.env.cr.savepoint():
                return act(values["subscription"]) or request.redirect(PLAN_URL)
        except UserError as error:
            return request.render("rc_membership.portal_my_plan", self._rc_plan_values(str(error)))

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    @http.route(PLAN_URL, type="http", auth="user", website=True)
    def rc_my_plan(self, **kwargs):
        return request.render("rc_membership.portal_my_plan", self._rc_plan_values())

    @http.route(f"{PLAN_URL}/change", type="http", auth="user", website=True, methods=["GET"])
    def rc_plan_change(self, plan=None, **kwargs):
        """Show what a change costs, to the cent, before it is confirmed."""
        values = self._rc_plan_values()
        subscription = values["subscription"]
        if not subscription:
            return request.redirect(PLAN_URL)
        row = self._rc_get_plan(values, plan)
        if row["when"] == "same":
            return request.redirect(PLAN_URL)
        order = request.env["sale.order"]
        if row["when"] == "now":
            orders = order.sudo()  # an order that is not saved shows the taxes as well
            order = orders.new(subscription._prepare_change_vals(row["plan"], row["on"]))
        lost = subscription.tier_id.entitlement_line_ids.entitlement_id
        lost -= row["plan"].rc_tier_id.entitlement_line_ids.entitlement_id
        return request.render(
            "rc_membership.portal_plan_change", values | {"row": row, "order": order, "lost": lost}
        )

    @http.route(f"{PLAN_URL}/cancel", type="http", auth="user", website=True, methods=["GET"])
    def rc_plan_cancel(self, **kwargs):
        """Show what a cancellation means before it is confirmed."""
        values = self._rc_plan_values()
        if not values["subscription"]:
            return request.redirect(PLAN_URL)
        return request.render("rc_membership.portal_plan_cancel", values)

    # ------------------------------------------------------------------
    # Acts
    # ------------------------------------------------------------------

    @http.route(f"{PLAN_URL}/confirm", type="http", auth="user", website=True, methods=["POST"])
    def rc_plan_confirm(self, plan=None, **kwargs):
        def act(subscription):
            row = self._rc_get_plan(self._rc_plan_values(), plan)
            if not subscription:
                return request.redirect(PLAN_URL)
            order = subscription._change_plan(row["plan"], fields.Datetime.now())
            is_open = order and order.state == "sent"
            return request.redirect(order.get_portal_url()) if is_open else None

        return self._rc_do(act)

    @http.route(f"{PLAN_URL}/keep", type="http", auth="user", website=True, methods=["POST"])
    def rc_plan_keep(self, **kwargs):
        """Take a planned change or a cancellation back."""

        def act(subscription):
            subscription._keep_plan()
            if subscription.is_ending:
                subscription._set_ending(False)

        return self._rc_do(act)

    @http.route(f"{PLAN_URL}/end", type="http", auth="user", website=True, methods=["POST"])
    def rc_plan_end(self, when="period_end", **kwargs):
        def act(subscription):
            if when == "now":
                subscription._cancel_now(fields.Datetime.now())
            else:
                subscription._set_ending(True)

        return self._rc_do(act)

    @http.route(f"{PLAN_URL}/card", type="http", auth="user", website=True, methods=["POST"])
    def rc_plan_card(self, token="", **kwargs):
        """Renew with a stored card, or by mailed invoice."""

        def act(subscription):
            values = self._rc_plan_values()
            chosen = values["tokens"].filtered(lambda t: str(t.id) == str(token))
            if token and not chosen:
                raise NotFound()
            subscription._set_token(chosen)

        return self._rc_do(act)

    @http.route(f"{PLAN_URL}/renew", type="http", auth="user", website=True, methods=["POST"])
    def rc_plan_renew(self, **kwargs):
        """Make the bill of the next period now, to be paid."""

        def act(subscription):
            bill = self._rc_get_open_bill(subscription)
            if not bill and subscription and not subscription.next_product_id:
                today = local_day(fields.Datetime.now(), subscription.company_id)
                bill = subscription._bill_next_period(today)
            return bill and request.redirect(bill.get_portal_url())

        return self._rc_do(act)

    @http.route(f"{PLAN_URL}/trial", type="http", auth="user", website=True, methods=["POST"])
    def rc_plan_trial(self, plan=None, **kwargs):
        def act(_subscription):
            row = self._rc_get_plan(self._rc_plan_values(), plan)
            today = local_day(fields.Datetime.now(), row["plan"].rc_tier_id.company_id)
            request.env["rc.subscription"].sudo()._start_trial(  # new members, checked there
                request.env.user.partner_id.sudo(), row["plan"], today
            )

        return self._rc_do(act)
