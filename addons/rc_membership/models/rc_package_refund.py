from decimal import Decimal
from fractions import Fraction

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from ..adapters import exact, local_day
from ..exceptions import Refusal
from ..kernel.money import round_half_up
from ..kernel.packages import Bought, decide_refund

STATES = [
    ("requested", "Requested"),
    ("done", "Refunded"),
    ("refused", "Refused"),
]


class RcPackageRefund(models.Model):
    """The refund of the unspent points of a purchase: calculation, decision, credit note."""

    _name = "rc.package.refund"
    _description = "Package Refund"
    _order = "id desc"
    _allow_sudo_commands = False

    purchase_id = fields.Many2one(
        "rc.package.purchase", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(related="purchase_id.partner_id")
    company_id = fields.Many2one(related="purchase_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="purchase_id.currency_id")
    requested_by_id = fields.Many2one(
        "res.users", "Requested by", readonly=True, ondelete="restrict"
    )
    requested_at = fields.Datetime(readonly=True)
    reason = fields.Char(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="requested", index=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime(readonly=True)
    answer = fields.Char(readonly=True)
    credit_note_id = fields.Many2one(
        "account.move", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    facts = fields.Json(readonly=True, help="The calculation as it was booked.")
    amount = fields.Monetary("Paid Back", compute="_compute_calculation")
    unspent_points = fields.Integer(compute="_compute_calculation")
    calculation = fields.Text(compute="_compute_calculation")

    _open_uniq = models.UniqueIndex(
        "(purchase_id) WHERE state <> 'refused'",
        "This purchase was refunded, or its refund is asked for, already.",
    )

    @api.depends("purchase_id")
    def _compute_display_name(self):
        for refund in self:
            refund.display_name = refund.purchase_id.display_name

    @api.depends_context("lang")
    @api.depends("state", "facts")
    def _compute_calculation(self):
        for refund in self:
            facts = refund.facts or refund.sudo()._get_facts()
            refund.amount = float(facts["amount"])
            refund.unspent_points = facts["unspent"]
            refund.calculation = refund._explain(facts)

    # ------------------------------------------------------------------
    # READ and DECIDE
    # ------------------------------------------------------------------

    def _get_facts(self):
        """Return the calculation as it is now (Json)."""
        self.ensure_one()
        purchase = self.purchase_id
        left = purchase._get_left()
        used = self._get_used_benefits()
        digits = purchase.currency_id.decimal_places
        bought = Bought(
            bought=purchase.points_bought,
            bonus=purchase.granted_bonus,  # a credit note took its part of them already
            left_bought=left["bought"],
            left_bonus=left["bonus"],
            paid=Fraction(exact(purchase.amount)),
            credited=purchase._get_credited_amount(),
            used=sum((Fraction(value) for _name, _count, value in used), Fraction(0)),
        )
        fee_rate = Fraction(exact(purchase.program_id.package_refund_fee)) / 100
        found = decide_refund(bought, fee_rate, digits)
        money = {
            name: str(round_half_up(getattr(found, name), digits))
            for name in ("value", "fee", "used", "amount")
        }
        return {
            **money,
            "paid": str(exact(purchase.amount)),
            "fee_rate": str(fee_rate),
            "bought": purchase.points_bought,
            "bonus": purchase.granted_bonus,
            "kept": purchase.granted_bought,
            "left_bought": left["bought"],
            "left_bonus": left["bonus"],
            "unspent": found.unspent,
            "benefits": used,
        }

    def _get_used_benefits(self):
        """Return [name, how often, list value in the invoice's currency] of used benefits."""
        purchase = self.purchase_id
        grants = self.env["rc.entitlement.grant"].sudo()  # the refund's decider needs no rights
        used = []
        for grant in purchase._get_benefit_grants():
            value = grants._get_used_value(grant, purchase.currency_id, purchase.paid_on)
            if value:
                used.append([grant.entitlement_id.name, f"{grant.used:g}", str(value)])
        return used

    def _explain(self, facts):
        """Return the calculation line by line."""
        self.ensure_one()

        def money(text):
            return self.currency_id.format(float(text))

        kept = facts.get("kept", facts["bought"])  # of a refund booked before: all
        spent = kept + facts["bonus"] - facts["left_bought"] - facts["left_bonus"]
        lines = [
            self.env._(
                "%(paid)s paid for %(bought)s points; %(bonus)s bonus points on top.",
                paid=money(facts["paid"]),
                bought=facts["bought"],
                bonus=facts["bonus"],
            ),
            self.env._(
                "%(spent)s spent or expired; bonus points are taken back first: %(unspent)s bought "
                "points are refunded.",
                spent=spent,
                unspent=facts["unspent"],
            ),
            self.env._(
                "%(paid)s × %(unspent)s / %(bought)s = %(value)s",
                paid=money(facts["paid"]),
                unspent=facts["unspent"],
                bought=facts["bought"],
                value=money(facts["value"]),
            ),
            self.env._(
                "− fee of %(rate)s: %(fee)s",
                rate=f"{float(Fraction(facts['fee_rate']) * 100):g} %",
                fee=money(facts["fee"]),
            ),
        ]
        lines += [
            self.env._(
                "− benefit used: %(name)s × %(count)s, list value %(value)s",
                name=name,
                count=count,
                value=money(value),
            )
            for name, count, value in facts["benefits"]
        ]
        lines.append(self.env._("= %s paid back", money(facts["amount"])))
        return "\n".join(lines)

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _request(self, purchase, reason, at):
        """Ask for the refund of a purchase; one at a time.

        :raise Refusal: ``not_available``: nothing is left to refund, or it is asked for already
        """
        purchase.ensure_one()
        if purchase.state != "granted" or not purchase.granted_bought:
            raise Refusal(
                self.env._("There is nothing to refund of %s.", purchase.package_id.name),
                "not_available",
            )
        if purchase.refund_ids.filtered(lambda r: r.state != "refused"):
            raise Refusal(
                self.env._("The refund of %s is asked for already.", purchase.package_id.name),
                "not_available",
            )
        return self.sudo().create(  # members and staff have no rights to write refunds
            {
                "purchase_id": purchase.id,
                "requested_by_id": self.env.uid,
                "requested_at": at,
                "reason": (reason or "").strip()[:500] or False,
            }
        )

    def _check_accountant(self):
        self.check_access("read")
        if not self.env.user.has_group("rc_membership.group_accountant"):
            raise AccessError(self.env._("Only an accountant decides on refunds."))

    def action_confirm(self, answer=""):
        """Accountants: pay the unspent points back by a credit note, as calculated now."""
        self._check_accountant()
        self.ensure_one()
        self.sudo()._do(fields.Datetime.now(), answer)  # the right was checked
        return self.action_view_credit_note()

    def action_refuse(self, answer=""):
        """Accountants: refuse a request, with the reason that the member reads."""
        self._check_accountant()
        refund = self.sudo()  # the right was checked
        refund._set_state("refused", answer, fields.Datetime.now())

    def _set_state(self, target, answer, at):
        for refund in self:
            if refund.state != "requested":
                raise Refusal(
                    self.env._("This refund was decided before. Open it to read how."),
                    "not_available",
                )
            refund.write(
                {
                    "state": target,
                    "decided_by_id": self.env.uid,
                    "decided_at": at,
                    "answer": (answer or "").strip() or False,
                }
            )

    def _do(self, at, answer=""):
        """READ what is left → DECIDE → WRITE state, points, benefits, rank and credit note."""
        self.ensure_one()
        purchase = self.purchase_id
        # who spends or refunds at the same time is run again after us
        purchase._claim(purchase.partner_id, purchase.program_id)
        facts = self._get_facts()
        self._set_state("done", answer, at)
        self.facts = facts
        on = local_day(at, self.company_id)
        purchase._take_for_refund(facts, at)
        amount = Fraction(Decimal(facts["amount"]))
        if amount > 0:
            self.credit_note_id = self._credit_line(purchase, amount, self.calculation, on)
        purchase._undo_extras(on)

    @api.model
    @api.private
    def _credit_line(self, purchase, amount, reason, on=None):
        """Post a credit note of ``amount`` (with tax) for a purchase's line; return it."""
        invoice = purchase.invoice_id
        on = on or local_day(fields.Datetime.now(), invoice.company_id)
        line = purchase.invoice_line_id
        # price with tax → the unit price that gives it, taxes as on the invoice
        unit = Fraction(exact(line.price_unit)) * amount / Fraction(exact(line.price_total))
        note = invoice._reverse_moves([{"invoice_date": on, "date": on, "ref": invoice.name}])
        others = note.invoice_line_ids.filtered(lambda x: x.display_type == "product")
        mine = others.filtered(
            lambda x: x.product_id == line.product_id and x.quantity == line.quantity
        )[:1]
        note.write(
            {
                "narration": (reason or "").replace("\n", "<br/>"),
                "invoice_line_ids": [
                    *(Command.delete(other.id) for other in others - mine),
                    Command.update(mine.id, {"price_unit": float(unit)}),
                ],
            }
        )
        note.action_post()
        return note

    def action_view_credit_note(self):
        self.ensure_one()
        self.check_access("read")
        if not self.credit_note_id:
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.credit_note_id.id,
            "views": [(False, "form")],
        }


class RcPackagePurchase(models.Model):
    _inherit = "rc.package.purchase"

    def action_refund(self):
        """Accountants: open the refund with its calculation; nothing is booked yet."""
        self.ensure_one()
        self.check_access("read")
        refunds = self.env["rc.package.refund"]
        refunds._check_accountant()
        refund = self.refund_ids.filtered(lambda r: r.state == "requested") or refunds._request(
            self, self.env._("By the accountant"), fields.Datetime.now()
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refund"),
            "res_model": "rc.package.refund",
            "res_id": refund.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _take_for_refund(self, facts, at):
        """Take the points that are left of the purchase; the state says it is refunded."""
        self._set_state(("granted",), "refunded")
        self._post_points(
            self.granted_bought - facts["left_bought"], self.granted_bonus - facts["left_bonus"], at
        )
        self._sync_month_steps()
