"""A reward in the words of its reader: what it is for, and what it waits for."""

from odoo import api, fields, models


class RcReward(models.Model):
    _inherit = "rc.reward"

    sentence = fields.Char("Why", compute="_compute_sentence")

    @api.depends("gift_text", "event")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for reward in self:
            gift = reward.gift_text or self.env._("Your choice")
            reward.display_name = f"{gift} – {reward._get_title()}"

    def _get_title(self):
        return self.rule_id.name or self.title or self.env["rc.reward.rule"]._get_reason(self.event)

    @api.model
    def _get_why_texts(self):
        return {
            "email": self.env._("it waits until the new member's e-mail is verified"),
            "phone": self.env._("it waits until the new member's phone is verified"),
            "paid": self.env._("it waits until the new member has paid"),
            "days": self.env._("it is held for the time the rule says"),
            "screening": self.env._("the referral is being checked"),
            "budget": self.env._(
                "the campaign's budget is used up; it is given when there is more"
            ),
            "ended": self.env._("the campaign is over"),
            "ledger": self.env._("cash needs the commission ledger"),
            "closed": self.env._("what it gives is not available now"),
            "cap": self.env._("the limit for one person was reached"),
            "profile": self.env._("marketing rewards are off where the company is"),
            "undone": self.env._("the payment behind it was refunded"),
            "used": self.env._("the payment behind it was refunded, but it was used already"),
            "manager": self.env._("taken back by a manager"),
            "choice": self.env._("one of the things offered is to be chosen"),
        }

    @api.depends("state", "why", "gift_text", "event", "hold_until", "rule_id", "partner_id")
    @api.depends_context("lang")
    def _compute_sentence(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        texts = self._get_why_texts()
        for reward in self:
            said = f"{reward._get_title()}: {reward.gift_text or self.env._('Your choice')}"
            why = texts.get(reward.why, "") if reward.why != "screening" else texts["screening"]
            if reward.state == "refused" and reward.why == "screening":
                why = self.env._("the referral did not pass the check")
            detail = f"{labels[reward.state]}: {why}" if why else labels[reward.state]
            reward.sentence = f"{said}. {detail}."
