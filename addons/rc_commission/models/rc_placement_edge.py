from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.rc_membership.db import (
    append_only_objects,
    insert_once,
    make_append_only,
    missing_protection,
)

from ..adapters import company_today

CAUSES = [
    ("placed", "Placed by Hand"),
    ("leave_two", "Leaving Two"),
    ("idle_swap", "Idle Line Swapped"),
    ("spillover", "Spillover"),
]


class RcPlacementEdge(models.Model):
    """Who stands under whom in the placement tree. Without a live row people stand under their
    sponsor; a live row without a parent is a root."""

    _name = "rc.placement.edge"
    _description = "Placement"
    _order = "since desc, id desc"
    _rec_name = "member_id"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    member_id = fields.Many2one(
        "res.partner", "Participant", required=True, readonly=True, ondelete="restrict", index=True
    )
    parent_id = fields.Many2one(
        "res.partner",
        "Stands Under",
        readonly=True,
        ondelete="restrict",
        help="Empty: at the top of an own tree.",
    )
    before_id = fields.Many2one("res.partner", "Stood Under", readonly=True, ondelete="restrict")
    side = fields.Selection([("left", "Left"), ("right", "Right")], readonly=True)
    since = fields.Date(required=True, readonly=True)
    ended_on = fields.Date(readonly=True)
    cause = fields.Selection(CAUSES, required=True, readonly=True)
    by_id = fields.Many2one(
        "res.partner",
        "Because Of",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Whose promotion or sign-up made the move.",
    )
    values = fields.Json(readonly=True, help="The figures that caused it.")
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Decided By", readonly=True, ondelete="restrict")

    _key_uniq = models.Constraint("UNIQUE (key)", "This move was made before.")
    _live_uniq = models.UniqueIndex(
        "(company_id, member_id) WHERE ended_on IS NULL", "This participant has a place already."
    )
    _parent_idx = models.Index("(parent_id) WHERE ended_on IS NULL AND parent_id IS NOT NULL")
    _not_self = models.Constraint(
        "CHECK (parent_id IS NULL OR member_id <> parent_id)", "Nobody stands under themselves."
    )

    def init(self):
        super().init()
        make_append_only(
            self.env.cr,
            self._table,
            (
                *("ended_on", "member_id", "parent_id", "before_id", "by_id"),
                *("write_uid", "write_date"),
            ),
        )

    @api.model
    @api.private
    def _get_missing_protection(self):
        return missing_protection(
            self.env.cr, self._table, [*self._table_objects, *append_only_objects()]
        )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("Places are given by the engine or the button only."))

    def write(self, vals):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("A place never changes. Move the participant instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What happened in the network is never deleted."))

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _place(self, member, parent, on=None, side=None, reason="", company=None):
        """Put somebody under ``parent`` (empty: a root of an own tree) by decision.

        :raise UserError: the parent stands below the member
        """
        if not self.env.su and not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can move a participant."))
        company = company or self.env.company
        on = on or company_today(company)
        self.env["rc.commission.state"]._claim(company)
        if parent and (parent == member or member.id in self._get_above(company, parent)):
            raise UserError(
                self.env._(
                    "%(parent)s cannot stand above %(member)s, who stands above.",
                    parent=parent.display_name,
                    member=member.display_name,
                )
            )
        live = self._get_live(company, member)
        before = live.parent_id if live else self._get_sponsor(member)
        key = f"placed:{company.id}:{member.id}:{live.id or 0}"
        self._note(
            [
                {
                    "key": key,
                    "company_id": company.id,
                    "member_id": member.id,
                    "parent_id": parent.id or None,
                    "before_id": before.id or None,
                    "side": side,
                    "since": on,
                    "cause": "placed",
                    "by_id": None,
                    "values": {},
                    "reason": reason or None,
                    "user_id": self.env.uid,
                }
            ]
        )
        return self.sudo().search([("key", "=", key)])  # the door decided it

    @api.model
    @api.private
    def _note_moves(self, company, source, moves):
        """Write the engine's moves of an event, in their order.

        :param source: what caused them, part of each row's key
        :param moves: kernel ``Move``
        """
        for number, move in enumerate(moves):  # a later move of somebody ends the earlier one
            self._note(
                [
                    {
                        "key": f"{source}|{move.person}|{move.on}|{number}",
                        "company_id": company.id,
                        "member_id": move.person,
                        "parent_id": move.parent,
                        "before_id": move.before,
                        "side": move.side,
                        "since": move.on,
                        "cause": move.cause,
                        "by_id": move.by,
                        "values": dict(move.values),
                        "reason": None,
                        "user_id": self.env.uid,
                    }
                ]
            )

    def _note(self, rows):
        """End the live rows of the members and insert theirs, unless the key was seen before."""
        self.env.flush_all()
        keys = tuple(row["key"] for row in rows)
        seen = self.env.execute_query(
            SQL("SELECT key FROM rc_placement_edge WHERE key IN %s", keys)
        )
        rows = [row for row in rows if (row["key"],) not in seen]
        for row in rows:
            self.env.execute_query(
                SQL(
                    """
                    UPDATE rc_placement_edge SET ended_on = GREATEST(%s, since)
                     WHERE company_id = %s AND member_id = %s AND ended_on IS NULL RETURNING id
                    """,
                    row["since"],
                    row["company_id"],
                    row["member_id"],
                )
            )
        insert_once(self.env, self._table, rows, "key")
        self.invalidate_model(flush=False)

    @api.model
    def _get_live(self, company, member):
        return self.sudo().search(  # the door and the engine read it for everybody
            [
                ("company_id", "=", company.id),
                ("member_id", "=", member.id),
                ("ended_on", "=", False),
            ]
        )

    @api.model
    def _get_sponsor(self, member):
        edges = self.env["rc.sponsor.edge"].sudo()  # see above
        return edges.search([("member_id", "=", member.id), ("ended_at", "=", False)]).sponsor_id

    @api.model
    @api.private
    def _get_above(self, company, member):
        """Return ids of everybody above in the placement tree as it stands, in one query."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE up(id) AS (
                    SELECT %(member)s
                     UNION
                    SELECT CASE WHEN place.id IS NOT NULL THEN place.parent_id
                                ELSE edge.sponsor_id END
                      FROM up
                      LEFT JOIN rc_placement_edge place ON place.member_id = up.id
                       AND place.company_id = %(company)s AND place.ended_on IS NULL
                      LEFT JOIN rc_sponsor_edge edge ON edge.member_id = up.id
                       AND edge.ended_at IS NULL
                     WHERE up.id IS NOT NULL
                ) SELECT id FROM up WHERE id IS NOT NULL AND id <> %(member)s
                """,
                member=member.id,
                company=company.id,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def action_place(self, member_id=None, parent_id=None, side=None, reason=""):
        """Program managers: move a participant, with the reason that is kept."""
        self.check_access("read")
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can place a participant."))
        partners = self.env["res.partner"]
        member, parent = partners.browse(member_id).exists(), partners.browse(parent_id).exists()
        (member | parent).check_access("read")
        if not member or not reason:
            raise UserError(self.env._("Choose a participant and give the reason."))
        placed = self._place(member, parent, side=side or None, reason=reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": placed.id,
            "views": [(False, "form")],
        }

    @api.model
    @api.private
    def _merge_members(self, sources, target):
        """Keep one live place and no row that would lead to itself when sources become target."""
        self.env.flush_all()
        ids = tuple((sources | target).ids)
        self.env.execute_query(
            SQL(
                """
                UPDATE rc_placement_edge place SET ended_on = GREATEST(since, CURRENT_DATE)
                 WHERE member_id IN %(ids)s AND ended_on IS NULL
                   AND (parent_id IN %(ids)s OR EXISTS (
                       SELECT 1 FROM rc_placement_edge other
                        WHERE other.company_id = place.company_id AND other.member_id IN %(ids)s
                          AND other.ended_on IS NULL AND other.id > place.id
                          AND (other.parent_id IS NULL OR other.parent_id NOT IN %(ids)s)))
                RETURNING id
                """,
                ids=ids,
            )
        )
        # who would stand under themselves: a row of the past that names both, made a root
        self.env.execute_query(
            SQL(
                "UPDATE rc_placement_edge SET parent_id = NULL"
                " WHERE member_id IN %(ids)s AND parent_id IN %(ids)s RETURNING id",
                ids=ids,
            )
        )
        self.invalidate_model(flush=False)
