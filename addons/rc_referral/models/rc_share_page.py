import base64
import io

from PIL import Image, ImageOps, UnidentifiedImageError

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

GREETING_MAX = 300
PICTURE_BYTES_MAX = 8 * 1024 * 1024
PICTURE_PIXELS_MAX = 40_000_000
PICTURE_SIDE = 512
PROMOTED_MAX = 60
_PICTURE_KINDS = ("PNG", "JPEG")  # Odoo loads no others into Pillow, for safety
_NO_PICTURE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,
)


class RcSharePage(models.Model):
    """What a participant shows to those they invite: name, picture, greeting, what they recommend.

    It is plain text and one picture drawn anew, so nothing of it can run in a visitor's browser.
    """

    _name = "rc.share.page"
    _description = "Invitation Page"
    _rec_name = "partner_id"
    _order = "id desc"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", "Participant", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    is_open = fields.Boolean(
        "Links Lead Here",
        default=True,
        help="Links of the personal code open this page, unless the code has a landing page.",
    )
    is_full_name = fields.Boolean("Full Name", help="Otherwise the first name only.")
    greeting = fields.Text(help="Plain text, up to 300 characters.")
    picture = fields.Binary(attachment=True, help="Shown to everybody who has the link.")
    product_ids = fields.Many2many(
        "product.template", string="Recommended", help="What the participant chose to promote."
    )

    _partner_uniq = models.UniqueIndex("(partner_id)", "This participant has a page already.")

    @api.constrains("greeting", "company_id")
    def _check_greeting(self):
        for page in self:
            if len(page.greeting or "") > GREETING_MAX:
                raise ValidationError(
                    self.env._("A greeting has at most %s characters.", GREETING_MAX)
                )
            page.company_id._rc_check_wording(page.greeting or "")

    # ------------------------------------------------------------------
    # The participant's door
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_of(self, partner):
        """Return the page of a participant; may be empty."""
        # visitors have no rights on pages; who holds a link may see its page
        return self.sudo().search([("partner_id", "=", partner.id)], limit=1)

    @api.model
    @api.private
    def _save(self, partner, company, vals):
        """Write what ``partner`` says on their page, and return it.

        :param vals: some of is_open, is_full_name, greeting, product_ids (ids), picture (bytes of a
            file; ``b""`` takes the picture away)
        :raise UserError: the picture is none, or the wording advertises recruiting
        """
        values = {name: bool(vals[name]) for name in ("is_open", "is_full_name") if name in vals}
        if "greeting" in vals:
            values["greeting"] = " ".join((vals["greeting"] or "").split()) or False
        if "product_ids" in vals:
            offered = self._get_promotable(company).filtered(
                lambda product: product.id in vals["product_ids"]
            )
            values["product_ids"] = [Command.set(offered.ids)]
        if "picture" in vals:
            values["picture"] = vals["picture"] and self._redraw(vals["picture"])
        page = self._get_of(partner)
        if page:
            page.write(values)
            return page
        # as above; the page is made for whoever asks, and for nobody else
        return self.sudo().create({**values, "partner_id": partner.id, "company_id": company.id})

    @api.model
    @api.private
    def _get_promotable(self, company, ids=None):
        """Return what participants of a company may recommend: published, for sale, not kept back.

        :param ids: of these only
        """
        # members have no rights on products; what is published is public
        return (
            self.env["product.template"]
            .sudo()
            .search(
                [
                    ("rc_is_promotable", "=", True),
                    ("is_published", "=", True),
                    ("sale_ok", "=", True),
                    ("company_id", "in", (False, company.id)),
                    ("id", "in" if ids is not None else "not in", ids or []),
                ],
                limit=PROMOTED_MAX,
            )
        )

    def _redraw(self, content):
        """Return a file as the base64 of a small JPEG drawn anew: no script, no place, no other file."""
        refusal = UserError(self.env._("Choose a picture in PNG or JPEG format, up to 8 MB."))
        if len(content) > PICTURE_BYTES_MAX:
            raise refusal
        try:
            with Image.open(io.BytesIO(content), formats=_PICTURE_KINDS) as opened:
                if opened.width * opened.height > PICTURE_PIXELS_MAX:
                    raise refusal
                picture = ImageOps.exif_transpose(opened).convert("RGB")
        except _NO_PICTURE as error:
            raise refusal from error
        picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=85)
        return base64.b64encode(out.getvalue())

    # ------------------------------------------------------------------
    # What visitors see
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_shown_name(self, partner):
        """Return the name by which a participant invites: the first name, unless they said otherwise."""
        partner = partner.sudo()  # a visitor with the link reads the name the owner shows
        if self._get_of(partner).is_full_name:
            return partner.name or ""
        return partner._rc_get_first_name()

    @api.private
    def _get_picture(self):
        """Return the JPEG's bytes, or None."""
        content = self.with_context(bin_size=False).picture
        return base64.b64decode(content) if content else None

    @api.private
    def _get_products(self):
        """Return what is recommended and may still be."""
        if not self.product_ids:
            return self.product_ids
        return self._get_promotable(self.company_id, self.product_ids.ids)
