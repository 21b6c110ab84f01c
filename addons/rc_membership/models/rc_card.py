"""Cards that members give or buy, each with a code that one person takes."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import exact, local_day
from ..exceptions import Refusal
from ..secret_code import hash_code, make_code, make_nonce


class RcCard(models.Model):
    _name = "rc.card"
    _description = "Card to Hand On"
    _inherit = ["rc.fact.mixin"]
    _order = "made_at desc, id desc"
    _allow_sudo_commands = False
    _rc_facts = (
        "type_id",
        "giver_id",
        "program_id",
        "company_id",
        "key",
        "month",
        "place",
        "nonce",
        "code_hash",
        "made_at",
        "expires_at",
        "state",
        "taker_id",
        "taken_at",
        "is_once",
    )

    type_id = fields.Many2one(
        "rc.card.type", "Card", required=True, readonly=True, ondelete="restrict", index=True
    )
    giver_id = fields.Many2one(
        "res.partner", "Given by", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    key = fields.Char(required=True, readonly=True)
    month = fields.Char(readonly=True, help="Of a month's own cards: which month.")
    place = fields.Integer(readonly=True, help="Which of the month's cards it is.")
    nonce = fields.Char(required=True, readonly=True, groups="base.group_system")
    code_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    made_at = fields.Datetime(required=True, readonly=True)
    expires_at = fields.Datetime("Taken until", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Not Taken"), ("taken", "Taken"), ("void", "Void")],
        default="open",
        required=True,
        readonly=True,
    )
    taker_id = fields.Many2one(
        "res.partner", "Taken by", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    taken_at = fields.Datetime(readonly=True)
    is_once = fields.Boolean(readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This card was made before.")
    _code_uniq = models.UniqueIndex("(code_hash)", "This code is in use.")
    # a member's cards of a month are taken place by place, also when two pages ask at once
    _place_uniq = models.UniqueIndex(
        "(type_id, giver_id, month, place) WHERE place IS NOT NULL", "This card was made before."
    )
    _once_uniq = models.UniqueIndex(
        "(type_id, taker_id) WHERE is_once AND taker_id IS NOT NULL", "One card per person."
    )

    @api.depends("type_id.name")
    def _compute_display_name(self):
        for card in self:
            card.display_name = f"{card.type_id.name} #{card.id}"

    def _get_code(self):
        """Return the code of a card nobody took yet, else nothing."""
        self.ensure_one()
        return make_code(self.env, self._name, self.nonce) if self.state == "open" else ""

    def _get_link(self):
        return f"{self.get_base_url()}/card/{self._get_code()}"

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _count_left(self, kind, partner, at):
        """Return how many cards of a kind a member may still give in the month of ``at``."""
        program = kind.program_id
        today = local_day(at, kind.company_id)
        tier = self.env["rc.subscription"]._get_tiers(partner, program, today)[partner.id]
        if not kind.giver_tier_id or tier._get_rank() < kind.giver_tier_id._get_rank():
            return 0
        given = self.search_count(
            [
                ("type_id", "=", kind.id),
                ("giver_id", "=", partner.id),
                ("month", "=", f"{today:%Y-%m}"),
                ("place", "!=", False),
            ]
        )
        return max(kind.month_max - given, 0)

    @api.model
    @api.private
    def _give(self, kind, partner, at):
        """Let a member give one of the month's cards; return it.

        :raise Refusal: ``tier_required``, ``limit_reached``
        """
        if self._count_left(kind, partner, at):
            month = f"{local_day(at, kind.company_id):%Y-%m}"
            known = self.search(
                [
                    ("type_id", "=", kind.id),
                    ("giver_id", "=", partner.id),
                    ("month", "=", month),
                ]
            )
            place = min(set(range(1, kind.month_max + 1)) - set(known.mapped("place")))
            key = f"rc.card:{kind.id}:{partner.id}:{month}:{place}"
            card = self._make(kind, partner, key, at, month, place)
            if card:
                return card
        elif kind.giver_tier_id and not kind.month_max:
            raise Refusal(self.env._("This card is not given at the moment."), "limit_reached")
        raise Refusal(*self._explain_none_left(kind, partner, at))

    @api.model
    def _explain_none_left(self, kind, partner, at):
        """Return (sentence, code): why a member gives no card of a kind now."""
        tier = kind.giver_tier_id
        if not tier:
            return self.env._("This card is bought, not given."), "not_eligible"
        text = self.env._(
            "Members from %(tier)s up give %(count)s of these cards a month; you have none left.",
            tier=tier.name,
            count=kind.month_max,
        )
        today = local_day(at, kind.company_id)
        held = self.env["rc.subscription"]._get_tiers(partner, kind.program_id, today)[partner.id]
        is_giver = held._get_rank() >= tier._get_rank()
        return text, "limit_reached" if is_giver else "tier_required"

    @api.model
    @api.private
    def _make(self, kind, partner, key, at, month=None, place=None):
        """Write a card once per key; empty where the place was taken meanwhile."""
        nonce = make_nonce()
        self.env.flush_all()
        new = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_card (type_id, giver_id, program_id, company_id, key, month, place,
                       nonce, code_hash, made_at, expires_at, state, is_once, create_uid,
                       create_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'open', %s, %s, %s)
                ON CONFLICT DO NOTHING RETURNING id
                """,
                kind.id,
                partner.id,
                kind.program_id.id,
                kind.company_id.id,
                key,
                month,
                place,
                nonce,
                hash_code(make_code(self.env, self._name, nonce)),
                at,
                at + timedelta(days=kind.open_days),
                kind.is_once,
                self.env.uid,
                self.env.cr.now(),
            )
        )
        return self.browse(new[0]) if new else self.browse()

    @api.model
    @api.private
    def _find(self, code, at):
        """Return the open card of a typed code.

        :raise Refusal: ``unknown_code``: a wrong code, one that was taken, and one that expired
            answer alike, so that nobody learns which were real
        """
        card = self.search(
            [
                ("code_hash", "=", hash_code(code)),
                ("state", "=", "open"),
                ("expires_at", ">", at),
                ("type_id.active", "=", True),
            ],
            limit=1,
        )
        if not card:
            raise Refusal(
                self.env._("This card is not open. Ask whoever gave it to you."), "unknown_code"
            )
        return card

    @api.private
    def _take(self, partner, at):
        """Give a person what the card is worth, once.

        :raise Refusal: ``own_code``, ``limit_reached`` (took one of this kind before)
        """
        self.ensure_one()
        kind = self.type_id
        if partner == self.giver_id and kind.giver_tier_id:
            raise Refusal(self.env._("This card is for somebody else: hand it on."), "own_code")
        if self.is_once and self.search_count(
            [("type_id", "=", kind.id), ("taker_id", "=", partner.id), ("state", "=", "taken")],
            limit=1,
        ):
            raise Refusal(
                self.env._("You have taken a card “%s” before.", kind.name), "limit_reached"
            )
        self.write({"state": "taken", "taker_id": partner.id, "taken_at": at})
        self.flush_recordset()  # whoever takes it at the same time is told apart by the database
        key, today = f"rc.card:{self.id}", local_day(at, self.company_id)
        if kind.tier_id:
            self.env["rc.subscription"]._give_days(
                partner, kind.tier_id, kind.days, key, kind.name, self, today, "gift"
            )
        else:
            self.env["rc.entitlement.grant"]._give(
                partner,
                kind.entitlement_id,
                key,
                amount=exact(kind.amount),
                starts_on=today,
                expires_on=today + timedelta(days=kind.valid_days) if kind.valid_days else None,
                origin=self,
                reason=kind.name,
                program=self.program_id,
            )

    @api.private
    def _void(self):
        """Take a card back that nobody took.

        :raise Refusal: ``used_code``
        """
        self.ensure_one()
        if self.state != "open":
            raise Refusal(self.env._("The card was taken already."), "used_code")
        self.state = "void"

    @api.model
    @api.private
    def _merge(self, sources, target):
        """Two contacts are one: what a unique key would make the merge lose is freed of it."""
        self.flush_model()
        self.env.cr.execute(
            SQL("UPDATE rc_card SET place = NULL WHERE giver_id IN %s", tuple(sources.ids))
        )
        self.env.cr.execute(
            SQL("UPDATE rc_card SET is_once = FALSE WHERE taker_id IN %s", tuple(sources.ids))
        )
        self.invalidate_model(flush=False)
