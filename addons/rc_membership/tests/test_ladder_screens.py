from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .test_ladder import LadderCase


@tagged("post_install", "-at_install")
class TestThresholds(LadderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "ladder_manager", groups="rc_membership.group_program_manager"
        )
        cls.ladder = cls.env["rc.ladder"].create(
            {
                "name": "Test",
                "code": "test",
                "program_id": cls.program.id,
                "rank_ids": [
                    Command.create({"name": "Low", "code": "low", "sequence": 1}),
                    Command.create({"name": "High", "code": "high", "sequence": 2}),
                ],
            }
        )
        cls.high = cls.ladder.rank_ids.filtered(lambda rank: rank.code == "high")

    def open(self, user=None):
        action = self.env.ref("rc_membership.rc_ladder_threshold_action")
        wizard = self.env[action.res_model].with_user(user or self.manager)
        return Form(wizard.with_context(default_ladder_id=self.ladder.id))

    def counts(self, form):
        rows = form.save()._get_distribution()
        return {row["name"]: (row["now"], row["then"]) for row in rows}

    def test_where_members_would_stand_is_shown_before_it_is_saved(self):
        for number in range(5):
            self.grow(self.a_member(f"M{number}"), 10**8 + number)
        with self.open() as form:
            with form.line_ids.new() as line:
                line.rank_id = self.high
                line.metric = "growth_value"
                line.at_least = 10**8 + 2
            self.assertIn("High", form.distribution)
            counts = self.counts(form)
        self.assertEqual(counts["High"], (0, 3))
        self.assertFalse(self.high.requirement_ids)

    def test_saving_lifts_members_at_once_and_is_logged(self):
        mia = self.a_member()
        self.grow(mia, 10**8)
        form = self.open()
        with form.line_ids.new() as line:
            line.rank_id = self.high
            line.metric = "growth_value"
            line.at_least = 10**8
        form.save().action_save()
        self.assertEqual(self.rank_of(mia, "test"), "high")
        self.assertIn("100,000,000", self.ladder.message_ids[0].body)
        again = self.open()
        self.assertEqual(len(again.line_ids), 1)

    def test_nobody_else_changes_thresholds_or_grants(self):
        clerk = new_test_user(self.env, "ladder_clerk", groups="rc_membership.group_salesperson")
        with self.assertRaises(AccessError):
            self.open(clerk)
        requirement = self.patron.rank_ids.requirement_ids[:1]
        with self.assertRaises(AccessError):
            requirement.with_user(self.manager).at_least = 1
        with self.assertRaises(AccessError):
            self.env["rc.member.rank.grant"].with_user(clerk).create(
                {
                    "ladder_id": self.ladder.id,
                    "partner_id": self.manager.partner_id.id,
                    "reason": "x",
                }
            )

    def test_a_manager_grants_with_a_reason_that_is_kept(self):
        mia = self.a_member()
        grants = self.env["rc.member.rank.grant"].with_user(self.manager)
        values = {"ladder_id": self.ladder.id, "partner_id": mia.id, "reason": "for her help"}
        grants.create({**values, "rank_id": self.high.id}).action_grant()
        row = mia.rc_member_rank_ids
        self.assertEqual(
            (row.rank_id, row.cause, row.reason, row.user_id),
            (self.high, "grant", "for her help", self.manager),
        )
        self.high.is_grantable = False
        with self.assertRaises(UserError):
            grants.create({**values, "rank_id": self.high.id}).action_grant()


@tagged("post_install", "-at_install")
class TestMember360(LadderCase):
    def test_a_salesperson_sees_the_member_as_a_whole(self):
        sales = new_test_user(self.env, "sales_360", groups="rc_membership.group_salesperson")
        mia = self.a_member()
        invoice = self.buy(mia, "premium-month", date(2026, 1, 5))
        self.refund(invoice, date(2026, 2, 3), 10)
        self.drain()
        self.grow(mia, 1000)
        html = str(mia.with_user(sales).rc_member_360)
        for text in ("Premium", "Mind Explorer", "Refunds", "Pending", invoice.name):
            self.assertIn(text, html)

    def test_others_do_not(self):
        employee = new_test_user(self.env, "employee_360", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.a_member().with_user(employee).read(["rc_member_360"])

    def test_its_queries_do_not_grow_with_what_there_is(self):
        mia = self.a_member()
        counts = []
        for value in (1, 30):
            for number in range(value):
                self.grow(mia, 1, key=f"q{value}:{number}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            mia._rc_get_360_sections()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_members_are_found_by_growth_and_segment(self):
        mia, leo = self.a_member(), self.a_member("Leo")
        self.grow(mia, 10**8)
        self.env["rc.growth.account"].search([("partner_id", "=", mia.id)]).sudo().write(
            {"segment": "champion"}
        )
        people = self.env["res.partner"]
        found = people.search([("rc_growth_value", ">=", 10**8)])
        self.assertEqual(found & (mia | leo), mia)
        self.assertIn(mia, people.search([("rc_rfm_segment", "=", "champion")]))
        self.assertNotIn(leo, people.search([("rc_rfm_segment", "in", ["champion", "lost"])]))
        for saved in ("ir_filter_patrons", "ir_filter_win_back"):
            people.search(self.env.ref(f"rc_membership.{saved}")._get_eval_domain())


@tagged("post_install", "-at_install")
class TestGrowthPage(LadderCase, HttpCase):
    def test_a_member_sees_the_own_path_and_nobody_elses(self):
        user = self.a_portal_user("path_member")
        other = self.a_member("Somebody Else")
        self.grow(user.partner_id, 1234, key="mine")
        self.grow(other, 4321, key="theirs")
        self.authenticate("path_member", "path_member")
        page = self.url_open("/my/growth")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Mind Explorer", page.text)
        self.assertIn("1234", page.text)
        self.assertNotIn("4321", page.text)
        overview = self.url_open("/my/membership")
        self.assertIn("Mind Explorer", overview.text)

    def test_a_new_member_sees_where_to_begin(self):
        self.a_portal_user("path_new")
        self.authenticate("path_new", "path_new")
        page = self.url_open("/my/growth")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Soul Apprentice", page.text)
