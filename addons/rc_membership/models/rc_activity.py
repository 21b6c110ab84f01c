"""What members did: facts that earn points, raise growth and are counted for their sponsors."""

from decimal import Decimal

from odoo import api, fields, models

from ..exceptions import Refusal

COUNT_MAX = 1_000_000  # of one report: more is a slip, and would fill every cap at once


class RcActivity(models.Model):
    """One thing a member did, or so many of a kind at once; the rows only grow.

    The SaaS app, check-ins and other addons write through ``_record``; who reads are the earning
    rules, the growth value and the sponsor's metric ``referred_activity``.
    """

    _name = "rc.activity"
    _description = "Member Activity"
    _inherit = ["rc.history.mixin"]
    _order = "at desc, id desc"
    _rec_name = "kind"
    _history_mutable = ("partner_id",)
    _history_is_watched = True

    key = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Char(
        required=True,
        readonly=True,
        index=True,
        help="What was done, in one word: login, conversation, mission, review, photo, event …",
    )
    count = fields.Integer(required=True, readonly=True, aggregator="sum")
    amount = fields.Float(
        "Worth",
        digits=(16, 2),
        readonly=True,
        aggregator="sum",
        help="What it was worth by whoever reported it: the points of a mission, the price of goods.",
    )
    at = fields.Datetime(required=True, readonly=True, index=True)
    origin_model = fields.Char("Source Model", readonly=True)
    origin_id = fields.Many2oneReference("Source", model_field="origin_model", readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This activity was recorded before.")
    _count_positive = models.Constraint("CHECK (count > 0)", "An activity counts at least once.")
    _kind_at_idx = models.Index("(company_id, kind, at)")

    # ------------------------------------------------------------------
    # The door
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _record(self, partner, kind, count, key, at, amount=None, origin=None):
        """Write once that ``partner`` did something, and tell the inbox; return the record.

        :param str kind: one word, for example ``conversation``
        :param int count: how often, at least once
        :param str key: the fact; sent again with the same content it changes nothing
        :param at: naive UTC datetime of when it was done
        :param amount: optional Decimal, what it is worth by whoever reports it
        :param origin: optional record it is about
        :raise Refusal: ``not_eligible`` for a count or kind that cannot be, ``key_conflict``
        """
        partner.ensure_one()
        self._check_protected()
        if not kind or isinstance(count, bool) or int(count) != count:
            raise Refusal(self.env._("An activity needs a kind and a whole count."), "not_eligible")
        if not 0 < count <= COUNT_MAX:
            raise Refusal(
                self.env._("An activity counts from 1 to %s at once.", COUNT_MAX), "not_eligible"
            )
        activities = self.sudo()  # the member has no rights on facts; their door works for them
        row = {
            "key": key,
            "partner_id": partner.id,
            "company_id": self.env.company.id,
            "kind": kind,
            "count": int(count),
            "amount": None if amount is None else Decimal(amount),
            "at": at,
            "origin_model": origin._name if origin else None,
            "origin_id": origin.id if origin else None,
        }
        if not activities._insert([row]):
            return activities._check_replayed(partner, kind, count, key)
        activity = activities.search([("key", "=", key)])
        self.env["rc.event"]._push(f"rc.activity:{activity.id}", "activity", activity, at)
        return activity

    @api.model
    def _check_replayed(self, partner, kind, count, key):
        """Return the activity recorded under ``key``; other content is refused."""
        activity = self.search([("key", "=", key)])
        if (activity.partner_id, activity.kind, activity.count) != (partner, kind, count):
            raise Refusal(
                self.env._("This activity was reported before with other content."), "key_conflict"
            )
        return activity
