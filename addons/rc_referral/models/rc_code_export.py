import base64

from odoo import models

from ..kernel.table import write_csv


class RcCode(models.Model):
    _inherit = "rc.code"

    def action_export_csv(self):
        """Whoever may read the codes: a CSV file whose cells no spreadsheet runs."""
        self.check_access("read")
        head = [
            self.env._("Code"),
            self.env._("Owner"),
            self.env._("Kind"),
            self.env._("Campaign"),
            self.env._("Valid from"),
            self.env._("Expires on"),
            self.env._("Link"),
            self.env._("Clicks"),
            self.env._("Uses"),
            self.env._("Paid"),
        ]
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        rows = [
            [
                code.code,
                code.partner_id.name,
                kinds[code.kind],
                code.campaign_id.name,
                code.date_from,
                code.date_to,
                code.link,
                code.touch_count,
                code.use_count,
                code.paid_count,
            ]
            for code in self
        ]
        attachment = self.env["ir.attachment"].create(
            {
                "name": "codes.csv",
                "datas": base64.b64encode(write_csv(head, rows)),
                "mimetype": "text/csv",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }
