from odoo import Command
from odoo.tests import tagged

from .common import ReferralCase


@tagged("post_install", "-at_install")
class TestLead(ReferralCase):
    def test_a_bound_sign_up_makes_one_lead_with_all_that_is_known(self):
        campaign = self.env["utm.campaign"].create({"name": "Spring Test"})
        team = self.env["crm.team"].create(
            {"name": "Studios", "member_ids": [Command.link(self.sara.id)]}
        )
        self.code.write({"campaign_id": campaign.id, "team_id": team.id})
        newsletter = self.env.ref("utm.utm_source_newsletter")
        visitor = self.a_click(self.code, utm={"source": "newsletter", "medium": "made-up-%"})
        member = self.a_sign_up(visitor=visitor)
        lead = self.lead_of(member)
        self.assertRecordValues(
            lead,
            [
                {
                    "type": "opportunity",
                    "partner_id": member.id,
                    "rc_code_id": self.code.id,
                    "rc_partner_id": self.studio.id,
                    "user_id": self.sara.id,
                    "team_id": team.id,
                    "source_id": newsletter.id,
                    "medium_id": self.env.ref("rc_referral.utm_medium_link").id,
                    "campaign_id": campaign.id,
                    "company_id": self.company.id,
                    "won_status": "pending",
                }
            ],
        )
        self.assertFalse(self.env["utm.medium"].search([("name", "like", "made-up")]))

    def test_delivering_the_sign_up_twice_makes_no_second_lead(self):
        member = self.a_sign_up(typed=self.code)
        self.env["rc.event"]._push("again", "signed_up", member)
        self.drain()
        lead = self.lead_of(member)
        self.assertEqual(len(lead), 1)
        self.assertEqual(lead.medium_id, self.env.ref("rc_referral.utm_medium_code"))
        self.assertEqual(lead.source_id, self.env.ref("utm.utm_source_referral"))

    def test_a_lead_known_by_mail_is_updated_and_keeps_what_staff_wrote(self):
        other = self.env.ref("base.user_admin")
        known = self.env["crm.lead"].create(
            {
                "name": "Trial class on Friday",
                "email_from": "nora.test@example.com",
                "user_id": other.id,
                "type": "opportunity",
            }
        )
        member = self.a_sign_up("Nora Test", typed=self.code)
        member.email = "nora.test@example.com"
        self.env["crm.lead"]._rc_update_from_sign_up(member)
        lead = self.lead_of(member) | known
        self.assertIn(known, lead)
        self.assertEqual(known.name, "Trial class on Friday")
        self.assertEqual(known.user_id, other)

    def test_the_lead_is_won_by_the_first_paid_invoice_and_only_then(self):
        member = self.a_sign_up(typed=self.code)
        lead = self.lead_of(member)
        invoice = self.an_invoice(member)
        self.pay(invoice, amount=1)
        self.drain()
        self.assertEqual(lead.won_status, "pending")
        self.pay(invoice)
        self.drain()
        self.assertEqual(lead.won_status, "won")

    def test_an_invoice_that_was_only_credited_wins_nothing(self):
        member = self.a_sign_up(typed=self.code)
        self.refund(self.an_invoice(member))
        self.drain()
        self.assertEqual(self.lead_of(member).won_status, "pending")

    def test_leads_begin_as_leads_where_the_company_works_so(self):
        self.env["res.config.settings"].create({"group_use_lead": True}).execute()
        member = self.a_sign_up(typed=self.rival_code)
        lead = self.lead_of(member)
        self.assertEqual(lead.type, "lead")
        self.pay(self.an_invoice(member))
        self.drain()
        self.assertEqual((lead.type, lead.won_status), ("opportunity", "won"))

    def test_staff_type_a_code_on_a_lead_and_see_whose_it_is(self):
        lead = (
            self.env["crm.lead"]
            .with_user(self.sara)
            .create({"name": "Call", "type": "opportunity"})
        )
        lead.rc_code_text = "studio-test"
        lead.invalidate_recordset()
        self.assertEqual((lead.rc_code_text, lead.rc_typed_partner_id), ("STUDIOTEST", self.studio))
        self.assertRefused("unknown_code", lead.write, {"rc_code_text": "NOBODY"})
        self.assertEqual(lead.rc_typed_code_id, self.code)
        lead.rc_code_text = False
        self.assertFalse(lead.rc_typed_at)
