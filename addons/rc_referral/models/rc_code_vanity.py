from datetime import timedelta

from odoo import api, models

from odoo.addons.rc_membership.exceptions import Refusal

from ..kernel import codes

_PER_YEAR = 3
_YEAR = timedelta(days=365)
_RESERVED = "ADMIN,OFFICIAL,SUPPORT,RAINBOWCITY,FREE,TEST,ROOT,SYSTEM,CODE"


class RcCode(models.Model):
    _inherit = "rc.code"

    @api.model
    @api.private
    def _claim_vanity(self, partner, text, at):
        """Give ``partner`` (staff) the vanity code they ask for.

        :raise Refusal: ``not_eligible`` (shape, reserved word, too many), ``used_code`` (taken)
        """
        records = self.sudo()  # salespeople may claim, not write codes
        try:
            shown = codes.pretty(text)
        except codes.CodeFormatError:
            shown = ""
        if not codes.is_claimable(shown):
            raise Refusal(
                self.env._(
                    "A code of your own has 4 to 20 letters and digits, begins with a letter and "
                    "not like the codes we make (INVITE, GUILD, MISSION)."
                ),
                "not_eligible",
            )
        # the list is the system's; names of the company and of offices are nobody's
        params = self.env["ir.config_parameter"].sudo()
        reserved = (params.get_param("rc_referral.reserved_codes") or _RESERVED).split(",")
        if any(codes.fold(word) in codes.fold(shown) for word in reserved if word.strip()):
            raise Refusal(
                self.env._("“%s” is reserved. Choose another name.", shown), "not_eligible"
            )
        every = records.with_context(active_test=False)
        mine = [("partner_id", "=", partner.id), ("kind", "=", "vanity")]
        if every.search_count([*mine, ("create_date", ">", at - _YEAR)]) >= _PER_YEAR:
            raise Refusal(
                self.env._("You have claimed %s codes within a year. Ask a manager.", _PER_YEAR),
                "not_eligible",
            )
        if every.search_count([("code_key", "=", codes.fold(shown))], limit=1):
            raise Refusal(
                self.env._("“%s”, or a code that looks like it, is taken.", shown), "used_code"
            )
        return records.create({"kind": "vanity", "code": shown, "partner_id": partner.id}).with_env(
            self.env
        )
