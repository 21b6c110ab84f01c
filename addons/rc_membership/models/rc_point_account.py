from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..kernel.ledger import LedgerError, Posting, Slot
from ..kernel.points import split_grant, split_take_back

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

    _ledger_buckets = ("available", "pending", "locked", "debt")

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True)
    card_id = fields.Many2one("loyalty.card", "Loyalty Card", readonly=True, ondelete="restrict")
    available = fields.Float(digits=(16, 0), readonly=True)
    pending = fields.Float(digits=(16, 0), readonly=True)
    locked = fields.Float(digits=(16, 0), readonly=True)
    debt = fields.Float(
        digits=(16, 0),
        readonly=True,
        help="Points already spent that a refund took back; new points clear it first.",
    )

    _member_uniq = models.UniqueIndex(
        "(partner_id, program_id) WHERE active", "This member has a points account already."
    )
    _card_uniq = models.UniqueIndex("(card_id) WHERE card_id IS NOT NULL", "The card is taken.")
    _not_negative = models.Constraint(
        "CHECK (available >= 0 AND pending >= 0 AND locked >= 0 AND debt >= 0)",
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

    # ------------------------------------------------------------------
    # Doors
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
                       available, pending, locked, debt, create_uid, create_date)
                VALUES (%s, %s, %s, TRUE, 0, 0, 0, 0, %s, %s)
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

    @api.private
    def _grant(self, amount, key, reason, origin=None, occurred_at=None, kind="earn", rule=None):
        """Give ``amount`` whole points; they clear the points debt first. Returns the entries."""
        self.ensure_one()
        balances = self._get_balances()[self.id]
        split = split_grant(Decimal(amount), balances["debt"])
        return self._post_split(key, kind, reason, origin, occurred_at, split, give=True, rule=rule)

    @api.private
    def _take_back(self, amount, key, reason, origin=None, occurred_at=None, rule=None):
        """Take earned points back; what was spent already becomes debt. Returns the entries."""
        self.ensure_one()
        balances = self._get_balances()[self.id]
        split = split_take_back(Decimal(amount), balances["available"])
        return self._post_split(
            key, "take_back", reason, origin, occurred_at, split, give=False, rule=rule
        )

    @api.private
    def _spend(self, amount, key, reason, origin=None, occurred_at=None):
        """Spend ``amount`` points or raise ``UserError``; a points debt blocks spending."""
        self.ensure_one()
        if self._get_balances()[self.id]["debt"]:
            raise UserError(
                self.env._("A refund left a points debt. New points clear it; then you can spend.")
            )
        try:
            return self.env["rc.point.entry"]._post(
                [
                    Posting(
                        key=key,
                        kind="spend",
                        debit=Slot("available", self.id),
                        credit=Slot("redeemed"),
                        amount=Decimal(amount),
                        occurred_at=occurred_at or self.env.cr.now(),
                        reason=reason,
                        origin=origin and (origin._name, origin.id),
                    )
                ]
            )
        except LedgerError as error:
            raise self._get_user_error(error) from error

    def _post_split(self, key, kind, reason, origin, occurred_at, split, give, rule=None):
        """Post the spendable part and the debt part of a grant or take-back under one key."""
        postings = []
        for bucket, amount in (("available", split.available), ("debt", split.debt)):
            # giving fills 'available' and empties 'debt'; taking back does the opposite
            fills = give == (bucket == "available")
            if amount:
                postings.append(
                    Posting(
                        key=f"{key}|{bucket}",
                        kind=kind,
                        debit=Slot("issued") if fills else Slot(bucket, self.id),
                        credit=Slot(bucket, self.id) if fills else Slot("issued"),
                        amount=amount,
                        occurred_at=occurred_at or self.env.cr.now(),
                        reason=reason,
                        origin=origin and (origin._name, origin.id),
                        extra={"rule_id": rule.id} if rule else {},
                    )
                )
        return self.env["rc.point.entry"]._post(postings)

    @api.model
    def _get_user_error(self, error):
        """Return a ledger refusal as a sentence that says what to do next."""
        if error.code == "insufficient_available":
            return UserError(
                self.env._(
                    "Only %(balance)s points are available, %(needed)s are needed. "
                    "Earn or buy more points, or choose less.",
                    balance=int(error.values["balance"]),
                    needed=int(error.values["needed"]),
                )
            )
        if error.code == "key_conflict":
            return UserError(
                self.env._("This request was sent before with other content. Start it again.")
            )
        return UserError(self.env._("The points could not be moved (%s).", error))

    def action_view_entries(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_membership.rc_point_entry_action"
        )
        return {**action, "domain": self.env["rc.point.entry"]._get_domain_of(self)}

    @api.private
    def _merge_into(self, target):
        """Move all balances to ``target`` by entries and retire this account (contact merge)."""
        self.ensure_one()
        postings = [
            Posting(
                key=f"merge:{self.id}:{target.id}:{bucket}",
                kind="merge",
                debit=Slot(bucket, self.id),
                credit=Slot(bucket, target.id),
                amount=amount,
                occurred_at=self.env.cr.now(),
                reason=self.env._("Contacts merged"),
            )
            for bucket, amount in self._get_balances()[self.id].items()
            if amount
        ]
        self.env["rc.point.entry"]._post(postings)
        self.card_id.active = False
        self.active = False
