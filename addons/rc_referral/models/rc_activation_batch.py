from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.adapters import local_day
from odoo.addons.rc_membership.exceptions import Refusal

from ..errors import value_error


class RcActivationBatch(models.Model):
    """Activation or gift codes that somebody bought: made when they are paid."""

    _name = "rc.activation.batch"
    _description = "Activation Batch"
    _inherit = ["rc.fact.mixin", "mail.thread"]
    _order = "id desc"
    _allow_sudo_commands = False
    _rc_facts = (
        "key",
        "partner_id",
        "plan_id",
        "kind",
        "count",
        "invoice_line_id",
        "made_at",
        "company_id",
        "over_credited",
    )

    name = fields.Char(compute="_compute_name")
    key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [("activation", "Activation"), ("gift", "Gift")], required=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Buyer", required=True, readonly=True, ondelete="restrict", index=True
    )
    plan_id = fields.Many2one(
        "product.template", "Plan Given", required=True, readonly=True, ondelete="restrict"
    )
    invoice_line_id = fields.Many2one(
        "account.move.line", "Paid by", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    move_id = fields.Many2one(related="invoice_line_id.move_id", string="Invoice")
    count = fields.Integer("Codes", required=True, readonly=True)
    made_at = fields.Datetime("Made", required=True, readonly=True)
    expires_on = fields.Date(
        required=True, tracking=True, help="From this day on the codes are refused."
    )
    code_ids = fields.One2many("rc.code", "batch_id", context={"active_test": False})
    redemption_ids = fields.One2many("rc.activation.redemption", "batch_id")
    redeemed_count = fields.Integer("Redeemed", compute="_compute_counts", compute_sudo=True)
    void_count = fields.Integer("Void", compute="_compute_counts", compute_sudo=True)
    open_count = fields.Integer("Open", compute="_compute_counts", compute_sudo=True)
    over_credited = fields.Integer(
        "Credited though Redeemed",
        readonly=True,
        help="So many more codes were credited than nobody had redeemed: they stay redeemed.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )

    _key_uniq = models.Constraint("UNIQUE (key)", "These codes were made before.")
    _count_positive = models.Constraint("CHECK (count > 0)", "A batch has at least one code.")

    @api.depends("plan_id.name", "count")
    def _compute_name(self):
        for batch in self:
            batch.name = f"{batch.count} × {batch.plan_id.name}"

    @api.depends("code_ids.active", "redemption_ids")
    def _compute_counts(self):
        codes = self.env["rc.code"].with_context(active_test=False)
        groups = codes._read_group(
            [("batch_id", "in", self.ids)], ["batch_id", "active"], ["__count"]
        )
        made = {(batch.id, active): count for batch, active, count in groups}
        redeemed = dict(
            self.env["rc.activation.redemption"]._read_group(
                [("batch_id", "in", self.ids)], ["batch_id"], ["__count"]
            )
        )
        for batch in self:
            batch.redeemed_count = redeemed.get(batch, 0)
            batch.void_count = made.get((batch.id, False), 0)
            batch.open_count = made.get((batch.id, True), 0) - batch.redeemed_count

    def write(self, vals):
        result = super().write(vals)
        if "expires_on" in vals:
            for batch in self:
                # the codes belong to the system; who may write the batch decides for them
                batch.sudo()._get_open_codes().write({"date_to": batch.expires_on})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Codes that were sold are kept. Void what is left of them."))

    def _get_open_codes(self):
        """Return the codes that nobody redeemed and that are not void."""
        # one row per code that is used; the buyer and the manager have no rights on codes
        redeemed = self.sudo().redemption_ids.code_id
        return self.sudo().code_ids.filtered("active") - redeemed

    def _get_paused_codes(self):
        """Return the codes that rest because the money is away, and that nobody redeemed."""
        batch = self.sudo()  # as above
        codes = batch.code_ids.filtered(lambda code: not code.active and not code.void_reason)
        return codes - batch.redemption_ids.code_id

    # ------------------------------------------------------------------
    # Made, and following the money
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _make(self, partner, plan, kind, count, key, at, expires_on, line=None, company=None):
        """Make ``count`` codes once per key; return their batch."""
        batches = self.sudo()  # made by a payment: whoever paid has no rights here
        known = batches.search([("key", "=", key)])
        if known:
            return known
        batch = batches.create(
            {
                "key": key,
                "kind": kind,
                "partner_id": partner.id,
                "plan_id": plan.id,
                "count": count,
                "made_at": at,
                "expires_on": expires_on,
                "invoice_line_id": line.id if line else False,
                "company_id": (company or self.env.company).id,
            }
        )
        batch._add_codes(count)
        batch._add_seats()
        return batch

    def _add_codes(self, count):
        self.ensure_one()
        values = {
            "partner_id": self.partner_id.id,
            "batch_id": self.id,
            "date_to": self.expires_on,
            "company_id": self.company_id.id,
        }
        return self.env["rc.code"]._make_valued(self.kind, [values] * count)

    @api.private
    def _follow_money(self, is_paid, credited):
        """Void what was credited, and stop the open codes while the invoice is not paid.

        :param credited: how many of the codes the buyer has money back for
        """
        for batch in self:
            codes = batch.sudo().code_ids
            # for a code that was replaced another one was made: nobody has money back for it
            replaced = len(codes) - batch.count
            missing = credited - (len(codes.filtered("void_reason")) - replaced)
            if missing > 0:
                left = batch._get_paused_codes() | batch._get_open_codes()
                left[:missing]._void(self.env._("refunded"))
                missing -= len(left)
            batch._note_over_credited(max(missing, 0))
            stopped = codes.filtered(lambda c: not c.void_reason) - batch.redemption_ids.code_id
            stopped.filtered(lambda c: c.active != is_paid).active = is_paid
            batch._follow_seats(max(batch.count - credited, 0) if is_paid else 0)

    def _note_over_credited(self, count):
        """Say once that more was credited than could be taken back: what was redeemed stays so."""
        if count == self.over_credited:
            return
        self.over_credited = count
        if count:
            self.message_post(
                body=self.env._(
                    "Codes credited although somebody had redeemed them: %s. They stay redeemed; "
                    "nothing is left to void.",
                    count,
                )
            )

    # ------------------------------------------------------------------
    # Redeeming
    # ------------------------------------------------------------------

    @api.private
    def _give_plan(self, code, partner, at):
        """Give the plan for its period; return (cover, seat), one of them empty."""
        self.ensure_one()
        tier, seats = self.plan_id.rc_tier_id, self.env["rc.seat"]
        on = local_day(at, self.company_id)
        team = self._get_team()
        if team:
            try:
                with self.env.cr.savepoint():
                    seat = seats._invite(team, at)
                    seat._take(partner, at)
            except Refusal as refusal:
                if refusal.code not in ("own_code", "not_eligible"):
                    raise value_error(self.env) from refusal
                raise
            return self.env["rc.tier.cover"], seat
        days = (on + relativedelta(months=self.plan_id._rc_get_months()) - on).days
        cover = self.env["rc.subscription"]._give_days(
            partner,
            tier,
            days,
            f"rc.code:{code.id}:redeemed",
            self.name,
            origin=code,
            on=on,
            kind="gift",
        )
        return cover, seats

    def _get_team(self):
        """Return the buyer's running team whose tier the codes are for (may be empty)."""
        tier = self.plan_id.rc_tier_id
        if tier.seat_count < 2:
            return self.env["rc.subscription"]
        owners = self.partner_id | self.partner_id.child_ids | self.partner_id.commercial_partner_id
        running = self.env["rc.subscription"].search(
            [("partner_id", "in", owners.ids), ("tier_id", "=", tier.id)]
        )
        return running.filtered(lambda subscription: subscription._is_running())[:1]

    # ------------------------------------------------------------------
    # Void, replace, refund
    # ------------------------------------------------------------------

    @api.private
    def _replace(self, code, at):
        """Void a code that was lost and make another one in its place; return the new one.

        :raise Refusal: ``used_code``
        """
        self.ensure_one()
        if code not in self._get_open_codes() or code.date_to <= local_day(at, self.company_id):
            raise Refusal(
                self.env._("Only a code that is open can be replaced: this one is not."),
                "used_code",
            )
        code._void(self.env._("replaced"))
        return self._add_codes(1)

    def action_void(self):
        """Manager: refuse all open codes from now on."""
        self.check_access("write")
        for batch in self:
            batch._get_open_codes()._void(self.env._("made void by %s", self.env.user.name))

    def action_refund_open(self):
        """Manager: a draft credit note over what nobody redeemed; posting it voids those codes."""
        self.ensure_one()
        self.check_access("write")
        self.env["account.move"].check_access("create")
        line, count = self.invoice_line_id, len(self._get_open_codes())
        if not line or not count:
            raise UserError(self.env._("There is nothing to refund: no paid code is open."))
        note = line.move_id._reverse_moves(
            [{"ref": self.env._("Codes nobody redeemed: %s", count)}], cancel=False
        )
        mirrored = note.invoice_line_ids.filtered(
            lambda own: (
                own.product_id == line.product_id
                and own.quantity == line.quantity
                and own.sale_line_ids == line.sale_line_ids
            )
        )[:1]
        (
            note.invoice_line_ids.filtered(lambda own: own.display_type == "product") - mirrored
        ).unlink()
        if count < line._rc_count_codes():
            mirrored._rc_set_pieces(count)
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": note.id,
            "views": [(False, "form")],
        }

    def action_view_codes(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_code_action")
        return {
            **action,
            "domain": [("batch_id", "in", self.ids)],
            "context": {"active_test": False},
        }

    @api.private
    def _get_days_left(self, on):
        return (self.expires_on - on) // timedelta(days=1)
