from odoo import api, fields, models
from odoo.exceptions import AccessError


class UtmCampaign(models.Model):
    """A campaign that participants share: its page, its sentence, and whether they may."""

    _inherit = "utm.campaign"

    rc_is_open = fields.Boolean(
        "Participants May Promote", help="Offered on everybody's share page in the portal."
    )
    rc_landing_page_id = fields.Many2one(
        "website.page",
        "Landing Page",
        ondelete="set null",
        index="btree_not_null",
        help="Links with this campaign lead there. The page is made with the website builder.",
    )
    rc_share_text = fields.Char(
        "Sentence on Cards", translate=True, help="Under the headline of share cards and posters."
    )

    @api.constrains("rc_share_text", "rc_landing_page_id")
    def _check_rc_wording(self):
        for campaign in self:
            self.env.company._rc_check_wording(campaign.rc_share_text or "")
            campaign.rc_landing_page_id.view_id._rc_check_wording()

    def action_rc_edit_landing_page(self):
        """Make the landing page from our template where there is none, and open it in the builder."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("website.group_website_designer"):
            raise AccessError(self.env._("Ask somebody who may edit the website."))
        website = self.env["website"].get_current_website()
        if not self.rc_landing_page_id:
            made = website.new_page(
                name=self.title, template="rc_referral.campaign_page", namespace="website"
            )
            # a designer who may write the campaign gives it its page; other settings are not theirs
            self.sudo().rc_landing_page_id = made["page_id"]
        return website.get_client_action(self.rc_landing_page_id.url, mode_edit=True)
