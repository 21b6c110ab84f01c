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
    def _earn_birthdays(self, program, today, limit):
        """READ whose birthday it was → DECIDE → WRITE, once a member and year; return how many."""
        given = 0
        for rule in self.search([("event", "=", "birthday"), ("program_id", "=", program.id)]):
            for partner in rule._read_birthdays(today, limit - given):
                day = last_birthday(partner.rc_birthday, today, CATCH_UP_DAYS)
                if day is None or not rule._is_for(partner, day):
                    continue
                key = rule._get_birthday_key(partner.id, day.year)
                at = local_noon(day, program.company_id)
                rule._give(partner, key, Decimal(rule.points), at)
                given += 1
        return given

    @api.model
    def _get_birthday_key(self, partner_id, year):
        # of the year: whoever corrects the date has no second birthday
        return f"birthday:{partner_id}:{year}"

    def _read_birthdays(self, today, limit):
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
                 WHERE partner.active AND partner.rc_birthday < kept.day
                   AND NOT EXISTS (SELECT 1 FROM rc_point_earning earning
                        WHERE earning.key = 'birthday:' || partner.id || ':'
                                            || date_part('year', kept.day)::int
                                            || '|rule:' || %(rule)s)
                 ORDER BY partner.id LIMIT %(limit)s
                """,
                program=self.program_id.id,
                days=CATCH_UP_DAYS,
                today=today,
                rule=str(self.id),
                limit=max(limit, 0),
            )
        )
        return self.env["res.partner"].browse([row[0] for row in rows])
