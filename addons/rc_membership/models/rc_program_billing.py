"""How a program collects: days of grace, of tries and of reminders."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..kernel.dunning import DaysError, parse_days

GRACE_MOST = 90


class RcProgram(models.Model):
    _inherit = "rc.program"

    grace_days = fields.Integer(
        default=7,
        tracking=True,
        help="Days an unpaid membership keeps its tier after the period's end.",
    )
    retry_days = fields.Char(
        "Try Again on Days",
        default="1, 3, 7",
        tracking=True,
        help="Days after the period's end on which a refused card is tried again, or an unpaid bill "
        "is asked for again. Empty: it is tried once, on the day it is due.",
    )
    remind_days = fields.Char(
        "Remind Days before",
        default="30, 7, 1",
        tracking=True,
        help="Days before the period's end on which members are reminded; 30 and more only for "
        "plans of six months and longer. Empty: nobody is reminded.",
    )

    _grace_range = models.Constraint(
        "CHECK (grace_days BETWEEN 0 AND 90)", "Grace lasts from 0 to 90 days."
    )

    @api.constrains("grace_days", "retry_days", "remind_days")
    def _check_days(self):
        """What is typed are days, and no try comes after the tier has gone."""
        for program in self:
            if not 0 <= program.grace_days <= GRACE_MOST:
                raise ValidationError(self.env._("Grace lasts from 0 to 90 days."))
            for name in ("retry_days", "remind_days"):
                program._check_day_list(name)
            last = max(program._get_retry_days())
            if last > program.grace_days:
                raise ValidationError(
                    self.env._(
                        "The tier goes after %(grace)s days of grace, so nothing is tried on day "
                        "%(last)s. Lengthen the grace, or take that day out.",
                        grace=program.grace_days,
                        last=last,
                    )
                )

    def _check_day_list(self, name):
        try:
            parse_days(self[name] or "")
        except DaysError as error:
            label = self._fields[name].get_description(self.env)["string"]
            sentence = {
                "not_a_day": self.env._("%s: write whole days with commas between, like 1, 3, 7."),
                "out_of_range": self.env._("%s: a day lies between 1 and 90."),
                "twice": self.env._("%s: a day stands there twice."),
                "too_many": self.env._("%s: at most six days."),
            }[error.code]
            raise ValidationError(sentence % label) from error

    @api.private
    def _get_retry_days(self):
        """Return the days after a period's end on which it is tried to collect, the first is 0."""
        self.ensure_one()
        return (0, *parse_days(self.retry_days or ""))

    @api.private
    def _get_remind_days(self):
        """Return the days before a period's end on which members are reminded, ascending."""
        self.ensure_one()
        return parse_days(self.remind_days or "")
