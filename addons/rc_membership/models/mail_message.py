from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.ondelete(at_uninstall=False)
    def _rc_take_back_reviews(self):
        """A deleted message takes its review with it in the database: what it gave goes back."""
        # whoever may delete a message need not read facts
        reviews = self.env["rating.rating"].sudo().search([("message_id", "in", self.ids)])
        reviews._rc_undo_reviews()
