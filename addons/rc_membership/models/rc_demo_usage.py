from datetime import datetime, time, timedelta

from odoo import api, fields, models

# member, right, amount, days ago (spread over the days before today)
_USES = [
    ("mia", "chat", 14, 3),
    ("mia", "chat", 9, 2),
    ("mia", "chat", 17, 1),
    ("mia", "self_reflection", 2, 1),
    ("leo", "chat", 61, 2),
    ("leo", "chat", 74, 1),
    ("leo", "chat", 92, 0),
    ("ana", "chat", 33, 2),
    ("ana", "companion_hours", "6.5", 2),
    ("ana", "companion_hours", "2", 1),
    ("ana", "portrait_report", 1, 1),
    ("chen", "chat", 21, 1),
    ("chen", "self_reflection", 3, 1),
    ("hana", "chat", 5, 0),
]
# member, benefit, count, days it is valid for, what gave it
_BENEFITS = [
    ("mia", "salon", 5, 180, "Creator package"),
    ("mia", "expert_30min", 1, 90, "Creator package"),
    ("mia", "gala_ticket", 1, 300, "Thank you for the first hundred referrals"),
    ("ana", "salon", 2, 60, "Booster package"),
]


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_usage(self):
        """What members of the story used, and the benefits they were given."""
        if self.env["rc.entitlement.use"].search_count([], limit=1):
            return
        now = fields.Datetime.now()
        usage = self.env["rc.usage"]
        today = fields.Date.context_today(self)
        addons = self.env["product.template"].search([("rc_entitlement_id", "!=", False)])
        addons.taxes_id = False  # the story's prices are what is paid
        ana = self.env.ref("rc_membership.partner_ana")
        self._buy(ana, "companion-5h", today - timedelta(days=1))
        for number, (member, code, amount, days_ago) in enumerate(_USES):
            partner = self.env.ref(f"rc_membership.partner_{member}")
            at = now - timedelta(days=days_ago)
            answer = usage._check(partner, code, amount, at)
            if answer["allowed"]:  # a day has its own quota wherever the demo is loaded
                usage._consume(partner, code, amount, f"demo:{number}", at)
        self._give_benefits(today)
        self.env["rc.quota.notice"]._cron_notice()

    @api.model
    def _give_benefits(self, today):
        """Benefits with their expiry; two salons were visited, one of them is disputed."""
        begin = today - timedelta(days=20)
        for member, code, count, days, reason in _BENEFITS:
            self.env["rc.entitlement.grant"]._give(
                self.env.ref(f"rc_membership.partner_{member}"),
                self.env.ref(f"rc_membership.entitlement_{code}"),
                f"demo:{member}:{code}",
                count,
                starts_on=begin,
                expires_on=begin + timedelta(days=days),
                reason=reason,
            )
        mia = self.env.ref("rc_membership.partner_mia")
        sara = self.env.ref("rc_membership.user_sara")
        for days_ago, place in ((12, "Lotus Yoga Studio"), (5, "Bamboo Yoga 竹林瑜伽")):
            # recorded by the salesperson of the story
            self.env["rc.usage"].with_user(sara)._consume(
                mia,
                "salon",
                1,
                f"demo:salon:{days_ago}",
                datetime.combine(today - timedelta(days=days_ago), time(11)),
                place=place,
            )
        use = self.env["rc.entitlement.use"].search([("key", "=", "demo:salon:5")])
        self.env["rc.entitlement.dispute"].create(
            {"use_id": use.id, "reason": "The salon was cancelled that evening; I was not in."}
        )
