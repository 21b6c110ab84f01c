from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestMerge(MembershipCase):
    def merge(self, sources, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | target).ids, target)

    def total(self, partners):
        accounts = (
            self.env["rc.point.account"]
            .with_context(active_test=False)
            .search([("partner_id", "in", partners.ids)])
        )
        self.env.flush_all()
        balances = accounts._get_balances()
        return {
            bucket: int(sum(row[bucket] for row in balances.values()))
            for bucket in accounts._ledger_buckets
        }

    def test_points_of_both_are_kept_whichever_way_contacts_are_merged(self):
        for target_first in (True, False):
            with self.subTest(target_first=target_first):
                one, two = self.a_member("One"), self.a_member("Two")
                self.an_account(one)._grant(100, f"one{one.id}", "x")
                self.an_account(two)._grant(40, f"two{two.id}", "x")
                spent = self.an_account(two)._spend(10, f"spent{two.id}", "x")
                source, target = (two, one) if target_first else (one, two)
                self.merge(source, target)
                self.assertEqual(
                    self.total(target),
                    {"available": 130, "pending": 0, "locked": 0, "held": 0, "debt": 0},
                )
                account = self.env["rc.point.account"].search([("partner_id", "=", target.id)])
                self.assertEqual((account.available, account.card_id.points), (130, 130))
                self.assertTrue(spent.exists())
                self.assertEqual(self.env["rc.point.entry"]._get_imbalances(), [])

    def test_an_account_without_twin_moves_as_it_is(self):
        one, two = self.a_member("One"), self.a_member("Two")
        account = self.an_account(two)
        account._grant(40, "two", "x")
        self.merge(two, one)
        self.assertEqual((account.partner_id, account.available), (one, 40))
        self.assertEqual(account.card_id.partner_id, one)

    def test_of_two_running_plans_the_longer_stays_and_both_are_kept(self):
        one, two = self.a_member("One"), self.a_member("Two")
        self.buy(one, "premium-month")
        self.buy(two, "ultimate-year")
        self.merge(two, one)
        subscriptions = self.env["rc.subscription"].search([("partner_id", "=", one.id)])
        self.assertEqual(
            {s.tier_id.code: s.state for s in subscriptions},
            {"premium": "cancelled", "ultimate": "active"},
        )
        self.assertEqual(len(subscriptions.charge_ids), 2)
