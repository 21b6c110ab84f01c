from datetime import date
from decimal import Decimal

from psycopg2.errors import CheckViolation, RestrictViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import MembershipCase

DAY = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestGrants(MembershipCase):
    def setUp(self):
        super().setUp()
        self.grants = self.env["rc.entitlement.grant"]
        self.salon = self.env["rc.entitlement"]._get_by_code("salon", self.company)
        self.mia = self.a_member()

    def give(self, key="pack:1", amount=5, **values):
        values = {"starts_on": DAY, "reason": "Creator package", **values}
        return self.grants._give(self.mia, self.salon, key, amount, **values)

    def test_a_key_gives_once_and_never_something_else(self):
        grant = self.give(origin=self.mia)
        self.assertEqual(self.give(), grant)
        with self.assertRaisesRegex(UserError, "as something else"):
            self.give(amount=6)
        self.assertRecordValues(
            grant,
            [
                {
                    "partner_id": self.mia.id,
                    "amount": 5,
                    "used": 0,
                    "left": 5,
                    "list_price": 50,
                    "currency_id": self.env.ref("base.CNY").id,
                    "origin_model": "res.partner",
                    "origin_id": self.mia.id,
                    "company_id": self.company.id,
                }
            ],
        )

    def use(self, grant, amount):
        self.env.cr.execute(
            "UPDATE rc_entitlement_grant SET used = used + %s WHERE id = %s", (amount, grant.id)
        )
        self.env.invalidate_all()

    def test_the_unused_is_taken_back_and_the_used_is_reported_at_its_list_value(self):
        grant = self.give()
        self.use(grant, 2)
        self.assertEqual(self.grants._get_used_value(grant), 100)
        answer = self.grants._take_back("pack:1", on=DAY)
        self.assertEqual(
            (answer["taken"], answer["used"], answer["beyond"], answer["value"]),
            (Decimal(3), Decimal(2), Decimal(2), Decimal(100)),
        )
        self.assertRecordValues(grant, [{"left": 0, "used_beyond": 2, "ended_on": DAY}])
        self.assertEqual(self.grants._take_back("pack:1", on=DAY)["taken"], 3)

    def test_money_that_comes_again_gives_again(self):
        grant = self.give()
        self.grants._take_back("pack:1", on=DAY)
        self.grants._take_back("pack:1", kept=3, on=DAY)
        self.assertRecordValues(grant, [{"left": 3, "taken_back": 2, "ended_on": False}])
        self.grants._take_back("pack:1", kept=5, on=DAY)
        self.assertRecordValues(grant, [{"left": 5, "taken_back": 0, "ended_on": False}])

    def test_used_ones_are_charged_in_the_refunds_currency_too(self):
        yuan = self.env.ref("base.CNY")
        yuan.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", yuan.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": yuan.id, "name": DAY, "company_rate": 8, "company_id": self.company.id}
        )
        grant = self.give()
        self.use(grant, 3)
        value = self.grants._get_used_value(grant, self.company.currency_id, DAY)
        self.assertEqual(value, Decimal("18.75"))

    def test_a_feature_without_end_stays_until_it_is_taken_back(self):
        library = self.env["rc.entitlement"]._get_by_code("case_library", self.company)
        grant = self.grants._give(self.mia, library, "forever", starts_on=DAY)
        self.assertRecordValues(grant, [{"is_unlimited": True, "expires_on": False}])
        self.grants._take_back("forever", on=DAY)
        self.assertEqual((grant.ended_on, grant.state), (DAY, "ended"))

    def test_what_was_never_given_cannot_be_taken_back(self):
        with self.assertRaisesRegex(UserError, "Nothing was given"):
            self.grants._take_back("unknown")
        with self.assertRaisesRegex(UserError, "no entitlement with the code"):
            self.env["rc.entitlement"]._get_by_code("unknown", self.company)

    def test_the_database_refuses_to_use_more_than_was_given_or_to_change_what_was(self):
        grant = self.give()
        for error, column, value in (
            (CheckViolation, "used", 6),
            (CheckViolation, "used", -1),
            (RestrictViolation, "amount", 50),
            (RestrictViolation, "expires_on", "2030-01-01"),
        ):
            with (
                self.subTest(column, value=value),
                self.assertRaises(error),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    SQL(
                        "UPDATE rc_entitlement_grant SET %s = %s WHERE id = %s",
                        SQL.identifier(column),
                        value,
                        grant.id,
                    )
                )

    def test_a_tier_gives_no_stock(self):
        tier = self.env["rc.tier"].search([("program_id", "=", self.program.id)], limit=1)
        with self.assertRaisesRegex(UserError, "by a product or a package"):
            tier.entitlement_line_ids = [(0, 0, {"entitlement_id": self.salon.id, "amount": 1})]
