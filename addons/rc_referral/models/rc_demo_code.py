from datetime import timedelta

from odoo import api, models


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_codes(self):
        """A studio bought codes for its students, two of whom have redeemed theirs; another one
        bought gifts that nobody has opened yet."""
        now = self.env.cr.now().replace(minute=0, second=0, microsecond=0)
        studio = self.env.ref("rc_membership.partner_lotus")
        batch = self.env["rc.activation.batch"]._make(
            studio,
            self.env.ref("rc_membership.product_pro_month"),
            "activation",
            12,
            "demo:lotus:codes",
            now - timedelta(days=9),
            (now + timedelta(days=356)).date(),
        )
        students = ("iris", "jonas")
        for number, (student, code) in enumerate(zip(students, batch.code_ids, strict=False)):
            code._redeem_for(
                self.env.ref(f"rc_referral.partner_student_{student}"),
                now - timedelta(days=5 - number),
                is_named=not number,
            )
        self.env["rc.activation.batch"]._make(
            self.env.ref("rc_membership.partner_bamboo"),
            self.env.ref("rc_membership.product_pro_month"),
            "gift",
            3,
            "demo:bamboo:gifts",
            now - timedelta(days=2),
            (now + timedelta(days=363)).date(),
        )
