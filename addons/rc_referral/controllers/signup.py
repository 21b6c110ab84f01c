from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.web.controllers.home import SIGN_UP_REQUEST_PARAMS

from ..errors import CodeError, code_error
from ..limits import check_not_locked, note_failure
from ..visit import get_linked_code

BUCKET = "sign_up"

SIGN_UP_REQUEST_PARAMS.add("rc_code")


class ReferralSignup(AuthSignupHome):
    def get_auth_signup_qcontext(self):
        """Fill in the code of the link the visitor came by, and say whose it is."""
        qcontext = super().get_auth_signup_qcontext()
        code = get_linked_code()
        if code:
            qcontext["rc_inviter"] = code.partner_id._rc_get_first_name()
            if request.httprequest.method == "GET":
                qcontext.setdefault("rc_code", code.code)
        return qcontext

    def _prepare_signup_values(self, qcontext):
        """Check the codes before an account is made: a slip is told, nothing is half-done."""
        values = super()._prepare_signup_values(qcontext)
        text = qcontext.get("rc_code")
        login = email_normalize(qcontext.get("login") or "")
        for part in request.env["res.users"]._rc_split_codes(text):
            check_not_locked(BUCKET)
            try:
                code = request.env["rc.code"]._resolve(part)
            except CodeError as error:
                if error.code in ("unknown_code", "mistyped_code"):
                    note_failure(BUCKET)
                raise
            if login and code.partner_id.email_normalized == login:
                raise code_error(request.env, "own_code", code.code)
        return values
