from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..kernel.wording import WORDS, find_banned, read_words


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_banned_words = fields.Text(
        "Words Not in Shared Material",
        default="\n".join(WORDS),
        help="One word or phrase a line. Greetings, campaign sentences and campaign pages that have one"
        " of them are refused, because they advertise recruiting. Empty: nothing is checked.",
    )

    @api.private
    def _rc_check_wording(self, text):
        """Refuse a text for the public that has words of the list.

        :raise ValidationError: names the words
        """
        # members write greetings and cannot read settings
        words = read_words(self.sudo().rc_banned_words or "")
        found = find_banned(text, words)
        if found:
            raise ValidationError(
                self.env._(
                    "Shared material may not advertise recruiting or easy money. Leave out: %s",
                    ", ".join(found),
                )
            )
