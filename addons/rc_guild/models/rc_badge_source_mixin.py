from odoo import api, fields, models


class RcBadgeSourceMixin(models.AbstractModel):
    """What members hold that Odoo's badges show: a rank, a badge of the mall.

    The badge is a picture of what our own records say, made when first needed; nothing reads it as
    the truth, and a badge that was deleted changes no rank.
    """

    _name = "rc.badge.source.mixin"
    _description = "Shown as a Badge"

    gamification_badge_id = fields.Many2one(
        "gamification.badge",
        "Shown as Badge",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The badge of Odoo that members get with it.",
    )

    @api.private
    def _rc_get_badge(self):
        """Return the badge that shows it, made in every language if there is none yet."""
        self.ensure_one()
        source = self.sudo()  # whoever caused it need not be allowed to make badges
        if not source.gamification_badge_id:
            name, image = source._rc_get_badge_face()
            badge = source.env["gamification.badge"].create(
                {"name": name, "rule_auth": "nobody", "image_1920": image}
            )
            for code, _label in source.env["res.lang"].get_installed():
                in_lang = source.with_context(lang=code)
                badge.with_context(lang=code).name = in_lang._rc_get_badge_face()[0]
            source.gamification_badge_id = badge
        return source.gamification_badge_id

    def _rc_get_badge_face(self):
        """Return (name, picture) of the badge."""
        return self.display_name, False

    @api.private
    def _rc_show_badge(self, partner, sources):
        """Let the users of ``partner`` wear the badge of this one, and of no other of ``sources``.

        Empty: they wear none of them any more.
        """
        users = partner.sudo().user_ids  # see _rc_get_badge
        if not users:
            return
        worn = self.env["gamification.badge.user"].sudo()  # see _rc_get_badge
        badge = self._rc_get_badge() if self else self.env["gamification.badge"]
        held = worn.search(
            [
                ("user_id", "in", users.ids),
                ("badge_id", "in", (sources.sudo().gamification_badge_id | badge).ids),
            ]
        )
        kept = held.filtered(lambda one: one.badge_id == badge)
        (held - kept).unlink()
        if badge:
            worn.create(
                [{"user_id": user.id, "badge_id": badge.id} for user in users - kept.user_id]
            )
