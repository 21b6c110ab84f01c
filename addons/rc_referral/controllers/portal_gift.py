"""Whom points may be given to is asked by address: guessing addresses is limited."""

from odoo.http import request

from odoo.addons.rc_membership.controllers.earn import EarnPortal
from odoo.addons.rc_membership.exceptions import Refusal

_TRIES, _SECONDS = 40, 3600  # a gift asks twice


class GiftPortal(EarnPortal):
    def _rc_find_receiver(self, values, email):
        """The answer tells whether somebody is a member, so nobody may ask for long."""
        login = request.env.user.login
        if not request.env["rc.attempt"]._hit("gift", login, _TRIES, _SECONDS):
            raise Refusal(
                request.env._("You have tried many addresses. Try again in an hour."),
                "limit_reached",
            )
        return super()._rc_find_receiver(values, email)
