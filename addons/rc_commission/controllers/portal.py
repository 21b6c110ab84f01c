"""The payee's pages. Portal users have no rights on money models: reads are sudo, always by owner."""

from odoo import fields
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..adapters import company_today, read_award_states

PAGE = 20
CHART_MONTHS = 6
STATE_TONES = {
    "held": "warning",
    "payable": "info",
    "settled": "accent",
    "paid": "success",
    "reserve": "warning",
    "reversed": "neutral",
}
SETTLEMENT_TONES = {
    "billed": "accent",
    "paid": "success",
    "netted": "neutral",
    "cancelled": "neutral",
}


class CommissionPortal(CustomerPortal):
    """Helpers carry the prefix of the addon: all portal controllers are one class."""

    def _rc_commission_payees(self):
        """Return whose commissions the user may see: own, and the company's for its finance role."""
        user = request.env.user
        payees = user.partner_id
        if user.has_group("rc_membership.group_partner_finance"):
            payees |= user.partner_id.commercial_partner_id
        return payees

    def _rc_commission_award_domain(self):
        return [
            ("account_id.partner_id", "in", self._rc_commission_payees().ids),
            ("company_id", "=", request.env.company.id),
        ]

    @route(
        ["/my/commissions", "/my/commissions/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def rc_my_commissions(self, page=1, state=None, **_params):
        payees = self._rc_commission_payees()
        today = company_today(request.env.company)
        # READ: the owner is in the domain
        awards = (
            request.env["rc.commission.award"].sudo().search(self._rc_commission_award_domain())
        )
        states = read_award_states(request.env, today, awards.ids)
        shown = awards
        if state in STATE_TONES:
            shown = awards.filtered(lambda a: a.id in states and states[a.id].state == state)
        page_values = pager(
            url="/my/commissions",
            url_args={"state": state} if state else {},
            total=len(shown),
            page=page,
            step=PAGE,
        )
        shown = shown[page_values["offset"] : page_values["offset"] + PAGE]
        return request.render(
            "rc_commission.portal_my_commissions",
            {
                "page_name": "commissions",
                "balances": self._rc_commission_balances(payees, today),
                "chart": self._rc_commission_chart(payees, today),
                "rows": self._rc_commission_rows(shown, payees),
                "has_any": bool(awards),
                "ladders": self._rc_commission_ladders(with_steps=False),
                "greens": self._rc_green_accounts(),
                "state": state if state in STATE_TONES else "all",
                "segments": self._rc_commission_segments(),
                "pager": page_values,
            },
        )

    def _rc_green_accounts(self):
        """Return the accounts of green points of whom the user acts for."""
        accounts = request.env["rc.green.account"].sudo()  # the owner is in the domain
        return accounts.search(
            [
                ("partner_id", "in", self._rc_commission_payees().ids),
                ("company_id", "=", request.env.company.id),
                ("merged_into_id", "=", False),
            ]
        )

    def _rc_commission_balances(self, payees, today):
        """Return one dict per currency: the sums by state."""
        summary = payees._rc_get_commission_summary(today)
        return [
            {"currency": currency.sudo(), **summary[currency]}
            for currency in sorted(summary, key=lambda c: -summary[c]["accrued"])
        ]

    def _rc_commission_chart(self, payees, today):
        """Return what was earned in each of the last months, in the currency earned most in."""
        rows = (
            request.env["rc.commission.report"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", payees.ids),
                    ("company_id", "=", request.env.company.id),
                    ("source", "!=", "opening"),  # earned before, who knows in which month
                ],
                ["currency_id", "date:month"],
                ["amount:sum"],
            )
        )
        if not rows:
            return None
        totals = {}
        for currency, _month, amount in rows:
            totals[currency] = totals.get(currency, 0) + amount
        currency = max(totals, key=totals.get)
        months = [
            fields.Date.subtract(today.replace(day=1), months=back)
            for back in reversed(range(CHART_MONTHS))
        ]
        sums = {month: amount for money, month, amount in rows if money == currency}
        date_field = request.env["ir.qweb.field.date"]
        return {
            "currency": currency,
            "spec": {
                "type": "bar",
                "labels": [date_field.value_to_html(m, {"format": "MMM yyyy"}) for m in months],
                "series": [
                    {
                        "label": request.env._("Earned"),
                        "values": [round(sums.get(month, 0), 3) for month in months],
                        "tone": "accent",
                    }
                ],
            },
        }

    def _rc_commission_rows(self, awards, payees):
        """Return what the page says of each award; names only of people brought directly."""
        labels = dict(awards._fields["state"]._description_selection(request.env))
        buyers = {award.id: award.move_id._rc_get_member() for award in awards}
        known = set(
            request.env["rc.sponsor.edge"]
            .sudo()
            .search(
                [
                    ("sponsor_id", "in", payees.ids),
                    ("member_id", "in", [buyer.id for buyer in buyers.values()]),
                    ("ended_at", "=", False),
                ]
            )
            .member_id.ids
        )
        date_field = request.env["ir.qweb.field.date"]
        return [
            {
                "title": request.env._(
                    "%(who)s, %(date)s",
                    who=buyers[award.id]._rc_get_short_name()
                    if buyers[award.id].id in known
                    else request.env._("A customer"),
                    date=date_field.value_to_html(award.received_on, {"format": "medium"}),
                ),
                "award": award,
                "text": award._get_explanation(),
                "label": labels[award.state],
                "tone": STATE_TONES.get(award.state, "neutral"),
                "url": f"/my/commissions/{award.id}",
            }
            for award in awards
        ]

    def _rc_commission_segments(self):
        labels = [
            ("all", request.env._("All")),
            *request.env["rc.commission.award"]
            ._fields["state"]
            ._description_selection(request.env),
        ]
        return [
            (key, label, "/my/commissions" + ("" if key == "all" else f"?state={key}"))
            for key, label in labels
        ]

    # ------------------------------------------------------------------
    # Settlements
    # ------------------------------------------------------------------

    def _rc_commission_settlement_domain(self):
        return [
            ("account_id.partner_id", "in", self._rc_commission_payees().ids),
            ("company_id", "=", request.env.company.id),
        ]

    @route("/my/commissions/settlements", type="http", auth="user", website=True, sitemap=False)
    def rc_my_settlements(self, **_params):
        settlements = (
            request.env["rc.settlement"].sudo().search(self._rc_commission_settlement_domain())
        )
        return request.render(
            "rc_commission.portal_my_settlements",
            {
                "page_name": "commissions",
                "settlements": settlements,
                "labels": dict(settlements._fields["state"]._description_selection(request.env)),
                "tones": SETTLEMENT_TONES,
            },
        )

    @route(
        "/my/commissions/settlements/<int:settlement_id>",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def rc_my_settlement(self, settlement_id, **_params):
        """A statement; somebody else's answers as one that does not exist."""
        settlement = (
            request.env["rc.settlement"]
            .sudo()
            .search([*self._rc_commission_settlement_domain(), ("id", "=", settlement_id)])
        )
        if not settlement:
            return request.not_found()
        return request.render(
            "rc_commission.portal_my_settlement",
            {
                "page_name": "commissions",
                "settlement": settlement,
                "lines": self._rc_commission_statement_lines(settlement),
                "bill_state": self._rc_commission_bill_state(settlement.bill_id),
                "payments": self._rc_commission_payments(settlement),
                "label": dict(settlement._fields["state"]._description_selection(request.env))[
                    settlement.state
                ],
                "tone": SETTLEMENT_TONES[settlement.state],
            },
        )

    def _rc_commission_statement_lines(self, settlement):
        rows = {
            row["award"].id: row
            for row in self._rc_commission_rows(
                settlement.item_ids.award_id, self._rc_commission_payees()
            )
        }
        return [
            {
                "item": item,
                "row": rows.get(item.award_id.id),
                "kind": self._rc_commission_kind_label(item),
            }
            for item in settlement.item_ids
        ]

    def _rc_commission_kind_label(self, item):
        return dict(item.entry_id._fields["kind"]._description_selection(request.env))[
            item.entry_id.kind
        ]

    def _rc_commission_bill_state(self, bill):
        if not bill:
            return request.env._("No bill: all of it was taken off by an earlier debt")
        return {
            "draft": request.env._("Being checked"),
            "cancel": request.env._("Cancelled"),
        }.get(bill.state) or dict(
            bill._fields["payment_state"]._description_selection(request.env)
        ).get(bill.payment_state, "")

    def _rc_commission_payments(self, settlement):
        entries = (
            request.env["rc.commission.entry"]
            .sudo()
            .search(
                [("settlement_id", "=", settlement.id), ("kind", "in", ("pay", "unpay"))],
                order="id",
            )
        )
        return [
            {
                "at": entry.occurred_at,
                "amount": entry.amount if entry.kind == "pay" else -entry.amount,
                "kind": dict(entry._fields["kind"]._description_selection(request.env))[entry.kind],
            }
            for entry in entries
        ]
