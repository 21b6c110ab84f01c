"""How somebody proves that an address or a number is theirs: a mailed link, a code by SMS.

Nothing is stored: link and code are signed with the database's secret, for this very address or
number and for a short time.
"""

from odoo import api, models
from odoo.tools import consteq, email_normalize, hash_sign, verify_hash_signed
from odoo.tools import hmac as odoo_hmac

_LINK_SCOPE = "rc_referral-confirm-email"
_CODE_SCOPE = "rc_referral-confirm-phone"
_LINK_HOURS = 48
_CODE_MINUTES = 10
_CODE_DIGITS = 6


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_get_email_link(self):
        """Return the address of the page that proves the e-mail, for two days."""
        self.ensure_one()
        payload = [self.id, email_normalize(self.email or "") or ""]
        # the database secret is the system's
        token = hash_sign(self.env(su=True), _LINK_SCOPE, payload, expiration_hours=_LINK_HOURS)
        return f"{self.get_base_url()}/confirm/email?token={token}"

    @api.private
    def _rc_send_email_link(self):
        """Mail the link to the person's address."""
        self.ensure_one()
        template = self.env.ref("rc_referral.mail_template_confirm_email")
        template.sudo().send_mail(self.id)  # a member asks for a mail to themselves

    @api.model
    @api.private
    def _rc_confirm_email(self, token, at):
        """Note the e-mail as proven by who opens the link; return the contact, empty where it is void.

        A link for an address that was changed since proves nothing.
        """
        try:
            payload = verify_hash_signed(self.env(su=True), _LINK_SCOPE, token or "")  # see above
        except ValueError:  # cut off or made up
            payload = None
        if not payload:
            return self.browse()
        partner = self.sudo().browse(payload[0]).exists()  # the link is the right
        if not partner or email_normalize(partner.email or "") != payload[1]:
            return self.browse()
        partner._rc_verify("email", at)
        return partner

    @api.private
    def _rc_make_phone_code(self, at, back=0):
        """Return the code (text of digits) that proves the number now, or ``back`` windows ago."""
        self.ensure_one()
        window = int(at.timestamp()) // (60 * _CODE_MINUTES) - back
        message = (self.id, self.sudo().phone or "", window)  # their own number
        digest = odoo_hmac(self.env(su=True), _CODE_SCOPE, message)  # see above
        return str(int(digest, 16) % 10**_CODE_DIGITS).zfill(_CODE_DIGITS)

    @api.private
    def _rc_send_phone_code(self, at):
        """Put an SMS with the code into Odoo's queue; nothing is sent inside this transaction."""
        self.ensure_one()
        text = self.env._(
            "%(code)s is your code for %(company)s. It holds for %(minutes)s minutes.",
            code=self._rc_make_phone_code(at),
            company=self.env.company.name,
            minutes=_CODE_MINUTES,
        )
        # a member asks for an SMS to themselves
        self.env["sms.sms"].sudo().create(
            {"partner_id": self.id, "number": self.sudo().phone, "body": text}
        )

    @api.private
    def _rc_confirm_phone(self, code, at):
        """Note the phone as proven where the code is right; return whether it was."""
        self.ensure_one()
        typed = "".join(digit for digit in (code or "") if digit.isdigit())
        good = any(consteq(typed, self._rc_make_phone_code(at, back)) for back in (0, 1))
        if good:
            self._rc_verify("phone", at)
        return good
