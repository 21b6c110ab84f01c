"""The limiter of what visitors type, on the request's side: only wrong codes count."""

from odoo.http import request

from .errors import CodeError

WRONG_MAX = 20
WINDOW_SECONDS = 600


def check_not_locked(bucket):
    """Refuse whoever typed too many wrong codes lately.

    :raise CodeError: ``limit_reached``
    """
    if request.env["rc.attempt"]._is_locked(bucket, _get_who(), WRONG_MAX, WINDOW_SECONDS):
        raise CodeError(
            "limit_reached",
            request.env._(
                "That were too many wrong codes. Wait %s minutes, then type yours again.",
                WINDOW_SECONDS // 60,
            ),
        )


def note_failure(bucket):
    """Remember that the visitor's code was wrong."""
    request.env["rc.attempt"]._fail(bucket, _get_who())


def _get_who():
    return request.httprequest.remote_addr or ""
