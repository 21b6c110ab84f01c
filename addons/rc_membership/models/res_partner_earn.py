from odoo import api, fields, models

from ..exceptions import Refusal
from .res_partner import STAFF

AGE_MAX = 120


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_birthday = fields.Date(
        "Birthday", groups=STAFF, copy=False, help="Members tell it once in the portal."
    )

    @api.private
    def _rc_tell_birthday(self, born, today):
        """Let a member tell their birthday, once.

        :raise Refusal: ``not_eligible`` (no such day of birth), ``limit_reached`` (told before)
        """
        self.ensure_one()
        if self.rc_birthday:
            raise Refusal(
                self.env._("Your birthday is known. Write to us to correct it."), "limit_reached"
            )
        if not born or not 0 <= today.year - born.year <= AGE_MAX or born >= today:
            raise Refusal(self.env._("Give the day you were born."), "not_eligible")
        self.rc_birthday = born

    @api.model
    def _rc_before_merge(self, sources, target):
        """What both contacts earned and when they checked in is of one person now."""
        super()._rc_before_merge(sources, target)
        # a merge is decided by its own rights
        self.env["rc.checkin"].sudo()._merge(sources, target)
        self.env["rc.point.counter"].sudo()._merge(sources, target)
        self.env["rc.mall.order"].sudo()._merge(sources, target)
        self.env["rc.poll.vote"].sudo()._merge(sources, target)
        self.env["rc.card"].sudo()._merge(sources, target)
        self.env["rc.seat"].sudo()._merge(sources, target)
