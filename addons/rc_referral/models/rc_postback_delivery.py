import hashlib
import logging
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.rc_membership.db import insert_once

from .. import postback_http
from ..kernel.postback import fill, minutes_to_next, sign

_logger = logging.getLogger(__name__)

KEPT_DAYS = 30
BATCH = 50
SHOWN = 20


class RcPostbackDelivery(models.Model):
    """One call that is to be made, or was: kept for a month."""

    _name = "rc.postback.delivery"
    _description = "Delivery of a Postback"
    _inherit = ["rc.fact.mixin"]
    _order = "id desc"
    _rec_name = "key"
    _allow_sudo_commands = False
    _rc_facts = (
        "key",
        "postback_id",
        "company_id",
        "event",
        "facts",
        "state",
        "attempts",
        "next_try_at",
        "status",
        "at",
    )

    key = fields.Char(required=True, readonly=True)
    postback_id = fields.Many2one(
        "rc.postback", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    event = fields.Selection(
        [("sign_up", "Sign-up"), ("payment", "Payment")], required=True, readonly=True
    )
    facts = fields.Json(readonly=True)
    state = fields.Selection(
        [("todo", "To Send"), ("done", "Received"), ("failed", "Given Up")],
        required=True,
        readonly=True,
        default="todo",
    )
    attempts = fields.Integer(readonly=True)
    next_try_at = fields.Datetime("Next Try", readonly=True)
    status = fields.Char("Answer", readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This is in the queue already.")
    _todo_idx = models.Index("(next_try_at) WHERE state = 'todo'")

    @api.model
    @api.private
    def _queue(self, postback, about, facts, at):
        """WRITE what is to be told; the same thing again changes nothing."""
        if not postback:
            return
        key = f"{postback.id}|{about}"
        # an id that means nothing elsewhere: nobody can look the member or invoice up by it
        secret = postback._get_secret()
        facts = {
            **facts,
            "id": hashlib.sha256(f"{secret}|{key}".encode()).hexdigest()[:24],
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        self.env.flush_all()
        row = {
            "key": key,
            "postback_id": postback.id,
            "company_id": postback.company_id.id,
            "event": facts["event"],
            "facts": facts,
            "state": "todo",
            "attempts": 0,
            "next_try_at": at,
            "at": at,
        }
        if insert_once(self.env, self._table, [row], "key"):
            postback.invalidate_recordset(["delivery_ids"], flush=False)
            # the caller may be a visitor; waking a cron needs the system
            self.env.ref("rc_referral.ir_cron_postback").sudo()._trigger()

    @api.model
    def _cron_send(self):
        """Make the calls that are due, then delete what is old.

        Each is claimed and committed before it is made, so a call is never in a transaction that
        is tried again; what is interrupted is sent once more with the same id.
        """
        now = fields.Datetime.now()
        due = self.search(
            [("state", "=", "todo"), ("next_try_at", "<=", now)], order="id", limit=BATCH
        )
        cron = self.env["ir.cron"]
        for number, delivery in enumerate(due):
            if not delivery.try_lock_for_update() or delivery.state != "todo":
                continue
            delivery._claim(now)
            cron._commit_progress(remaining=len(due) - number)
            delivery._send(now)
            cron._commit_progress(1, remaining=len(due) - number - 1)
        self.search([("at", "<", now - timedelta(days=KEPT_DAYS))]).unlink()

    def _claim(self, now):
        """Count the attempt before it is made."""
        attempts = self.attempts + 1
        minutes = minutes_to_next(attempts)
        vals = {"attempts": attempts, "next_try_at": minutes and now + timedelta(minutes=minutes)}
        self.write(vals)

    def _send(self, now):
        """Make the call and write its answer."""
        postback = self.postback_id
        if not postback.active:
            self.write({"state": "failed", "status": "off"})
            return
        url, headers = self._prepare_call(now)
        try:
            status = postback_http.call(url, headers)
        except postback_http.Blocked:
            self.write({"state": "failed", "status": "blocked"})
            return
        except (OSError, ValueError) as error:
            _logger.info("postback %s failed: %s", self.id, type(error).__name__)
            status = 0
        if 200 <= status < 300:
            self.write({"state": "done", "status": str(status), "next_try_at": False})
            return
        is_over = minutes_to_next(self.attempts) is None
        self.write({"state": "failed" if is_over else "todo", "status": str(status or "–")})

    def _prepare_call(self, now):
        """Return the filled address and the headers that sign it."""
        url = fill(self.postback_id.url, self.facts)
        stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        signature = sign(self.postback_id._get_secret(), stamp, url)
        return url, {
            "User-Agent": "RainbowCity-Network-Postback",
            "X-RC-Timestamp": stamp,
            "X-RC-Signature": f"sha256={signature}",
        }


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return consumers + {
            "signed_up": ["postback_sign_up"],
            "payment_changed": ["postback_payment"],
        }.get(kind, [])

    def _consume_postback_sign_up(self):
        self.env["rc.postback"]._tell_sign_up(self._get_record(), self.occurred_at)

    def _consume_postback_payment(self):
        move = self._get_record()
        if move.move_type == "out_invoice" and move.payment_state in ("paid", "in_payment"):
            self.env["rc.postback"]._tell_payment(move, self.occurred_at)


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _rc_before_merge(self, sources, target):
        """Of two postbacks of one company the target's stays, else the oldest."""
        super()._rc_before_merge(sources, target)
        postbacks = self.env["rc.postback"].sudo()  # a merge is decided by its own rights
        found = postbacks.with_context(active_test=False).search(
            [("partner_id", "in", (sources | target).ids)], order="id"
        )
        for own in found.grouped("company_id").values():
            kept = own.filtered(lambda p: p.partner_id == target)[:1] or own[:1]
            (own - kept).unlink()
        self.env.flush_all()

    @api.private
    def _rc_erase_traces(self, identity, at):
        postbacks = self.env["rc.postback"].with_context(active_test=False)
        postbacks.search([("partner_id", "=", self.id)]).unlink()
        return super()._rc_erase_traces(identity, at)

    @api.private
    def _rc_export_sections(self):
        postbacks = self.env["rc.postback"].search([("partner_id", "=", self.id)])
        return [
            *super()._rc_export_sections(),
            self._rc_export(
                "postbacks",
                self.env._("Server Postback"),
                postbacks,
                ["url", "on_sign_up", "on_payment", "active"],
            ),
        ]
