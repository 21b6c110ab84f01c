from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import GuildCase

MODELS = (
    "rc.guild",
    "rc.guild.membership",
    "rc.guild.account",
    "rc.guild.entry",
    "rc.guild.fund.close",
    "rc.guild.founding",
)


@tagged("post_install", "-at_install")
class TestAccess(GuildCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guild = cls.a_guild()
        cls.member = cls.a_member("Member")
        cls.stay = cls.join(cls.member, cls.guild)
        cls.spend(cls.member, 50)

    def staff(self, role, **values):
        return new_test_user(
            self.env, f"guild-{role}", groups=f"rc_membership.group_{role}", **values
        )

    def test_members_and_visitors_read_nothing_of_ours_over_rpc(self):
        users = self.a_portal_user("guild-portal") | self.env.ref("base.public_user")
        for user in users:
            for model in (*MODELS, "rc.guild.close.wizard"):
                with self.subTest(model, user=user.login), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_another_company_sees_no_guild_of_this_one(self):
        company = self.env["res.company"].create({"name": "Other"})
        user = self.staff(
            "program_manager", company_id=company.id, company_ids=[(6, 0, company.ids)]
        )
        for model in MODELS:
            with self.subTest(model):
                self.assertFalse(self.env[model].with_user(user).search([]))

    def test_who_may_do_what_with_each_model(self):
        """Read, write, create, unlink; nobody but the doors writes a ledger."""
        expected = {
            "rc.guild": {"salesperson": "r", "accountant": "r", "program_manager": "rw"},
            "rc.guild.membership": {
                "salesperson": "r",
                "accountant": "r",
                "program_manager": "rw",
            },
        }
        for model in MODELS[2:]:
            expected[model] = dict.fromkeys(("salesperson", "accountant", "program_manager"), "r")
        users = {role: self.staff(role) for role in expected["rc.guild"]}
        found = {
            model: {
                role: "".join(
                    letter
                    for letter, operation in zip("rwcu", ("read", "write", "create", "unlink"))
                    if self.env[model].with_user(user).has_access(operation)
                )
                for role, user in users.items()
            }
            for model in MODELS
        }
        self.assertEqual(found, expected)

    def test_buttons_of_managers_refuse_everybody_else(self):
        user = self.staff("salesperson")
        for act in (
            self.guild.with_user(user).action_suspend,
            self.guild.with_user(user).action_reopen,
            self.stay.with_user(user).action_remove,
            self.stay.with_user(user).action_make_leader,
        ):
            with self.assertRaises(AccessError):
                act()
        self.assertEqual(
            (self.guild.state, self.stay.left_at, self.stay.role), ("active", False, "member")
        )

    def test_a_manager_works_with_guilds_but_writes_no_history(self):
        user = self.staff("program_manager")
        guild = self.guild.with_user(user)
        guild.purpose = "Something new"
        self.assertEqual((guild.points, guild.member_count), (25, 2))
        stay = self.stay.with_user(user)
        stay.role = "mentor"
        for vals in (
            {"partner_id": user.partner_id.id},
            {"left_at": False},
            {"guild_id": guild.id},
        ):
            with self.assertRaises(UserError):
                stay.write(vals)
        for vals in ({"state": "suspended"}, {"leader_id": self.member.id}):
            with self.assertRaises(UserError):
                guild.write(vals)
        stay.action_make_leader()
        self.assertEqual(guild.leader_id, self.member)
        guild.action_suspend()
        guild.action_reopen()

    def test_an_account_and_a_founding_stay_out_of_a_managers_hands(self):
        user = self.staff("program_manager")
        with self.assertRaises(AccessError):
            self.guild.account_ids.with_user(user).write({"active": False})
        founding = self.env["rc.guild.founding"].search([("guild_id", "=", self.guild.id)])
        with self.assertRaises(AccessError):
            founding.with_user(user).write({"state": "waiting"})

    @mute_logger("odoo.sql_db")
    def test_the_ledger_knows_its_protection(self):
        for model in ("rc.guild.entry", "rc.guild.account"):
            self.assertEqual(self.env.registry[model]._ledger_missing, [])

    def test_uninstalling_asks_for_an_export_of_the_ledger(self):
        with self.assertRaisesRegex(UserError, "has entries"):
            self.env["rc.ledger.export"]._check_uninstall(["rc_guild"])
