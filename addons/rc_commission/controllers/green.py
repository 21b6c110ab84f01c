"""The holder's page of green points: reads as of portal.py."""

from odoo.http import request, route
from odoo.tools import format_date

from odoo.addons.portal.controllers.portal import pager

from ..adapters import company_today
from .portal import PAGE, CommissionPortal

DAYS = 30
KIND_TONES = {"earn": "success", "take_back": "warning", "sell": "info", "merge": "neutral"}
KIND_ICONS = {
    "earn": "fa-leaf",
    "take_back": "fa-undo",
    "sell": "fa-money",
    "merge": "fa-compress",
}


class GreenPortal(CommissionPortal):
    """Helpers carry the prefix of the addon: all portal controllers are one class."""

    @route(
        ["/my/commissions/green", "/my/commissions/green/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def rc_my_green_points(self, page=1, plan=None, **_params):
        accounts = self._rc_green_accounts()
        account = accounts.filtered(lambda a: a.plan_code == plan)[:1] or accounts[:1]
        if not account:
            return request.render("rc_commission.portal_my_green", {"page_name": "commissions"})
        today = company_today(request.env.company)
        domain = [
            "|",
            ("credit_account_id", "=", account.id),
            ("debit_account_id", "=", account.id),
        ]
        entries = request.env["rc.green.entry"].sudo()  # the account is the reader's own
        pages = pager(
            url="/my/commissions/green",
            url_args={"plan": account.plan_code},
            total=entries.search_count(domain),
            page=page,
            step=PAGE,
        )
        figures = account._read_page(today, DAYS)
        return request.render(
            "rc_commission.portal_my_green",
            {
                "page_name": "commissions",
                "account": account,
                "plans": [
                    (a.plan_code, a._get_plan_name(), f"/my/commissions/green?plan={a.plan_code}")
                    for a in accounts
                ],
                "plan_name": account._get_plan_name(),
                "figures": figures,
                "payout_text": figures
                and request.env._(
                    "sold back, %s %% of it is paid", f"{float(figures['payout'] * 100):g}"
                ),
                "charts": figures and self._rc_green_charts(figures["prices"]),
                "rows": self._rc_green_rows(
                    account, entries.search(domain, limit=PAGE, offset=pages["offset"])
                ),
                "pager": pages,
            },
        )

    def _rc_green_charts(self, prices):
        """Return the price of each day, and what was paid for points sold back on it."""
        labels = [format_date(request.env, day, date_format="MMM d") for day, _p, _s in prices]
        return {
            "price": {
                "type": "line",
                "labels": labels,
                "series": [
                    {
                        "label": request.env._("Price of a point"),
                        "values": [price for _day, price, _sold in prices],
                        "tone": "success",
                    }
                ],
            },
            "sold": {
                "type": "bar",
                "labels": labels,
                "series": [
                    {
                        "label": request.env._("Paid for points sold back"),
                        "values": [sold for _day, _price, sold in prices],
                        "tone": "info",
                    }
                ],
            },
        }

    def _rc_green_rows(self, account, entries):
        """Return what the page says of each movement: what, why, when, how many."""
        kinds = dict(entries._fields["kind"]._description_selection(request.env))
        date_field = request.env["ir.qweb.field.date"]
        return [
            {
                "title": kinds[entry.kind],
                "detail": " · ".join(
                    filter(
                        None,
                        (
                            date_field.value_to_html(entry.occurred_at, {"format": "medium"}),
                            entry.award_id.move_id.name,
                        ),
                    )
                ),
                "points": int(entry.amount) * (1 if entry.credit_account_id == account else -1),
                "tone": KIND_TONES[entry.kind],
                "icon": KIND_ICONS[entry.kind],
            }
            for entry in entries
        ]
