"""The request side of a touch: who visits, may a cookie be set, record it."""

from urllib.parse import quote

import werkzeug.exceptions

from odoo.http import request

from .adapters import (
    get_own_participants,
    get_rules,
    get_window_days,
    read_touch_candidates,
)
from .errors import CodeError
from .kernel.attribution import decide
from .kernel.codes import has_our_prefix, is_valued
from .kernel.fraud_patterns import is_brand_ad, read_sub_id
from .kernel.visitors import is_page_view
from .models.rc_touch import COOKIE, UTM

_CART_KEY = "sale_order_id"


def get_visitor():
    """Return the visitor's opaque id from this request, or None (also outside a request)."""
    if not request:
        return None
    fresh = getattr(request, "rc_visitor", None)  # set by a touch in this very request
    return fresh or request.env["rc.touch"]._read_visitor(request.cookies.get(COOKIE))


def is_cookie_allowed():
    """Tell whether the visitor's consent covers our cookie (setting: which category it has)."""
    # settings are the system's, the visitor is asked about the answer only
    params = request.env["ir.config_parameter"].sudo()
    cookie_type = params.get_param("rc_referral.cookie_type") or "optional"
    return request.env["ir.http"]._is_allowed_cookie(cookie_type)


def record_visit(code, landing_path, is_entered=False):
    """Record a touch of ``code`` if somebody opened the page and allowed it; True if recorded.

    :param is_entered: they wrote the code on a page of ours
    """
    http = request.httprequest
    if not is_page_view(http.method, http.headers) or not is_cookie_allowed():
        return False
    env = request.env
    if not env.user._is_public() and code._is_own(env.user.partner_id):
        return False  # owners try their own links
    # the homepage passes here twice where it leads to another page; a transaction that is tried again
    # has another instant
    visit = (env.cr, env.cr.now(), code.id)
    if getattr(request, "rc_visit", None) == visit:
        return True
    request.rc_visit = visit
    visitor = get_visitor() or env["rc.touch"]._make_visitor()
    env["rc.touch"]._record(
        code,
        visitor,
        env.cr.now(),
        landing_path=landing_path,
        utm={name: http.args.get(f"utm_{name}") for name in UTM},
        ip=http.remote_addr or "",
        agent=http.headers.get("User-Agent", ""),
        is_entered=is_entered,
        sub_id=read_sub_id(http.args),
        is_brand_ad=is_brand_ad(
            http.args, http.headers.get("Referer", ""), code.company_id._rc_get_brand_words()
        ),
    )
    _remember(visitor)
    return True


def _remember(visitor):
    """Set the visitor's cookie and mark a cart that was there before the click."""
    request.rc_visitor = visitor
    request.future_response.set_cookie(
        COOKIE,
        request.env["rc.touch"]._sign_visitor(visitor),
        max_age=get_window_days(request.env) * 24 * 3600,
        expires=None,
        httponly=True,
        samesite="Lax",
        secure=request.httprequest.scheme == "https",
    )
    cart_id = request.session.get(_CART_KEY)
    if cart_id:
        # the cart of this session, as the shop itself reads it for a visitor
        cart = request.env["sale.order"].sudo().browse(cart_id).exists()
        if cart.state == "draft" and cart.rc_visitor != visitor:
            cart.rc_visitor = visitor


def visit_by_parameter():
    """Treat ``?ref=<code>`` on any page like a link.

    A code of ours that does not work leads to the page that says so. Other sites write a ``ref`` of
    their own into links (newsletters: ``?ref=blog.com``): who comes by one just gets the page.
    """
    http = request.httprequest
    text = http.args.get("ref", "")
    if not text.strip() or is_valued(text) or not is_page_view(http.method, http.headers):
        return
    try:
        code = request.env["rc.code"]._resolve(text)
    except CodeError as error:
        if error.code != "expired_code" and not has_our_prefix(text):
            return
        werkzeug.exceptions.abort(request.redirect(f"/ref/{quote(text[:200], safe='')}", code=302))
    record_visit(code, http.path)


def get_linked_code():
    """Return the code of the touch that would win for this visitor now (empty without one)."""
    env = request.env
    at = env.cr.now()
    rules = get_rules(env)
    candidates = read_touch_candidates(env, [get_visitor()], at, rules)
    winner = decide(candidates, at, rules, get_own_participants(env.user.partner_id)).winner
    # a visitor has no rights on codes; the link told them this one
    return env["rc.code"].sudo().browse(winner.code if winner else None)
