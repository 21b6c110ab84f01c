from odoo.http import request

from odoo.addons.auth_oauth.controllers.main import OAuthLogin
from odoo.addons.rc_referral.visit import get_visitor


class ReferralOAuth(OAuthLogin):
    """Below ``OAuthLogin``, whose ``get_state`` asks nobody else.

    A controller beside it, in rc_referral, would come before or after it as the modules happened to
    be loaded: in a server where auth_oauth is installed later, the visitor was lost until a restart.
    """

    def get_state(self, provider):
        """Let the identity provider bring the visitor back: Apple posts the answer, no cookie comes."""
        state = super().get_state(provider)
        if get_visitor():
            state["rc"] = request.env["rc.touch"]._sign_visitor(get_visitor())
        if request.params.get("rc_code"):
            state["rc_code"] = request.params["rc_code"]
        return state
