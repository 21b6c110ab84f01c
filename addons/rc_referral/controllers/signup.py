from odoo import fields
from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.web.controllers.home import SIGN_UP_REQUEST_PARAMS

from ..adapters_fraud import read_identities
from ..challenge import count_sign_up, get_puzzle, has_proof, is_sign_up_challenged
from ..errors import CodeError, code_error
from ..kernel.fraud import Signal, canonical_email
from ..limits import check_not_locked, note_failure
from ..visit import get_linked_code

BUCKET = "sign_up"

SIGN_UP_REQUEST_PARAMS.add("rc_code")


class ReferralSignup(AuthSignupHome):
    def get_auth_signup_qcontext(self):
        """Fill in the code of the link the visitor came by, and say whose it is."""
        qcontext = super().get_auth_signup_qcontext()
        if is_sign_up_challenged():
            qcontext["rc_puzzle"] = get_puzzle()
        code = get_linked_code()
        if code:
            qcontext["rc_inviter"] = code.partner_id._rc_get_first_name()
            if request.httprequest.method == "GET":
                qcontext.setdefault("rc_code", code.code)
        return qcontext

    def _prepare_signup_values(self, qcontext):
        """Check the codes before an account is made: a slip is told, nothing is half-done."""
        values = super()._prepare_signup_values(qcontext)
        if not qcontext.get("token"):
            self._rc_check_rate(qcontext)
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
            self._rc_check_not_own(code, login)
        return values

    def _rc_check_rate(self, qcontext):
        """Refuse a flood of sign-ups; some more than usual only after a proof."""
        env = request.env
        is_challenged = is_sign_up_challenged()
        if not count_sign_up():
            raise Refusal(
                env._("Too many accounts were opened from here. Please try again in an hour."),
                "limit_reached",
            )
        if is_challenged and not has_proof():
            qcontext["rc_puzzle"] = get_puzzle()
            raise Refusal(
                env._("Please wait a second until your browser is checked, then sign up again."),
                "limit_reached",
            )

    def _rc_check_not_own(self, code, login):
        """Refuse the code of who signs up, also under an alias of their mailbox; keep that it was."""
        owner = code.partner_id
        mailbox = canonical_email(login)
        if mailbox and mailbox in read_identities(owner)[owner.id].email:
            # a visitor has no rights on cases
            cases = request.env["rc.fraud.case"].sudo()
            cases._log_refusal(owner, [Signal("email")], fields.Datetime.now(), code.company_id)
            raise code_error(request.env, "own_code", code.code)
