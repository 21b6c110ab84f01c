from urllib.parse import quote, urlencode

from odoo import api, models

from ..share.card import Card
from .rc_code import PERSONAL

CHANNEL_MEDIUM = "referral"


class RcCode(models.Model):
    """Where a link leads, and what is printed and posted with it."""

    _inherit = "rc.code"

    @api.private
    def _get_share_link(self, source=None, product=None, campaign=None):
        """Return the code's link with its channel as UTM source, to an item or a campaign's page."""
        self.ensure_one()
        parameters = {}
        if product:
            parameters["item"] = product.id
        if source:
            parameters |= {"utm_source": source, "utm_medium": CHANNEL_MEDIUM}
        if campaign:
            parameters["utm_campaign"] = campaign.name
        return self.link + ("?" + urlencode(parameters) if parameters else "")

    @api.private
    def _get_landing(self, arguments):
        """Return the path of this site where the link leads; never anywhere else.

        In this order: an item (``item``: id of what may be promoted), the page of an open campaign
        (``utm_campaign``), the code's own landing page, its campaign's, the owner's invitation page.

        :param arguments: the parameters of the link, as text
        """
        self.ensure_one()
        item = arguments.get("item", "")
        if item.isascii() and item.isdigit() and len(item) < 10:
            pages = self.env["rc.share.page"]
            product = pages._get_promotable(self.company_id, [int(item)])
            if product:
                return product.website_url
        name = arguments.get("utm_campaign", "")
        path = (name and self._get_campaign_path(name)) or self.landing_path
        if not path and self.campaign_id:
            path = self.campaign_id.rc_landing_page_id.url
        if not path and self._has_invitation() and self._get_page().is_open:
            path = self._get_invitation_path()
        return path or "/"

    def _get_campaign_path(self, name):
        """Return the page of an open campaign by its name (what ``utm_campaign`` holds), or None."""
        # visitors have no rights on campaigns; the page itself is published
        campaign = (
            self.env["utm.campaign"]
            .sudo()
            .search(
                [
                    ("name", "=", name[:200]),
                    ("rc_is_open", "=", True),
                    ("rc_landing_page_id", "!=", False),
                ],
                limit=1,
            )
        )
        return campaign.rc_landing_page_id.url or None

    @api.private
    def _has_invitation(self):
        """Tell whether the code is one that introduces its owner in public."""
        return self.kind in PERSONAL

    @api.private
    def _get_invitation_path(self):
        return f"/invite/{quote(self.code)}"

    def _get_page(self):
        return self.env["rc.share.page"]._get_of(self.partner_id)

    @api.private
    def _get_card(self, source="card", campaign=None):
        """Return the words of a picture for this code, in the language of the environment."""
        self.ensure_one()
        page = self._get_page()
        name = page._get_shown_name(self.partner_id)
        brand = self.company_id.name
        campaign = campaign or self.campaign_id
        text = page.greeting or campaign.rc_share_text
        return Card(
            name=name,
            headline=self.env._("%(name)s invites you to %(brand)s", name=name, brand=brand),
            text=text or self.env._("Come and try it. My link brings you straight there."),
            brand=brand,
            hint=self.env._("Scan, or open my link"),
            code=self.code,
            link=self._get_share_link(source),
        )
