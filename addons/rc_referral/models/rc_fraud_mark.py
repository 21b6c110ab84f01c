import hashlib
import hmac
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

from odoo.addons.rc_membership.db import make_append_only

from ..kernel.fraud import network_of
from .rc_hash_key import KEPT_MONTHS

_LENGTH = 32
_BATCH = 5000
_HEADERS = ("User-Agent", "Accept-Language", "Sec-CH-UA-Platform")


class RcFraudMark(models.Model):
    """Where somebody signed up or logged in from: hashes with the key of their month, for a while.

    Rows of two months cannot be joined, so everything is hashed with the last month's key too:
    whoever signs up on the first of a month has the neighbours of the day before.
    """

    _name = "rc.fraud.mark"
    _description = "Mark of a Sign-up or Login"
    _order = "at desc, id desc"
    _rec_name = "kind"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [("address", "Address"), ("network", "Neighbourhood"), ("device", "Device")],
        required=True,
        readonly=True,
    )
    hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    day = fields.Date(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True, index=True)
    is_sign_up = fields.Boolean("At Sign-up", readonly=True)

    _once_a_day = models.UniqueIndex("(partner_id, kind, hash, day, is_sign_up)")
    _found_by = models.Index("(hash, at)")

    def init(self):
        """Rows never change; retention and erasure delete them, a merge of contacts moves them."""
        super().init()
        make_append_only(self.env.cr, self._table, mutable=("partner_id",), deletable=True)

    @api.model
    @api.private
    def _note_request(self, partner, at, is_sign_up=False):
        """Note where the present request comes from (nothing outside of one)."""
        if not request or not partner:
            return
        http = request.httprequest
        device = "|".join(http.headers.get(name, "") for name in _HEADERS)
        self._note(partner, at, http.remote_addr or "", device, is_sign_up)

    @api.model
    @api.private
    def _note(self, partner, at, address, device, is_sign_up=False):
        """Note an address and a device of ``partner`` at ``at``, once a day.

        :param device: what the browser says of itself, as text
        """
        network, device = network_of(address), device.strip("|")
        texts = {
            "address": address,
            "network": network,
            # thousands have one model of phone: only within a neighbourhood it tells anything
            "device": f"{network}|{device}" if network and device else "",
        }
        month = fields.Datetime.to_datetime(at).replace(day=1)
        months = [month, month - relativedelta(months=1)]
        rows = [
            (kind, self._get_hash(kind, text, key_month))
            for kind, text in texts.items()
            if text
            for key_month in months
        ]
        if not rows:
            return
        values = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s, %s, 1, now() AT TIME ZONE 'UTC')",
                partner.id,
                kind,
                text,
                at.date(),
                at,
                is_sign_up,
            )
            for kind, text in sorted(rows)
        )
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "INSERT INTO rc_fraud_mark"
                " (partner_id, kind, hash, day, at, is_sign_up, create_uid, create_date)"
                " VALUES %s ON CONFLICT DO NOTHING RETURNING id",
                values,
            )
        )

    @api.model
    def _get_hash(self, kind, text, month):
        key = self.env["rc.hash.key"]._get_secret(month.strftime("%Y-%m"))
        return hmac.new(key, f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()[:_LENGTH]

    @api.model
    def _cron_forget(self):
        """Delete what is older than the retention, in batches."""
        companies = self.env["res.company"].search([])
        days = max(companies.mapped("rc_fraud_mark_days"), default=30 * KEPT_MONTHS)
        before = fields.Datetime.now() - timedelta(days=days)
        self.env.flush_all()
        while count := self._forget(before):
            self.env["ir.cron"]._commit_progress(count)
        self.env.invalidate_all()

    @api.model
    def _forget(self, before):
        """Delete one batch; return how many marks it had."""
        rows = self.env.execute_query(
            SQL(
                "DELETE FROM rc_fraud_mark WHERE id IN (SELECT id FROM rc_fraud_mark"
                " WHERE at < %s ORDER BY at LIMIT %s) RETURNING id",
                before,
                _BATCH,
            )
        )
        return len(rows)

    @api.model
    @api.private
    def _merge_members(self, sources, target):
        """Marks that both contacts have would clash: those of ``sources`` go."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                DELETE FROM rc_fraud_mark mark WHERE partner_id IN %(sources)s AND EXISTS (
                    SELECT 1 FROM rc_fraud_mark other
                     WHERE other.partner_id IN %(merged)s AND other.id < mark.id
                       AND (other.kind, other.hash, other.day, other.is_sign_up)
                         = (mark.kind, mark.hash, mark.day, mark.is_sign_up)) RETURNING id
                """,
                sources=tuple(sources.ids),
                merged=tuple((sources | target).ids),
            )
        )
        self.env.execute_query(
            SQL(
                """
                DELETE FROM rc_fraud_mark mark WHERE partner_id = %(target)s AND EXISTS (
                    SELECT 1 FROM rc_fraud_mark other
                     WHERE other.partner_id IN %(sources)s
                       AND (other.kind, other.hash, other.day, other.is_sign_up)
                         = (mark.kind, mark.hash, mark.day, mark.is_sign_up)) RETURNING id
                """,
                sources=tuple(sources.ids),
                target=target.id,
            )
        )
        self.env.invalidate_all(flush=False)
