"""Where a program manager reports for review: on a contact, an order, a decision who brought whom."""

from odoo import api, models
from odoo.exceptions import UserError


class RcFraudReportDoor(models.AbstractModel):
    _name = "rc.fraud.report.mixin"
    _description = "Can Be Reported for Review"

    def action_rc_report(self):
        """Program managers: open the dialog that asks what is suspicious, and why."""
        self.check_access("read")
        self.env["rc.fraud.case"]._check_reporter()
        self.ensure_one()
        values = self._rc_get_suspects()
        if not values["partner_id"]:
            raise UserError(self.env._("Nobody brought this: there is no one to report."))
        wizard = self.env["rc.fraud.report"].create(values)
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.fraud.report",
            "res_id": wizard.id,
            "name": self.env._("Report for Review"),
            "view_mode": "form",
            "target": "new",
        }

    @api.private
    def _rc_get_suspects(self):
        """Return the values of the dialog: who may be reported, and for whom they brought."""
        raise NotImplementedError


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "rc.fraud.report.mixin"]

    @api.private
    def _rc_get_suspects(self):
        sponsor = self.rc_sponsor_id
        return {
            "partner_id": self.id,
            "sponsor_id": sponsor.id,
            "member_id": self.id if sponsor else False,
            "company_id": self.env.company.id,
            "about": "participant",
        }


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "rc.fraud.report.mixin"]

    @api.private
    def _rc_get_suspects(self):
        return {
            "partner_id": self.rc_partner_id.id,
            "sponsor_id": self.rc_partner_id.id,
            "member_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "about": "referral",
        }


class RcAttribution(models.Model):
    _name = "rc.attribution"
    _inherit = ["rc.attribution", "rc.fraud.report.mixin"]

    @api.private
    def _rc_get_suspects(self):
        # sudo: whoever may read the decision knows whom it is about, orders are the sales team's
        source = self.env[self.res_model].sudo().browse(self.res_id).exists()
        member = source if self.res_model == "res.partner" else source.partner_id
        return {
            "partner_id": self.winner_id.id,
            "sponsor_id": self.winner_id.id,
            "member_id": member.id,
            "company_id": self.company_id.id,
            "about": "referral" if member else "participant",
        }
