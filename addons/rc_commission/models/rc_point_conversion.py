"""Points that members convert are money this company owes them: an accrual of the ledger."""

from odoo import api, models

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.kernel.ledger import Posting, Slot

from ..adapters import local_day


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    @api.private
    def _can_convert(self):
        return True


class RcPointConversion(models.Model):
    _inherit = "rc.point.conversion"

    def _accrue(self):
        """WRITE one entry, payable at once: the points were earned, nothing is held."""
        self.ensure_one()
        key = (self.partner_id.id, self.company_id.id, self.currency_id.id)
        accounts = self.env["rc.commission.account"]._get_or_create_many({key})
        self.env["rc.commission.entry"].sudo()._post(  # the system's ledger, by a checked door
            [
                Posting(
                    key=f"rc.point.conversion:{self.key}",
                    kind="accrual",
                    debit=Slot("expense"),
                    credit=Slot("open", accounts[key]),
                    amount=exact(self.amount),
                    occurred_at=self.at,
                    reason=self.env._("%s points converted to cash", self.points),
                    origin=(self._name, self.id),
                    extra={"payable_on": local_day(self.at, self.company_id)},
                )
            ]
        )
