"""The challenge on the request's side: who tries often proves to be no machine (proof of work)."""

import secrets
from calendar import timegm

from odoo import fields
from odoo.http import request
from odoo.tools import SQL, str2bool
from odoo.tools import hmac as odoo_hmac

from .kernel.challenge import SECONDS, is_captcha_on, make_puzzle, read_puzzle
from .kernel.visitors import is_bot
from .limits import WINDOW_SECONDS

SIGN_UP = "sign_up_form"
SIGN_UPS_MAX = 60  # an hour from one address; then they wait
HOUR_SECONDS = 3600
FRAMED_MAX = 20  # loads of one link inside other pages in a day
_FRAMES = ("iframe", "frame", "embed", "object", "image")


def count_sign_up():
    """Count a sent sign-up form; False for an address that sent far too many."""
    return request.env["rc.attempt"]._hit(SIGN_UP, get_who(), SIGN_UPS_MAX, HOUR_SECONDS)


def is_sign_up_challenged():
    """Tell whether the next sign-up from this address needs a proof."""
    if _has_captcha():
        return False  # Odoo asks for its own on this form
    tries = request.env["rc.attempt"]._get_count(SIGN_UP, get_who(), HOUR_SECONDS)
    return tries >= _get_limit()


def is_typing_challenged(bucket):
    """Tell whether the next code typed at ``bucket`` needs a proof: some were wrong."""
    attempts = request.env["rc.attempt"]
    wrong = attempts._get_count(bucket, get_who(), WINDOW_SECONDS, failures=True)
    return wrong >= _get_limit()


def is_flooding():
    """Tell whether this address clicks so often that only a proof counts."""
    env, http = request.env, request.httprequest
    if is_bot(http.headers.get("User-Agent", "")):
        return False  # counted apart from people anyway
    at = env.cr.now()
    most = request.env.company.sudo().rc_fraud_click_flood
    [[count]] = env.execute_query(
        SQL(
            "SELECT COUNT(*) FROM (SELECT 1 FROM rc_touch WHERE ip_hash = %s"
            " AND at > %s - INTERVAL '1 hour' AND NOT is_bot LIMIT %s) clicks",
            env["rc.touch"]._get_hash(get_who(), at) or "",
            at,
            most,
        )
    )
    return count >= most


def note_frame(code):
    """A link loaded inside another page counts for nobody; many of them are a case."""
    if request.httprequest.headers.get("Sec-Fetch-Dest", "").lower() not in _FRAMES:
        return
    env = request.env
    if not env["rc.attempt"]._hit("framed", code.code, FRAMED_MAX, 24 * HOUR_SECONDS):
        env["rc.fraud.case"]._notice_framed(code, FRAMED_MAX, fields.Datetime.now())


def get_puzzle():
    return make_puzzle(_get_key(), secrets.token_hex(12), _get_seconds())


def has_proof():
    """Tell whether the request brings the answer to a puzzle of ours, each once."""
    params = request.params
    nonce = read_puzzle(
        _get_key(),
        str(params.get("rc_puzzle") or ""),
        str(params.get("rc_answer") or ""),
        _get_seconds(),
    )
    return bool(nonce) and request.env["rc.attempt"]._hit("puzzle", nonce, 1, SECONDS)


def get_who():
    return request.httprequest.remote_addr or ""


def _get_seconds():
    return timegm(fields.Datetime.now().timetuple())


def _get_limit():
    # a visitor cannot read companies
    return request.env.company.sudo().rc_fraud_challenge_after


def _get_key():
    # the database secret is the system's
    return odoo_hmac(request.env(su=True), "rc_referral-challenge", "puzzle").encode()


def _has_captcha():
    """Tell whether one of Odoo's captcha addons is installed, switched on and has its keys."""
    get = request.env["ir.config_parameter"].sudo().get_param  # settings are the system's
    models = request.env["ir.http"]
    return is_captcha_on(
        has_recaptcha=hasattr(models, "_verify_recaptcha_token"),
        is_recaptcha_enabled=str2bool(get("enable_recaptcha", True)),
        recaptcha_keys=(get("recaptcha_public_key"), get("recaptcha_private_key")),
        has_turnstile=hasattr(models, "_verify_turnstile_token"),
        turnstile_keys=(get("cf.turnstile_site_key"), get("cf.turnstile_secret_key")),
    )
