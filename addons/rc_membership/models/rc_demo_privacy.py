from datetime import timedelta

from odoo import api, fields, models


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_privacy(self):
        """Somebody who was here once asks to be forgotten; an earlier guest is forgotten already."""
        requests = self.env["rc.privacy.request"]
        if requests.search_count([], limit=1):
            return
        now = fields.Datetime.now()
        people = self.env["res.partner"].create(
            [
                {"name": "Rosa Blanco", "email": "rosa.blanco@example.com", "phone": "+1 555 0177"},
                {"name": "Otto Weber", "email": "otto.weber@example.com", "city": "Bonn"},
            ]
        )
        rosa, otto = people
        mia = self.env.ref("rc_membership.user_mia")
        copy = requests._ask(mia.partner_id, "export", now - timedelta(hours=1), mia)
        copy._do_export(now)
        admin = self.env.ref("base.user_admin")
        requests._ask(rosa, "erasure", now - timedelta(days=2), admin, "staff")
        gone = requests._ask(otto, "erasure", now - timedelta(days=20), admin, "staff")
        gone._decide("approved", now - timedelta(days=19))
        gone._do_erasure(now - timedelta(days=19))
        # a name that a posted invoice of his would still say
        self.env["rc.privacy.retained"].create(
            {
                "partner_id": otto.id,
                "company_id": gone.company_id.id,
                "legal_name": "Otto Weber",
                "address": "Bonn",
                "move_count": 1,
                "until": fields.Date.add(now.date(), years=10),
            }
        )
