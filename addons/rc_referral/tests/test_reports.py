from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import DAY, NOW, ReferralCase

MANAGER = "base.group_user,rc_membership.group_program_manager"


def mapped(groups, key):
    """Return key → the group's aggregates without its domain."""
    found = {}
    for group in groups:
        name = group.pop(key)
        group.pop("__extra_domain")
        found[name[1] if isinstance(name, tuple) else name] = group
    return found


@tagged("post_install", "-at_install")
class TestReferralReports(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["utm.campaign"].create({"title": "Reports Spring"})
        cls.company = cls.env["res.company"].create({"name": "Reports Company"})

    def figures(self, model, by, aggregates, domain=()):
        mine = [("partner_id", "in", (self.studio + self.rival).ids), *domain]
        return mapped(self.env[model].formatted_read_group(mine, [by], aggregates), by)

    def a_story(self):
        """Three clicks by WeChat and one bot; two sign-ups; one pays twice, later a part comes back."""
        visitor = self.a_click(self.code, utm={"source": "wechat"}, at=NOW - DAY)
        self.a_click(self.code, utm={"source": "wechat", "campaign": "Reports Spring"}, at=NOW)
        self.a_click(self.code, utm={"source": "mail"}, at=NOW)
        self.a_click(self.code, agent="Googlebot/2.1", at=NOW)
        self.payer = self.a_sign_up("Payer Test", visitor=visitor)
        self.free = self.a_sign_up("Free Test", typed=self.code)
        first = self.an_invoice(self.payer, on=date(2026, 3, 5))
        self.pay(first, on=date(2026, 3, 6))
        self.pay(self.an_invoice(self.payer, on=date(2026, 4, 5)), on=date(2026, 4, 5))
        self.drain()
        self.price = first.amount_untaxed
        self.env.invalidate_all()

    def test_the_funnel_counts_each_step_by_channel(self):
        self.a_story()
        found = self.figures(
            "rc.referral.funnel",
            "source",
            [
                *(f"{step}_count:sum" for step in ("click", "sign_up", "paid", "renewed")),
                "sales:sum",
                "sign_up_rate:avg",
                "renewed_rate:avg",
            ],
        )
        self.assertEqual(
            {source: tuple(values.values()) for source, values in found.items()},
            {
                "wechat": (2, 1, 1, 1, 2 * self.price, 50.0, 100.0),
                "mail": (1, 0, 0, 0, 0, 0.0, False),
                False: (0, 1, 0, 0, 0, False, False),
            },
        )

    def test_the_funnel_can_be_read_by_everything_the_issue_names(self):
        self.a_story()
        for by in (
            "code_id",
            "campaign_id",
            "partner_id",
            "team_id",
            "source",
            "at:day",
            "at:month",
        ):
            found = self.figures("rc.referral.funnel", by, ["click_count:sum"])
            self.assertEqual(sum(row["click_count:sum"] for row in found.values()), 3, by)
        by_campaign = self.figures("rc.referral.funnel", "campaign_id", ["click_count:sum"])
        self.assertEqual(by_campaign["Reports Spring"], {"click_count:sum": 1})

    def test_credit_notes_and_unpaid_invoices(self):
        self.a_story()
        invoice = self.an_invoice(self.payer, on=date(2026, 5, 5))
        found = self.figures("rc.referral.funnel", "partner_id", ["sales:sum", "paid_count:sum"])
        [before] = found.values()
        self.assertEqual(before, {"sales:sum": 2 * self.price, "paid_count:sum": 1})
        self.pay(invoice, on=date(2026, 5, 5))
        self.refund(invoice, on=date(2026, 5, 9))
        self.env.invalidate_all()
        [after] = self.figures(
            "rc.referral.funnel", "partner_id", ["sales:sum", "paid_count:sum"]
        ).values()
        self.assertEqual(after, before, "sold and taken back")

    def test_who_is_verified_and_what_was_given_is_counted(self):
        sponsor = self.a_portal_user("report_sponsor").partner_id
        friend = self.a_sign_up("Friend Test", typed=sponsor._rc_get_main_code())
        friend._rc_verify("email", NOW + DAY)
        self.pay(self.an_invoice(friend, on=date(2026, 3, 5)), on=date(2026, 3, 5))
        self.drain()
        self.env.invalidate_all()
        rewards = self.env["rc.reward"].search(
            [("edge_id.member_id", "=", friend.id), ("state", "=", "given")]
        )
        cost = sum(rewards.mapped("cost"))
        self.assertGreater(cost, 0)
        [group] = self.env["rc.referral.funnel"].formatted_read_group(
            [("partner_id", "=", sponsor.id)],
            [],
            ["verified_count:sum", "cost:sum", "sales:sum", "roi:avg"],
        )
        self.assertEqual(group["verified_count:sum"], 1)
        self.assertAlmostEqual(group["cost:sum"], cost)
        self.assertAlmostEqual(group["roi:avg"], round(group["sales:sum"] / cost, 2), 1)

    def test_who_pays_counts_for_the_sponsor_of_that_day(self):
        self.a_story()
        edge = self.env["rc.sponsor.edge"].search([("member_id", "=", self.payer.id)])
        changed_at = NOW + timedelta(days=20)
        self.env.cr.execute(
            "UPDATE rc_sponsor_edge SET ended_at = %s WHERE id = %s", (changed_at, edge.id)
        )
        self.env.invalidate_all()
        self.env["rc.sponsor.edge"]._bind(self.payer, self.rival, changed_at, self.rival_code)
        found = self.figures("rc.referral.funnel", "partner_id", ["sign_up_count:sum", "sales:sum"])
        self.assertEqual(
            {name: tuple(row.values()) for name, row in found.items()},
            {"Studio Test": (2, self.price), "Rival Test": (0, self.price)},
        )

    def test_how_long_until_they_pay_and_what_they_bring_in_90_days(self):
        self.a_story()
        self.pay(self.an_invoice(self.payer, on=date(2026, 8, 5)), on=date(2026, 8, 5))
        [found] = self.figures(
            "rc.referral.member",
            "partner_id",
            [
                "member_count:sum",
                "paid_count:sum",
                "repeat_count:sum",
                "days_to_pay:avg",
                "sales:sum",
                "ltv:avg",
                "paid_rate:avg",
                "repeat_rate:avg",
            ],
        ).values()
        self.assertEqual(
            tuple(found.values()),
            (2, 1, 1, 5.0, 3 * self.price, 2 * self.price, 50.0, 100.0),
        )

    def test_cohorts_and_k(self):
        report = self.env["rc.referral.cohort"].with_company(self.company)
        self.assertFalse(report.search([("company_id", "=", self.company.id)]))
        with freeze_time("2026-05-10"):
            before = self.env["rc.referral.cohort"].search([("cohort", "=", "2026-03-01")])
            was = {row.age_months: (row.cohort_size, row.paying_count) for row in before}
            months = self.env["rc.referral.month"]
            march = months.search([("month", "=", "2026-03-01")])
            old = (march.click_count, march.sign_up_count)
            self.a_story()
            cohorts = self.env["rc.referral.cohort"].search(
                [("cohort", "=", "2026-03-01"), ("company_id", "=", self.env.company.id)],
                order="age_months",
            )
            change = [
                (
                    row.age_months,
                    row.cohort_size - was.get(row.age_months, (0, 0))[0],
                    row.paying_count - was.get(row.age_months, (0, 0))[1],
                )
                for row in cohorts
            ]
            self.assertEqual(change, [(0, 2, 1), (1, 2, 1), (2, 2, 0)])
            march = months.search([("month", "=", "2026-03-01")])
            self.assertEqual((march.click_count - old[0], march.sign_up_count - old[1]), (2, 2))
            self.assertAlmostEqual(
                march.k_factor, round(march.sign_up_count / march.participant_count, 2)
            )

    def test_a_hundred_clicks_cost_the_queries_of_one(self):
        def read():
            self.env.invalidate_all()
            return self.figures(
                "rc.referral.funnel", "partner_id", ["click_count:sum", "sales:sum"]
            )

        self.a_story()
        read()
        with self.assertQueryCount(2):
            read()
        for number in range(20):
            self.a_click(self.code, at=NOW + DAY * number)
        self.env.flush_all()
        with self.assertQueryCount(2):
            read()

    def test_nobody_writes_reports_and_salespeople_and_members_read_none(self):
        manager = new_test_user(self.env, "report_manager", groups=MANAGER)
        member = self.a_portal_user("report_member")
        for name in ("funnel", "member", "cohort", "month"):
            model = self.env[f"rc.referral.{name}"]
            self.assertTrue(model.with_user(manager).has_access("read"))
            for user in (member, self.sara):
                with self.assertRaises(AccessError):
                    model.with_user(user).search([])
            for operation in ("create", "write", "unlink"):
                self.assertFalse(model.with_user(manager).has_access(operation))

    def test_reports_of_another_company_are_not_seen(self):
        self.a_story()
        manager = new_test_user(self.env, "report_manager", groups=MANAGER)
        manager.write({"company_ids": [(6, 0, self.company.ids)], "company_id": self.company.id})
        for name in ("funnel", "member", "cohort", "month"):
            self.assertFalse(self.env[f"rc.referral.{name}"].with_user(manager).search([], limit=1))
