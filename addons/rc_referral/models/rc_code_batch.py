from odoo import api, fields, models
from odoo.tools import SQL

from ..errors import CodeError, value_error
from ..kernel import codes


class RcCode(models.Model):
    """A code of value belongs to a batch; redeeming it gives the batch's plan."""

    _inherit = "rc.code"

    _rc_facts = ("batch_id", "void_reason")

    batch_id = fields.Many2one(
        "rc.activation.batch",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    void_reason = fields.Char(readonly=True, copy=False)

    @api.model
    @api.private
    def _redeem(self, text, partner, at, is_named=False):
        """Redeem a code of value for ``partner`` and bind them to its buyer; return the redemption.

        READ the code → DECIDE by its one use → WRITE use, plan, sponsor and redemption.

        :param is_named: the redeemer agrees that the buyer sees their name
        :raise CodeError: mistyped_code, unknown_code (every other reason)
        :raise Refusal: a seat cannot be taken by who owns the team or sits in it
        """
        code = self._resolve(text, partner=partner, at=at)
        if code.kind not in codes.VALUED:
            raise value_error(self.env)
        return code._redeem_for(partner, at, is_named)

    @api.private
    def _redeem_for(self, partner, at, is_named=False):
        """Redeem a code that was resolved; see :meth:`_redeem`."""
        # knowing the code was the right to use it; what it gives is the system's to write
        code, partner = self.sudo(), partner.sudo()
        # money that went back a moment ago may not have reached the codes yet
        code.batch_id.move_id._rc_sync_batches(at)
        code._claim_row()
        try:
            code._use(partner, f"redeem:{code.id}:{partner.id}", at, origin=partner)
        except CodeError as refusal:
            raise value_error(self.env) from refusal
        redemptions = code.env["rc.activation.redemption"]
        known = redemptions.search([("code_id", "=", code.id)])
        if known:
            return known
        cover, seat = code.batch_id._give_plan(code, partner, at)
        if not code._is_own(partner):
            partner._rc_bind(code, at)
        return redemptions.create(
            {
                "code_id": code.id,
                "batch_id": code.batch_id.id,
                "partner_id": partner.id,
                "at": at,
                "is_named": is_named,
                "cover_id": cover.id,
                "seat_id": seat.id,
                "company_id": code.company_id.id,
            }
        )

    def _claim_row(self):
        """Write the code's row: it is redeemed or made void, not both by two who come at once."""
        self.flush_recordset()
        claimed = self.env.execute_query(
            SQL(
                "UPDATE rc_code SET write_date = write_date WHERE id = %s AND active RETURNING id",
                self.id,
            )
        )
        if not claimed:
            raise value_error(self.env)

    def _on_bound(self, partner, at):
        """Typed at sign-up, a code of value is redeemed at once."""
        if self.kind in codes.VALUED:
            self._redeem_for(partner, at)
            return None
        return super()._on_bound(partner, at)

    def _void(self, reason):
        """Refuse codes for good."""
        self.sudo().write({"active": False, "void_reason": reason})  # decided by the caller
