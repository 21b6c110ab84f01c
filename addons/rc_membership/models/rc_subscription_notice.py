from odoo import api, fields, models
from odoo.tools import SQL, format_date


class RcSubscriptionNotice(models.Model):
    """A notice to a member: one per code and period, whoever runs the cron."""

    _name = "rc.subscription.notice"
    _description = "Notice of a Subscription"
    _order = "id desc"
    _allow_sudo_commands = False

    subscription_id = fields.Many2one(
        "rc.subscription", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="subscription_id.company_id")
    name = fields.Char(compute="_compute_name")
    code = fields.Char(
        required=True,
        readonly=True,
        help="What was told: remind_7 (days before the end), unpaid_1, failed_3 (days after it), "
        "ended, win_back.",
    )
    for_on = fields.Date("Period's End", required=True, readonly=True)

    _once_uniq = models.Constraint(
        "UNIQUE (subscription_id, code, for_on)", "This notice was sent before."
    )

    @api.depends("code")
    def _compute_name(self):
        for notice in self:
            kind, _sep, day = (notice.code or "").rpartition("_")
            notice.name = {
                "remind": self.env._("A day before the end")
                if day == "1"
                else self.env._("%s days before the end", day),
                "unpaid": self.env._("Unpaid: day %s", day),
                "failed": self.env._("Charge refused: day %s", day),
                "win": self.env._("Asked to come back"),
            }.get(kind) or self.env._("Ended")

    @api.private
    def _get_words(self):
        """Return (sentence, icon) as the member reads it."""
        self.ensure_one()
        values = {
            "tier": self.subscription_id.tier_id.name,
            "day": format_date(self.env, self.for_on),
        }
        match self.code.rpartition("_")[0]:
            case "remind":
                return self.env._("%(tier)s ends on %(day)s.", **values), "fa-bell-o"
            case "unpaid":
                return self.env._(
                    "The bill for %(tier)s from %(day)s is open.", **values
                ), "fa-bell"
            case "failed":
                text = self.env._("The payment for %(tier)s from %(day)s was refused.", **values)
                return text, "fa-exclamation-circle"
            case "win":
                return self.env._("We would like to have you back."), "fa-heart-o"
        return self.env._("%(tier)s ended on %(day)s.", **values), "fa-flag-checkered"

    @api.model
    @api.private
    def _claim(self, subscription, code, for_on):
        """Return True for the first who wants to send it."""
        self.flush_model()
        claimed = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_subscription_notice
                       (subscription_id, code, for_on, create_uid, create_date)
                VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (subscription_id, code, for_on) DO NOTHING RETURNING id
                """,
                subscription.id,
                code,
                for_on,
                self.env.uid,
                self.env.cr.now(),
            )
        )
        subscription.invalidate_recordset(["notice_ids"])
        return bool(claimed)
