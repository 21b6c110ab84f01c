"""Promo codes and coupons of Odoo's loyalty that belong to a participant."""

from odoo import api, fields, models

_OWNER = {
    "comodel_name": "res.partner",
    "string": "Participant",
    "ondelete": "restrict",
    "index": "btree_not_null",
    "groups": "base.group_user",
    "help": "Whoever uses the code was brought by this participant; empty: by nobody.",
}


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    rc_owner_id = fields.Many2one(**_OWNER)

    def write(self, vals):
        result = super().write(vals)
        if {"rc_owner_id", "active", "company_id", "date_from", "date_to"} & set(vals):
            self.with_context(active_test=False).rule_ids._rc_sync_code()
        return result


class LoyaltyRule(models.Model):
    _inherit = "loyalty.rule"

    rc_owner_id = fields.Many2one(**_OWNER)

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._rc_sync_code()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if {"rc_owner_id", "code", "mode", "active", "program_id"} & set(vals):
            self._rc_sync_code()
        return result

    def _rc_get_owner(self):
        """Return the participant a promo code belongs to (may be empty)."""
        self.ensure_one()
        return self.rc_owner_id or self.program_id.rc_owner_id

    def _rc_sync_code(self):
        """Let each owned promo code stand beside the owner's other codes, with a link of its own."""
        # whoever may write a promotion may not write codes; a mirror is no more than what it shows
        codes = self.env["rc.code"].sudo().with_context(active_test=False)
        known = {code.loyalty_rule_id: code for code in codes.search(self._rc_get_code_domain())}
        for rule in self.sudo():
            owner, mirror = rule._rc_get_owner(), known.get(rule)
            if not (owner and rule.code and rule.mode == "with_code"):
                if mirror:
                    mirror.active = False
                continue
            program = rule.program_id
            vals = {
                "code": rule.code,
                "partner_id": owner.id,
                "active": rule.active and program.active,
                "date_from": program.date_from,
                # a promotion names its last day, a code the first day it is refused
                "date_to": program.date_to and fields.Date.add(program.date_to, days=1),
            }
            if mirror:
                mirror.write(vals)
            else:
                codes.create(
                    {
                        **vals,
                        "kind": "coupon",
                        "loyalty_rule_id": rule.id,
                        "loyalty_program_id": program.id,
                        "company_id": (program.company_id or self.env.company).id,
                    }
                )

    def _rc_get_code_domain(self):
        return [("loyalty_rule_id", "in", self.ids)]


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    rc_owner_id = fields.Many2one(**_OWNER)

    def _rc_get_owner(self):
        """Return the participant a coupon belongs to (may be empty)."""
        self.ensure_one()
        return self.rc_owner_id or self.program_id.rc_owner_id
