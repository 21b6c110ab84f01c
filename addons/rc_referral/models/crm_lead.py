from odoo import api, fields, models
from odoo.tools.sql import escape_psql


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "rc.code.typed.mixin", "rc.fact.mixin"]

    _rc_facts = ("rc_code_id", "rc_partner_id")

    rc_code_id = fields.Many2one(
        "rc.code",
        "Came by Code",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    rc_partner_id = fields.Many2one(
        "res.partner",
        "Brought by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The participant whose work brought this lead.",
    )

    @api.model
    @api.private
    def _rc_update_from_sign_up(self, partner):
        """Create or update the lead of a new member from the decision on their sign-up.

        :return: the lead; empty where nobody brought the member
        """
        attribution = self.env["rc.attribution"]._get_current(partner)
        code = attribution.code_id
        if not attribution.winner_id:
            return self.browse()
        lead = self._rc_find_for(partner)
        vals = self._rc_prepare_vals(partner, attribution)
        if lead:
            # what staff has filled in already is theirs
            lead.write(
                {
                    name: value
                    for name, value in vals.items()
                    if name in ("rc_code_id", "rc_partner_id", "partner_id") or not lead[name]
                }
            )
            return lead
        team_id = vals.pop("team_id")
        return self.create(
            {
                **vals,
                **({"team_id": team_id} if team_id else {}),  # else the salesperson's own
                "name": self.env._("%(member)s, by %(code)s", member=partner.name, code=code.code),
                "type": "lead" if self._rc_uses_leads(team_id) else "opportunity",
            }
        )

    @api.model
    def _rc_find_for(self, partner):
        """Return the newest lead of the member, or one with their mail address and no contact yet."""
        email = partner.email_normalized
        by_partner = [("partner_id", "=", partner.id)]
        by_email = [("partner_id", "=", False), ("email_normalized", "=", email)] if email else None
        for domain in filter(None, (by_partner, by_email)):
            lead = self.search(domain, limit=1, order="id desc")
            if lead:
                return lead
        return self.browse()

    @api.model
    def _rc_prepare_vals(self, partner, attribution):
        code = attribution.code_id
        user = partner.user_id or code._get_salesperson()
        if attribution.company_id not in user.company_ids:
            user = user.browse()
        touch = attribution.touch_id
        medium = "utm_medium_link" if touch else "utm_medium_code"
        return {
            "partner_id": partner.id,
            "email_from": partner.email,
            "rc_code_id": code.id,
            "rc_partner_id": attribution.winner_id.id,
            "user_id": user.id,
            "team_id": (code.team_id or user.sale_team_id).id,
            "company_id": attribution.company_id.id,
            "source_id": (
                self._rc_find_utm("utm.source", touch.source)
                or self.env.ref("utm.utm_source_referral")
            ).id,
            "medium_id": (
                self._rc_find_utm("utm.medium", touch.medium)
                or self.env.ref(f"rc_referral.{medium}")
            ).id,
            "campaign_id": (
                code.campaign_id or self._rc_find_utm("utm.campaign", touch.campaign)
            ).id,
        }

    @api.model
    def _rc_find_utm(self, model, name):
        """Return the UTM record of that name; visitors write what they like in an address, so none
        is made from it."""
        records = self.env[model]
        return records.search([("name", "=ilike", escape_psql(name))], limit=1) if name else records

    @api.model
    def _rc_uses_leads(self, team_id):
        """Tell whether new leads begin as leads: the company's or the team's setting."""
        if not self.env["res.groups"]._is_feature_enabled("crm.group_use_lead"):
            return False
        return not team_id or self.env["crm.team"].browse(team_id).use_leads

    @api.model
    @api.private
    def _rc_win(self, partner):
        """Win the open referral leads of a member whose first invoice is paid."""
        leads = self.search(
            [
                ("partner_id", "=", partner.id),
                ("rc_partner_id", "!=", False),
                ("won_status", "!=", "won"),
                ("active", "in", (True, False)),
            ]
        )
        leads.filtered(lambda lead: lead.type == "lead").write({"type": "opportunity"})
        leads.action_set_won()
        return leads
