"""The doors the benchmark asks: the same work behind Odoo's API key, and behind a signed body.

Loaded by the benchmark's own server (``--load``) and nowhere else: the API of a later issue brings
the real one.
"""

import hashlib
import hmac
import json
import os

from werkzeug.exceptions import Unauthorized

from odoo import SUPERUSER_ID, fields, http
from odoo.http import request

SECRET = os.environ.get("RC_BENCHMARK_SECRET", "")


def consume():
    """Use a right as the body says; the answer as JSON."""
    body = json.loads(request.httprequest.get_data())
    partner = request.env["res.partner"].browse(body["partner"])
    answer = partner._rc_consume(body["code"], 1, body["key"], fields.Datetime.now())
    return request.make_json_response(
        {"allowed": answer["allowed"], "left": str(answer["left"]), "used": str(answer["used"])}
    )


class BenchmarkConsume(http.Controller):
    @http.route(
        "/rc_benchmark/key",
        type="http",
        auth="bearer",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def with_key(self):
        """As JSON-2: the caller's API key, checked by Odoo."""
        return consume()

    @http.route(
        "/rc_benchmark/signed",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def with_signature(self):
        """As an ingest door: the body is signed with a shared secret."""
        signature = request.httprequest.headers.get("X-Signature", "")
        body = request.httprequest.get_data()
        expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not SECRET or not hmac.compare_digest(signature, expected):
            raise Unauthorized()
        request.update_env(user=SUPERUSER_ID)
        return consume()
