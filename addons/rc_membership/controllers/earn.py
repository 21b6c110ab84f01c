"""Earning and using points in the portal.

Portal users have no rights on our models: the system reads, and each search names the owner.
"""

import uuid

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date

from ..exceptions import Refusal
from ..kernel.periods import calendar_period
from .portal import MembershipPortal

WEEKDAYS = 7
GIFTS_SHOWN = 10


class EarnPortal(MembershipPortal):
    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    def _rc_earn_base(self, is_of_platform=False):
        """Return what all pages of points know: the member, the program, the account.

        The program is the one of their own that the address names, else the platform's.
        """
        partner = request.env.user.partner_id
        # see above for why it is the system that reads
        env = request.env(su=True)
        partner = env["res.partner"].browse(partner.id)
        programs = env["rc.program"]
        if is_of_platform:
            programs = programs._get_platform()
        else:
            programs = programs._get_programs_of(partner)
        program = self._rc_get_program_shown(programs)
        named = request.params.get("program")
        # a program one does not belong to is none
        if not program or named and named != program.code:
            raise request.not_found()
        accounts = env["rc.point.account"]
        if request.httprequest.method == "POST":
            account = accounts._get_or_create(partner, program)
            account.invalidate_recordset()
        else:  # a page that is looked at makes nothing
            own = [("partner_id", "=", partner.id), ("program_id", "=", program.id)]
            account = accounts.search(own, limit=1)
        return {
            "page_name": "rc_membership",
            "partner": partner,
            "program": program,
            "query": f"?program={program.code}" if program.owner_id else "",
            "account": account,
            "now": fields.Datetime.now(),
            "token": str(uuid.uuid4()),
        }

    def _rc_earn_values(self):
        values = self._rc_earn_base()
        env, partner, program = values["account"].env, values["partner"], values["program"]
        today = env["rc.point.rule"]._get_day_of(partner, program, values["now"])
        check_ins = env["rc.checkin"]
        last = check_ins._get_last(partner, program)
        rules = env["rc.point.rule"].search([("program_id", "=", program.id)])
        monday = calendar_period(today, "week").start
        return {
            **values,
            "today": today,
            "is_checked_in": last.day == today,
            "streak": check_ins._get_streak(partner, program, today),
            "weeks": check_ins._get_month(partner, program, today),
            "month_text": format_date(request.env, today, date_format="MMMM yyyy"),
            "weekdays": [
                format_date(request.env, fields.Date.add(monday, days=n), date_format="EEEEE")
                for n in range(WEEKDAYS)
            ],
            "streak_rules": rules.filtered(lambda r: r.event == "streak").sorted("streak_days"),
            "check_in_rule": rules.filtered(lambda r: r.event == "check_in")[:1],
            "rules": self._rc_earn_rules(rules, partner, today),
            "can_convert": account_can_convert(values["account"]),
            "asks_birthday": not partner.rc_birthday
            and bool(rules.filtered(lambda r: r.event == "birthday")),
        }

    @http.route("/my/points/birthday", type="http", auth="user", website=True, methods=["POST"])
    def rc_tell_birthday(self, born="", **_params):
        """The member tells the day of birth, once."""
        values = self._rc_earn_values()
        try:
            day = fields.Date.to_date(born)
        except ValueError:
            day = None
        try:
            values["partner"]._rc_tell_birthday(day, values["today"])
        except Refusal as refusal:
            return request.render(
                "rc_membership.portal_my_points_earn", {**values, "error": str(refusal)}
            )
        return request.redirect(f"/my/points/earn{values['query']}")

    def _rc_earn_rules(self, rules, partner, today):
        """Return rules as rows, with what was earned of their limits."""
        counters = rules.env["rc.point.counter"].search(
            [
                ("rule_id", "in", rules.ids),
                ("partner_id", "=", partner.id),
                ("start", "in", [calendar_period(today, u).start for u in ("day", "month")]),
            ]
        )
        given = {(c.rule_id, c.unit): c.total for c in counters}
        rows = []
        for rule in rules.filtered(lambda r: r.event not in ("check_in", "streak")):
            unit = "day" if rule.cap_day else "month"
            cap = rule.cap_day or rule.cap_month
            done = given.get((rule, unit), 0)
            rows.append(
                {
                    "rule": rule,
                    "cap": cap,
                    "done": done,
                    "progress": request.env._("today %(done)s of %(cap)s", done=done, cap=cap)
                    if unit == "day"
                    else request.env._("this month %(done)s of %(cap)s", done=done, cap=cap),
                }
            )
        return rows

    # ------------------------------------------------------------------
    # Earning
    # ------------------------------------------------------------------

    @http.route("/my/points/earn", type="http", auth="user", website=True, sitemap=False)
    def rc_my_points_earn(self, **_params):
        return request.render("rc_membership.portal_my_points_earn", self._rc_earn_values())

    @http.route(
        "/my/points/check-in",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_check_in(self, **_params):
        base = self._rc_earn_base()
        gained, error = 0, ""
        try:
            _check_in, gave = (
                base["account"]
                .env["rc.checkin"]
                ._check_in(base["partner"], base["program"], base["now"])
            )
            gained = sum(points for _rule, points in gave)
        except Refusal as refusal:
            error = str(refusal)
        values = {**self._rc_earn_values(), "gained": gained, "error": error}
        return request.render("rc_membership.portal_my_points_earn", values)

    # ------------------------------------------------------------------
    # Gifts
    # ------------------------------------------------------------------

    def _rc_gift_values(self):
        values = self._rc_earn_base()
        gifts = values["account"].env["rc.point.gift"]
        values["gifts"] = gifts.search(
            [
                ("program_id", "=", values["program"].id),
                "|",
                ("partner_id", "=", values["partner"].id),
                ("receiver_id", "=", values["partner"].id),
            ],
            limit=GIFTS_SHOWN,
        )
        return values

    @http.route("/my/points/gift", type="http", auth="user", website=True, sitemap=False)
    def rc_my_points_gift(self, **_params):
        return request.render("rc_membership.portal_my_points_gift", self._rc_gift_values())

    @http.route(
        "/my/points/gift/send",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_send_gift(
        self, email="", points="", message="", token="", step="ask", confirmed="", **_params
    ):
        """First the member is asked whether all of it is right, then the points go."""
        values = self._rc_gift_values()
        entered = {"email": email, "points": points, "message": message, "token": token}
        try:
            receiver = self._rc_find_receiver(values, email)
            amount = whole(points)
            if step == "ask":
                values["account"].env["rc.point.gift"]._check(
                    values["partner"], receiver, values["program"], amount, values["now"]
                )
                values |= {"asked": {**entered, "name": short_name(receiver)}}
            else:
                values["account"].env["rc.point.gift"]._give(
                    values["partner"],
                    receiver,
                    values["program"],
                    amount,
                    f"portal:{values['partner'].id}:{token}",
                    values["now"],
                    message,
                    confirmed=bool(confirmed),
                )
                values = {**self._rc_gift_values(), "given": amount, "name": short_name(receiver)}
        except Refusal as refusal:
            values |= {"error": str(refusal), "entered": entered}
            if refusal.code == "review_required":
                values["asked"] = {**entered, "name": short_name(receiver), "is_large": True}
        return request.render("rc_membership.portal_my_points_gift", values)

    def _rc_find_receiver(self, values, email):
        """Return the member with this address; only people with a login and points are found."""
        env = values["account"].env
        user = env["res.users"].search([("login", "=ilike", literal(email))], limit=1)
        partner = user.partner_id
        known = partner and env["rc.point.account"].search_count(
            [("partner_id", "=", partner.id), ("program_id", "=", values["program"].id)], limit=1
        )
        if not known:
            raise Refusal(
                request.env._("No member has this address. Check it with them."), "not_eligible"
            )
        return partner

    # ------------------------------------------------------------------
    # Conversion
    # ------------------------------------------------------------------

    def _rc_convert_values(self):
        values = self._rc_earn_base()
        account = values["account"]
        conversions = account.env["rc.point.conversion"]
        return {
            **values,
            "earned": int(account._get_convertible()),
            "conversions": conversions.search(
                [
                    ("partner_id", "=", values["partner"].id),
                    ("program_id", "=", values["program"].id),
                ],
                limit=GIFTS_SHOWN,
            ),
        }

    @http.route("/my/points/convert", type="http", auth="user", website=True, sitemap=False)
    def rc_my_points_convert(self, **_params):
        values = self._rc_convert_values()
        if not account_can_convert(values["account"]):
            raise request.not_found()
        return request.render("rc_membership.portal_my_points_convert", values)

    @http.route(
        "/my/points/convert/do",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def rc_convert_points(self, points="", token="", **_params):
        values = self._rc_convert_values()
        if not account_can_convert(values["account"]):
            raise request.not_found()
        try:
            conversion = (
                values["account"]
                .env["rc.point.conversion"]
                ._convert(
                    values["partner"],
                    values["program"],
                    whole(points),
                    f"portal:{values['partner'].id}:{token}",
                    values["now"],
                )
            )
            values = {**self._rc_convert_values(), "converted": conversion}
        except UserError as error:
            values |= {"error": str(error), "entered": points}
        return request.render("rc_membership.portal_my_points_convert", values)


def account_can_convert(account):
    program = account.program_id
    is_offered = program.convert_points and program.convert_tier_id
    return account._can_convert() and bool(is_offered)


def whole(text):
    """Return what was typed as a whole number; anything else is refused later as 0."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


def literal(text):
    """Return a text that ``=ilike`` takes as it is."""
    text = (text or "").strip()
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return text


def short_name(partner):
    """Return a first name with an initial: enough to know whether it is the right person."""
    first, *others = (partner.name or "").split()[:2] or [""]
    return f"{first} {others[0][:1]}." if others else first
