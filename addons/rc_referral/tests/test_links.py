import json

from odoo.tests import HOST, tagged

from .common import PHONE, ReferralHttpCase

CONSENT = json.dumps({"required": True, "optional": True})


@tagged("post_install", "-at_install")
class TestLinks(ReferralHttpCase):
    def test_a_link_records_a_touch_sets_the_cookie_and_stays_on_the_site(self):
        self.code.landing_path = "/shop"
        answer = self.get("/ref/studio-test?utm_source=newsletter&utm_campaign=May&evil=1")
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(
            answer.headers["Location"].removeprefix(self.base_url()),
            "/shop?utm_source=newsletter&utm_campaign=May",
        )
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        [touch] = self.touches()
        self.assertEqual(
            (touch.landing_path, touch.source, touch.campaign, touch.is_bot),
            ("/shop", "newsletter", "May", False),
        )
        cookie = next(
            line
            for line in answer.raw.headers.getlist("Set-Cookie")
            if line.startswith("rc_visitor=")
        )
        self.assertEqual(
            cookie.split(";")[0], f"rc_visitor={self.env['rc.touch']._sign_visitor(touch.visitor)}"
        )
        for flag in ("HttpOnly", "SameSite=Lax", f"Max-Age={30 * 24 * 3600}"):
            self.assertIn(flag, cookie)
        self.assertNotIn("Secure", cookie)
        self.assertNotIn("STUDIOTEST", cookie.upper())

    def test_an_advert_on_our_name_and_a_sub_id_are_noted_and_stay_in_the_address(self):
        self.code.landing_path = "/shop"
        self.env.company.rc_fraud_brand_words = "Rainbow City"
        answer = self.get("/ref/studio-test?gclid=x1&utm_term=rainbowcity&sub=team-7")
        self.assertTrue(
            answer.headers["Location"].endswith("/shop?utm_term=rainbowcity&gclid=x1&sub=team-7")
        )
        [touch] = self.touches()
        self.assertEqual((touch.is_brand_ad, touch.sub_id), (True, "team-7"))

    def test_a_second_click_is_the_same_visitor(self):
        self.get("/ref/STUDIOTEST")
        self.get("/ref/RIVALTEST")
        touches = self.touches(self.code | self.rival_code)
        self.assertEqual(len(touches), 2)
        self.assertEqual(len(set(touches.mapped("visitor"))), 1)

    def test_a_parameter_on_any_page_is_a_touch(self):
        for path in ("/", "/shop", "/contactus", "/web/signup"):
            before = len(self.touches())
            self.assertEqual(self.get(f"{path}?ref=studiotest").status_code, 200, path)
            touches = self.touches()
            self.assertEqual(len(touches) - before, 1, path)
            self.assertEqual(touches[0].landing_path, path)

    def test_a_page_that_does_not_exist_counts_nothing(self):
        self.assertEqual(self.get("/no-such-page-here?ref=STUDIOTEST").status_code, 404)
        self.assertFalse(self.touches())

    def test_what_nobody_opened_is_no_touch(self):
        self.opener.head(f"{self.base_url()}/ref/STUDIOTEST", headers={"User-Agent": PHONE})
        for headers in (
            {"Sec_Purpose": "prefetch"},
            {"Purpose": "prefetch"},
            {"X_Moz": "prefetch"},
            {"Sec_Fetch_Dest": "iframe"},
            {"Sec_Fetch_Dest": "image"},
            {"Sec_Fetch_Dest": "empty", "Sec_Fetch_Site": "cross-site"},
        ):
            for url in ("/ref/STUDIOTEST", "/?ref=STUDIOTEST"):
                answer = self.get(url, **headers)
                self.assertLess(answer.status_code, 400)
                self.assertNotIn("rc_visitor", answer.cookies)
        self.assertFalse(self.touches())

    def test_bots_are_flagged_and_kept_and_people_in_apps_are_people(self):
        for agent in ("Googlebot/2.1", "WhatsApp/2.23.20.0 A"):
            self.url_open("/ref/STUDIOTEST", allow_redirects=False, headers={"User-Agent": agent})
        self.assertEqual(self.touches().mapped("is_bot"), [True, True])
        self.touches().unlink()
        for app in ("MicroMessenger/8.0.48", "Instagram 325.0", "WhatsApp/2.24.8"):
            self.url_open(
                "/ref/STUDIOTEST", allow_redirects=False, headers={"User-Agent": f"{PHONE} {app}"}
            )
        self.assertEqual(self.touches().mapped("is_bot"), [False] * 3)

    def test_without_consent_there_is_no_touch_and_with_it_the_page_counts(self):
        self.website.cookies_bar = True
        answer = self.get("/ref/STUDIOTEST")
        self.assertNotIn("rc_visitor", answer.cookies)
        self.assertFalse(self.touches())
        landing = answer.headers["Location"]
        self.assertTrue(landing.endswith("?ref=STUDIOTEST"))
        self.assertEqual(self.url_open(landing).status_code, 200)
        self.assertFalse(self.touches())
        for refusal in (
            '{"required": true, "optional": false}',
            "true",
            "{nonsense",
            '{"optional": 1}',
        ):
            self.opener.cookies.set("website_cookies_bar", refusal, domain=HOST)
            self.get("/ref/STUDIOTEST")
            self.assertFalse(self.touches(), refusal)
        # the visitor allows optional cookies: our script asks for the page again
        self.opener.cookies.set("website_cookies_bar", CONSENT, domain=HOST)
        self.get(
            landing.removeprefix(self.base_url()),
            Sec_Fetch_Dest="empty",
            Sec_Fetch_Site="same-origin",
        )
        self.assertEqual(len(self.touches()), 1)

    def test_a_cookie_that_is_set_as_required_needs_no_consent(self):
        self.website.cookies_bar = True
        self.env["ir.config_parameter"].set_param("rc_referral.cookie_type", "required")
        self.assertIn("rc_visitor", self.get("/ref/STUDIOTEST").cookies)
        self.assertEqual(len(self.touches()), 1)

    def test_a_tampered_cookie_is_replaced(self):
        signed = self.env["rc.touch"]._sign_visitor("0" * 32)
        self.opener.cookies.set("rc_visitor", signed, domain=HOST)
        self.get("/ref/STUDIOTEST")
        self.assertEqual(self.touches().visitor, "0" * 32)
        self.touches().unlink()
        forged = f"{'1' * 32}.{signed.partition('.')[2]}"
        self.opener.cookies.set("rc_visitor", forged, domain=HOST)
        self.get("/ref/STUDIOTEST")
        self.assertNotIn(self.touches().visitor, ("0" * 32, "1" * 32))

    def test_a_code_that_does_not_work_leads_to_a_page_that_says_why(self):
        personal = self.rival._rc_get_main_code()
        invite = self.a_participant("Inviter Test")._rc_ensure_code().code
        slip = invite[:-1] + ("0" if invite[-1] != "0" else "2")
        personal.active = False
        for text, status, words in (
            ("NOBODY", 404, "do not know"),
            (slip, 404, "typing slip"),
            ("RIVALTEST", 410, "not valid"),
            ("x" * 10_000, 404, "typing slip"),
            ("%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404, "typing slip"),
            ("a/b/../../c", 404, "do"),
            ("%E8%8E%B2%00", 404, "typing slip"),
        ):
            answer = self.get(f"/ref/{text}")
            self.assertEqual(answer.status_code, status, text[:40])
            self.assertIn(words, answer.text, text[:40])
            self.assertNotIn("<script>alert", answer.text)
            self.assertIn("Try again", answer.text)
        self.assertFalse(self.touches(self.code | self.rival_code))

    def test_a_code_of_ours_that_does_not_work_leads_to_the_same_page_as_a_parameter(self):
        self.rival_code.active = False
        for text, status in (("INVITE-0", 404), ("guild-2222222", 404), ("RIVALTEST", 410)):
            answer = self.get(f"/shop?ref={text}")
            self.assertEqual(answer.status_code, 302, text)
            location = answer.headers["Location"]
            self.assertTrue(location.removeprefix(self.base_url()).startswith("/ref/"), location)
            self.assertEqual(self.url_open(location).status_code, status)

    def test_the_parameter_of_somebody_else_turns_nobody_away(self):
        for text in ("", "NOBODY", "producthunt", "blog.example.com", "x" * 5_000, "%3Cscript%3E"):
            self.assertEqual(self.get(f"/shop?ref={text}").status_code, 200, text[:40])
        self.assertFalse(self.touches(self.code | self.rival_code))

    def test_the_form_of_that_page_tries_again(self):
        answer = self.get("/ref?code=studio-test")
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(self.get("/ref").status_code, 200)
        self.assertEqual(len(self.touches()), 1)

    def test_no_parameter_leads_off_the_site(self):
        for query in (
            "url=https://evil.example",
            "redirect=//evil.example",
            "r=https:evil.example",
        ):
            location = self.get(f"/ref/STUDIOTEST?{query}").headers["Location"]
            self.assertEqual(location.removeprefix(self.base_url()), "/")

    def test_owners_do_not_count_on_their_own_link(self):
        user = self.a_portal_user("link_owner")
        self.authenticate("link_owner", "link_owner")
        code = user.partner_id._rc_get_main_code()
        self.assertEqual(self.get(f"/ref/{code.code}").status_code, 302)
        self.assertFalse(self.touches(code))

    def test_the_link_works_in_another_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.website.language_ids += self.env.ref("base.lang_zh_CN")
        answer = self.url_open("/zh_CN/ref/STUDIOTEST", headers={"User-Agent": PHONE})
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(self.touches()), 1)
