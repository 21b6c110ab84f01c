from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.quota import TIER
from .rc_tier_entitlement import PERIODS

AMOUNT = (16, 4)


class RcEntitlementCounter(models.Model):
    """How much of an allowance is used in one window: the sum of its uses, kept by the door.

    One row per member, entitlement, program and window; of a grant one per grant and window.
    """

    _name = "rc.entitlement.counter"
    _description = "Used in a Window"
    _order = "window_start desc, id desc"
    _rec_name = "entitlement_id"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict"
    )
    entitlement_id = fields.Many2one(
        "rc.entitlement", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    grant_id = fields.Many2one(
        "rc.entitlement.grant", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    per = fields.Selection(PERIODS, required=True, readonly=True)
    window_start = fields.Date(required=True, readonly=True)
    window_end = fields.Date("Until", readonly=True)
    used = fields.Float(digits=AMOUNT, readonly=True)
    carried = fields.Float(
        digits=AMOUNT, readonly=True, help="Used before this window began, within the allowance."
    )
    next_id = fields.Many2one(
        "rc.entitlement.counter",
        "Carried to",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    _tier_window_uniq = models.UniqueIndex(
        "(partner_id, entitlement_id, program_id, per, window_start) WHERE grant_id IS NULL",
        "This window is counted already.",
    )
    _grant_window_uniq = models.UniqueIndex(
        "(grant_id, per, window_start) WHERE grant_id IS NOT NULL",
        "This window of the grant is counted already.",
    )
    _window_idx = models.Index("(partner_id, window_end)")
    _not_negative = models.Constraint(
        "CHECK (used >= 0 AND carried >= 0)", "Nothing is used less than zero times."
    )

    @api.model
    @api.private
    def _open(self, catalogue, partner_id, right, source):
        """Insert the counter of a window used for the first time; return its id.

        It starts with what it carries; a window that it cuts short is closed and points to it.
        """
        values = {
            "partner_id": partner_id,
            "entitlement_id": right,
            "program_id": catalogue.program,
            "company_id": catalogue.company,
            "grant_id": None if source.kind == TIER else source.ref,
            "per": source.per,
            "window_start": source.window.start,
            "window_end": source.window.end,
            "used": source.used,
            "carried": source.used,
            "create_uid": self.env.uid,
            "create_date": self.env.cr.now(),
        }
        [[new_id]] = self.env.execute_query(
            SQL(
                "INSERT INTO rc_entitlement_counter (%s) VALUES (%s) RETURNING id",
                SQL(", ").join(map(SQL.identifier, values)),
                SQL(", ").join(SQL("%s", value) for value in values.values()),
            )
        )
        if source.carries:
            # whoever counts there at this moment makes one of us try again
            self.env.execute_query(
                SQL(
                    "UPDATE rc_entitlement_counter SET next_id = %s WHERE id = %s RETURNING id",
                    new_id,
                    source.carries,
                )
            )
        return new_id

    def _put_back(self, amount):
        """Take a use out of the window and of those that carry it on."""
        self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE chain AS (
                    SELECT id, next_id, 0 AS depth FROM rc_entitlement_counter WHERE id = %(id)s
                     UNION ALL
                    SELECT after.id, after.next_id, chain.depth + 1
                      FROM rc_entitlement_counter after JOIN chain ON after.id = chain.next_id)
                UPDATE rc_entitlement_counter counter
                   SET used = GREATEST(counter.used - %(amount)s::numeric, 0),
                       carried = GREATEST(
                           counter.carried - (chain.depth > 0)::int * %(amount)s::numeric, 0)
                  FROM chain WHERE chain.id = counter.id RETURNING counter.id
                """,
                id=self.id,
                amount=amount,
            )
        )

    @api.model
    @api.private
    def _get_imbalances(self):
        """Return (table, id, counted, sum of uses) wherever the two differ: the nightly proof."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT 'counter', counter.id, counter.used::text,
                       (counter.carried + COALESCE(SUM(used.amount), 0))::text
                  FROM rc_entitlement_counter counter
                  LEFT JOIN rc_entitlement_use used ON used.counter_id = counter.id
                 GROUP BY counter.id
                HAVING counter.used <> counter.carried + COALESCE(SUM(used.amount), 0)
                 UNION ALL
                SELECT 'grant', gift.id, gift.used::text, COALESCE(SUM(used.amount), 0)::text
                  FROM rc_entitlement_grant gift
                  LEFT JOIN rc_entitlement_use used
                         ON used.grant_id = gift.id AND used.counter_id IS NULL
                 GROUP BY gift.id
                HAVING gift.used <> COALESCE(SUM(used.amount), 0)
                """
            )
        )
