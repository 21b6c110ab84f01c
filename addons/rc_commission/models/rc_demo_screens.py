from datetime import timedelta

from odoo import Command, api, fields, models

_REFERENCE = "RB-2026-114"


class RcDemoScreens(models.AbstractModel):
    """A chapter of the demo story (``rc.demo``): what is not paid yet, and who was put where."""

    _name = "rc.demo.screens"
    _description = "Network Demo Story: Screens"

    @api.model
    def _tell_screens(self):
        """Quotations and opportunities that are not paid yet, a granted rank, a place by hand."""
        orders = self.env["sale.order"]
        if orders.search_count([("client_order_ref", "=", _REFERENCE)], limit=1):
            return
        today = fields.Date.context_today(self)
        sara = self.env.ref("rc_membership.user_sara")
        hana = self.env.ref("rc_membership.partner_hana")
        self._quote(hana, "premium-year", sara, _REFERENCE)
        opportunity = self._tell_opportunities(sara)
        offer = self._quote(opportunity.partner_id, "team-month", sara, "NL 2026/31 Achtsamkeit")
        offer.opportunity_id = opportunity
        self._tell_regions()
        luna = self.env.ref("rc_membership.partner_kol")
        self.env["rc.commission.rank"]._grant(
            luna,
            "promoter",
            "advanced",
            on=today - timedelta(days=20),
            reason="Autumn campaign: forty new readers in a week",
        )
        self.env["rc.placement.edge"]._place(
            self.env.ref("rc_membership.partner_chen"),
            self.env.ref("rc_membership.partner_ben"),
            today - timedelta(days=30),
            reason="Same city; Ben looks after her",
        )

    def _quote(self, partner, item, user, reference):
        """Return a quotation of one membership plan, sent and not confirmed."""
        product = self.env["product.product"].search([("default_code", "=", item)], limit=1)
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": user.id,
                "client_order_ref": reference,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.state = "sent"
        return order

    def _tell_opportunities(self, sara):
        """Two opportunities; return that of the contact with the long name."""
        lotus = self.env.ref("rc_membership.partner_lotus")
        long_name = "Nordlicht Zentrum für Achtsamkeit, Yoga und ganzheitliche Gesundheit GmbH"
        studio = self.env["res.partner"].create(
            {"name": long_name, "is_company": True, "email": "hallo@nordlicht.example"}
        )
        self.env["rc.sponsor.edge"]._bind(studio, lotus, self.env.cr.now())
        gao = self.env.ref("rc_membership.partner_gao")
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": "Team plan for forty teachers",
                    "type": "opportunity",
                    "partner_id": studio.id,
                    "user_id": sara.id,
                    "expected_revenue": 5000,
                },
                {
                    "name": "高明的团队方案",
                    "type": "opportunity",
                    "partner_id": gao.id,
                    "user_id": sara.id,
                    "expected_revenue": 1200,
                },
            ]
        )
        return leads[0]

    def _tell_regions(self):
        """A province with two cities that nobody owns yet, and the trainings plans ask for."""
        regions = self.env["rc.region"]
        china = self.env.ref("base.cn")
        province = regions.create(
            {"name": "浙江", "code": "zhejiang", "level": "province", "country_id": china.id}
        )
        regions.create(
            [
                {
                    "name": name,
                    "code": code,
                    "level": "city",
                    "city": name,
                    "parent_id": province.id,
                }
                for name, code in (("杭州", "hangzhou"), ("宁波", "ningbo"))
            ]
        )
        trainings = self.env["rc.training"]
        for code, name in (("mentor", "Certified Mentor"), ("school", "School Partner")):
            if not trainings.search_count([("code", "=", code)], limit=1):
                trainings.create({"code": code, "name": name})
