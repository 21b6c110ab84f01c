from odoo import api, fields, models
from odoo.tools import SQL

from ..db import missing_protection
from ..kernel.ledger import Slot
from ..kernel.lots import LotPosting

_FACE_FUNCTION = """
CREATE OR REPLACE FUNCTION rc_point_face() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    bad record;
BEGIN
    SELECT account.id, account.available, card.points INTO bad
      FROM rc_point_account account JOIN loyalty_card card ON card.id = account.card_id
     WHERE (CASE WHEN TG_TABLE_NAME = 'loyalty_card' THEN card.id = NEW.id
                 ELSE account.id = NEW.id END)
       AND account.available <> card.points::numeric;
    IF FOUND THEN
        RAISE EXCEPTION 'points account %% holds %% but its card shows %%',
            bad.id, bad.available, bad.points USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$body$
"""


class RcPointAccount(models.Model):
    """A member's points in one program. ``loyalty.card`` is its face in the shop."""

    _name = "rc.point.account"
    _description = "Points Account"
    _inherit = ["rc.ledger.account.mixin"]
    _rec_name = "partner_id"
    _order = "id"

    _ledger_buckets = ("available", "pending", "locked", "held", "debt")

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True)
    card_id = fields.Many2one("loyalty.card", "Loyalty Card", readonly=True, ondelete="restrict")
    available = fields.Float(digits=(16, 0), readonly=True)
    pending = fields.Float(digits=(16, 0), readonly=True)
    locked = fields.Float(digits=(16, 0), readonly=True)
    held = fields.Float(
        digits=(16, 0),
        readonly=True,
        default=0,
        help="Points of a payment under way: nobody else can spend them.",
    )
    debt = fields.Float(
        digits=(16, 0),
        readonly=True,
        help="Points already spent that a refund took back; earned points clear it first.",
    )
    merged_into_id = fields.Many2one(
        "rc.point.account",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The account that took everything over when contacts were merged.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    lot_ids = fields.One2many("rc.point.lot", "account_id", "Lots", readonly=True)
    open_lot_ids = fields.One2many(
        "rc.point.lot", "account_id", "Open Lots", readonly=True, domain=[("remaining", ">", 0)]
    )
    lock_ids = fields.One2many("rc.point.lock", "account_id", "Locks", readonly=True)
    entry_count = fields.Integer(compute="_compute_entry_count")

    _member_uniq = models.UniqueIndex(
        "(partner_id, program_id) WHERE active", "This member has a points account already."
    )
    _card_uniq = models.UniqueIndex("(card_id) WHERE card_id IS NOT NULL", "The card is taken.")
    _not_negative = models.Constraint(
        "CHECK (available >= 0 AND pending >= 0 AND locked >= 0 AND held >= 0 AND debt >= 0)",
        "A points balance cannot go below zero.",
    )

    def init(self):
        """Let the database hold card = account at every commit, whoever wrote."""
        super().init()
        cr = self.env.cr
        cr.execute(SQL(_FACE_FUNCTION))
        for table, column in (("loyalty_card", "points"), ("rc_point_account", "available")):
            cr.execute(SQL("DROP TRIGGER IF EXISTS rc_point_face ON %s", SQL.identifier(table)))
            cr.execute(
                SQL(
                    "CREATE CONSTRAINT TRIGGER rc_point_face AFTER INSERT OR UPDATE OF %s ON %s"
                    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rc_point_face()",
                    SQL.identifier(column),
                    SQL.identifier(table),
                )
            )

    def _register_hook(self):
        super()._register_hook()
        cr, registry = self.env.cr, self.env.registry
        for table, triggers in (
            (self._table, ["rc_point_face", "rc_point_lots"]),
            ("loyalty_card", ["rc_point_face"]),
        ):
            registry[self._name]._ledger_missing += missing_protection(cr, table, triggers)

    # ------------------------------------------------------------------
    # Accounts; what moves points is in rc_point_doors*.py, rc_point_due.py, rc_point_lock.py
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_or_create(self, partner, program):
        """Return the live account of a member in a program, made with its card if needed."""
        partner.ensure_one()
        program.ensure_one()
        domain = [("partner_id", "=", partner.id), ("program_id", "=", program.id)]
        # members and visitors have no rights on accounts; the door reads and writes for them
        accounts = self.sudo()
        account = accounts.search(domain, limit=1)
        if account:
            return account
        self.env.flush_all()
        now = self.env.cr.now()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_point_account (partner_id, program_id, company_id, active,
                       available, pending, locked, held, debt, create_uid, create_date)
                VALUES (%s, %s, %s, TRUE, 0, 0, 0, 0, 0, %s, %s)
                ON CONFLICT (partner_id, program_id) WHERE active DO NOTHING RETURNING id
                """,
                partner.id,
                program.id,
                program.company_id.id,
                self.env.uid,
                now,
            )
        )
        account = accounts.search(domain, limit=1)
        if not account.card_id:
            account._create_card()
        return account

    def _create_card(self):
        """Make the face in the shop; an account has one card for good."""
        self.ensure_one()
        card = (
            self.env["loyalty.card"]
            .sudo()  # the member has no rights on cards
            .search(
                [
                    ("program_id", "=", self.program_id.loyalty_program_id.id),
                    ("partner_id", "=", self.partner_id.id),
                ],
                limit=1,
            )
        )
        # see above for why it is the system's
        self.card_id = card or self.env["loyalty.card"].sudo().create(
            {
                "program_id": self.program_id.loyalty_program_id.id,
                "partner_id": self.partner_id.id,
                "points": 0,
            }
        )

    def _compute_entry_count(self):
        entries = self.env["rc.point.entry"]
        for account in self:
            account.entry_count = entries.search_count(entries._get_domain_of(account))

    def action_view_entries(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_point_entry_action"
        )
        return {**action, "domain": self.env["rc.point.entry"]._get_domain_of(self)}

    @api.private
    def _merge_into(self, target):
        """Move all balances to ``target`` by entries and retire this account (contact merge).

        Lots and locks change hands as they are; points that wait find the account that stays.
        """
        self.ensure_one()
        postings = [
            LotPosting(
                key=f"merge:{self.id}:{target.id}:{bucket}",
                kind="merge",
                debit=Slot(bucket, self.id),
                credit=Slot(bucket, target.id),
                amount=amount,
                occurred_at=fields.Datetime.now(),
                reason=self.env._("Contacts merged"),
                moves_lots=bucket == "available",
            )
            for bucket, amount in self._get_balances()[self.id].items()
            if amount
        ]
        self.env["rc.point.entry"]._post(postings)
        self.env["rc.point.lot"]._move(self.id, target.id)  # those that hold nothing just now
        self.lock_ids.account_id = target
        self.hold_ids.account_id = target
        self.env["rc.point.dispute"].search([("account_id", "=", self.id)]).account_id = target
        self.card_id.active = False
        self.write({"active": False, "merged_into_id": target.id})
        target._settle_debt(f"merge:{self.id}:{target.id}", fields.Datetime.now())

    @api.private
    def _get_heir(self):
        """Return the account that holds this one's points after merges of contacts."""
        account = self
        while account.merged_into_id:
            account = account.merged_into_id
        return account
