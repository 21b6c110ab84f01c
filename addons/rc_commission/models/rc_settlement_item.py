from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.db import make_append_only


class RcSettlementItem(models.Model):
    """An entry that was settled. Its unique key is what forbids settling anything twice."""

    _name = "rc.settlement.item"
    _description = "Settlement Line"
    _order = "id"
    _rec_name = "entry_id"
    _allow_sudo_commands = False

    settlement_id = fields.Many2one(
        "rc.settlement", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="settlement_id.company_id")
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    entry_id = fields.Many2one(
        "rc.commission.entry", required=True, readonly=True, ondelete="restrict"
    )
    amount = fields.Monetary(readonly=True)
    award_id = fields.Many2one(related="entry_id.award_id")
    kind = fields.Selection(related="entry_id.kind")
    occurred_at = fields.Datetime(related="entry_id.occurred_at")
    explanation_text = fields.Text("Why", compute="_compute_explanation_text")

    _entry_uniq = models.Constraint("UNIQUE (entry_id)", "This entry was settled before.")

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table)

    @api.depends("award_id", "entry_id")
    @api.depends_context("lang", "uid")
    def _compute_explanation_text(self):
        for item in self:
            item.explanation_text = item.award_id.explanation_text or item._get_reason()

    def _get_reason(self):
        """Return why there is something to pay that no plan awarded (an opening), else nothing."""
        self.ensure_one()
        entry = self.entry_id
        return entry.reason or "" if entry.kind == "accrual" and not entry.award_id else ""

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("Settlement lines are written by settlement runs only."))

    def write(self, vals):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("A settlement line never changes."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A settlement line is never deleted."))
