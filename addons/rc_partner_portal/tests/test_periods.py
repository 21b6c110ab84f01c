from datetime import date, datetime, timedelta

from odoo.tests import tagged

from .common import PartnerPortalCase

SECOND = timedelta(seconds=1)
MARCH_IN_SHANGHAI = datetime(2026, 2, 28, 16)  # naive UTC of 1 March, 00:00 there


@tagged("post_install", "-at_install")
class TestPeriods(PartnerPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Shanghai"

    def clicks(self, choice, now):
        return self.board(choice=choice, now=now)["clicks"]

    def test_a_day_begins_at_midnight_of_the_company(self):
        self.a_click(self.code, at=MARCH_IN_SHANGHAI - SECOND)
        self.a_click(self.code, at=MARCH_IN_SHANGHAI)
        for choice in ("today", "month"):
            with self.subTest(choice):
                self.assertEqual(self.clicks(choice, MARCH_IN_SHANGHAI - SECOND), 1)
                self.assertEqual(self.clicks(choice, MARCH_IN_SHANGHAI), 1)
        self.assertEqual(self.clicks("year", MARCH_IN_SHANGHAI), 2)

    def test_the_chart_puts_a_click_on_its_local_day(self):
        self.a_click(self.code, at=MARCH_IN_SHANGHAI - SECOND)
        self.a_click(self.code, at=MARCH_IN_SHANGHAI)
        steps = self.board(choice="today", now=MARCH_IN_SHANGHAI)["traffic"]
        self.assertEqual(
            {period.start: clicks for period, clicks, _sign_ups in steps if clicks},
            {date(2026, 2, 28): 1, date(2026, 3, 1): 1},
        )

    def test_the_chart_adds_up_to_the_figures(self):
        for hours in range(0, 24 * 40, 7):
            self.a_click(self.code, at=datetime(2026, 2, 10) + timedelta(hours=hours))
        for choice in ("month", "year"):
            board = self.board(choice=choice, now=datetime(2026, 3, 20))
            with self.subTest(choice):
                self.assertEqual(sum(step[1] for step in board["traffic"]), board["clicks"])
                self.assertGreater(board["clicks"], 0)

    def test_a_sign_up_on_new_years_eve_belongs_to_the_old_year(self):
        new_year = datetime(2025, 12, 31, 16)
        self.a_customer("Mia Chen", clicked_at=new_year - timedelta(hours=2), signed_up_at=new_year)
        self.a_customer(
            "Leo Berg",
            clicked_at=new_year - timedelta(hours=2),
            signed_up_at=new_year - SECOND,
        )
        self.assertEqual(self.board(choice="year", now=new_year)["sign_ups"], 1)
        self.assertEqual(self.board(choice="year", now=new_year - SECOND)["sign_ups"], 1)
