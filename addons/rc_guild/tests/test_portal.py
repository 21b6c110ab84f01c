from datetime import date, timedelta

from odoo.tests import tagged

from .common import FEB, GuildHttpCase


@tagged("post_install", "-at_install")
class TestPortal(GuildHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # logging in gives a point; these figures are about payments
        cls.env.ref("rc_membership.point_rule_login").active = False
        cls.guild = cls.a_guild()
        cls.user = cls.a_portal_user("guild-mia")
        cls.member = cls.user.partner_id
        cls.member.name = "Mia 米娅"

    def setUp(self):
        super().setUp()
        self.authenticate("guild-mia", "guild-mia")

    def test_somebody_without_a_guild_is_shown_both_ways_in(self):
        page = self.url_open("/my/guild").text
        for words in ("Join a guild", "Found a guild", "Guild Square"):
            self.assertShows(page, words)

    def test_the_hub_shows_points_fund_people_and_the_code(self):
        self.join(self.member, self.guild)
        self.spend(self.member, 50, date(2040, 1, 10))
        self.closes._close_due(self.program, FEB)
        page = self.url_open("/my/guild").text
        for words in (
            "Lanterns 灯火",
            "Mia 米娅",
            self.guild._get_code().code,
            "+25 points",
            "1.00",
        ):
            self.assertShows(page, words)
        self.assertHides(page, "Leader of Lanterns")  # other members go by their short names

    def test_the_leader_reads_full_names_and_since_when(self):
        self.join(self.a_member("Somebody With A Long Name"), self.guild)
        self.stay_of(self.guild.leader_id).partner_id = self.member
        page = self.url_open("/my/guild").text
        self.assertShows(page, "Somebody With A Long Name")
        self.assertShows(page, "since")
        self.assertHides(page, "Leave the guild")

    def test_another_guilds_figures_are_nobody_elses(self):
        other = self.a_guild("Secret Society")
        outsider = self.a_member("Outsider")
        self.join(outsider, other)
        self.spend(outsider, 500)
        self.join(self.member, self.guild)
        page = self.url_open("/my/guild").text
        for words in ("Secret Society", "Outsider", "250", other._get_code().code):
            self.assertHides(page, words)

    def test_joining_by_code_later(self):
        answer = self.form("/my/guild/join", code=self.guild._get_code().code.lower())
        self.assertShows(answer.text, "Guild points")
        self.assertEqual(self.stay_of(self.member).guild_id, self.guild)

    def test_a_code_that_does_not_fit_is_explained_and_kept_in_the_field(self):
        slip = self.guild._get_code().code[:-1]
        for code, words in (
            (slip, "typing slip"),
            ("NOBODY", "do not know"),
            ("STUDIOTEST", "not a guild"),
            ("", "typing slip"),
        ):
            answer = self.form("/my/guild/join", code=code)
            self.assertShows(answer.text, words)
            self.assertShows(answer.text, f'value="{code}"' if code else 'name="code"')
        self.assertFalse(self.stay_of(self.member))

    def test_leaving_and_the_cooling_time(self):
        self.join(self.member, self.guild, self.env.cr.now())
        answer = self.form("/my/guild/leave")
        self.assertShows(answer.text, "You left a guild not long ago")
        self.assertFalse(self.stay_of(self.member))
        answer = self.form("/my/guild/join", code=self.guild._get_code().code)
        self.assertShows(answer.text, "You left a guild not long ago")
        self.assertFalse(self.stay_of(self.member))

    def test_the_form_says_what_is_missing_and_keeps_what_was_typed(self):
        wish = {
            "name": "Mia's Circle",
            "purpose": "Kindness",
            "guild_type": "creative",
            "join_rule": "open",
            "paid_with": "points",
        }
        answer = self.found_by_form(**wish)
        self.assertShows(answer.text, "needs one of these memberships")
        self.buy(self.member, "premium-month", on=date.today())
        answer = self.found_by_form(**wish)
        self.assertShows(answer.text, "Founding costs 1000 points and you have 25")
        self.assertShows(answer.text, "Kindness")
        for broken, words in (
            ({"name": "=1"}, "at least 3 characters"),
            ({"purpose": " "}, "in one sentence"),
            ({"guild_type": "evil"}, "Choose a type"),
            ({"paid_with": "nothing"}, "how to pay"),
        ):
            self.assertShows(self.found_by_form(**{**wish, **broken}).text, words)
        self.assertFalse(
            self.env["rc.guild.founding"].search([("partner_id", "=", self.member.id)])
        )

    def test_founding_with_points_opens_the_hub(self):
        self.buy(self.member, "premium-month", on=date.today() - timedelta(days=1))
        self.an_account(self.member)._grant(1000, "start", "start")
        wish = {
            "name": "=Mia's Circle",
            "purpose": "Kindness",
            "guild_type": "creative",
            "join_rule": "open",
            "paid_with": "points",
            # what a form must never be able to set
            "partner_id": "1",
            "state": "suspended",
            "points": "1000000",
        }
        answer = self.found_by_form(**wish)
        self.assertShows(answer.text, "Guild points")
        guild = self.stay_of(self.member).guild_id
        self.assertRecordValues(
            guild,
            [
                {
                    "name": "Mia's Circle",
                    "state": "active",
                    "points": 0,
                    "leader_id": self.member.id,
                    "guild_type": "creative",
                }
            ],
        )
        self.assertEqual(self.points_of(self.member), 25)
        self.assertEqual(self.url_open("/my/guild/found").url.rsplit("/", 1)[1], "guild")

    def test_founding_with_money_leads_to_the_order_and_can_be_cancelled(self):
        self.buy(self.member, "premium-month", on=date.today())
        answer = self.found_by_form(
            name="Mia's Circle",
            purpose="Kindness",
            guild_type="creative",
            join_rule="open",
            paid_with="order",
        )
        founding = self.env["rc.guild.founding"].search([("partner_id", "=", self.member.id)])
        self.assertIn(f"/my/orders/{founding.order_id.id}", answer.url)
        self.assertShows(self.url_open("/my/guild").text, "Pay the fee")
        answer = self.form("/my/guild/found/cancel")
        self.assertEqual(founding.state, "cancelled")
        self.assertHides(answer.text, "Pay the fee")

    def test_forms_without_their_token_change_nothing(self):
        for url in ("join", "leave", "found/submit", "found/cancel"):
            answer = self.url_open(f"/my/guild/{url}", data={"code": self.guild._get_code().code})
            self.assertEqual(answer.status_code, 400, url)
        self.assertFalse(self.stay_of(self.member))

    def test_a_visitor_is_asked_to_log_in(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/guild").url)

    def found_by_form(self, **values):
        return self.form("/my/guild/found/submit", page="/my/guild/found", **values)


@tagged("post_install", "-at_install")
class TestSquare(GuildHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guild = cls.a_guild()
        cls.open = cls.a_guild("Open Door", join_rule="open", guild_type="sales")

    def test_anybody_sees_published_guilds_and_filters_them(self):
        page = self.url_open("/guilds").text
        self.assertShows(page, "Lanterns 灯火")
        self.assertShows(page, "Open Door")
        page = self.url_open("/guilds?guild_type=sales").text
        self.assertHides(page, "Lanterns 灯火")
        self.assertShows(page, "Open Door")
        page = self.url_open("/guilds?search=灯火").text
        self.assertShows(page, "Lanterns 灯火")
        self.assertHides(page, "Open Door")
        self.assertShows(self.url_open("/guilds?search=nothing-like-it").text, "No guild fits")
        self.assertEqual(self.url_open("/guilds?guild_type=%27--&search=%25").status_code, 200)

    def test_a_page_tells_strangers_no_full_name_and_no_money(self):
        self.guild.leader_id.name = "Leonore Longname"
        page = self.url_open(self.guild.website_url).text
        self.assertShows(page, "Leonore L.")
        self.assertHides(page, "Longname")
        self.assertHides(page, "Growth fund")
        self.assertHides(page, self.guild._get_code().code)

    def test_hidden_suspended_foreign_and_missing_guilds_all_answer_404(self):
        company = self.env["res.company"].create({"name": "Other"})
        program = self.env["rc.program"].create(
            {"name": "Other", "code": "other", "company_id": company.id}
        )
        foreign = self.env["rc.guild"].create(
            {
                "name": "Foreign",
                "program_id": program.id,
                "purpose": "x",
                "is_published": True,
            }
        )
        self.open.is_published = False
        self.guild.action_suspend()
        missing = f"/guilds/nobody-{self.guild.id + 100000}"
        for url in (self.open.website_url, self.guild.website_url, foreign.website_url, missing):
            for path in (url, f"{url}/image"):
                self.assertEqual(self.url_open(path).status_code, 404, path)
        self.assertEqual(self.url_open("/guilds/../etc/passwd").status_code, 404)

    def test_a_member_joins_an_open_guild_with_one_click(self):
        user = self.a_portal_user("guild-joiner")
        self.authenticate("guild-joiner", "guild-joiner")
        page = self.url_open(self.guild.website_url).text
        self.assertHides(page, f"{self.guild.website_url}/join")
        self.form(f"{self.open.website_url}/join", page=self.open.website_url)
        self.assertEqual(self.stay_of(user.partner_id).guild_id, self.open)
        self.assertShows(self.url_open(self.open.website_url).text, "You are a member")
        self.assertShows(
            self.url_open(self.guild.website_url).text, "You belong to this other guild"
        )

    def test_posting_to_a_guild_that_wants_a_code_is_refused(self):
        user = self.a_portal_user("guild-joiner")
        self.authenticate("guild-joiner", "guild-joiner")
        answer = self.form(f"{self.guild.website_url}/join", page=self.open.website_url)
        self.assertShows(answer.text, "needs its code")
        self.assertFalse(self.stay_of(user.partner_id))

    def test_the_picture_is_public_only_with_its_guild(self):
        pixel = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
            b"rkJggg=="
        )
        self.guild.image_1920 = pixel
        url = f"{self.guild.website_url}/image"
        answer = self.url_open(url)
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "image/png"))
        self.guild.is_published = False
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_the_portal_home_leads_to_the_guild(self):
        self.a_portal_user("guild-joiner")
        self.authenticate("guild-joiner", "guild-joiner")
        self.assertShows(self.url_open("/my/home").text, 'href="/my/guild"')
