from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize

from ..adapters import local_day
from ..exceptions import Refusal
from ..kernel.seats import free_seat
from ..secret_code import hash_code, make_code, make_nonce

LIVE = ("invited", "taken", "paused")
INVITATION_DAYS = 14


class RcSeat(models.Model):
    """A seat of a team's subscription: offered to somebody, taken, given back.

    Its code is never stored, only the code's hash: it follows from a random number of the row and
    the database's secret, so that the owner can see it again and a copy of the table is no key.
    """

    _name = "rc.seat"
    _description = "Team Seat"
    _inherit = ["rc.fact.mixin"]
    _order = "subscription_id, number, id desc"
    _allow_sudo_commands = False
    _rc_facts = (
        "subscription_id",
        "company_id",
        "number",
        "state",
        "email",
        "partner_id",
        "nonce",
        "code_hash",
        "invited_at",
        "expires_at",
        "taken_at",
        "ended_at",
        "cover_id",
        "cover_count",
    )

    subscription_id = fields.Many2one(
        "rc.subscription", "Team", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True)
    owner_id = fields.Many2one(related="subscription_id.partner_id", string="Owner")
    number = fields.Integer("Seat", required=True, readonly=True, help="The owner's seat is 1.")
    state = fields.Selection(
        [
            ("invited", "Invited"),
            ("taken", "Taken"),
            ("paused", "Paused"),
            ("ended", "Ended"),
        ],
        default="invited",
        required=True,
        readonly=True,
        help="Paused: the team's plan does not run, or has fewer seats now.",
    )
    email = fields.Char("Invited Address", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Holder", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    nonce = fields.Char(required=True, readonly=True, groups="base.group_system")
    code_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    invited_at = fields.Datetime(required=True, readonly=True)
    expires_at = fields.Datetime("Invitation until", required=True, readonly=True)
    taken_at = fields.Datetime(readonly=True)
    ended_at = fields.Datetime(readonly=True)
    cover_id = fields.Many2one("rc.tier.cover", "Tier Given", readonly=True, ondelete="restrict")
    cover_count = fields.Integer(readonly=True, help="How often the tier was given and ended.")

    _number_uniq = models.UniqueIndex(
        "(subscription_id, number) WHERE state <> 'ended'", "This seat is given already."
    )
    _holder_uniq = models.UniqueIndex(
        "(subscription_id, partner_id) WHERE state <> 'ended' AND partner_id IS NOT NULL",
        "This person has a seat in the team already.",
    )
    _code_uniq = models.UniqueIndex("(code_hash)", "This code is in use.")
    _number_positive = models.Constraint("CHECK (number > 1)", "The first seat is the owner's.")

    @api.depends("number", "partner_id.name", "email")
    def _compute_display_name(self):
        for seat in self:
            holder = seat.partner_id.name or seat.email or self.env._("open invitation")
            seat.display_name = self.env._(
                "Seat %(number)s: %(holder)s", number=seat.number, holder=holder
            )

    # ------------------------------------------------------------------
    # Codes
    # ------------------------------------------------------------------

    def _get_code(self):
        """Return the code of an open invitation: ``K7QX-2M9T-04RD``; empty when it was used."""
        self.ensure_one()
        return self._make_code(self.nonce) if self.state == "invited" else ""

    @api.model
    def _make_code(self, nonce):
        return make_code(self.env, self._name, nonce)

    @api.model
    def _hash_code(self, code):
        """Return the hash of a code as somebody typed it: case, blanks, dashes, O and I forgiven."""
        return hash_code(code)

    def _get_link(self):
        return f"{self.get_base_url()}/seat/{self._get_code()}"

    def _prepare_code_vals(self, at):
        nonce = make_nonce()
        return {
            "nonce": nonce,
            "code_hash": self._hash_code(self._make_code(nonce)),
            "invited_at": at,
            "expires_at": at + timedelta(days=INVITATION_DAYS),
        }

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _invite(self, subscription, at, email=""):
        """READ the free seats → DECIDE which → WRITE an invitation; mail it if there is an address.

        :raise Refusal: ``not_eligible`` (no team, plan not running, address wrong or invited
            before), ``limit_reached`` (every seat is given)
        """
        subscription._check_team()
        subscription._lock_seats()
        live = subscription.seat_ids.filtered(lambda s: s.state in LIVE)
        number = free_seat(subscription.seat_count, set(live.mapped("number")))
        address = self._check_email(email, live)
        if number is None:
            raise Refusal(
                self.env._(
                    "All %s seats are given. Add a seat, or take one back from somebody.",
                    subscription.seat_count,
                ),
                "limit_reached",
            )
        seat = self.create(
            {
                "subscription_id": subscription.id,
                "company_id": subscription.company_id.id,
                "number": number,
                "email": address,
                **self._prepare_code_vals(at),
            }
        )
        seat._send_invitation()
        return seat

    def _check_email(self, email, live):
        """Return the address in its normal form (empty: an invitation by code only)."""
        if not (email or "").strip():
            return False
        address = email_normalize(email)
        if not address:
            raise Refusal(
                self.env._("“%s” is no e-mail address. Correct it, or leave it empty.", email[:80]),
                "not_eligible",
            )
        if address in live.mapped("email") or address in live.partner_id.mapped("email_normalized"):
            raise Refusal(
                self.env._("%s has an invitation or a seat in this team already.", address),
                "not_eligible",
            )
        return address

    def _send_invitation(self):
        template = self.env.ref("rc_membership.mail_template_seat", raise_if_not_found=False)
        for seat in self.filtered("email"):
            if template:
                template.send_mail(seat.id, force_send=False)

    @api.private
    def _renew_invitation(self, at):
        """Make a new code for an open invitation; the old one is void from now on."""
        self.ensure_one()
        if self.state != "invited":
            raise Refusal(
                self.env._("This seat is taken; there is no open invitation."), "used_code"
            )
        self.write(self._prepare_code_vals(at))
        self._send_invitation()

    @api.model
    @api.private
    def _find(self, code, at):
        """Return the open invitation of a typed code.

        :raise Refusal: ``unknown_code`` (also a used one: nobody learns which codes were real),
            ``expired_code``
        """
        seat = self.search(
            [("code_hash", "=", self._hash_code(code)), ("state", "=", "invited")], limit=1
        )
        if not seat:
            raise Refusal(
                self.env._("This invitation is not open. Ask the team's owner for a new code."),
                "unknown_code",
            )
        if seat.expires_at <= at or not seat.subscription_id._is_running():
            raise Refusal(
                self.env._("This invitation has expired. Ask the team's owner to send it again."),
                "expired_code",
            )
        return seat

    @api.private
    def _take(self, partner, at):
        """Let somebody sit down: they have the team's tier while the seat lasts."""
        self.ensure_one()
        subscription = self.subscription_id
        if partner == subscription.partner_id:
            raise Refusal(self.env._("You own this team and have its tier already."), "own_code")
        if partner in subscription.seat_ids.filtered(lambda s: s.state in LIVE).partner_id:
            raise Refusal(self.env._("You have a seat in this team already."), "not_eligible")
        subscription._lock_seats()
        self.write({"state": "taken", "partner_id": partner.id, "taken_at": at})
        self._give_cover(local_day(at, self.company_id))

    @api.private
    def _end(self, at):
        """Take a seat back: it is free for somebody else, the holder's tier ends today."""
        for seat in self.filtered(lambda s: s.state in LIVE):
            seat.subscription_id._lock_seats()
            seat._end_cover(local_day(at, seat.company_id))
            seat.write({"state": "ended", "ended_at": at})

    def _give_cover(self, on):
        self.ensure_one()
        subscription = self.subscription_id
        self.cover_count += 1
        self.cover_id = self.env["rc.tier.cover"]._give(
            self.partner_id,
            subscription.tier_id,
            on,
            None,
            "seat",
            f"rc.seat:{self.id}:{self.cover_count}",
            origin=self,
            reason=subscription.display_name,
        )

    def _end_cover(self, on):
        for seat in self.filtered("cover_id"):
            seat.cover_id._end(on)
            seat.cover_id = False

    @api.model
    @api.private
    def _merge(self, sources, target):
        """Two contacts are one and sit once in a team; who owns it sits without one of these."""
        merged = sources | target
        live = self.search(
            [("partner_id", "in", merged.ids), ("state", "in", LIVE)], order="state desc, id"
        )
        for team, seats in live.grouped("subscription_id").items():
            kept = seats[:0] if team.partner_id in merged else seats[:1]
            (seats - kept)._end(fields.Datetime.now())
        self.flush_model()  # the unique key must see it before the holder moves

    # ------------------------------------------------------------------
    # Buttons of staff
    # ------------------------------------------------------------------

    def action_end(self):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can take back a seat here."))
        self.check_access("read")
        # seats are facts of the system; the right was checked
        self.sudo()._end(fields.Datetime.now())
