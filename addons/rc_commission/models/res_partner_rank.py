from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_rank_names = fields.Char(
        "Ranks",
        compute="_compute_rc_rank_names",
        groups="rc_membership.group_accountant,rc_membership.group_program_manager",
    )

    def _compute_rc_rank_names(self):
        found = self.env["rc.commission.standing"]._get_of(self, self.env.company)
        for partner in self:
            rows = found.get(partner._origin.id, [])
            held = [row.rank_name.partition(" · ")[2] for row in rows if row.rank]
            partner.rc_rank_names = " · ".join(held)

    def action_rc_view_standing(self):
        """Open where this contact stands on the ladders, with the way to the next rank."""
        self.ensure_one()
        self.check_access("read")
        rows = self.env["rc.commission.standing"].search([("partner_id", "=", self.id)])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_standing_action"
        )
        action |= {"domain": [("partner_id", "=", self.id)], "context": {}}
        if len(rows) == 1:
            action |= {"views": [(False, "form")], "res_id": rows.id}
        return action

    def action_rc_view_tree(self):
        """Open the sponsor tree around this contact."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_sponsor_node_action"
        )
        return {**action, "context": {"hierarchy_res_id": self.id}}
