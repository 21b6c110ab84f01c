"""The member's growth path. Portal users have no rights on our models: reads are sudo, by owner."""

from odoo import fields, http
from odoo.http import request
from odoo.tools import format_date

from ..adapters import local_day
from ..kernel.ladders import progress
from ..kernel.periods import add_months, calendar_period
from .portal import MembershipPortal

MONTHS_SHOWN = 6
ROWS_SHOWN = 12


class GrowthPortal(MembershipPortal):
    def _rc_membership_values(self):
        values = super()._rc_membership_values()
        partner = values["account"].env["res.partner"].browse(request.env.user.partner_id.id)
        paths = self._rc_growth_paths(partner, values["program"])
        orders = partner.env["sale.order"].search(
            [("partner_id", "=", partner.id), ("state", "=", "sale")], limit=4
        )
        return {
            **values,
            "growth_paths": paths,
            "growth_coupons": partner._rc_get_coupons(values["program"]),
            "growth_orders": orders,
        }

    def _rc_growth_paths(self, partner, program):
        """Return one dict for each ladder of the program: where the member is, and what is next."""
        today = local_day(fields.Datetime.now(), program.company_id)
        return [
            self._rc_growth_path(ladder, partner, today)
            for ladder in program.ladder_ids.sorted("sequence")
        ]

    def _rc_growth_path(self, ladder, partner, today):
        kernel = ladder._get_kernel()
        held = ladder._get_ranks_of(partner.ids)[partner.id]
        figures = ladder._read_figures(partner.ids, kernel.names, today).get(partner.id, {})
        ranks = {rank.code: rank for rank in ladder.rank_ids}
        found = progress(kernel, held, figures)
        requirement = ladder.env["rc.ladder.requirement"]
        metrics = dict(requirement._fields["metric"]._description_selection(request.env))
        return {
            "ladder": ladder,
            "rank": ranks.get(held),
            "next": found and ranks[found[0].code],
            "is_any": bool(found and found[0].is_any and len(found[1]) > 1),
            "steps": [
                {
                    "label": metrics[step.metric],
                    "value": float(step.value),
                    "wanted": float(step.wanted),
                    "text": f"{float(step.value):,.0f} / {float(step.wanted):,.0f}",
                    "hint": request.env._("%s to go", f"{float(step.missing):,.0f}")
                    if step.missing
                    else request.env._("Reached"),
                }
                for step in (found[1] if found else ())
            ],
            "ranks": ladder.rank_ids.sorted(),
            "channel": ladder.channel_id
            if partner in ladder.channel_id.channel_member_ids.partner_id
            else None,
        }

    @http.route("/my/growth", type="http", auth="user", website=True)
    def rc_my_growth(self, **kwargs):
        values = self._rc_membership_values()
        program = values["program"]
        if not program:  # a company without a program has no ladders
            return request.redirect("/my/membership")
        partner = values["account"].env["res.partner"].browse(request.env.user.partner_id.id)
        entries = partner.env["rc.growth.entry"]
        domain = [("partner_id", "=", partner.id), ("program_id", "=", program.id)]
        history = partner.env["rc.member.rank"].search(
            [("partner_id", "=", partner.id), ("ladder_id.program_id", "=", program.id)],
            limit=ROWS_SHOWN,
        )
        values |= {
            "page_name": "rc_growth",
            "held_label": request.env._("You are here"),
            "growth_value": sum(entries._read_sums(program, partner.ids).values()),
            "growth_entries": entries.search(domain, limit=ROWS_SHOWN),
            "growth_rules": program.growth_rule_ids.filtered("active"),
            "growth_chart": self._rc_growth_chart(partner, program),
            "rank_history": history,
            "rank_causes": dict(history._fields["cause"]._description_selection(request.env)),
        }
        return request.render("rc_membership.portal_my_growth", values)

    def _rc_growth_chart(self, partner, program):
        """Return the growth value at the end of each of the last months."""
        today = local_day(fields.Datetime.now(), program.company_id)
        this = calendar_period(today, "month")
        starts = [add_months(this.start, back - MONTHS_SHOWN + 1) for back in range(MONTHS_SHOWN)]
        entries = partner.env["rc.growth.entry"]
        before = entries._read_sums(program, partner.ids, until=starts[0]).get(partner.id, 0)
        groups = entries._read_group(
            [
                ("partner_id", "=", partner.id),
                ("program_id", "=", program.id),
                ("date", ">=", starts[0]),
            ],
            ["date:month"],
            ["value:sum"],
        )
        gained = {start: value for start, value in groups}
        values, total = [], before
        for start in starts:
            total += gained.get(start, 0)
            values.append(total)
        return {
            "type": "line",
            "labels": [format_date(request.env, start, date_format="LLL") for start in starts],
            "series": [
                {"label": request.env._("Growth value"), "values": values, "tone": "accent"}
            ],
        }
