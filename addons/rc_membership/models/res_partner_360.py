"""The member as a whole, for whoever serves them: one page on the contact, each addon its part."""

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..adapters import local_day

READERS = "rc_membership.group_salesperson,rc_membership.group_accountant"
ROWS_MAX = 6


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_member_360 = fields.Html(
        "Member at a Glance",
        compute="_compute_rc_member_360",
        sanitize=False,
        groups=READERS,
    )

    @api.depends_context("company", "lang", "uid")
    def _compute_rc_member_360(self):
        qweb = self.env["ir.qweb"]
        for partner in self:
            person = partner._origin
            sections = person._rc_get_360_sections() if person.id else []
            partner.rc_member_360 = qweb._render("rc_membership.member_360", {"sections": sections})

    @api.private
    def _rc_get_360_sections(self):
        """Return what is shown of a member, one dict a section; addons append theirs.

        ``title``, ``icon``; ``figures``: (label, text); ``rows``: (title, detail, text, tone). The
        reader has the groups of the field; a section for fewer readers checks them itself.
        """
        self.ensure_one()
        # the readers' groups are on the field; the figures are this member's in this company
        member = self.sudo().with_context(active_test=True)
        program = member.env["rc.program"]._get_platform()
        if not program:  # a company without a program knows customers only
            return [member._rc_get_360_orders(), member._rc_get_360_refunds()]
        return [
            member._rc_get_360_membership(program),
            member._rc_get_360_points(program),
            member._rc_get_360_growth(program),
            member._rc_get_360_ranks(),
            member._rc_get_360_usage(),
            member._rc_get_360_coupons(program),
            member._rc_get_360_orders(),
            member._rc_get_360_refunds(),
        ]

    def _rc_360_day(self, day):
        return format_date(self.env, day, date_format="medium") if day else ""

    def _rc_get_360_membership(self, program):
        states = dict(self.env["rc.subscription"]._fields["state"]._description_selection(self.env))
        subscriptions = self.rc_subscription_ids.filtered(
            lambda s: s.company_id == self.env.company
        ).sorted("id", reverse=True)
        state = states.get(self.rc_subscription_state, "")
        return {
            "title": self.env._("Membership"),
            "icon": "fa-id-card-o",
            "figures": [
                (self.env._("Tier"), self.rc_tier_id.name or ""),
                (self.env._("Status"), state or self.env._("No plan")),
                (self.env._("Member until"), self._rc_360_day(self.rc_period_end) or "–"),
            ],
            "rows": [
                (
                    s.product_id.name or s.tier_id.name,
                    self.env._("since %s", self._rc_360_day(s.started_on)),
                    states[s.state],
                    "muted" if s.state in ("cancelled", "expired") else "success",
                )
                for s in subscriptions[:ROWS_MAX]
            ],
        }

    def _rc_get_360_points(self, program):
        account = self.env["rc.point.account"].search(
            [("partner_id", "=", self.id), ("program_id", "=", program.id)], limit=1
        )
        entries = self.env["rc.point.entry"]
        if account:
            entries = entries.search(entries._get_domain_of(account), limit=ROWS_MAX)
        return {
            "title": program.point_name or self.env._("Points"),
            "icon": "fa-star-o",
            "figures": [
                (self.env._("Available"), f"{account.available:,.0f}"),
                (self.env._("Pending"), f"{account.pending:,.0f}"),
                (self.env._("Locked"), f"{account.locked:,.0f}"),
                (self.env._("Held"), f"{account.held:,.0f}"),
                (self.env._("Debt"), f"{account.debt:,.0f}"),
            ],
            "rows": [
                (
                    entry._get_label(),
                    self._rc_360_day(entry.occurred_at),
                    f"{entry._get_change_of(account):+d}",
                    "danger" if entry._get_change_of(account) < 0 else "success",
                )
                for entry in entries
            ],
        }

    def _rc_get_360_growth(self, program):
        domain = [("partner_id", "=", self.id), ("program_id", "=", program.id)]
        account = self.env["rc.growth.account"].search(domain, limit=1)
        entries = self.env["rc.growth.entry"].search(domain, limit=ROWS_MAX)
        segments = dict(account._fields["segment"]._description_selection(self.env))
        figures = [(self.env._("Growth value"), str(account.value))]
        if account.segment:
            figures += [
                (self.env._("Segment"), segments[account.segment]),
                ("R · F · M", f"{account.recency} · {account.frequency} · {account.monetary}"),
            ]
        return {
            "title": self.env._("Growth"),
            "icon": "fa-line-chart",
            "figures": figures,
            "rows": [
                (
                    entry._get_label(),
                    self._rc_360_day(entry.date),
                    f"{entry.value:+d}",
                    "danger" if entry.value < 0 else "success",
                )
                for entry in entries
            ],
        }

    def _rc_get_360_ranks(self):
        rows = self.env["rc.member.rank"].search(
            [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id)], limit=ROWS_MAX
        )
        causes = dict(rows._fields["cause"]._description_selection(self.env))
        return {
            "title": self.env._("Ranks"),
            "icon": "fa-trophy",
            "figures": [(rank.ladder_id.name, rank.name) for rank in self.rc_rank_ids],
            "rows": [
                (
                    f"{row.ladder_id.name}: {row.rank_id.name or '–'}",
                    " · ".join(
                        filter(None, (self._rc_360_day(row.since), row.values_text, row.reason))
                    ),
                    causes[row.cause],
                    "muted",
                )
                for row in rows
            ],
        }

    def _rc_get_360_usage(self):
        answers = self.env["rc.usage"]._get_all(self, fields.Datetime.now())
        rights = self.env["rc.entitlement"].search([("company_id", "=", self.env.company.id)])
        names = {right.code: right.name for right in rights}
        return {
            "title": self.env._("Rights and quotas"),
            "icon": "fa-tachometer",
            "figures": [],
            "rows": [
                (
                    names.get(answer["code"], answer["code"]),
                    "",
                    self._rc_get_360_left(answer),
                    "success" if answer["unlimited"] or answer["left"] else "danger",
                )
                for answer in answers
            ],
        }

    def _rc_get_360_left(self, answer):
        if answer["kind"] == "flag":
            return self.env._("included")
        if answer["unlimited"]:
            return self.env._("unlimited")
        return self.env._(
            "%(left)s of %(amount)s left",
            left=f"{answer['left']:f}",
            amount=f"{answer['amount']:f}",
        )

    def _rc_get_360_coupons(self, program):
        cards = self._rc_get_coupons(program)
        return {
            "title": self.env._("Coupons and cards"),
            "icon": "fa-ticket",
            "figures": [],
            "rows": [
                (
                    card.program_id.name,
                    " · ".join(filter(None, (card.code, self._rc_360_day(card.expiration_date)))),
                    card.points_display,
                    "success",
                )
                for card in cards[:ROWS_MAX]
            ],
        }

    @api.private
    def _rc_get_coupons(self, program):
        """Return the coupons, gift cards and other loyalty cards somebody can use, but for points."""
        today = local_day(fields.Datetime.now(), self.env.company)
        return self.env["loyalty.card"].search(
            [
                ("partner_id", "=", self.id),
                ("points", ">", 0),
                ("program_id", "!=", program.loyalty_program_id.id),
                ("company_id", "in", (False, self.env.company.id)),
                "|",
                ("expiration_date", "=", False),
                ("expiration_date", ">=", today),
            ],
            order="expiration_date, id",
        )

    def _rc_get_360_orders(self):
        domain = [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id)]
        orders = self.env["sale.order"].search([*domain, ("state", "=", "sale")], limit=ROWS_MAX)
        sums = self.env["rc.member.purchase"]._read_sums(self.env.company, self.ids)
        paid, count = sums.get(self.id, (0, 0))
        currency = self.env.company.currency_id
        return {
            "title": self.env._("Orders"),
            "icon": "fa-shopping-bag",
            "figures": [
                (self.env._("Paid without tax"), format_amount(self.env, float(paid), currency)),
                (self.env._("Orders paid"), str(count)),
            ],
            "rows": [
                (
                    order.name,
                    self._rc_360_day(order.date_order),
                    format_amount(self.env, order.amount_total, order.currency_id),
                    "muted",
                )
                for order in orders
            ],
        }

    def _rc_get_360_refunds(self):
        notes = self.env["account.move"].search(
            [
                ("partner_id", "=", self.id),
                ("company_id", "=", self.env.company.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
            ],
            limit=ROWS_MAX,
        )
        return {
            "title": self.env._("Refunds"),
            "icon": "fa-undo",
            "figures": [],
            "rows": [
                (
                    note.name,
                    " · ".join(
                        filter(None, (self._rc_360_day(note.date), note.reversed_entry_id.name))
                    ),
                    format_amount(self.env, note.amount_total, note.currency_id),
                    "danger",
                )
                for note in notes
            ],
        }

    def action_rc_view_growth(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_growth_entry_action"
        )
        return {**action, "domain": [("partner_id", "in", self.ids)], "context": {}}

    def action_rc_view_ranks(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_member_rank_action"
        )
        return {**action, "domain": [("partner_id", "in", self.ids)], "context": {}}
