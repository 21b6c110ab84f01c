from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.rc_membership.exceptions import Refusal

PERCENT_FREE, PERCENT_PAYING = 5, 20


class RcCode(models.Model):
    """The discount a code gives: a promotion of Odoo's loyalty, applied when the code is."""

    _inherit = "rc.code"

    loyalty_program_id = fields.Many2one(
        "loyalty.program",
        "Discount",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('program_type', '=', 'promo_code'), ('company_id', 'in', (False, company_id))]",
        help="Promotion applied in the cart when the code is typed or its link was followed.",
    )
    loyalty_rule_id = fields.Many2one(
        "loyalty.rule",
        "Promo Code",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The promo code this code stands for.",
    )

    @api.constrains("loyalty_program_id")
    def _check_discount(self):
        for record in self.filtered("loyalty_program_id"):
            if not record._get_discount_rule():
                raise ValidationError(
                    self.env._(
                        "“%s” is no promotion with a promo code.",
                        record.loyalty_program_id.display_name,
                    )
                )

    def _get_discount_rule(self):
        """Return the rule (with a promo code) that the code switches on (may be empty)."""
        self.ensure_one()
        rules = self.loyalty_program_id.rule_ids.filtered(
            lambda rule: rule.mode == "with_code" and rule.code
        )
        return self.loyalty_rule_id or rules[:1]

    # ------------------------------------------------------------------
    # What members hand out
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_discount_max(self, partner):
        """Return the highest discount (whole percent) a participant may hand out."""
        params = self.env["ir.config_parameter"].sudo()  # settings are the system's
        name, default = ("rc_referral.discount_free", PERCENT_FREE)
        if partner.sudo()._rc_get_sponsor_kind() != "member":
            name, default = ("rc_referral.discount_paying", PERCENT_PAYING)
        text = params.get_param(name, str(default))
        return min(int(text), 100) if text.isdigit() else default

    @api.model
    @api.private
    def _make_discount_code(self, partner, percent):
        """Return a personal code of ``partner`` that gives ``percent`` off, made at the first call.

        :raise Refusal: ``not_eligible`` (more than this participant may hand out)
        """
        most = self._get_discount_max(partner)
        if not 1 <= percent <= most:
            raise Refusal(
                self.env._("You may hand out discounts of 1 to %s percent.", most), "not_eligible"
            )
        company = partner.company_id or self.env.company
        records = self.sudo()  # a member has no rights on codes: it is their own
        program = records._get_discount_program(percent, company)
        known = records.search(
            [
                ("partner_id", "=", partner.id),
                ("kind", "=", "invite"),
                ("loyalty_program_id", "=", program.id),
            ],
            limit=1,
        )
        return known or records.create(
            {
                "kind": "invite",
                "partner_id": partner.id,
                "company_id": company.id,
                "loyalty_program_id": program.id,
            }
        )

    @api.model
    def _get_discount_program(self, percent, company):
        """Return the company's promotion of so many percent for members' codes, made when needed."""
        programs = self.env["loyalty.program"].sudo()  # see _make_discount_code
        known = programs.search(
            [("rc_discount_percent", "=", percent), ("company_id", "=", company.id)], limit=1
        )
        return known or programs.create(
            {
                "name": self.env._("Members' code: %s %% off", percent),
                "program_type": "promo_code",
                "trigger": "with_code",
                "applies_on": "current",
                "company_id": company.id,
                "rc_discount_percent": percent,
                "rule_ids": [
                    fields.Command.clear(),
                    # switched on by the members' codes; nobody types this one
                    fields.Command.create({"mode": "with_code", "code": self._make_code("invite")}),
                ],
                "reward_ids": [
                    fields.Command.clear(),
                    fields.Command.create(
                        {
                            "reward_type": "discount",
                            "discount": percent,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                            "required_points": 1,
                        }
                    ),
                ],
            }
        )


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    rc_discount_percent = fields.Integer(
        "Members Hand Out (%)",
        readonly=True,
        groups="base.group_user",
        help="The promotion behind the discount codes of members.",
    )
