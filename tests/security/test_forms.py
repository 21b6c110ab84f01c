"""Ids that are not one's own, and form fields nobody asked for."""

import re

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from . import roles
from .test_routes import MISSING_ID, RouteCase, methods_of, url_of

# parameter of a route → what its ids are of; None: not an id
PARAMETERS = {
    "page": None,
    "slug": None,
    "text": None,
    "name": None,  # of a file of one's own code
    # draws, the mall and its pictures are shown to every member; codes are rights of their own
    "draw_id": None,
    "item_id": None,
    "code": None,
    "ticket_id": None,  # of two ids; tests/test_portal_earn of rc_membership asks for a foreign one
    "award_id": "rc.commission.award",
    "batch_id": "rc.activation.batch",
    "case_id": "rc.fraud.case",
    "edge_id": "rc.sponsor.edge",
    "entry_id": "rc.commission.entry",
    "request_id": "rc.privacy.request",
    "settlement_id": "rc.settlement",
}
# where the same name means another model
OF_PATH = {"/my/points/entry/<int:entry_id>": "rc.point.entry"}
# who of the demo story sees some of them: without one the walk would prove nothing
OWNERS = ("lotus", "bamboo", "kol", "mia")

# each form of ours, filled in as its page would
FORMS = {
    "/membership/choose": {"product_id": "0"},
    "/membership/gift/add": {"product_id": "0", "email": "anna@example.com"},
    "/my/benefits/<int:use_id>/dispute": {"reason": "honest"},
    "/my/cards/give": {"card": "none"},
    "/my/council/<int:poll_id>": {"option": "0"},
    "/my/draws/<int:draw_id>/<int:ticket_id>": {},
    "/my/mall/<int:item_id>/buy": {"token": "forms", "quantity": "1"},
    "/my/packages/buy": {"package": "0", "quantity": "1"},
    "/my/packages/group/<string:code>": {},
    "/my/packages/group/start": {"package": "0"},
    "/my/packages/refund": {"purchase": "0", "reason": "honest"},
    "/my/points/birthday": {"born": "1990-05-04"},
    "/my/points/check-in": {},
    "/my/points/convert": {},
    "/my/points/convert/do": {"amount": "1000", "token": "forms"},
    "/my/points/entry/<int:entry_id>/dispute": {"reason": "honest"},
    "/my/points/gift": {},
    "/my/points/gift/send": {"to": "nobody@example.com", "amount": "1", "token": "forms"},
    "/my/points/lock": {},
    "/my/points/unlock": {"lock": "0"},
    "/my/confirm/phone": {"code": "000000"},
    "/my/confirm/send": {"what": "email"},
    "/my/privacy/copy": {"password": "honest"},
    "/my/privacy/erase": {"password": "honest"},
    "/my/privacy/withdraw": {},
    "/my/team/add": {"quantity": "1"},
    "/my/team/give-back": {"quantity": "1"},
    "/my/team/invite": {"email": "invited@example.com"},
    "/my/team/seat/<int:seat_id>/<string:act>": {},
    "/card/take": {"code": "K7QX-2M9T-04RD"},
    "/seat/take": {"code": "K7QX-2M9T-04RD"},
    "/shop/points/confirm": {},
    "/my/membership/plan/card": {"token": ""},
    "/my/membership/plan/confirm": {"plan": "0"},
    "/my/membership/plan/end": {"when": "period_end"},
    "/my/membership/plan/keep": {},
    "/my/membership/plan/renew": {},
    "/my/membership/plan/trial": {"plan": "0"},
    "/my/notices/way": {"way": "email"},
    "/my/guild/found/submit": {
        "name": "Honest Guild",
        "purpose": "Being honest",
        "guild_type": "interest",
        "join_rule": "open",
        "paid_with": "points",
    },
    "/my/guild/found/cancel": {},
    "/my/guild/join": {"code": "GUILD-X"},
    "/my/guild/leave": {},
    "/my/missions/<int:mission_id>/claim": {},
    "/my/missions/code": {"code": "MISSION-X"},
    "/my/missions/name": {"hide": "1"},
    "/my/missions/sets/<int:set_id>/claim": {},
    "/my/referrals/checks/<int:case_id>/appeal": {"text": "honest"},
    "/my/referrals/code": {},
    "/my/referrals/rewards/<int:reward_id>/choose": {"option": "0"},
    "/my/codes/<int:batch_id>/replace": {"code_id": "0"},
    "/my/codes/<int:batch_id>/show": {"form": "csv"},
    "/my/referrals/discount": {"percent": "5"},
    "/my/referrals/postback": {"url": "https://ads.example.com/", "sign_up": "1"},
    "/my/referrals/sponsor": {"code": "LOTUS"},
    "/my/referrals/claims/new": {"customer": "somebody@example.com", "reason": "Met at the studio"},
    "/my/referrals/share/save": {"greeting": "honest"},
    "/guilds/<string:slug>/join": {},
    "/redeem": {"code": "ACT-0000-0000-0000-0"},
    "/shop/referral": {"rc_code": "X"},
}
POISON = 987654321


