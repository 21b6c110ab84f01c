"""Every route our addons define or extend: who gets in, and that forms cannot be forged."""

import inspect
import re
import threading

from odoo import http
from odoo.tests import HttpCase, tagged

from . import allowlist, roles

MISSING_ID = 99999999


def our_rules(env):
    """Return (rule, kind) of the routes that our controllers define (own) or extend (override)."""
    found = []
    for rule in env["ir.http"].routing_map().iter_rules():
        method = rule.endpoint.func
        classes = [c for c in type(method.__self__).__mro__ if method.__name__ in vars(c)]
        if any(roles.is_ours(cls) for cls in classes):
            own = all(roles.is_ours(cls) for cls in classes)
            found.append((rule, "own" if own else "override"))
    return sorted(found, key=lambda pair: pair[0].rule)


def methods_of(rule):
    """Return the HTTP methods a route answers, as it declares them."""
    return rule.endpoint.routing["methods"] or ["GET", "POST"]


def url_of(rule, value=MISSING_ID):
    """Return a path of the route whose parameters lead nowhere (or to the value)."""
    return re.sub(r"<[^>]+>", str(value), rule.rule)


class RouteCase(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the routing map asks the thread for its database
        cls.addClassCleanup(vars(threading.current_thread()).pop, "dbname", None)
        threading.current_thread().dbname = cls.env.cr.dbname
        cls.users = roles.make_users(cls.env)
        cls.rules = our_rules(cls.env)

    def sign_in(self, role):
        login = None if role == "visitor" else self.users[role].login
        self.authenticate(login, login)

    def token(self):
        return http.Request.csrf_token(self)

    def get(self, url):
        return self.url_open(url, allow_redirects=False, timeout=60)

    def posted(self, url, **form):
        # a form that is never empty: an empty one would be sent as GET
        return self.url_open(url, data={"x": "1", **form}, allow_redirects=False, timeout=60)

    def answer(self, url):
        """Return the answer in a word: a status, or where it sends."""
        response = self.get(url)
        if response.status_code in (301, 302, 303, 307, 308):
            target = self.parse_http_location(response.headers["Location"]).path
            return "login" if target == "/web/login" else f"to {target}"
        return str(response.status_code)


@tagged("post_install", "-at_install")
class TestRoutes(RouteCase):
    def test_each_route_answers_each_role_as_agreed(self):
        answers = {self.key(rule): {} for rule, _kind in self.rules}
        for role in roles.ROLES:
            self.sign_in(role)
            for rule, _kind in self.rules:
                if "GET" in methods_of(rule) and rule.endpoint.routing["type"] == "http":
                    word = self.answer(url_of(rule))
                    answers[self.key(rule)].setdefault(word, []).append(role)
        broken = {key: told["500"] for key, told in answers.items() if "500" in told}
        self.assertEqual(broken, {}, "a page that breaks is no answer")
        rows = []
        for rule, kind in self.rules:
            routing = rule.endpoint.routing
            csrf = "-" if methods_of(rule) == ["GET"] else str(routing.get("csrf", True))
            told = answers[self.key(rule)]
            words = "; ".join(f"{word}: {' '.join(who)}" for word, who in sorted(told.items()))
            methods = " ".join(methods_of(rule))
            rows.append((*self.key(rule), kind, methods, routing["auth"], csrf, words))
        columns = ("path", "endpoint", "kind", "methods", "auth", "csrf", "answers to GET")
        self.agrees(allowlist.compare("routes.csv", columns, rows, lambda row: True))

    def key(self, rule):
        return rule.rule, rule.endpoint.func.__name__

    def agrees(self, complaint):
        if complaint:
            self.fail(complaint)

    def test_no_form_is_taken_without_a_token_or_with_another_sessions(self):
        self.sign_in("partner")
        stolen = self.token()
        self.sign_in("partner_finance")
        for rule, kind in self.rules:
            routing = rule.endpoint.routing
            if kind != "own" or "POST" not in methods_of(rule) or routing["type"] != "http":
                continue
            if not routing.get("csrf", True):
                continue  # in routes.csv, with its reason
            for what, form in (("no token", {}), ("a stolen token", {"csrf_token": stolen})):
                with self.subTest(f"{rule.rule}: {what}"):
                    before = roles.count_writes(self.env)
                    self.assertEqual(self.posted(url_of(rule), **form).status_code, 400)
                    self.assertEqual(roles.count_writes(self.env), before)

    def test_no_page_of_ours_changes_anything_when_it_is_only_looked_at(self):
        """A state change on GET is a forged link away. A click on a code is what that route is for."""
        counted = ("/ref/<",)
        for role in ("visitor", "partner_finance"):
            self.sign_in(role)
            for rule, kind in self.rules:
                routing = rule.endpoint.routing
                if kind != "own" or "GET" not in methods_of(rule) or routing["type"] != "http":
                    continue
                if rule.rule.startswith(counted):
                    continue
                with self.subTest(f"{role} {rule.rule}"):
                    before = roles.count_writes(self.env)
                    self.get(url_of(rule))
                    self.assertEqual(roles.count_writes(self.env), before)

    def test_pages_of_ours_need_a_person_and_forms_only_take_posts(self):
        """What no visitor may see is auth='user'; nothing of ours is auth='none'."""
        for rule, kind in self.rules:
            routing = rule.endpoint.routing
            if kind == "own":
                with self.subTest(rule.rule):
                    self.assertIn(routing["auth"], ("user", "public", "bearer"))
                    if rule.rule.startswith("/my/"):
                        self.assertEqual(routing["auth"], "user")
                    self.assertTrue(inspect.isfunction(rule.endpoint.func.__func__))
