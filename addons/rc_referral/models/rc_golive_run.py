"""Sponsors in a go-live import: who brought whom, bound by the tree's own door."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.rc_membership.adapters import company_zone, local_day
from odoo.addons.rc_membership.kernel.golive import DATE, Column, FileSpec, circles
from odoo.addons.rc_membership.kernel.periods import utc_midnight

GROUP = "–"


class RcGoliveRun(models.Model):
    _inherit = "rc.golive.run"

    sponsor_file = fields.Binary("Sponsors", attachment=True, copy=False)
    sponsor_filename = fields.Char(copy=False)

    @api.model
    def _get_kinds(self):
        member, *others = super()._get_kinds()
        return [member, ("sponsor", self.env._("Sponsors")), *others]

    @api.model
    def _get_sentences(self):
        return super()._get_sentences() | {
            "own_sponsor": self.env._(
                "Nobody is their own sponsor. Empty the line, or mend the reference."
            ),
            "circle": self.env._(
                "The way up from this member leads back to the same member. One of the lines of "
                "the circle is wrong: %(members)s."
            ),
            "since_future": self.env._("This day is in the future. Mend the date."),
        }

    def _get_spec_sponsor(self):
        columns = (
            Column("reference", is_required=True),
            Column("sponsor_reference", is_required=True),
            Column("since", DATE),
        )
        return FileSpec(columns, ("reference",))

    # ------------------------------------------------------------------
    # Check
    # ------------------------------------------------------------------

    def _check_sponsor(self, book, rows):
        nodes = {name: partner.id for name, partner in book.partners.items()}
        for line in book.lines:
            if line["kind"] == "member" and line["match"] == "use":
                nodes.setdefault(line["reference"], line["match_id"])
        edges = self._read_live_edges()
        parents = {member: edge[0] for member, edge in edges.items()}
        good = []
        for row in rows:
            if row["reference"] == row["sponsor_reference"]:
                book.error("sponsor", row, "sponsor_reference", "own_sponsor")
            elif row["since"] and row["since"] > book.today:
                book.error("sponsor", row, "since", "since_future")
            elif all(
                [book.is_member("sponsor", row, c) for c in ("reference", "sponsor_reference")]
            ):
                pair = [nodes.get(row[c], row[c]) for c in ("reference", "sponsor_reference")]
                parents.setdefault(*pair)
                good.append((row, *pair))
        caught = circles(parents)
        names = sorted(row["reference"] for row, member, _sponsor in good if member in caught)
        for row, member, sponsor in good:
            if member in caught:
                book.error(
                    "sponsor", row, "sponsor_reference", "circle", members=", ".join(names[:20])
                )
            else:
                self._keep_sponsor(book, row, sponsor, edges.get(member))

    def _keep_sponsor(self, book, row, sponsor, edge):
        changes = []
        if edge:
            now_id, since = edge[0], local_day(edge[1], book.company)
            if now_id != sponsor:
                name = self.env["res.partner"].browse(now_id).display_name
                changes.append(("sponsor_reference", name, row["sponsor_reference"]))
            elif row["since"] and since != row["since"]:
                changes.append(("since", since, row["since"]))
        key = f"golive:{book.company.id}:sponsor:{row['reference']}"
        book.line("sponsor", row, key, GROUP, changes=changes, is_known=bool(edge))

    def _read_live_edges(self):
        """READ member id → (sponsor id, since when) of the whole tree, in one query."""
        self.env["rc.sponsor.edge"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT member_id, sponsor_id, bound_at FROM rc_sponsor_edge WHERE ended_at IS NULL"
            )
        )
        return {member: (sponsor, at) for member, sponsor, at in rows}

    # ------------------------------------------------------------------
    # Posting
    # ------------------------------------------------------------------

    def _post_sponsor(self, lines):
        """WRITE the edges of a batch; whoever has another sponsor keeps that one and is told."""
        partners = self._get_members(lines, (x.data["sponsor_reference"] for x in lines))
        zone = company_zone(self.company_id)
        for line in lines:
            member = partners[line.reference]
            sponsor = partners[line.data["sponsor_reference"]]
            since = line.data.get("since")
            at = utc_midnight(fields.Date.to_date(since), zone) if since else self.started_at
            edge = self.env["rc.sponsor.edge"]._bind(member, sponsor, at)
            if edge.sponsor_id != sponsor:
                raise UserError(
                    self.env._(
                        "%(member)s has the sponsor %(sponsor)s by now.",
                        member=member.display_name,
                        sponsor=edge.sponsor_id.display_name,
                    )
                )

    def _read_booked_sponsor(self):
        """READ how many members of the file have the sponsor of the file."""
        [(count,)] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM rc_golive_line line
                  JOIN rc_member_reference member
                    ON member.company_id = line.company_id AND member.reference = line.reference
                  JOIN rc_member_reference sponsor
                    ON sponsor.company_id = line.company_id
                   AND sponsor.reference = line.data->>'sponsor_reference'
                  JOIN rc_sponsor_edge edge
                    ON edge.member_id = member.partner_id AND edge.ended_at IS NULL
                   AND edge.sponsor_id = sponsor.partner_id
                 WHERE line.run_id = %s AND line.kind = 'sponsor'
                """,
                self.id,
            )
        )
        return {GROUP: (count, Decimal(0))}
