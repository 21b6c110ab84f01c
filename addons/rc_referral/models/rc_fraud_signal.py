import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.db import (
    append_only_objects,
    insert_once,
    make_append_only,
    missing_protection,
)

_logger = logging.getLogger(__name__)


class RcFraudSignal(models.Model):
    """What was noticed in a case: which signal, a figure and what is usual. Nobody's data."""

    _name = "rc.fraud.signal"
    _description = "Signal of a Case"
    _order = "weight desc, id"
    _rec_name = "name"
    _allow_sudo_commands = False

    case_id = fields.Many2one(
        "rc.fraud.case", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    key = fields.Char(required=True, readonly=True)
    name = fields.Char("Signal", required=True, readonly=True)
    weight = fields.Integer(readonly=True)
    found = fields.Integer(readonly=True)
    allowed = fields.Integer("Usual up to", readonly=True)
    at = fields.Datetime("Noticed", required=True, readonly=True)
    sentence = fields.Char("Evidence", compute="_compute_sentence")

    _key_uniq = models.Constraint("UNIQUE (key)", "This was noticed before.")

    def init(self):
        super().init()
        make_append_only(self.env.cr, self._table)

    def _register_hook(self):
        super()._register_hook()
        missing = missing_protection(self.env.cr, self._table, append_only_objects())
        if missing:
            _logger.error("signals are unprotected, missing: %s", ", ".join(missing))

    def write(self, vals):  # pylint: disable=method-required-super
        # refused to everybody: there is no super to call
        raise UserError(self.env._("What was noticed never changes."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was noticed is kept."))

    @api.model
    @api.private
    def _append(self, case, signals, at):
        """Write the signals a case does not have yet; return the names of those that are new."""
        self.env.flush_all()
        rows = [
            {
                "key": f"{case.id}|{signal.name}",
                "case_id": case.id,
                "company_id": case.company_id.id,
                "name": signal.name,
                "weight": signal.weight,
                "found": signal.found,
                "allowed": signal.allowed,
                "at": at,
            }
            for signal in signals
        ]
        fresh = insert_once(self.env, self._table, rows, "key")
        case.invalidate_recordset(["signal_ids", "reasons"])
        return {key.partition("|")[2] for key in fresh}

    @api.depends("name", "found", "allowed")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for signal in self:
            text = self._get_sentences().get(signal.name, signal.name)
            if signal.name == "fast":
                text = self.env._(
                    "%(text)s (%(found)s; usual are %(allowed)s and more)",
                    text=text,
                    found=signal.found,
                    allowed=signal.allowed,
                )
            elif signal.allowed:
                text = self.env._(
                    "%(text)s (%(found)s; usual are up to %(allowed)s)",
                    text=text,
                    found=signal.found,
                    allowed=signal.allowed,
                )
            signal.sentence = text

    @api.model
    def _get_sentences(self):
        return {
            "entity": self.env._("Both belong to one company or are one contact"),
            "email": self.env._("Both have one mailbox, written in different ways"),
            "phone": self.env._("Both have one phone number"),
            "tax_id": self.env._("Both have one tax number"),
            "bank": self.env._("Both are paid to one bank account"),
            "card": self.env._("Both pay with one card"),
            "cycle": self.env._("The sponsor tree would run in a circle"),
            "device": self.env._("Both were seen on browsers that look alike"),
            "address": self.env._("Both were seen at one internet address within the last days"),
            "network": self.env._("Both were seen in one neighbourhood of the internet"),
            "address_hour": self.env._("Many sign-ups from one internet address within an hour"),
            "address_day": self.env._("Many sign-ups from one internet address within a day"),
            "device_many": self.env._("Many sign-ups from browsers that look alike at one place"),
            "ring": self.env._("Most of whom they brought share addresses, accounts or numbers"),
            "disposable": self.env._("The mailbox is one that is thrown away"),
            "fast": self.env._("Seconds between the click and the sign-up: faster than a person"),
            "flood": self.env._("Clicks on a link from one internet address within an hour"),
            "framed": self.env._("The link was loaded inside other pages, seen by nobody"),
            "rate": self.env._(
                "Per cent of clicks that became sign-ups: far from everybody else's"
            ),
            "late_coupon": self.env._("Per cent of orders with a coupon typed in the last minute"),
            "refunds": self.env._("Per cent of those who paid got their money back"),
            "brand": self.env._("Clicks bought with adverts on a search for our name"),
            "sub_agent": self.env._(
                "Per cent of clicks by one sub-id: somebody else seems to send them"
            ),
            "dormant": self.env._("Sign-ups in a week after a long time without any"),
            "refused_payments": self.env._("Payments of the new member refused within an hour"),
            "verified_phone": self.env._("The new member's phone is verified"),
            "by_hand": self.env._("A manager asked for a check"),
        }
