"""The payee's pages: ranks with the way to the next one, a commission in full, why or why not."""

from odoo.tests import HttpCase, tagged

from .test_why import WhyCase


@tagged("post_install", "-at_install")
class TestPortalRanks(WhyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.a_portal_user("com_bob", "base.group_portal,rc_membership.group_promoter")
        cls.user.partner_id = cls.bob
        cls.stranger = cls.a_portal_user("com_nobody")
        cls.invoice = cls.sell(cls.cy)
        cls.order = cls.invoice.line_ids.sale_line_ids.order_id

    def page(self, url, user=None):
        user = user or self.user
        self.authenticate(user.login, user.login)
        return self.url_open(url)

    def test_own_rank_and_the_way_to_the_next_are_shown(self):
        text = self.page("/my/commissions").text
        self.assertIn("Your rank", text)
        self.assertIn("Next: Advanced", text)
        text = self.page("/my/commissions/ranks").text
        for part in ("Starter", "Advanced", "of 1000", "Training passed: mentor"):
            self.assertIn(part, text)

    def test_whoever_has_no_rank_is_told(self):
        self.assertIn("No rank yet", self.page("/my/commissions/ranks", self.stranger).text)

    def test_a_commission_is_shown_to_its_payee_and_unknown_to_others(self):
        own = self.awards_of(self.bob)
        text = self.page(f"/my/commissions/{own.id}").text
        for part in ("Cy B.", "Payee, level 1", "You earn 10 % of", "Other rules of the plan"):
            self.assertIn(part, text)
        self.assertNotIn("Ann Upper", text)
        foreign = self.page(f"/my/commissions/{self.awards_of(self.ann).id}")
        missing = self.page("/my/commissions/999999999")
        self.assertEqual((foreign.status_code, missing.status_code), (404, 404))

    def test_an_order_tells_why_it_paid_and_names_nobody_else(self):
        text = self.page(f"/my/commissions/why?reference={self.order.name.lower()}").text
        self.assertIn("You earn 10 % of", text)
        for name in ("Ann Upper", "Cy Buyer"):
            self.assertNotIn(name, text)

    def test_a_foreign_order_answers_like_a_missing_one(self):
        foreign = self.page(f"/my/commissions/why?reference={self.order.name}", self.stranger).text
        missing = self.page("/my/commissions/why?reference=S99999999", self.stranger).text
        cut = lambda text: text.replace(self.order.name, "X").replace("S99999999", "X")  # noqa: E731
        for text in (foreign, missing):
            self.assertIn("It does not pay you", text)
        self.assertEqual(len(cut(foreign)), len(cut(missing)))
        self.assertNotIn("Bob", foreign)

    def test_whose_link_lost_is_told_so_and_not_who_won(self):
        self.order.rc_attribution_id.flush_recordset()
        self.env.cr.execute(
            "UPDATE rc_attribution SET candidates = %s WHERE id = %s",
            (
                '[{"evidence": "link", "participant": %d, "code": null, "touch": null,'
                ' "at": "2026-01-01 00:00:00", "reason": "weaker_evidence"}]'
                % self.stranger.partner_id.id,
                self.order.rc_attribution_id.id,
            ),
        )
        self.env.invalidate_all()
        text = self.page(f"/my/commissions/why?reference={self.order.name}", self.stranger).text
        self.assertIn("Somebody else is taken as the seller", text)
        self.assertIn("Weaker evidence than the winner", text)
        self.assertNotIn("Bob", text)

    def test_a_reference_with_wildcards_or_markup_finds_nothing(self):
        for reference in ("S%25", "%3Cscript%3Ealert(1)%3C/script%3E"):
            text = self.page(f"/my/commissions/why?reference={reference}").text
            self.assertIn("It does not pay you", text)
            self.assertNotIn("<script>alert", text)
