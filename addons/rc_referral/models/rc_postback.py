"""Server postback: a participant's server is told of sign-ups and payments their adverts brought."""

import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.rc_membership.exceptions import Refusal

from ..kernel.postback import MACROS, find_problem
from ..secrets_box import close_box, open_box

GROUPS = (
    "rc_membership.group_promoter",
    "rc_membership.group_partner",
    "rc_membership.group_partner_finance",
)


class RcPostback(models.Model):
    """Where one participant wants to be told; what was told is in the deliveries.

    Only conversions of visitors who allowed the cookie are told, as an id that means nothing
    elsewhere: no name, no address, no browser.
    """

    _name = "rc.postback"
    _description = "Server Postback"
    _inherit = ["rc.fact.mixin"]
    _order = "partner_id, id"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _rc_facts = ("partner_id", "company_id", "secret_box")

    partner_id = fields.Many2one(
        "res.partner", "Participant", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    active = fields.Boolean(default=True)
    url = fields.Char("Address", required=True)
    on_sign_up = fields.Boolean("Sign-ups", default=True)
    on_payment = fields.Boolean("Payments", default=True)
    secret_box = fields.Char(readonly=True, groups="base.group_system")
    delivery_ids = fields.One2many("rc.postback.delivery", "postback_id", "Deliveries")

    _partner_uniq = models.Constraint(
        "UNIQUE (partner_id, company_id)", "This participant has a postback already."
    )

    @api.constrains("url")
    def _check_url(self):
        for postback in self:
            problem = find_problem(postback.url or "")
            if problem:
                raise ValidationError(postback._get_problem_text(problem))

    @api.model
    def _get_problem_text(self, problem):
        return {
            "https": self.env._("The address begins with https://."),
            "host": self.env._("The address needs the public name of a server, without a port."),
            "macro": self.env._(
                "Known placeholders are %s.", ", ".join(f"{{{name}}}" for name in MACROS)
            ),
        }.get(problem, self.env._("This is no address of a server."))

    # ------------------------------------------------------------------
    # The participant's own
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _may_have(self, user):
        return any(user.has_group(group) for group in GROUPS)

    @api.model
    @api.private
    def _get_own(self, partner, company):
        """Return the postback of a participant, switched off ones too."""
        mine = self.sudo().with_context(active_test=False)  # the owner is in the domain
        return mine.search(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)], limit=1
        )

    @api.model
    @api.private
    def _set_own(self, partner, company, url, on_sign_up, on_payment, is_active):
        """WRITE what a participant wants; the secret is made once.

        :raise Refusal: ``not_available``, with what is wrong with the address
        """
        problem = find_problem(url)
        if problem:
            raise Refusal(self._get_problem_text(problem), "not_available")
        postback = self._get_own(partner, company)
        wish = {
            "url": url,
            "on_sign_up": on_sign_up,
            "on_payment": on_payment,
            "active": is_active,
        }
        if postback:
            postback.write(wish)
            return postback
        return self.sudo().create(  # the caller knows who it is
            {
                **wish,
                "partner_id": partner.id,
                "company_id": company.id,
                "secret_box": close_box(self.env, secrets.token_urlsafe(32)),
            }
        )

    @api.private
    def _get_secret(self):
        """Return the secret calls are signed with; only its owner is shown it."""
        self.ensure_one()
        return open_box(self.env, self.sudo().secret_box)  # see above

    # ------------------------------------------------------------------
    # What is told
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _tell_sign_up(self, member, at):
        """Put a sign-up in the queue of who brought it."""
        self._tell("sign_up", member, f"sign_up:{member.id}", at)

    @api.model
    @api.private
    def _tell_payment(self, move, at):
        """Put a paid invoice in the queue of who brought its member, once."""
        self._tell(
            "payment",
            move._rc_get_member(),
            f"payment:{move.id}",
            at,
            {"amount": f"{move.amount_untaxed:.2f}", "currency": move.currency_id.name},
        )

    def _tell(self, event, member, about, at, values=None):
        decision = self.env["rc.attribution"].sudo()._get_current(member)  # the inbox asks
        touch = decision.touch_id
        if not touch or not decision.winner_id:
            return  # without a click there was no consent, or no advert
        postback = self.sudo().search(  # as above
            [
                ("partner_id", "=", decision.winner_id.id),
                ("company_id", "=", decision.company_id.id),
                (f"on_{event}", "=", True),
            ]
        )
        facts = {
            "event": event,
            "code": touch.code_id.code,
            "sub": touch.sub_id or "",
            **(values or {}),
        }
        self.env["rc.postback.delivery"]._queue(postback, about, facts, at)
