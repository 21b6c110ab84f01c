"""What the screening of referrals holds back from settlements."""

from odoo import models


class RcCommissionAccount(models.Model):
    _inherit = "rc.commission.account"

    def _read_screening(self, award_ids):
        """Return ids of awards that wait for a check of the referral, and accounts of who is frozen.

        An award waits where its payee's own referral of the buyer is being checked, or did not
        pass.
        """
        screened, frozen = set(), self.browse()
        awards = self.env["rc.commission.award"].browse(sorted(award_ids))
        for company in self.company_id:
            own = self.filtered(lambda account, c=company: account.company_id == c)
            payees = own.partner_id
            held = payees._rc_get_frozen(company)
            frozen |= own.filtered(lambda account, h=held: account.partner_id in h)
            members = payees._rc_get_screened_members(company)
            for award in awards if members else ():
                buyer = award.move_id._rc_get_member()
                if award.company_id == company and buyer.id in members.get(award.partner_id.id, ()):
                    screened.add(award.id)
        return screened, frozen
