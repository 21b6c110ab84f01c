import json
import logging
import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ..errors import CodeError
from ..visit import get_visitor

_logger = logging.getLogger(__name__)

PARTICIPANT_GROUPS = (
    "rc_membership.group_member",
    "rc_membership.group_promoter",
    "rc_membership.group_partner",
    "rc_membership.group_salesperson",
)
_CODES_MAX = 2
_SEPARATORS = re.compile("[,;+，；、]")


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._rc_ensure_participant_codes()
        return users

    def write(self, vals):
        result = super().write(vals)
        if "group_ids" in vals or "active" in vals:
            self._rc_ensure_participant_codes()
        return result

    @api.private
    def _rc_ensure_participant_codes(self):
        """Every participant has a code from the first day."""
        groups = self.env["res.groups"].union(*(self.env.ref(name) for name in PARTICIPANT_GROUPS))
        # roles are read of any user; a code is made whoever creates the user
        participants = self.sudo().filtered(
            lambda user: user.active and user.all_group_ids & groups
        )
        participants.partner_id._rc_ensure_code()

    @api.model
    def _signup_create_user(self, values):
        """Bind every new member (form, invitation, OAuth) to who brought them."""
        user = super()._signup_create_user(values)
        self.env["rc.fraud.mark"]._note_request(user.partner_id, self.env.cr.now(), True)
        user._rc_bind_at_sign_up()
        return user

    @api.model
    def _update_last_login(self):
        """Note where a participant logs in from: whoever brings themselves does it from there."""
        result = super()._update_last_login()
        self.env["rc.fraud.mark"]._note_request(self.env.user.partner_id, fields.Datetime.now())
        return result

    def _rc_bind_at_sign_up(self):
        """READ the request's evidence, decide and bind; a link never breaks a sign-up."""
        evidence = self._rc_get_sign_up_evidence()
        for user in self:
            try:
                with self.env.cr.savepoint():
                    self.env["rc.attribution"]._decide_for_sign_up(
                        user.partner_id, self.env.cr.now(), **evidence
                    )
            except UserError as error:  # the tree refused: the member is there, unbound
                _logger.warning("sign-up of user %s was not bound: %s", user.id, error)

    @api.model
    def _rc_get_sign_up_evidence(self):
        """Return what the request says about who brought the visitor (all empty outside one).

        The form was validated before; what an identity provider sends back was never, and is
        treated like anything a visitor types.
        """
        if not request:
            return {"typed": None, "visitor": None, "passed": None}
        state = self._rc_read_oauth_state(request.params.get("state"))
        typed = request.params.get("rc_code") or state.get("rc_code")
        passed = state.get("rc")
        visitor = get_visitor() or self.env["rc.touch"]._read_visitor(passed)
        return {
            "typed": self._rc_find_codes(typed),
            "visitor": visitor,
            "passed": self._rc_find_codes(passed if not visitor else None),
        }

    @api.model
    def _rc_read_oauth_state(self, text):
        """Return the texts of an OAuth ``state``; anything unexpected is nothing."""
        try:
            state = json.loads(text or "{}")
        except (TypeError, ValueError):
            return {}
        if not isinstance(state, dict):
            return {}
        return {key: value for key, value in state.items() if isinstance(value, str)}

    @api.model
    def _rc_find_codes(self, text):
        """Return the codes in ``text`` that may be used; the others are left out."""
        codes = self.env["rc.code"]
        for part in self._rc_split_codes(text):
            try:
                codes |= codes._resolve(part)
            except CodeError as error:
                _logger.info("code not used at sign-up: %s", error.code)
        return codes

    @api.model
    @api.private
    def _rc_split_codes(self, text):
        """Return the single codes of what was typed: sponsor and guild, separated by a comma."""
        return [part for part in _SEPARATORS.split(text or "") if part.strip()][:_CODES_MAX]
