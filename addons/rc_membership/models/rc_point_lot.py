from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..db import append_only_objects, make_append_only, missing_protection
from ..kernel.lots import BOUGHT, Lot

NATURES = [("earned", "Earned"), ("bonus", "Bonus"), ("bought", "Bought")]
TRIGGER = "rc_point_lots"
MUTABLE = ("account_id", "remaining", "write_uid", "write_date")

_FUNCTION = """
CREATE OR REPLACE FUNCTION rc_point_lots() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    checked integer;
    holds numeric;
    lots numeric;
BEGIN
    IF TG_TABLE_NAME = 'rc_point_lot' THEN
        checked := NEW.account_id;
    ELSE
        checked := NEW.id;
    END IF;
    SELECT available INTO holds FROM rc_point_account WHERE id = checked;
    SELECT COALESCE(SUM(remaining), 0) INTO lots FROM rc_point_lot
     WHERE account_id = checked AND remaining > 0;
    IF holds IS NOT NULL AND holds <> lots THEN
        RAISE EXCEPTION 'points account %% holds %% but its lots hold %%',
            checked, holds, lots USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$body$
"""


class RcPointLot(models.Model):
    """What one grant left of itself: points of one nature with one last day.

    Only ``remaining`` moves, by the draws of entries; merged contacts carry their lots along.
    """

    _name = "rc.point.lot"
    _description = "Points Lot"
    _order = "expires_on, id"
    _rec_name = "nature"
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "rc.point.account", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    nature = fields.Selection(NATURES, required=True, readonly=True)
    amount = fields.Float("Granted", digits=(16, 0), required=True, readonly=True)
    remaining = fields.Float(digits=(16, 0), required=True, readonly=True)
    expires_on = fields.Date(
        readonly=True, help="The first day on which what is left cannot be spent. Empty: never."
    )
    made_on = fields.Date("Since", required=True, readonly=True)
    paid_amount = fields.Monetary("Paid", readonly=True, help="What was paid for bought points.")
    entry_id = fields.Many2one(
        "rc.point.entry",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: an opening balance from before there were lots.",
    )
    root_id = fields.Many2one(
        "rc.point.lot",
        "Continues",
        readonly=True,
        ondelete="restrict",
        help="The lot these points first were, for what was paid for them.",
    )
    draw_ids = fields.One2many("rc.point.draw", "lot_id", "Draws", readonly=True)

    _amounts = models.Constraint(
        "CHECK (amount > 0 AND remaining >= 0 AND remaining <= amount)",
        "A lot holds between nothing and what was granted.",
    )
    _open_idx = models.Index("(account_id) WHERE remaining > 0")
    _expiry_idx = models.Index("(expires_on) WHERE remaining > 0 AND expires_on IS NOT NULL")

    def init(self):
        """Rows never go, and the database holds the sum of the lots = the spendable balance."""
        super().init()
        cr = self.env.cr
        self._open_existing()
        make_append_only(cr, self._table, mutable=MUTABLE)
        cr.execute(SQL(_FUNCTION))
        for table, column in (("rc_point_lot", "remaining"), ("rc_point_account", "available")):
            cr.execute(SQL("DROP TRIGGER IF EXISTS rc_point_lots ON %s", SQL.identifier(table)))
            cr.execute(
                SQL(
                    "CREATE CONSTRAINT TRIGGER rc_point_lots AFTER INSERT OR UPDATE OF %s ON %s"
                    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rc_point_lots()",
                    SQL.identifier(column),
                    SQL.identifier(table),
                )
            )

    def _open_existing(self):
        """Balances from before there were lots become opening lots: earned, without an end."""
        self.env.cr.execute(
            """
            INSERT INTO rc_point_lot (account_id, nature, amount, remaining, made_on,
                                      create_uid, create_date)
            SELECT id, 'earned', available, available,
                   COALESCE(create_date, now() at time zone 'UTC')::date,
                   create_uid, now() at time zone 'UTC'
              FROM rc_point_account
             WHERE available > 0 AND NOT EXISTS (SELECT 1 FROM rc_point_lot)
            """
        )

    def _register_hook(self):
        super()._register_hook()
        self.env.registry[self._name]._ledger_missing = missing_protection(
            self.env.cr, self._table, [*self._table_objects, *append_only_objects(), TRIGGER]
        )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        # nothing is created here: lots follow entries
        raise UserError(self.env._("Lots follow the points entries. Post an entry instead."))

    def write(self, vals):  # pylint: disable=method-required-super
        # nothing is written, by anybody
        raise UserError(self.env._("Lots follow the points entries. Post an entry instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A points lot is never deleted."))

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _read_open(self, account_ids, also=()):
        """Return account id → kernel lots with something left, and the lots ``also`` named."""
        found = {account_id: [] for account_id in account_ids}
        if not found and not also:
            return found
        self.env.flush_all()
        for account_id, lot_id, nature, remaining, expires_on in self.env.execute_query(
            SQL(
                """
                SELECT account_id, id, nature, remaining::text, expires_on FROM rc_point_lot
                 WHERE account_id IN %s AND remaining > 0 OR id IN %s ORDER BY id
                """,
                tuple(account_ids) or (0,),
                tuple(also) or (0,),
            )
        ):
            lot = Lot(lot_id, nature, Decimal(remaining), expires_on)
            found.setdefault(account_id, []).append(lot)
        return found

    @api.model
    @api.private
    def _read_takeable(self, account_ids):
        """Return account id → earned and bonus points that can be spent."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, SUM(remaining)::text FROM rc_point_lot
                 WHERE account_id IN %s AND remaining > 0 AND nature <> %s GROUP BY account_id
                """,
                tuple(account_ids) or (0,),
                BOUGHT,
            )
        )
        found = dict.fromkeys(account_ids, Decimal(0))
        found.update((account_id, Decimal(total)) for account_id, total in rows)
        return found

    @api.model
    @api.private
    def _get_imbalances(self):
        """Return (account id, what, stored, computed) where lots and draws or accounts differ."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT lot.account_id, 'lot ' || lot.id, lot.remaining::text,
                       (lot.amount - COALESCE(SUM(CASE WHEN draw.reverses_id IS NULL
                            THEN draw.amount ELSE -draw.amount END), 0))::text
                  FROM rc_point_lot lot LEFT JOIN rc_point_draw draw ON draw.lot_id = lot.id
                 GROUP BY lot.id
                HAVING lot.remaining <> lot.amount - COALESCE(SUM(CASE
                            WHEN draw.reverses_id IS NULL THEN draw.amount ELSE -draw.amount END), 0)
                UNION ALL
                SELECT account.id, 'lots', account.available::text,
                       COALESCE(SUM(lot.remaining), 0)::text
                  FROM rc_point_account account
                  LEFT JOIN rc_point_lot lot ON lot.account_id = account.id
                 GROUP BY account.id
                HAVING account.available <> COALESCE(SUM(lot.remaining), 0)
                """
            )
        )
