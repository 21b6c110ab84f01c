import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools import hmac as odoo_hmac

from odoo.addons.rc_membership.db import (
    append_only_objects,
    make_append_only,
    missing_protection,
)

from ..errors import code_error

_logger = logging.getLogger(__name__)

_SCOPE = "rc_referral-person"


class RcCodeUse(models.Model):
    """One use of a code. Rows are only inserted: an unlimited code has no row everybody writes.

    A limited code has as many slots as it may be used; the unique index gives each slot once,
    whoever comes at the same time. Giving a use back is a row of its own and adds a slot.
    """

    _name = "rc.code.use"
    _description = "Use of a Code"
    _order = "at desc, id desc"
    _rec_name = "code_id"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    code_id = fields.Many2one(
        "rc.code", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Used by", required=True, readonly=True, ondelete="restrict", index=True
    )
    person = fields.Char(required=True, readonly=True, groups="base.group_system")
    slot = fields.Integer(readonly=True)
    person_slot = fields.Integer(readonly=True)
    campaign_id = fields.Many2one(
        "utm.campaign",
        readonly=True,
        ondelete="restrict",
        help="Of the code when it was used: a campaign may limit all its codes together.",
    )
    campaign_slot = fields.Integer(readonly=True)
    origin_model = fields.Char(readonly=True)
    origin_id = fields.Many2oneReference("Used for", model_field="origin_model", readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    releases_id = fields.Many2one(
        "rc.code.use",
        "Gives Back",
        readonly=True,
        ondelete="restrict",
        help="This row gives back the use it names: the code can be used once more.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )

    _key_uniq = models.UniqueIndex("(key)", "This was used before.")
    _slot_uniq = models.UniqueIndex("(code_id, slot) WHERE slot IS NOT NULL", "This use is taken.")
    _person_slot_uniq = models.UniqueIndex(
        "(code_id, person, person_slot) WHERE person_slot IS NOT NULL",
        "This person has used the code.",
    )
    _campaign_slot_uniq = models.UniqueIndex(
        "(campaign_id, campaign_slot) WHERE campaign_slot IS NOT NULL", "This use is taken."
    )
    _campaign_idx = models.Index("(campaign_id) WHERE campaign_id IS NOT NULL")
    _releases_uniq = models.UniqueIndex(
        "(releases_id) WHERE releases_id IS NOT NULL", "This use was given back before."
    )

    def init(self):
        super().init()
        # a merge of contacts moves the person, an erasure takes the hash of their address
        make_append_only(self.env.cr, self._table, mutable=("partner_id", "person"))

    def _register_hook(self):
        super()._register_hook()
        missing = missing_protection(
            self.env.cr, self._table, [*self._table_objects, *append_only_objects()]
        )
        if missing:
            _logger.error("uses of codes are unprotected, missing: %s", ", ".join(missing))

    def write(self, vals):
        if set(vals) - {"partner_id"}:
            raise UserError(self.env._("A use of a code is a fact: it never changes."))
        return super().write(vals)

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    def _get_person(self, partner):
        """Return who somebody is for a limit: guests of one address are one person."""
        address = partner.email_normalized
        if not address:
            return f"partner:{partner.id}"
        # the database secret is the system's; the address itself is not kept
        return odoo_hmac(self.env(su=True), _SCOPE, address)[:32]

    @api.model
    def _get_held_by_carts(self, before):
        """Return uses from before an instant whose order was never confirmed nor paid."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT used.id FROM rc_code_use used
                  JOIN sale_order ON sale_order.id = used.origin_id
                 WHERE used.origin_model = 'sale.order' AND used.at < %s
                   AND used.releases_id IS NULL AND sale_order.state IN ('draft', 'sent')
                   AND NOT EXISTS (SELECT 1 FROM rc_code_use back
                                    WHERE back.releases_id = used.id)
                   AND NOT EXISTS (
                       SELECT 1 FROM sale_order_transaction_rel link
                         JOIN payment_transaction tx ON tx.id = link.transaction_id
                        WHERE link.sale_order_id = sale_order.id
                          AND tx.state IN ('pending', 'authorized', 'done'))
                 ORDER BY used.id LIMIT 1000
                """,
                before,
            )
        )
        return self.browse(row[0] for row in rows)

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _take(self, code, partner, key, at, origin=None):
        """READ a free slot → WRITE a use; see ``rc.code._use``."""
        uses = self.sudo()  # whoever uses a code has no rights on uses
        uses.flush_model()
        known = uses._get_by_key(key)
        if known:
            return known._check_same(code, partner)
        slot = uses._find_slot(code) if code.use_limit else None
        if code.use_limit and slot is None:
            word = "used_code" if code.use_limit == 1 else "limit_reached"
            raise code_error(self.env, word, code.code)
        person_slot = uses._find_slot(code, partner) if code.use_limit_per_person else None
        if code.use_limit_per_person and person_slot is None:
            raise code_error(self.env, "limit_reached", code.code)
        campaign = code.campaign_id
        campaign_slot = uses._find_campaign_slot(campaign) if campaign.rc_use_limit else None
        if campaign.rc_use_limit and campaign_slot is None:
            raise code_error(self.env, "limit_reached", code.code)
        # two who found the same slot: the later one gets a serialization fault and reads again
        return uses._insert(
            key,
            code,
            partner,
            at,
            origin=origin,
            slot=slot,
            person_slot=person_slot,
            campaign_slot=campaign_slot,
        )

    @api.model
    @api.private
    def _give_back(self, key, at):
        """WRITE the row that undoes the use of ``key``, once."""
        uses = self.sudo()  # see _take
        used = uses._get_by_key(key)
        if not used or used._is_released():
            return False
        uses._insert(
            f"{key}:release",
            used.code_id,
            used.partner_id,
            at,
            releases=used,
            person=used.person,
            campaign=used.campaign_id,
        )
        return True

    @api.model
    def _get_by_key(self, key):
        return self.search([("key", "=", key), ("releases_id", "=", False)], limit=1)

    def _is_released(self):
        self.ensure_one()
        return bool(self.search_count([("releases_id", "=", self.id)], limit=1))

    def _check_same(self, code, partner):
        """Return the use of a key that was seen before; for something else it is refused."""
        self.ensure_one()
        if (self.code_id, self.partner_id) != (code, partner) or self._is_released():
            raise code_error(self.env, "used_code", code.code)
        return self

    def _insert(
        self,
        key,
        code,
        partner,
        at,
        origin=None,
        slot=None,
        person_slot=None,
        releases=None,
        person=None,
        campaign=None,
        campaign_slot=None,
    ):
        campaign = code.campaign_id if campaign is None else campaign
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_code_use (key, code_id, partner_id, person, slot, person_slot,
                       campaign_id, campaign_slot, origin_model, origin_id, at, releases_id, company_id,
                       create_uid, create_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
                ON CONFLICT DO NOTHING RETURNING id
                """,
                key,
                code.id,
                partner.id,
                person or self._get_person(partner),
                slot,
                person_slot,
                campaign.id or None,
                campaign_slot,
                origin._name if origin else None,
                origin.id if origin else None,
                at,
                releases.id if releases else None,
                code.company_id.id,
                self.env.uid,
                self.env.cr.now(),
            )
        )
        if not rows:
            raise code_error(self.env, "limit_reached", code.code)
        code.invalidate_recordset(["use_ids", "use_count"])
        return self.browse(rows[0][0])
