from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..kernel.tree import closes_circle


class RcSponsorEdge(models.Model):
    """Who brought whom. A member has one live sponsor; ended edges are kept."""

    _name = "rc.sponsor.edge"
    _description = "Sponsor Edge"
    _order = "bound_at desc, id desc"
    _rec_name = "member_id"
    _allow_sudo_commands = False

    member_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="restrict", index=True
    )
    sponsor_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="restrict", index=True
    )
    code_id = fields.Many2one("rc.code", readonly=True, ondelete="restrict", index=True)
    bound_at = fields.Datetime(required=True, readonly=True)
    ended_at = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    _live_uniq = models.UniqueIndex(
        "(member_id) WHERE ended_at IS NULL", "This member has a sponsor already."
    )
    _not_self = models.Constraint("CHECK (member_id <> sponsor_id)", "Nobody is their own sponsor.")
    _ends_later = models.Constraint(
        "CHECK (ended_at IS NULL OR ended_at >= bound_at)", "An edge ends after it began."
    )

    @api.model
    @api.private
    def _bind(self, member, sponsor, at, code=None):
        """Bind ``member`` under ``sponsor`` at ``at``; a member who has a sponsor keeps it.

        :return: the live edge
        :raise UserError: the edge would close a circle
        """
        edges = self.sudo()  # the tree belongs to the system; nobody writes it by hand
        live = edges.search([("member_id", "=", member.id), ("ended_at", "=", False)], limit=1)
        if live:
            return live
        self._check_place(member, sponsor)
        return edges._make_edge(member, sponsor, at, code)

    @api.model
    @api.private
    def _rebind(self, member, sponsor, at, code=None, began_at=None):
        """End the live edge at ``at`` and bind under ``sponsor``; the old edge is kept.

        :param began_at: where the new edge replaces the old one from its beginning on
        :return: the live edge
        :raise UserError: the edge would close a circle
        """
        edges = self.sudo()  # as above
        live = edges.search([("member_id", "=", member.id), ("ended_at", "=", False)], limit=1)
        if live.sponsor_id == sponsor:
            return live
        self._check_place(member, sponsor)
        if live:
            live.ended_at = max(began_at or at, live.bound_at)
            live.flush_recordset(["ended_at"])  # the unique index allows one live edge at a time
        return edges._make_edge(member, sponsor, began_at or at, code)

    @api.model
    def _check_place(self, member, sponsor):
        """Raise UserError if ``member`` under ``sponsor`` would close a circle, also in a race."""
        # READ → DECIDE, and the caller may WRITE
        self._write_node(member)
        ancestors = self._get_ancestor_ids(sponsor)
        self._share_nodes([sponsor.id, *ancestors])
        if closes_circle(member.id, sponsor.id, ancestors):
            raise UserError(
                self.env._(
                    "%(sponsor)s cannot be the sponsor of %(member)s, who stands above.",
                    sponsor=sponsor.display_name,
                    member=member.display_name,
                )
            )

    @api.model
    def _make_edge(self, member, sponsor, at, code):
        return self.create(
            {
                "member_id": member.id,
                "sponsor_id": sponsor.id,
                "code_id": code.id if code else False,
                "bound_at": at,
                "company_id": (code.company_id if code else self.env.company).id,
            }
        )

    @api.model
    def _write_node(self, member):
        """Mark that this transaction puts ``member`` under somebody; see :meth:`_share_nodes`."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE res_partner SET write_date = write_date WHERE id = %s RETURNING id",
                member.id,
            )
        )

    @api.model
    def _share_nodes(self, partner_ids):
        """Hold the path above still: two bindings at once cannot close a circle together.

        Another transaction that bound somebody of the path has written that contact, so sharing it
        is a serialization fault and the caller tries again with what is true now. Sharers do not
        wait for each other: a thousand may sign up under one promoter at once.
        """
        self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE id IN %s ORDER BY id FOR SHARE",
                tuple(partner_ids),
            )
        )

    @api.model
    def _get_ancestor_ids(self, partner):
        """Return ids of the sponsors above ``partner`` by live edges, in one query."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE up(id) AS (
                    SELECT sponsor_id FROM rc_sponsor_edge
                     WHERE member_id = %s AND ended_at IS NULL
                    UNION
                    SELECT edge.sponsor_id FROM rc_sponsor_edge edge
                      JOIN up ON up.id = edge.member_id
                     WHERE edge.ended_at IS NULL
                ) SELECT id FROM up
                """,
                partner.id,
            )
        )
        return [row[0] for row in rows]

    @api.model
    @api.private
    def _get_at(self, member, at):
        """Return the edge that was live at the instant ``at`` (empty if none)."""
        return self.sudo().search(  # decisions are made for visitors and by crons
            [
                ("member_id", "=", member.id),
                ("bound_at", "<=", at),
                "|",
                ("ended_at", "=", False),
                ("ended_at", ">", at),
            ],
            limit=1,
        )

    @api.private
    def _is_rewardable(self):
        """Return whether rewards for this referral may be given: True, False, or None to hold them.

        Screening extends this.
        """
        self.ensure_one()
        return True

    @api.model
    @api.private
    def _merge_members(self, sources, target):
        """Keep one live edge and no circle when ``sources`` become ``target``.

        The older live edge stays; an edge that would lead to itself ends before it is moved.
        """
        now = self.env.cr.now()
        edges = self.sudo()  # a merge of contacts is decided by its own rights
        merged = sources | target
        live = edges.search([("ended_at", "=", False), ("member_id", "in", merged.ids)])
        inner = live.filtered(lambda edge: edge.sponsor_id in merged)
        rest = (live - inner).sorted(lambda edge: (edge.bound_at, edge.id))
        below = set(self._get_descendant_ids(merged))
        circles = rest.filtered(lambda edge: edge.sponsor_id.id in below)
        surplus = (rest - circles)[1:]
        (circles | surplus).write({"ended_at": now})
        # edges between the two are no fact about anybody else any more; they cannot even be kept,
        # nobody is their own sponsor
        all_inner = edges.search(
            [("member_id", "in", merged.ids), ("sponsor_id", "in", merged.ids)]
        )
        self.env["rc.sponsor.change"]._merge_members(sources, target, all_inner)
        all_inner.unlink()

    @api.model
    def _get_descendant_ids(self, partners):
        """Return ids of all members below ``partners`` by live edges, in one query."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE down(id) AS (
                    SELECT member_id FROM rc_sponsor_edge
                     WHERE sponsor_id IN %s AND ended_at IS NULL
                    UNION
                    SELECT edge.member_id FROM rc_sponsor_edge edge
                      JOIN down ON down.id = edge.sponsor_id
                     WHERE edge.ended_at IS NULL
                ) SELECT id FROM down
                """,
                tuple(partners.ids),
            )
        )
        return [row[0] for row in rows]
