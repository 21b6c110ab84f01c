"""A case in plain words for whom it concerns: why, what follows, and no secret of how it is seen."""

from odoo import api, fields, models

from ..kernel.fraud import SIGNALS

SHOWN_DAYS = 180


class RcFraudCase(models.Model):
    _inherit = "rc.fraud.case"

    public_text = fields.Text("What the Participant Reads", compute="_compute_public_text")

    @api.depends("state", "kind", "signal_ids", "member_id")
    @api.depends_context("lang")
    def _compute_public_text(self):
        for case in self:
            case.public_text = " ".join(case._get_public_sentences())

    def _get_public_sentences(self):
        themes = self._get_theme_texts()
        kinds = [SIGNALS.get(signal.name) for signal in self.signal_ids]
        known = dict.fromkeys(kind.theme for kind in kinds if kind and kind.theme)
        return [self._get_outcome(), *[themes[theme] for theme in known][:2]]

    def _get_outcome(self):
        name = self.member_id._rc_get_short_name() if self.member_id else ""
        if self.kind == "refusal":
            return self.env._("A sign-up with your own code was not counted.")
        if self.kind == "participant":
            if self.is_frozen:
                return self.env._(
                    "Your rewards and payments are on hold while we look at your referrals."
                )
            return self.env._("We are looking at your referrals.")
        texts = {
            "open": self.env._(
                "What the referral of %s earns is held while somebody looks at it.", name
            ),
            "confirmed": self.env._(
                "The referral of %s did not pass our check and earns nothing.", name
            ),
            "cleared": self.env._("The referral of %s has passed our check.", name),
        }
        return texts[self.state]

    @api.model
    def _get_theme_texts(self):
        return {
            "same_person": self.env._(
                "It looks as if both accounts belong to one person or company."
            ),
            "same_place": self.env._("It looks as if both accounts are used in the same place."),
            "circle": self.env._("Two people cannot have brought each other."),
            "many": self.env._("Many accounts were opened in a short time."),
            "mailbox": self.env._("The account has a mailbox that does not last."),
            "unusual": self.env._("The way people came by your link is unusual."),
            "refunds": self.env._("Many of the payments were given back."),
            "ads": self.env._("Adverts on a search for our name are not part of the programme."),
            "payments": self.env._("Many payments were refused before one went through."),
            "by_hand": self.env._("One of us asked for a check."),
        }

    @api.model
    @api.private
    def _get_notices(self, partner, at):
        """Return the cases a person is told about: open ones, and what was decided lately."""
        since = fields.Datetime.subtract(at, days=SHOWN_DAYS)
        cases = self.sudo().search(  # whom it concerns has no rights on cases
            [
                "|",
                ("partner_id", "=", partner.id),
                "&",
                ("member_id", "=", partner.id),
                ("kind", "=", "referral"),
                ("opened_at", ">=", since),
            ],
            limit=20,
        )
        return cases.filtered(
            lambda case: case.state != "cleared" or case.appeal_state == "granted"
        ).filtered(lambda case: case.kind != "participant" or case.is_frozen or case.appeal_state)
