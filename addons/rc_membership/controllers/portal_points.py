"""The member's points. Portal users have no rights on our models: reads are sudo, always by owner."""

import uuid
from datetime import timedelta

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date

from odoo.addons.portal.controllers.portal import pager

from ..adapters import local_day
from ..exceptions import Refusal
from ..kernel.points import growth
from .evidence import attach_evidence, read_evidence
from .portal import MembershipPortal

PAGE = 20
MONTHS = 12
SOON_DAYS = 60


class PointsPortal(MembershipPortal):
    def _rc_points_account(self):
        """Return (program, own account or empty, where the company is today)."""
        partner = request.env.user.partner_id
        # see the module's docstring
        env = request.env(su=True)
        program = self._rc_get_program_shown(env["rc.program"]._get_programs_of(partner))
        account = env["rc.point.account"].search(
            [("partner_id", "=", partner.id), ("program_id", "=", program.id)], limit=1
        )
        today = local_day(fields.Datetime.now(), program.company_id or request.env.company)
        return program, account, today

    def _rc_points_url(self, program, path=""):
        query = f"?program={program.code}" if program.owner_id else ""
        return f"/my/points{path}{query}"

    def _rc_points_values(self, page=1):
        program, account, today = self._rc_points_account()
        count = account._count_history() if account else 0
        url = "/my/points"
        args = {"program": program.code} if program.owner_id else {}
        pages = pager(url=url, url_args=args, total=count, page=page, step=PAGE)
        rows = account._read_history(PAGE, pages["offset"]) if account else []
        locks = account.lock_ids.sorted(lambda lock: (lock.state != "locked", -lock.id))[:20]
        return {
            "page_name": "rc_points",
            "program": program,
            "account": account,
            "points_url": self._rc_points_url(program),
            "balances": self._rc_points_balances(account),
            "expiring": self._rc_points_expiring(account, today),
            "lots": self._rc_points_lots(account),
            "pending": self._rc_points_pending(account),
            "locks": locks,
            "lock_texts": self._rc_points_lock_texts(locks),
            "terms": self._rc_points_terms(program, today),
            "chart": self._rc_points_chart(account, today),
            "history": self._rc_points_history(rows),
            "history_pager": pages,
            "day": lambda value: format_date(request.env, value, date_format="medium"),
            "nonce": uuid.uuid4().hex,
        }

    def _rc_points_balances(self, account):
        values = account._get_balances().get(account.id, {})
        return {name: int(values.get(name, 0)) for name in account._ledger_buckets}

    def _rc_points_expiring(self, account, today):
        """Return (sentence, tone) about the next lots to expire, soonest first."""
        soon = account.open_lot_ids.filtered("expires_on").grouped("expires_on")
        found = []
        for day, lots in sorted(soon.items())[:3]:
            text = request.env._(
                "%(points)s expire on %(day)s",
                points=f"{int(sum(lots.mapped('remaining'))):,}",
                day=format_date(request.env, day, date_format="medium"),
            )
            is_soon = day <= today + timedelta(days=SOON_DAYS)
            found.append((text, "warning" if is_soon else "neutral"))
        return found

    def _rc_points_lock_texts(self, locks):
        """Return lock id → (how much for how long, what comes of it)."""
        found = {}
        for lock in locks:
            title = request.env._(
                "%(points)s points, %(years)s years",
                points=f"{int(lock.amount):,}",
                years=lock.years,
            )
            day = lock.ended_on or lock.matures_on
            detail = format_date(request.env, day, date_format="medium")
            if lock.state == "locked":
                growth = f"{int(lock.growth):,}"
                detail = request.env._(
                    "free on %(day)s with %(growth)s more", day=detail, growth=growth
                )
            found[lock.id] = (title, detail)
        return found

    def _rc_points_lots(self, account):
        """Return (nature, last day, points) in the order they are spent."""
        rows = account._read_lot_groups() if account else []
        names = dict(account.lot_ids._fields["nature"]._description_selection(request.env))
        return [(names[nature], expires_on, points) for nature, expires_on, points in rows]

    def _rc_points_pending(self, account):
        return account._read_pending_days() if account else []

    def _rc_points_terms(self, program, today):
        """Return (years, percent, day of maturity) of the terms offered."""
        return [
            (years, f"{percent.normalize():f}", fields.Date.add(today, years=years))
            for years, percent in program._get_lock_terms().items()
        ]

    def _rc_points_chart(self, account, today):
        rows = account._read_month_balances(today, MONTHS) if account else []
        return {
            "type": "line",
            "labels": [format_date(request.env, day, date_format="MMM yy") for day, _n in rows],
            "series": [
                {
                    "label": request.env._("Points"),
                    "values": [n for _d, n in rows],
                    "tone": "accent",
                }
            ],
        }

    def _rc_points_history(self, rows):
        """Return what a row of the history shows."""
        # the rows were read of the owner's account
        entries = request.env(su=True)["rc.point.entry"].browse(row[0] for row in rows)
        kinds = dict(entries._fields["kind"]._description_selection(request.env))
        shown = []
        for entry, (_id, change, balance) in zip(entries, rows, strict=True):
            points = int(entry.amount)
            if change:
                text, tone = f"{change:+d}", "success" if change > 0 else "neutral"
            elif entry.credit_bucket == "pending":
                text, tone = request.env._("+%s pending", points), "info"
            elif entry.credit_bucket == "debt":
                text, tone = request.env._("+%s debt", points), "danger"
            else:
                text, tone = request.env._("-%s debt", points), "success"
            day = format_date(request.env, entry.occurred_at, date_format="medium")
            after = request.env._("balance %s", f"{balance:,}")
            shown.append(
                {
                    "title": entry._get_label(),
                    "detail": " · ".join([day, kinds[entry.kind], after]),
                    "text": text,
                    "tone": tone,
                    "icon": "fa-plus" if change > 0 else "fa-minus" if change < 0 else "fa-clock-o",
                    "url": f"/my/points/entry/{entry.id}" if change < 0 else None,
                }
            )
        return shown

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    @http.route(
        ["/my/points", "/my/points/page/<int:page>"], type="http", auth="user", website=True
    )
    def rc_my_points(self, page=1, **kwargs):
        # whether the company has a program is no secret
        if not request.env["rc.program"].sudo()._get_platform():
            return request.redirect("/my/membership")  # a company without a program has no points
        return request.render("rc_membership.portal_my_points", self._rc_points_values(page))

    @http.route("/my/points/lock", type="http", auth="user", website=True)
    def rc_points_lock(self, amount="", years="", nonce="", confirmed="", **kwargs):
        """First what locking would bring, in figures; on the second yes it is done."""
        program, account, today = self._rc_points_account()
        if not account:
            raise NotFound()
        try:
            points, term = self._rc_read_lock(account, amount, years)
            if request.httprequest.method == "POST" and confirmed == "1" and nonce:
                account._lock(
                    int(points), term, f"portal:{account.id}:{nonce[:64]}", fields.Datetime.now()
                )
                return request.redirect(self._rc_points_url(program))
            percent = program._get_lock_terms()[term]
        except UserError as error:
            values = {**self._rc_points_values(), "error": str(error)}
            return request.render("rc_membership.portal_my_points", values)
        grown = int(growth(points, percent))
        return request.render(
            "rc_membership.portal_my_points_lock",
            {
                "page_name": "rc_points",
                "program": program,
                "points_url": self._rc_points_url(program),
                "amount": int(points),
                "years": term,
                "percent": f"+{percent.normalize():f} %",
                "growth": grown,
                "total": int(points) + grown,
                "matures_on": format_date(
                    request.env, fields.Date.add(today, years=term), date_format="long"
                ),
                "nonce": nonce or uuid.uuid4().hex,
            },
        )

    def _rc_read_lock(self, account, amount, years):
        """Return (points, years) of the form, or refuse what cannot be locked."""
        points = account._whole(amount.strip().replace(",", ""))
        term = int(years) if years.isdecimal() else 0
        if term not in account.program_id._get_lock_terms():
            raise Refusal(request.env._("Choose for how long to lock your points."), "refused")
        balances = account._check_debt()
        if balances["available"] < points:
            raise Refusal(
                request.env._(
                    "You can lock at most %s points: that is what is available now.",
                    int(balances["available"]),
                ),
                "insufficient_points",
            )
        return points, term

    @http.route("/my/points/unlock", type="http", auth="user", website=True, methods=["POST"])
    def rc_points_unlock(self, lock="", **kwargs):
        """The member takes points out early and forgoes what they would have grown by."""
        program, account, _today = self._rc_points_account()
        locks = account.lock_ids.filtered(lambda row: str(row.id) == lock)
        if not locks:
            raise NotFound()
        try:
            locks._unlock(fields.Datetime.now())
        except UserError as error:
            values = {**self._rc_points_values(), "error": str(error)}
            return request.render("rc_membership.portal_my_points", values)
        return request.redirect(self._rc_points_url(program))

    def _rc_own_spend(self, entry_id):
        """Return the member's account and spend with this id; a foreign id is like a missing one."""
        partner = request.env.user.partner_id
        # see the module's docstring
        entry = request.env(su=True)["rc.point.entry"].browse(entry_id).exists()
        account = entry.debit_account_id._get_heir() if entry else None
        if not account or account.partner_id != partner or entry.debit_bucket != "available":
            raise NotFound()
        return account, entry

    def _rc_spend_values(self, account, entry):
        # the entry was found to be the owner's
        disputes = request.env(su=True)["rc.point.dispute"].search([("entry_id", "=", entry.id)])
        names = dict(entry._fields["nature"]._description_selection(request.env))
        return {
            "page_name": "rc_points",
            "entry": entry,
            "program": account.program_id,
            "points_url": self._rc_points_url(account.program_id),
            "points": int(entry.amount),
            "draws": [
                (names[draw.nature], draw.expires_on, int(draw.amount)) for draw in entry.draw_ids
            ],
            "disputes": disputes,
            "can_dispute": entry.kind in ("spend", "shop")
            and not disputes.filtered(lambda row: row.state == "open"),
            "states": dict(disputes._fields["state"]._description_selection(request.env)),
            "day": lambda value: format_date(request.env, value, date_format="medium"),
        }

    @http.route("/my/points/entry/<int:entry_id>", type="http", auth="user", website=True)
    def rc_points_entry(self, entry_id, **kwargs):
        """What a spend drew, and what became of a dispute of it."""
        values = self._rc_spend_values(*self._rc_own_spend(entry_id))
        return request.render("rc_membership.portal_my_points_entry", values)

    @http.route(
        "/my/points/entry/<int:entry_id>/dispute",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def rc_points_dispute(self, entry_id, reason="", evidence="", file=None, **kwargs):
        account, entry = self._rc_own_spend(entry_id)
        # see the module's docstring
        disputes = request.env(su=True)["rc.point.dispute"]
        try:
            with request.env.cr.savepoint():
                dispute = disputes._open(account, entry, reason, evidence, fields.Datetime.now())
                attach_evidence(dispute, read_evidence(file))
        except UserError as error:
            values = {**self._rc_spend_values(account, entry), "error": str(error)}
            return request.render("rc_membership.portal_my_points_entry", values)
        return request.redirect(f"/my/points/entry/{entry.id}")
