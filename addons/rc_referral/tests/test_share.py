import base64
import io
import struct
import zlib
from unittest.mock import patch

from PIL import Image

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..models import rc_share_page
from .common import PHONE, ReferralCase, ReferralHttpCase

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def a_picture(kind="PNG", size=(900, 600)):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


@tagged("post_install", "-at_install")
class TestSharePage(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pages = cls.env["rc.share.page"]
        cls.owner = cls.a_participant("Mia Sharer")
        cls.invite = cls.owner._rc_ensure_code()

    def save(self, **vals):
        return self.pages._save(self.owner, self.env.company, vals)

    def a_product(self, name="Yoga Mat", **vals):
        return self.env["product.template"].create(
            {"name": name, "sale_ok": True, "is_published": True, **vals}
        )

    def test_a_participant_has_one_page_and_says_what_is_on_it(self):
        mat, hidden = self.a_product(), self.a_product("Hidden", is_published=False)
        kept_back = self.a_product("Kept Back", rc_is_promotable=False)
        page = self.save(
            greeting=" Come\n and  try ", is_open="1", product_ids=(mat + hidden + kept_back).ids
        )
        self.assertEqual(page.greeting, "Come and try")
        self.assertEqual(page.product_ids, mat)
        self.assertEqual(self.save(is_full_name=True), page)
        self.assertEqual(self.pages._get_shown_name(self.owner), "Mia Sharer")
        self.save(is_full_name=False)
        self.assertEqual(self.pages._get_shown_name(self.owner), "Mia")
        mat.is_published = False
        self.assertFalse(page._get_products())

    def test_a_picture_is_drawn_anew_and_small(self):
        for kind in ("PNG", "JPEG"):
            content = base64.b64decode(self.save(picture=a_picture(kind)).picture)
            with Image.open(io.BytesIO(content)) as picture:
                self.assertEqual((picture.format, picture.size), ("JPEG", (512, 341)))
        self.assertFalse(self.save(picture=b"").picture)

    def test_what_is_no_picture_is_refused(self):
        page = self.save(greeting="Hello")
        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
        head = struct.pack(">4sIIBBBBB", b"IHDR", 20_000, 20_000, 1, 0, 0, 0, 0)
        chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
        bomb = b"\x89PNG\r\n\x1a\n" + chunk  # 400 million points in 33 bytes
        for content in (svg, b"GIF89a", a_picture("GIF"), b"%PDF-1.7", b"\0" * 99, bomb):
            with self.assertRaisesRegex(UserError, "PNG or JPEG"):
                self.save(picture=content)
        with (
            patch.object(rc_share_page, "PICTURE_PIXELS_MAX", 100),
            self.assertRaisesRegex(UserError, "PNG"),
        ):
            self.save(picture=a_picture())
        with (
            patch.object(rc_share_page, "PICTURE_BYTES_MAX", 100),
            self.assertRaisesRegex(UserError, "8 MB"),
        ):
            self.save(picture=a_picture())
        self.assertFalse(page.picture)

    def test_a_greeting_may_not_advertise_recruiting(self):
        for text, word in (("We recruit you", "recruit"), ("一起躺赚", "躺赚")):
            with self.assertRaisesRegex(ValidationError, word), self.cr.savepoint():
                self.save(greeting=text)
        with self.assertRaisesRegex(ValidationError, "300"), self.cr.savepoint():
            self.save(greeting="x" * 301)
        self.env.company.rc_banned_words = "yoga"
        self.save(greeting="We recruit you")
        with self.assertRaisesRegex(ValidationError, "yoga"), self.cr.savepoint():
            self.save(greeting="Yoga!")
        self.env.company.rc_banned_words = False
        self.save(greeting="Yoga!")

    def test_a_campaign_and_its_page_may_not_either(self):
        website = self.env["website"].get_current_website()
        made = website.new_page(name="Spring", template="rc_referral.campaign_page")
        campaign = self.env["utm.campaign"].create(
            {"title": "Spring", "rc_landing_page_id": made["page_id"], "rc_is_open": True}
        )
        with self.assertRaisesRegex(ValidationError, "passive income"), self.cr.savepoint():
            campaign.rc_share_text = "Passive income for all"
        view = campaign.rc_landing_page_id.view_id
        bad = view.arch.replace("Tell here", "Get <b>rich</b>: tell here")
        with self.assertRaisesRegex(ValidationError, "get rich"), self.cr.savepoint():
            view.arch = bad
        view.arch = view.arch.replace("Tell here", "Learn here")
        free = website.new_page(name="Free", template="website.default_page")
        other = self.env["ir.ui.view"].browse(free["view_id"])
        other.arch = other.arch.replace("/>", "><p>Get rich</p></div>", 1)
        with self.assertRaisesRegex(ValidationError, "get rich"), self.cr.savepoint():
            campaign.rc_landing_page_id = free["page_id"]

    def test_where_a_link_leads(self):
        website = self.env["website"].get_current_website()
        made = website.new_page(name="Autumn", template="rc_referral.campaign_page")
        campaign = self.env["utm.campaign"].create(
            {"title": "Autumn", "rc_landing_page_id": made["page_id"], "rc_is_open": True}
        )
        mat = self.a_product()
        land = self.invite._get_landing
        self.assertEqual(land({}), "/")
        page = self.save(is_open=True)
        mine = f"/invite/{self.invite.code}"
        self.assertEqual(land({}), mine)
        self.assertEqual(land({"item": str(mat.id)}), mat.website_url)
        self.assertEqual(land({"utm_campaign": "Autumn"}), made["url"])
        for bad in ("", "0", "-1", "1e3", "9" * 40, "²", "//evil.example", "999999999"):
            self.assertEqual(land({"item": bad}), mine, bad)
        mat.rc_is_promotable = False
        self.assertEqual(land({"item": str(mat.id)}), mine)
        self.invite.campaign_id = campaign
        self.assertEqual(land({}), made["url"])
        campaign.rc_is_open = False
        self.assertEqual(
            land({"utm_campaign": "Autumn"}), made["url"], "the code is the campaign's"
        )
        self.invite.campaign_id = False
        self.assertEqual(land({"utm_campaign": "Autumn"}), mine)
        self.invite.landing_path = "/shop"
        self.assertEqual(land({}), "/shop")
        self.invite.landing_path = False
        page.is_open = False
        self.assertEqual(land({}), "/")

    def test_links_carry_their_channel(self):
        link = self.invite._get_share_link("whatsapp")
        self.assertEqual(
            link.partition("?")[2],
            "utm_source=whatsapp&utm_medium=referral",
            "what reports count by",
        )
        self.assertTrue(link.startswith(self.invite.get_base_url() + "/ref/INVITE-"))

    def test_merged_contacts_keep_one_page(self):
        twin = self.a_participant("Mia Twin")
        page = self.save(greeting="Mine")
        other = self.pages._save(twin, self.env.company, {"greeting": "Twin's"})
        self.env["res.partner"]._rc_before_merge(twin, self.owner)
        self.assertEqual((page + other).exists(), page)
        page.unlink()
        other = self.pages._save(twin, self.env.company, {"greeting": "Twin's"})
        self.env["res.partner"]._rc_before_merge(twin, self.owner)
        self.assertTrue(other.exists())


@tagged("post_install", "-at_install")
class TestShareWeb(ReferralHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.a_portal_user("sharer")
        cls.owner = cls.user.partner_id
        cls.invite = cls.owner._rc_ensure_code()

    def token(self):
        page = self.url_open("/my/referrals/share").text
        return page.split('name="csrf_token" value="')[1].split('"')[0]

    def save(self, files=None, **values):
        return self.url_open(
            "/my/referrals/share/save",
            data={"csrf_token": self.token(), **values},
            files=files,
            allow_redirects=False,
        )

    def test_a_name_and_a_greeting_are_text_wherever_they_stand(self):
        self.owner.name = EVIL
        self.owner._rc_ensure_code()
        self.env["rc.share.page"]._save(
            self.owner, self.env.company, {"greeting": EVIL, "is_full_name": True}
        )
        self.authenticate("sharer", "sharer")
        for path in (f"/invite/{self.invite.code}", "/my/referrals/share"):
            page = self.url_open(path)
            self.assertEqual(page.status_code, 200)
            for part in ("<script>alert", "<img src=x", "\"'>"):
                self.assertNotIn(part, page.text, path)
        self.assertIn("&lt;script&gt;alert(1)", page.text)
        told = self.url_open(f"/invite.json?ref={self.invite.code}")
        self.assertEqual(told.headers["Content-Type"].partition(";")[0], "application/json")
        self.assertEqual(told.json()["greeting"], EVIL)
        svg = self.url_open("/my/referrals/share/file/svg")
        self.assertNotIn("<script", svg.text)
        self.assertIn("attachment", svg.headers["Content-Disposition"])

    def test_a_name_of_ten_kilobytes_breaks_no_picture(self):
        self.owner.name = "名" * 5000 + " W" * 2500 + "\u202e\0🙂".replace("\0", "")
        self.authenticate("sharer", "sharer")
        for name, begin in (
            ("card", b"\xff\xd8\xff"),
            ("poster", b"\x89PNG"),
            ("qr", b"\x89PNG"),
            ("svg", b"<svg"),
            ("sheet", b"%PDF"),
        ):
            answer = self.url_open(f"/my/referrals/share/file/{name}")
            self.assertEqual(answer.status_code, 200, name)
            self.assertTrue(answer.content.startswith(begin), name)
            self.assertLess(len(answer.content), 400_000, name)
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(self.url_open(f"/invite/{self.invite.code}").status_code, 200)

    def test_a_shared_link_shows_the_card(self):
        answer = self.url_open(
            f"/ref/{self.invite.code}", headers={"User-Agent": "facebookexternalhit/1.1"}
        )
        self.assertTrue(answer.url.endswith(f"/invite/{self.invite.code}"), answer.url)
        image = answer.text.split('property="og:image" content="')[1].split('"')[0]
        self.assertTrue(image.startswith(self.invite.get_base_url()), image)
        picture = self.url_open(image.removeprefix(self.invite.get_base_url()))
        with Image.open(io.BytesIO(picture.content)) as card:
            self.assertEqual((card.format, card.size), ("JPEG", (1200, 630)))
        self.assertIn("max-age=3600", picture.headers["Cache-Control"])
        again = self.url_open(
            image.removeprefix(self.invite.get_base_url()),
            headers={"If-None-Match": picture.headers["ETag"]},
        )
        self.assertEqual((again.status_code, again.content), (304, b""))
        self.assertIn("noindex", answer.headers["X-Robots-Tag"])

    def test_a_card_speaks_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.website.language_ids += self.env.ref("base.lang_zh_CN")
        campaign = self.env["utm.campaign"].create({"title": "May", "rc_share_text": "Try it"})
        campaign.with_context(lang="zh_CN").rc_share_text = "来试试"
        self.invite.campaign_id = campaign
        url = f"/invite/{self.invite.code}/card.jpg"
        english, chinese = (
            self.url_open(f"{url}?lang={lang}").content for lang in ("en_US", "zh_CN")
        )
        self.assertNotEqual(english, chinese)
        self.assertEqual(self.url_open(f"{url}?lang=xx_YY").content, english)

    def test_the_host_of_a_request_is_in_no_link(self):
        self.authenticate("sharer", "sharer")
        evil = {"X-Forwarded-Host": "evil.example", "User-Agent": PHONE}
        for path in (
            "/my/referrals/share",
            f"/invite/{self.invite.code}",
            "/my/referrals/share/file/svg",
        ):
            text = self.url_open(path, headers=evil).text
            self.assertNotIn("evil.example", text, path)
        answer = self.url_open(f"/ref/{self.invite.code}", headers=evil, allow_redirects=False)
        self.assertNotIn("evil", answer.headers["Location"])

    def test_no_parameter_of_a_link_leads_off_the_site(self):
        for query in (
            "item=//evil.example",
            "utm_campaign=//evil.example",
            "item=https:evil.example",
        ):
            location = self.get(f"/ref/{self.invite.code}?{query}").headers["Location"]
            path = location.removeprefix(self.base_url())
            self.assertTrue(path.startswith("/?") or path == "/", path)

    def test_the_invitation_page_counts_a_visit_once(self):
        self.get(f"/invite/{self.invite.code}")
        self.get(f"/invite/{self.invite.code}")
        self.assertEqual(len(self.touches(self.invite)), 1)
        self.opener.cookies.clear()
        self.env["rc.share.page"]._save(self.owner, self.env.company, {"is_open": True})
        self.url_open(f"/ref/{self.invite.code}", headers={"User-Agent": PHONE})
        self.assertEqual(len(self.touches(self.invite)), 2, "the link counted, its page did not")
        self.url_open(f"/invite/{self.invite.code}", headers={"User-Agent": "Googlebot/2.1"})
        self.assertEqual(len(self.touches(self.invite)), 2)

    def test_what_names_nobody_gets_the_page_of_codes(self):
        for text in ("NOBODY", "99999999", "x" * 10_000, "%3Cscript%3E"):
            answer = self.get(f"/invite/{text}")
            self.assertEqual(answer.status_code, 303, text[:20])
            self.assertEqual(self.url_open(answer.headers["Location"]).status_code, 404)
            for name in ("card.jpg", "picture.jpg"):
                self.assertEqual(self.get(f"/invite/{text}/{name}").status_code, 404)
        self.assertEqual(self.get("/invite.json?ref=NOBODY").json(), {})
        self.assertEqual(self.get("/invite.json").json(), {})

    def test_a_campaign_page_is_told_who_invited(self):
        self.get(f"/ref/{self.invite.code}")
        told = self.get("/invite.json")
        self.assertEqual(told.json()["name"], self.owner._rc_get_first_name())
        self.assertEqual(told.headers["Cache-Control"], "no-store")
        self.assertEqual(
            set(told.json()), {"name", "greeting", "picture", "code"}, "and nothing more of them"
        )

    def test_a_member_edits_the_own_page_and_no_other(self):
        self.authenticate("sharer", "sharer")
        answer = self.save(
            files={"picture": ("me.png", a_picture(), "image/png")},
            greeting="Hello",
            is_open="1",
            partner_id=str(self.rival.id),
        )
        self.assertEqual(answer.status_code, 303)
        page = self.env["rc.share.page"]._get_of(self.owner)
        self.assertEqual((page.greeting, page.is_open, bool(page.picture)), ("Hello", True, True))
        self.assertFalse(self.env["rc.share.page"]._get_of(self.rival))
        self.save(greeting="Earn by recruiting")
        self.assertEqual(page.greeting, "Hello")
        self.assertIn("recruit", self.url_open("/my/referrals/share").text)
        self.save(files={"picture": ("x.svg", b"<svg onload='alert(1)'/>", "image/png")})
        self.assertIn("PNG or JPEG", self.url_open("/my/referrals/share").text)
        self.save(greeting="Hello", remove_picture="1")
        self.assertFalse(page.picture)

    def test_files_are_of_own_codes_only(self):
        self.authenticate("sharer", "sharer")
        foreign = self.rival_code.code
        for url in (
            f"/my/referrals/share/file/card?code={foreign}",
            "/my/referrals/share/file/card?code=NOBODY",
            "/my/referrals/share/file/passwd",
        ):
            self.assertEqual(self.get(url).status_code, 404, url)
        self.assertEqual(self.get(f"/my/referrals/share?code={foreign}").status_code, 303)

    def test_the_own_page_has_the_own_funnel_and_channels_only(self):
        self.a_click(self.invite, utm={"source": "wechat"})
        self.a_click(self.rival_code, utm={"source": "secretchannel"})
        self.authenticate("sharer", "sharer")
        page = self.url_open("/my/referrals").text
        self.assertIn('data-name="funnel"', page)
        self.assertIn("wechat", page)
        self.assertNotIn("secretchannel", page)
