"""The points of an invited friend's first package come and go with its money."""

from odoo.tests import tagged

from odoo.addons.rc_membership.tests.test_packages import DAY, PackageCase


@tagged("post_install", "-at_install")
class TestInvitedFriend(PackageCase):
    def setUp(self):
        super().setUp()
        self.no_welcome()
        self.env.ref("rc_referral.promotion_invited_friend").active = True
        self.sponsor, self.friend = self.a_member("Sponsor"), self.a_member("Friend")
        self.env["rc.sponsor.edge"]._bind(self.friend, self.sponsor, self.noon(DAY))
        # rewards of the referral itself would stand beside these points
        self.env["rc.reward.rule"].search([]).active = False

    def both(self):
        return [self.points(one)[0] for one in (self.sponsor, self.friend)]

    def test_a_bounced_payment_takes_them_and_a_new_one_gives_them_again(self):
        invoice = self.an_invoice(self.friend, "starter")
        payment = self.pay(invoice)
        self.drain()
        self.assertEqual(self.both(), [200, 1300])
        for _round in range(2):
            payment.action_cancel()
            self.drain()
            self.assertEqual(self.both(), [0, 0])
            payment = self.pay(invoice)
            self.drain()
            self.assertEqual(self.both(), [200, 1300])

    def test_a_purchase_released_while_its_money_is_away_gives_them_with_it(self):
        invoice = self.an_invoice(self.friend, "partner-l3")
        payment = self.pay(invoice)
        self.drain()
        payment.action_cancel()
        self.drain()
        self.env["rc.package.purchase"].search([("partner_id", "=", self.friend.id)])._release()
        self.assertEqual(self.both(), [0, 0])
        self.pay(invoice)
        self.drain()
        self.assertEqual(self.both()[0], 200)
