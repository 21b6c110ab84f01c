from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..adapters import exact, local_day

MANAGER = "rc_membership.group_program_manager"


class RatingRating(models.Model):
    """A product review counts for its member's growth once a program manager approved it."""

    _inherit = "rating.rating"

    rc_review_state = fields.Selection(
        [("new", "To Approve"), ("approved", "Approved"), ("refused", "Refused")],
        "Review",
        default="new",
        groups=MANAGER,
        help="Approved reviews of products let their member grow.",
    )
    rc_photo_count = fields.Integer(
        "Photos", compute="_compute_rc_photo_count", compute_sudo=True, groups=MANAGER
    )

    @api.depends("message_id.attachment_ids")
    def _compute_rc_photo_count(self):
        for rating in self:
            pictures = rating.message_id.attachment_ids.filtered(
                lambda a: (a.mimetype or "").startswith("image/")
            )
            rating.rc_photo_count = len(pictures)

    def write(self, vals):
        if vals.get("rc_review_state") == "approved":
            self._rc_check_approval()
        result = super().write(vals)
        if "rc_review_state" in vals:
            self._rc_note_reviews()
        return result

    @api.ondelete(at_uninstall=False)
    def _rc_take_back_reviews(self):
        """A deleted review takes back what it gave."""
        # whoever may delete a review need not read facts
        self.sudo()._rc_undo_reviews()

    def _rc_note_reviews(self):
        """Note approved reviews and their photos as what the member did; undo those refused."""
        # the manager's right is on the field; facts and growth are the system's
        for rating in self.sudo():
            if rating.res_model != "product.template" or not rating.partner_id:
                continue
            if rating.rc_review_state != "approved":
                rating._rc_undo_reviews()
                continue
            product = (
                self.env["product.template"].sudo().browse(rating.res_id).exists()
            )  # see above
            counts = {"review": 1, "photo": rating.rc_photo_count}
            for kind, count in counts.items():
                if count:
                    self.env["rc.activity"].sudo()._record(  # see above
                        rating.partner_id,
                        kind,
                        count,
                        rating._rc_get_key(kind),
                        rating.create_date,
                        amount=exact(product.list_price),
                        origin=product,
                    )

    def _rc_check_approval(self):
        """What was taken back stays so: its facts and steps are written once."""
        keys = [
            rating._rc_get_key("review") for rating in self if rating.rc_review_state == "refused"
        ]
        # only whether there is one
        if self.env["rc.activity"].sudo().search_count([("key", "in", keys)], limit=1):
            raise UserError(
                self.env._(
                    "This review was approved and then refused: what it gave was taken back. Let "
                    "the member write a new one."
                )
            )

    def _rc_undo_reviews(self):
        today = local_day(fields.Datetime.now(), self.env.company)
        keys = [rating._rc_get_key(kind) for rating in self for kind in ("review", "photo")]
        activities = self.env["rc.activity"].search([("key", "in", keys)])
        for activity in activities:
            self.env["rc.growth.rule"]._undo_activity(
                activity, today, self.env._("Review taken back")
            )

    def _rc_get_key(self, kind):
        return f"rating.rating:{self.id}:{kind}"

    def _rc_check_decides(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a program manager can decide this."))
        self.check_access("read")

    def action_rc_approve(self):
        self._rc_check_decides()
        self.write({"rc_review_state": "approved"})

    def action_rc_refuse(self):
        self._rc_check_decides()
        self.write({"rc_review_state": "refused"})
