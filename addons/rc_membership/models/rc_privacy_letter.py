"""The last mail to somebody who was erased: it goes out after the fact, and is kept nowhere."""

import logging
from functools import partial

from odoo import models

_logger = logging.getLogger(__name__)


class RcPrivacyRequest(models.Model):
    _inherit = "rc.privacy.request"

    def _write_letter(self):
        """Return the mail that says it was done, written while there is somebody to write to.

        Texts only, in memory: email_from, email_to, subject, body. None without an address.
        """
        self.ensure_one()
        person = self.partner_id
        template = self.env.ref("rc_membership.mail_template_erased", raise_if_not_found=False)
        sender = self.company_id.email_formatted or self.env.user.email_formatted
        if self.kind != "erasure" or not template or not person.email_normalized or not sender:
            return None
        lang = person.lang or self.env.lang
        template = template.with_context(lang=lang)
        return {
            "email_from": sender,
            "email_to": [person.email_normalized],
            "subject": template._render_field("subject", self.ids, set_lang=lang)[self.id],
            "body": template._render_field("body_html", self.ids, set_lang=lang)[self.id],
        }

    def _send_later(self, letter):
        """Send the letter once the erasure is committed; an erasure that is undone sends none."""
        if letter and self.state == "done":
            self.env.cr.postcommit.add(partial(self._send_letter, letter))

    def _send_letter(self, letter):
        """Send it directly: a queued mail would keep the address in the database.

        It is tried once. What cannot be sent is lost, for the same reason.
        """
        server = self.env["ir.mail_server"].sudo()  # the cron's; settings of outgoing mail
        try:
            message = server._build_email__(
                letter["email_from"],
                letter["email_to"],
                letter["subject"],
                letter["body"],
                subtype="html",
            )
            server.send_email(message)
        except Exception as error:
            # the message of an error may name the person
            _logger.warning("the mail about erasure %s was not sent: %s", self.id, type(error))
