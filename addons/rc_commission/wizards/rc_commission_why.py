from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import escape_psql

from ..models.rc_commission_estimate import MODELS


class RcCommissionWhy(models.TransientModel):
    """Why somebody earns by an order, an invoice or an opportunity, and why others do not."""

    _name = "rc.commission.why"
    _description = "Who Earns, and Why"

    reference = fields.Char(
        help="Number of an order or invoice, the customer's reference, or an opportunity's name."
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    title = fields.Char(compute="_compute_report_html")
    report_html = fields.Html(compute="_compute_report_html", sanitize=False)

    @api.depends("res_model", "res_id")
    @api.depends_context("lang", "uid")
    def _compute_report_html(self):
        for wizard in self:
            record = wizard._get_record()
            wizard.title = record.display_name if record else False
            # the report is our own template, values are escaped by it
            wizard.report_html = (
                self.env["rc.commission.estimate"]._render(record) if record else False
            )

    def _get_record(self):
        """Return the document the wizard is about (empty if none or gone)."""
        if self.res_model not in MODELS:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    def action_find(self):
        """Look for what the reader may read by its number, reference or name."""
        self.ensure_one()
        text = (self.reference or "").strip()
        record = text and self._find_record(text)
        if not record:
            raise UserError(
                self.env._(
                    "There is no order, invoice or opportunity “%s” that you may read. Give its "
                    "number, like S00012, or the customer's reference.",
                    text,
                )
            )
        self.write({"res_model": record._name, "res_id": record.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who earns, and why"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _find_record(self, text):
        """Return the newest document of that name or reference the reader may read."""
        for model, names in (
            ("sale.order", ("name", "client_order_ref")),
            ("account.move", ("name", "ref", "payment_reference")),
            ("crm.lead", ("name",)),
        ):
            if not self.env[model].has_access("read"):
                continue
            domain = fields.Domain.OR([[(name, "=ilike", escape_psql(text))] for name in names])
            if model == "account.move":
                domain &= fields.Domain("move_type", "=", "out_invoice")
            found = self.env[model].search(domain, limit=1, order="id desc")
            if found:
                return found
        return None
