"""How members are told: by mail, by SMS, or only on their own pages."""

from odoo import api, fields, models

from ..exceptions import Refusal

WAYS = [
    ("email", "By mail"),
    ("sms", "By SMS"),
    ("portal", "Only in my account"),
]


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_notify_by = fields.Selection(
        WAYS,
        "Told about the Membership",
        help="Reminders and the like. Bills, invitations and gifts always come by mail. Without a "
        "telephone number, an SMS goes out as a mail.",
    )

    @api.private
    def _rc_tell(self, template, record):
        """Tell a member what a mail template says of a record, by the way they prefer.

        Whatever the way, it is on their page of notices. A short message is the mail's subject with
        a link.

        :return: the way it went: ``email``, ``sms`` or ``portal``
        """
        self.ensure_one()
        way = self.rc_notify_by or "email"
        if way == "sms" and self.phone_sanitized:
            texts = template._render_field("subject", record.ids, compute_lang=True)
            text = f"{texts[record.id]} {self.get_base_url()}/my/notices"
            # whoever causes a notice needs no right to send messages
            self.env["sms.sms"].sudo().create(
                {"partner_id": self.id, "number": self.phone_sanitized, "body": text}
            )
            return "sms"
        if way != "portal" and self.email:
            template.send_mail(record.id, force_send=False)
            return "email"
        return "portal"

    @api.private
    def _rc_choose_way(self, way):
        """Let a member choose how they are told.

        :raise Refusal: ``not_eligible``: no such way, or an SMS without a number
        """
        self.ensure_one()
        if way not in dict(WAYS):
            raise Refusal(self.env._("Choose one of the ways."), "not_eligible")
        if way == "sms" and not self.phone_sanitized:
            raise Refusal(
                self.env._("Add your telephone number to your address first."), "not_eligible"
            )
        self.rc_notify_by = way

    @api.private
    def _rc_get_notices(self, limit):
        """Return what a member was told, the last first: [(datetime, sentence, icon)]."""
        self.ensure_one()
        notices = self.env["rc.subscription.notice"].search(
            [("subscription_id.partner_id", "=", self.id)], limit=limit
        )
        quotas = self.env["rc.quota.notice"].search([("partner_id", "=", self.id)], limit=limit)
        told = [(one.create_date, *one._get_words()) for one in notices]
        told += [(one.create_date, one._get_sentence(), "fa-tachometer") for one in quotas]
        return sorted(told, key=lambda row: row[0], reverse=True)[:limit]