def forms(rules):
    for rule, kind in rules:
        if kind == "own" and "POST" in methods_of(rule) and methods_of(rule) == ["POST"]:
            yield rule


@tagged("post_install", "-at_install")
class TestForms(RouteCase):
    def id_routes(self):
        """Return (rule, model) of the GET routes with an id in their path."""
        found = []
        for rule, kind in self.rules:
            names = re.findall(r"<(?:[^:>]+:)?(\w+)>", rule.rule)
            if kind != "own" or not names or "GET" not in methods_of(rule):
                continue
            unknown = set(names) - set(PARAMETERS)
            self.assertFalse(unknown, f"{rule.rule}: say in PARAMETERS what {unknown} is")
            models = [OF_PATH.get(rule.rule, PARAMETERS[name]) for name in names]
            found += [(rule, model) for model in models if model]
        return found

    def answer_to(self, rule, number):
        """Return status and text of a page, without its own address and passing tokens."""
        url = url_of(rule, number)
        response = self.get(url)
        text = response.text.replace(url, "URL")
        return response.status_code, re.sub(r"csrf_token: \"\w+\"|\b[0-9a-f]{40,}o?\d*\b", "", text)

    def test_somebody_elses_id_answers_like_a_missing_one(self):
        for rule, model in self.id_routes():
            ids = self.env[model].search([], limit=8, order="id").ids
            self.assertTrue(ids, f"no {model} to try {rule.rule} on")
            for role in roles.PORTAL_ROLES:
                self.sign_in(role)
                status, missing = self.answer_to(rule, MISSING_ID)
                self.assertEqual(status, 404)
                for number in ids:
                    with self.subTest(f"{role} {rule.rule} {number}"):
                        answer = self.answer_to(rule, number)
                        self.assertTrue(answer == (status, missing), answer[0])

    def test_each_page_with_an_id_has_an_owner_who_sees_it(self):
        """The control: these pages do show something to the right person."""
        for rule, model in self.id_routes():
            ids = self.env[model].search([]).ids
            seen = set()
            for login in OWNERS:
                self.authenticate(login, login)
                seen |= {n for n in ids if self.get(url_of(rule, n)).status_code == 200}
                if seen:
                    break
            with self.subTest(rule.rule):
                self.assertTrue(seen)
                self.assertLess(len(seen), len(ids), "and not everything to everybody")

    def test_fields_nobody_asked_for_are_ignored(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        company = self.users[roles.OTHER_COMPANY].company_id
        extras = {"state": "paid", "role": "leader", "kind": "vanity", "amount": POISON}
        extras |= {"points": POISON, "available": POISON, "price": POISON, "sudo": "1"}
        for prefix in ("", "default_"):
            extras |= {f"{prefix}{n}_id": stranger.id for n in ("partner", "member", "sponsor")}
            extras[f"{prefix}company_id"] = company.id
        user = self.users["partner"]
        program = self.env["rc.program"]._get_platform()
        account = self.env["rc.point.account"]._get_or_create(user.partner_id, program)
        account._grant(50000, "security:forms", "to pay fees with")
        guild = self.env["rc.guild"].search([("join_rule", "=", "open")], limit=1)
        self.assertTrue(guild, "no open guild in the demo story")
        for rule in forms(self.rules):
            self.assertIn(rule.rule, FORMS, "say how its form is filled in")
            form = {k: str(v) for k, v in (extras | FORMS[rule.rule]).items()}
            self.sign_in("partner")
            with self.subTest(rule.rule), mute_logger("odoo.http"):
                answer = self.posted(
                    url_of(rule, guild.id),
                    csrf_token=self.token(),
                    **form,
                )
                self.assertLess(answer.status_code, 500)
                self.assertEqual(self.poisoned(stranger, company), [])

    def poisoned(self, stranger, company):
        """Return the columns where something of the extra fields arrived."""
        self.env.cr.execute(
            r"""
            SELECT table_.relname, att.attname, con.confrelid::regclass::text, typ.typname
              FROM pg_attribute att
              JOIN pg_class table_ ON table_.oid = att.attrelid AND table_.relkind = 'r'
              JOIN pg_type typ ON typ.oid = att.atttypid
              LEFT JOIN pg_constraint con ON con.conrelid = att.attrelid AND con.contype = 'f'
                   AND con.conkey = ARRAY[att.attnum]
             WHERE table_.relname LIKE 'rc\_%%' AND att.attnum > 0 AND NOT attisdropped
               AND (con.confrelid::regclass::text IN ('res_partner', 'res_company')
                    OR typ.typname IN ('numeric', 'int4') AND con.oid IS NULL)
            """
        )
        found = []
        for table, column, target, _type in self.env.cr.fetchall():
            wanted = {"res_partner": stranger.id, "res_company": company.id}.get(target, POISON)
            if target == "res_company" and table in ("rc_program",):
                continue
            query = "SELECT 1 FROM %s WHERE %s = %s LIMIT 1"
            self.env.cr.execute(SQL(query, SQL.identifier(table), SQL.identifier(column), wanted))
            if self.env.cr.fetchone():
                found.append(f"{table}.{column}")
        return found
