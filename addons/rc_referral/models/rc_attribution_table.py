from markupsafe import Markup

from odoo import api, fields, models


class RcAttribution(models.Model):
    """A decision as people read it: a table of everybody who might have won, and why not."""

    _inherit = "rc.attribution"

    @api.depends("candidates")
    def _compute_candidates_html(self):
        """A table of all candidates and why each won or lost."""
        labels = dict(self._fields["evidence"]._description_selection(self.env))
        reasons = self._get_reason_sentences()
        heads = (
            self.env._("Participant"),
            self.env._("Evidence"),
            self.env._("Code"),
            self.env._("When"),
            self.env._("Result"),
        )
        head = Markup().join(Markup("<th>%s</th>") % text for text in heads)
        for record in self:
            rows = Markup().join(
                record._get_candidate_row(values, labels, reasons)
                for values in record.candidates or []
            )
            record.candidates_html = (
                Markup(
                    '<table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
                )
                % (head, rows)
                if rows
                else Markup("<p>%s</p>") % self.env._("There was no evidence of any kind.")
            )

    def _get_candidate_row(self, values, labels, reasons):
        partner = self.env["res.partner"].browse(values["participant"]).exists()
        code = self.env["rc.code"].browse(values["code"]).exists()
        at = fields.Datetime.context_timestamp(self, fields.Datetime.to_datetime(values["at"]))
        cells = (
            (partner or code.partner_id).display_name or "",
            labels[values["evidence"]],
            code.code or "",
            at.strftime("%Y-%m-%d %H:%M:%S"),
            reasons[values["reason"]],
        )
        cell_html = Markup("<td>%s</td>")
        if values["reason"] == "won":
            cell_html = Markup('<td class="table-success"><strong>%s</strong></td>')
        return Markup("<tr>%s</tr>") % Markup().join(cell_html % cell for cell in cells)

    @api.model
    def _get_reason_sentences(self):
        return {
            "won": self.env._("Won"),
            "corrected": self.env._("Named another sponsor since"),
            "shared": self.env._("Shares the order"),
            "existing_customer": self.env._("Had bought before: not a new customer"),
            "not_entered": self.env._("A code was written on the page"),
            "no_coupon": self.env._("The link of a coupon came before it"),
            "own_code": self.env._("Own code: nobody brings themselves"),
            "in_future": self.env._("Later than the decision"),
            "outside_window": self.env._("Too long ago"),
            "weaker_evidence": self.env._("Weaker evidence than the winner's"),
            "older": self.env._("A later one of the same kind won"),
            "newer": self.env._("The first one of the same kind won"),
            "too_fresh": self.env._("Clicked less than a minute before checkout"),
        }

    @api.model
    def _get_evidence_sentences(self):
        return {
            "typed_code": self.env._("A code was typed: the strongest evidence there is."),
            "activation": self.env._("An activation or gift code was redeemed."),
            "deal": self.env._("The customer was registered as a deal."),
            "coupon": self.env._("A coupon of the participant was used."),
            "link": self.env._("The visitor came by a link or QR code within the window."),
            "sponsor": self.env._("No fresher evidence: the buyer's sponsor."),
            "salesperson": self.env._("No code, link or sponsor: the salesperson in charge."),
            "none": self.env._("Nobody brought the customer."),
        }
