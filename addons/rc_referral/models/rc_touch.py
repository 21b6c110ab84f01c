import hashlib
import hmac
import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq
from odoo.tools import hmac as odoo_hmac

from odoo.addons.rc_membership.db import (
    append_only_objects,
    make_append_only,
    missing_protection,
)

from ..kernel.visitors import is_bot
from .res_company_fraud import STAFF

_logger = logging.getLogger(__name__)

COOKIE = "rc_visitor"
_SCOPE = "rc_referral-visitor"
_VISITOR_LENGTH = 32
_HASH_LENGTH = 32
_TEXT_MAX = 200
_IN_TIME = timedelta(minutes=1)  # a click told later may change what was decided meanwhile
UTM = ("source", "medium", "campaign")


class RcTouch(models.Model):
    """One contact of a visitor with a code. Rows are only inserted, so no row is ever hot."""

    _name = "rc.touch"
    _description = "Referral Touch"
    _order = "at desc, id desc"
    _rec_name = "code_id"
    _allow_sudo_commands = False

    visitor = fields.Char(required=True, readonly=True, index=True, groups="base.group_system")
    code_id = fields.Many2one(
        "rc.code", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(related="code_id.partner_id", string="Participant")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    at = fields.Datetime("When", required=True, readonly=True, index=True)
    landing_path = fields.Char(readonly=True)
    source = fields.Char(readonly=True)
    medium = fields.Char(readonly=True)
    campaign = fields.Char(readonly=True)
    ip_hash = fields.Char(readonly=True, groups="base.group_system")
    agent_hash = fields.Char(readonly=True, groups="base.group_system")
    is_bot = fields.Boolean("Bot", readonly=True)
    sub_id = fields.Char("Sub-id", readonly=True, help="What the link says of its own sub-partner.")
    is_brand_ad = fields.Boolean(
        "Advert on Our Name",
        readonly=True,
        groups=STAFF,
        help="Bought with an advert on a search for one of the company's names.",
    )
    is_entered = fields.Boolean(
        "Code Written",
        readonly=True,
        help="The visitor wrote the code instead of following a link.",
    )

    _by_address = models.Index("(ip_hash, at) WHERE NOT is_bot")

    def init(self):
        """Rows never change; retention and erasure may delete them."""
        super().init()
        make_append_only(self.env.cr, self._table, deletable=True)

    def _register_hook(self):
        super()._register_hook()
        missing = missing_protection(self.env.cr, self._table, append_only_objects())
        if missing:
            _logger.error("touches are unprotected, missing: %s", ", ".join(missing))

    def write(self, vals):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("A touch is a fact: it never changes."))

    # ------------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _record(
        self,
        code,
        visitor,
        at,
        landing_path=None,
        utm=None,
        ip="",
        agent="",
        is_entered=False,
        sub_id="",
        is_brand_ad=False,
    ):
        """Insert a touch of ``code`` by ``visitor`` (opaque id) at ``at`` (naive UTC).

        :param utm: mapping with source, medium, campaign as text
        :param ip: address, kept as a keyed hash of its month only
        :param agent: user agent, likewise
        :param is_entered: the visitor wrote the code on a page of ours
        :param is_brand_ad: the click was bought on a search for our name
        """
        utm = utm or {}
        # the visitor has no rights on touches; the caller has checked the request
        touch = self.sudo().create(
            {
                "visitor": visitor,
                "code_id": code.id,
                "company_id": code.company_id.id,
                "at": at,
                "landing_path": (landing_path or "")[:_TEXT_MAX] or False,
                "ip_hash": self._get_hash(ip, at),
                "agent_hash": self._get_hash(agent, at),
                "is_bot": is_bot(agent),
                "is_entered": is_entered,
                "sub_id": sub_id or False,
                "is_brand_ad": is_brand_ad,
                **{name: (utm.get(name) or "")[:_TEXT_MAX] or False for name in UTM},
            }
        )
        if not touch.is_bot and at < fields.Datetime.now() - _IN_TIME:
            self.env["rc.attribution"]._hear_late(visitor, at)
        return touch

    @api.model
    def _get_hash(self, text, at):
        """Return a keyed hash of ``text``; the key changes every month, so months cannot be joined."""
        if not text:
            return False
        key = self.env["rc.hash.key"]._get_secret(at.strftime("%Y-%m"))
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:_HASH_LENGTH]

    # ------------------------------------------------------------------
    # The visitor's cookie
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _make_visitor(self):
        return secrets.token_hex(_VISITOR_LENGTH // 2)

    @api.model
    @api.private
    def _sign_visitor(self, visitor):
        """Return the cookie's value: the opaque id and its signature, nothing else."""
        # the database secret is the system's
        return f"{visitor}.{odoo_hmac(self.env(su=True), _SCOPE, visitor)}"

    @api.model
    @api.private
    def _read_visitor(self, value):
        """Return the id in a cookie's value, or None where the signature is not ours."""
        visitor, _dot, signature = (value or "").partition(".")
        if len(visitor) != _VISITOR_LENGTH or not signature.isascii():
            return None
        expected = self._sign_visitor(visitor).partition(".")[2]
        return visitor if consteq(signature, expected) else None
