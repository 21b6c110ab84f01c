"""Erasing whoever is in everything: brought by a code, paying, earning, in a guild."""

import io
import json
import zipfile

from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_membership.tests.test_privacy import EMAIL, NAME, NEEDLES, PHONE, STREET
from odoo.addons.rc_referral.tests.common import NOW

from .common import FEB, JAN, GuildCase

KEPT = {"rc_privacy_retained"}


@tagged("post_install", "-at_install")
class TestPrivacy(GuildCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visitor = cls.a_click(cls.code, utm={"source": "mail"})
        cls.user = new_test_user(
            cls.env,
            EMAIL,
            groups="base.group_portal,rc_membership.group_member,rc_membership.group_promoter",
            name=NAME,
            email=EMAIL,
        )
        cls.person = cls.user.partner_id
        cls.person.write({"phone": PHONE, "street": STREET})
        decisions = cls.env["rc.attribution"]
        decisions._decide_for_sign_up(cls.person, NOW, visitor=cls.visitor)
        cls.env["rc.event"]._push("privacy:signed_up", "signed_up", cls.person)
        cls.drain()

    def sums(self):
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT (SELECT COUNT(*) FROM rc_sponsor_edge WHERE ended_at IS NULL),
                       (SELECT SUM(amount) FROM rc_commission_entry),
                       (SELECT COUNT(*) FROM rc_commission_award),
                       (SELECT SUM(amount) FROM rc_point_entry),
                       (SELECT SUM(amount) FROM rc_guild_entry),
                       (SELECT COUNT(*) FROM rc_attribution), (SELECT COUNT(*) FROM rc_reward),
                       (SELECT COUNT(*) FROM crm_lead),
                       (SELECT SUM(amount_total) FROM account_move WHERE state = 'posted')
                """
            )
        )

    def find_needles(self):
        tables = self.env.execute_query(
            SQL(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        )
        found = set()
        for (table,) in tables:
            self.env.cr.execute(
                SQL(
                    "SELECT 1 FROM %s t WHERE t::text ~* %s LIMIT 1",
                    SQL.identifier(table),
                    "|".join(NEEDLES),
                )
            )
            if self.env.cr.rowcount:
                found.add(table)
        return found

    def erase(self):
        findings = self.person._rc_get_erasure_findings(FEB)
        request = self.env["rc.privacy.request"]._ask(
            self.person, "erasure", FEB, self.user, "portal", [one.code for one in findings]
        )
        request._decide("approved", FEB)
        request._do_erasure(FEB)
        self.env.flush_all()
        self.env.invalidate_all()
        return request

    def live(self):
        """A vanity code, a friend, a payment, a guild, a deal, an invitation page, a correction."""
        self.personal = self.person._rc_get_main_code().code
        self.vanity = self.a_code(self.person, "ZYXWENA")
        self.friend = self.a_sign_up("Friend Test", typed=self.vanity)
        self.spend(self.person, 100)
        self.spend(self.friend, 100)
        self.join(self.person, self.a_guild())
        deal = self.env["rc.deal"].create(
            {"name": NAME, "partner_id": self.studio.id, "email": EMAIL, "phone": PHONE}
        )
        deal.message_post(body=f"{NAME} called")
        self.env["rc.share.page"].create(
            {"partner_id": self.person.id, "company_id": self.company.id, "greeting": NAME}
        )
        self.drain()
        return deal

    def test_a_copy_has_a_part_of_every_addon(self):
        self.live()
        content = self.person._rc_write_export(FEB)
        data = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("data.json"))
        self.assertEqual(len(data["touches"]), 1)
        self.assertEqual(len(data["referrals"]), 1)
        self.assertIn("ZYXWENA", [row["code"] for row in data["codes"]])
        self.assertEqual([row["guild_id"] for row in data["guilds"]], ["Lanterns 灯火"])
        self.assertTrue(
            {"commission_sums", "commissions", "rewards", "sponsors", "memberships"} <= set(data)
        )
        self.assertNotIn("Friend Test", json.dumps(data))

    def test_after_an_erasure_the_tree_and_all_sums_are_as_before_and_nothing_names_the_person(
        self,
    ):
        deal = self.live()
        before = self.sums()
        request = self.erase()
        self.assertEqual(request.state, "done")
        self.assertEqual(self.sums(), before)
        self.assertEqual(self.find_needles() - KEPT, set())
        person = self.person
        self.assertEqual((person.rc_sponsor_id, self.friend.rc_sponsor_id), (self.studio, person))
        self.assertFalse(self.env["rc.touch"].search([("visitor", "=", self.visitor)]))
        resolve = self.env["rc.code"]._resolve
        self.assertRefused("unknown_code", resolve, "ZYXWENA")
        self.assertRefused("expired_code", resolve, self.personal)
        self.assertFalse(self.stay_of(person))
        self.assertEqual((deal.state, deal.customer_key), ("expired", f"contact:{person.id}"))

    def test_after_an_erasure_a_friends_renewal_still_counts_and_breaks_nothing(self):
        self.live()
        self.erase()
        self.spend(self.friend, 50)
        self.assertEqual(self.friend.rc_sponsor_id, self.person)

    def test_a_leader_hands_the_guild_over_first(self):
        self.an_account(self.person)._grant(5000, "privacy-guild", "test")
        self.buy(self.person)
        self.found(self.person, at=JAN)
        with self.assertRaisesRegex(Refusal, "led by this person"):
            self.erase()
