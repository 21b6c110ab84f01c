from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..kernel.tiers import Held

KINDS = [
    ("seat", "Seat of a team"),
    ("gift", "Gift"),
    ("trial", "Trial"),
    ("reward", "Reward"),
    ("grant", "Granted by a manager"),
]


class RcTierCover(models.Model):
    """A tier that somebody holds without paying for it: a seat, a gift, a trial, a reward, a grant.

    One row per key, for good: it is ended, never changed.
    """

    _name = "rc.tier.cover"
    _description = "Tier without a Plan of One's Own"
    _inherit = ["rc.fact.mixin"]
    _order = "start_on desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _rc_facts = (
        "partner_id",
        "tier_id",
        "program_id",
        "company_id",
        "start_on",
        "end_on",
        "ended_on",
        "kind",
        "key",
        "origin_model",
        "origin_id",
        "subscription_id",
        "reason",
    )

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    tier_id = fields.Many2one("rc.tier", required=True, readonly=True, ondelete="restrict")
    program_id = fields.Many2one(
        "rc.program", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    start_on = fields.Date("Valid from", required=True, readonly=True)
    end_on = fields.Date("Until", readonly=True, help="The first day without it; empty: no end.")
    ended_on = fields.Date("Ended Early on", readonly=True)
    subscription_id = fields.Many2one(
        "rc.subscription",
        "Prolonged",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The days were added to this subscription.",
    )
    reason = fields.Char(readonly=True)
    origin_model = fields.Char(readonly=True)
    origin_id = fields.Many2oneReference(model_field="origin_model", readonly=True)
    key = fields.Char(required=True, readonly=True)
    is_live = fields.Boolean("In Force", compute="_compute_is_live", search="_search_is_live")

    _key_uniq = models.Constraint("UNIQUE (key)", "This was given before.")
    _days = models.Constraint("CHECK (end_on > start_on)", "A tier is held for a day at least.")

    def _compute_is_live(self):
        today = fields.Date.context_today(self)
        for cover in self:
            cover.is_live = not cover.subscription_id and cover._as_held().is_on(today)

    def _search_is_live(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_live_domain(fields.Date.context_today(self))

    @api.model
    def _get_live_domain(self, on):
        """Return the domain of what is held on a day (days added to a plan are in its period)."""
        return (
            Domain("subscription_id", "=", False)
            & Domain("start_on", "<=", on)
            & (Domain("end_on", "=", False) | Domain("end_on", ">", on))
            & (Domain("ended_on", "=", False) | Domain("ended_on", ">", on))
        )

    def _as_held(self):
        """READ: the row as the kernel sees it."""
        self.ensure_one()
        ends = [day for day in (self.end_on, self.ended_on) if day]
        return Held(
            tier=self.tier_id.id,
            rank=self.tier_id._get_rank(),
            start=self.start_on,
            end=min(ends, default=None),
        )

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _give(
        self, partner, tier, start_on, end_on, kind, key, origin=None, reason="", subscription=None
    ):
        """Give ``partner`` a tier in ``[start_on, end_on)`` once per key; return the row.

        :param end_on: None: without end
        :param kind: seat, gift, trial, reward, grant
        :raise UserError: the key was used for something else
        """
        covers = self.sudo()  # callers have decided it; nobody writes covers by rights of their own
        covers.flush_model()
        [row] = self.env.execute_query(
            SQL(
                """
                WITH new AS (
                    INSERT INTO rc_tier_cover (partner_id, tier_id, program_id, company_id, kind,
                        start_on, end_on, key, reason, origin_model, origin_id, subscription_id,
                        create_uid, create_date, write_uid, write_date)
                    VALUES (%(partner)s, %(tier)s, %(program)s, %(company)s, %(kind)s, %(start)s,
                        %(end)s, %(key)s, %(reason)s, %(model)s, %(origin)s, %(subscription)s,
                        %(uid)s, %(now)s, %(uid)s, %(now)s)
                    ON CONFLICT (key) DO NOTHING RETURNING id)
                SELECT (SELECT id FROM new), (SELECT id FROM rc_tier_cover WHERE key = %(key)s)
                """,
                partner=partner.id,
                tier=tier.id,
                program=tier.program_id.id,
                company=tier.company_id.id,
                kind=kind,
                start=start_on,
                end=end_on or None,
                key=key,
                reason=reason or None,
                model=origin._name if origin else None,
                origin=origin.id if origin else None,
                subscription=subscription.id if subscription else None,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        cover = covers.browse(row[0] or row[1])
        if not row[0] and (cover.tier_id.id, cover.kind) != (tier.id, kind):
            raise UserError(self.env._("This was given before, as something else: %s.", key))
        partner.invalidate_recordset(["rc_tier_cover_ids"])
        covers._follow(partner)
        return cover

    @api.private
    def _end(self, on):
        """End what is still held, from ``on`` (the first day without it)."""
        covers = self.sudo().filtered(  # see _give
            lambda c: not c.ended_on and (not c.end_on or c.end_on > on)
        )
        for cover in covers:
            cover.ended_on = max(on, cover.start_on)
        self._follow(covers.partner_id)

    @api.model
    def _follow(self, partners):
        """Let what is shown of the contacts follow."""
        partners.invalidate_recordset(["rc_tier_id", "rc_period_end", "rc_subscription_state"])
