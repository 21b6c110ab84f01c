from odoo.tests import tagged

from .common import PartnerPortalCase


@tagged("post_install", "-at_install")
class TestPrivacy(PartnerPortalCase):
    def sections(self, partner):
        found = partner.sudo()._rc_export_sections()
        names = ("partnership", "assigned_leads")
        return {part["name"]: part["rows"] for part in found if part["name"] in names}

    def test_a_partner_gets_the_partnership_and_leads_without_the_people_in_them(self):
        self.studio.grade_id = self.env.ref("rc_partner_portal.res_partner_grade_standard")
        lead = self.env["crm.lead"].create({"name": "Anna asks", "contact_name": "Anna Secret"})
        lead.partner_assigned_id = self.studio
        self.a_click(self.code)
        got = self.sections(self.studio)
        [row] = got["partnership"]
        self.assertEqual(
            (row["rc_partner_type"], row["grade_id"], row["rc_click_count"], row["rc_sale_count"]),
            ("Reseller", "Standard", 1, 0),
        )
        self.assertEqual(len(got["assigned_leads"]), 1)
        self.assertNotIn("Anna", str(got))

    def test_somebody_who_is_no_partner_has_empty_sections(self):
        member = self.a_participant("Mem Ber")
        self.assertEqual(self.sections(member), {"partnership": [], "assigned_leads": []})
