from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError


class RcCodeInspect(models.TransientModel):
    """Ask what a code would do for a person now, and why not."""

    _name = "rc.code.inspect"
    _description = "Code Inspector"

    text = fields.Char("Code", help="As somebody types it.")
    partner_id = fields.Many2one("res.partner", "Person", help="Empty: a visitor nobody knows.")
    order_id = fields.Many2one("sale.order")
    at = fields.Datetime("On", required=True, default=fields.Datetime.now)
    result_html = fields.Html(compute="_compute_result_html", sanitize=False)

    @api.depends_context("lang")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Code Inspector")

    @api.depends("text", "partner_id", "order_id", "at")
    def _compute_result_html(self):
        labels = self._get_labels()
        row = Markup(
            '<tr><td style="width:2rem"><i class="fa fa-fw {} {}"></i></td>'
            '<td class="text-muted text-nowrap pe-3">{}</td><td>{}</td></tr>'
        )
        for wizard in self:
            rows = wizard._inspect_text() if wizard.text else []
            cells = [
                row.format(
                    "fa-check-circle" if ok else "fa-times-circle",
                    "text-success" if ok else "text-danger",
                    labels[check],
                    sentence,
                )
                for check, ok, sentence in rows
            ]
            body = Markup().join(cells)
            wizard.result_html = Markup('<table class="table">{}</table>').format(body)

    def _inspect_text(self):
        if not self.env.user.has_group("rc_membership.group_salesperson"):
            raise AccessError(self.env._("The code inspector is for staff."))
        self.partner_id.check_access("read")
        self.order_id.check_access("read")
        partner = self.partner_id or self.order_id.partner_id
        return self.env["rc.code"]._inspect(self.text, partner, self.at, order=self.order_id)

    def _get_labels(self):
        return {
            "shape": self.env._("Text"),
            "known": self.env._("Code"),
            "valid": self.env._("Dates"),
            "uses": self.env._("Uses"),
            "person": self.env._("This person"),
            "audience": self.env._("Audience"),
            "own": self.env._("Owner"),
            "sponsor": self.env._("Sponsor"),
            "staff": self.env._("Salesperson"),
            "plan": self.env._("Plan"),
            "discount": self.env._("Discount"),
            "result": self.env._("Result"),
        }
