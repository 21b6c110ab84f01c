"""Points on a member's birthday."""

from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..adapters import local_noon
from ..kernel.birthdays import last_birthday

CATCH_UP_DAYS = 7  # a birthday the server was off for is made up for


class RcPointRule(models.Model):
    _inherit = "rc.point.rule"

    @api.model
    @api.private
    def _earn_birthdays(self, company, today, limit):
        """READ whose birthday it was → DECIDE → WRITE, once a member and year; return how many."""
        given = 0
        for rule in self.search([("event", "=", "birthday"), ("company_id", "=", company.id)]):
            last_id = 0  # those whom the rule is not for are passed, not read again
            while given < limit and (found := rule._read_birthdays(today, limit - given, last_id)):
                last_id = found[-1].id
                given += sum(rule._give_birthday(partner, today) for partner in found)
        return given

    def _give_birthday(self, partner, today):
        """Give what a member's last birthday brings; return whether the rule is for them."""
        day = last_birthday(partner.rc_birthday, today, CATCH_UP_DAYS)
        if day is None or not self._is_for(partner, day):
            return False
        key = self._get_birthday_key(partner.id, day.year)
        self._give(partner, key, Decimal(self.points), local_noon(day, self.company_id))
        return True

    @api.model
    def _get_birthday_key(self, partner_id, year):
        # of the year: whoever corrects the date has no second birthday
        return f"birthday:{partner_id}:{year}"

    def _read_birthdays(self, today, limit, after_id=0):
        """Return members of the program whose birthday was in the last days and is not given yet."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.id FROM res_partner partner
                  JOIN rc_point_account account ON account.partner_id = partner.id
                       AND account.program_id = %(program)s
                 CROSS JOIN LATERAL (
                       SELECT day FROM generate_series(0, %(days)s - 1) AS back
                        CROSS JOIN LATERAL (SELECT %(today)s::date - back AS day) past
                        WHERE to_char(day, 'MM-DD') = to_char(partner.rc_birthday, 'MM-DD')
                           OR (to_char(partner.rc_birthday, 'MM-DD') = '02-29'
                               AND to_char(day, 'MM-DD') = '02-28')
                        ORDER BY day DESC LIMIT 1
                 ) kept
                 WHERE partner.active AND partner.id > %(after)s
                   AND partner.rc_birthday < kept.day
                   -- by person, not by key: contacts may have been merged since
                   AND NOT EXISTS (SELECT 1 FROM rc_point_earning earning
                        WHERE earning.partner_id = partner.id AND earning.rule_id = %(rule)s
                          AND earning.key LIKE 'birthday:%%:' || date_part('year', kept.day)::int
                                               || '|rule:%%')
                 ORDER BY partner.id LIMIT %(limit)s
                """,
                program=self.program_id.id,
                days=CATCH_UP_DAYS,
                after=after_id,
                today=today,
                rule=self.id,
                limit=max(limit, 0),
            )
        )
        return self.env["res.partner"].browse([row[0] for row in rows])
