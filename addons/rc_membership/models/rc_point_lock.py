from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..adapters import company_zone, exact, local_day
from ..exceptions import Refusal
from ..kernel.lots import BONUS, NewLot
from ..kernel.periods import utc_midnight
from ..kernel.points import growth


class RcPointLock(models.Model):
    """Points set aside for years: they grow at maturity, not if they are taken out before."""

    _name = "rc.point.lock"
    _description = "Points Lock"
    _inherit = ["rc.fact.mixin"]
    _order = "id desc"
    _rec_name = "account_id"
    _allow_sudo_commands = False
    _rc_facts = (
        "account_id",
        "amount",
        "years",
        "percent",
        "growth",
        "locked_on",
        "matures_on",
        "state",
        "ended_on",
        "key",
    )

    account_id = fields.Many2one(
        "rc.point.account", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Member")
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    amount = fields.Float("Points", digits=(16, 0), required=True, readonly=True)
    years = fields.Integer(required=True, readonly=True)
    percent = fields.Float("Growth in Percent", digits=(16, 2), readonly=True)
    growth = fields.Float(digits=(16, 0), readonly=True, help="Points added at maturity.")
    locked_on = fields.Date(required=True, readonly=True)
    matures_on = fields.Date(required=True, readonly=True, index=True)
    state = fields.Selection(
        [("locked", "Locked"), ("matured", "Matured"), ("unlocked", "Taken Out Early")],
        default="locked",
        required=True,
        readonly=True,
    )
    ended_on = fields.Date(readonly=True)
    key = fields.Char(required=True, readonly=True, copy=False)

    _key_uniq = models.Constraint("UNIQUE (key)", "These points were locked before.")
    _amounts = models.Constraint(
        "CHECK (amount > 0 AND growth >= 0)", "A lock holds more than nothing."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise Refusal(self.env._("A lock is never deleted; take the points out."), "refused")

    def _end_key(self):
        return f"rc.point.lock:{self.id}|end"

    def _entry_key(self):
        return f"{self.key}|lock"

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.private
    def _unlock(self, at):
        """Give the points back before their time, into the lots they came from; no growth."""
        self.ensure_one()
        if self.state == "unlocked":
            return self
        if self.state == "matured":
            raise Refusal(self.env._("These points are free already."), "refused")
        account, entries = self.account_id, self.env["rc.point.entry"]
        entry = entries.search([("key", "=", self._entry_key())])
        account._post_or_refuse(
            [
                account._prepare_posting(
                    self._end_key(),
                    "locked",
                    "available",
                    exact(self.amount),
                    kind="unlock",
                    at=at,
                    reason=self.env._("Taken out early"),
                    origin=self,
                    gives_back=tuple(entry.ids),
                )
            ]
        )
        self.write({"state": "unlocked", "ended_on": local_day(at, self.company_id)})
        account._settle_debt(self._end_key(), at)
        return self

    @api.model
    @api.private
    def _mature_due(self, company, today, limit=200):
        """Give locks whose day has come back with their growth; return how many."""
        due = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "locked"),
                ("matures_on", "<=", today),
            ],
            order="matures_on, id",
            limit=limit,
        )
        for lock in due:
            lock._mature()
        return len(due)

    def _mature(self):
        """Points come back as lots of their own: the clock of their last day stood still."""
        self.ensure_one()
        account = self.account_id
        at = utc_midnight(self.matures_on, company_zone(self.company_id))
        common = {"at": at, "origin": self}
        postings = [
            account._prepare_posting(
                self._end_key(),
                "locked",
                "available",
                exact(self.amount),
                kind="unlock",
                reason=self.env._("Lock of %s years matured", self.years),
                gives=tuple(self._prepare_matured_lots()),
                **common,
            )
        ]
        if self.growth:
            expires_on = account.program_id._get_points_expiry(BONUS, self.matures_on)
            postings.append(
                account._prepare_posting(
                    f"{self._end_key()}|growth",
                    "issued",
                    "available",
                    exact(self.growth),
                    kind="growth",
                    reason=self.env._("Growth of %s years", self.years),
                    facts={"nature": BONUS, "expires_on": expires_on},
                    gives=(NewLot(BONUS, exact(self.growth), expires_on),),
                    **common,
                )
            )
        account._post_or_refuse(postings)
        self.write({"state": "matured", "ended_on": self.matures_on})
        account._settle_debt(self._end_key(), at)

    def _prepare_matured_lots(self):
        """Return the drawn parts as new lots, their last day moved by the time they were locked."""
        held = timedelta(days=(self.matures_on - self.locked_on).days)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.nature, draw.amount::text, lot.expires_on, COALESCE(lot.root_id, lot.id)
                  FROM rc_point_draw draw
                  JOIN rc_point_entry entry ON entry.id = draw.entry_id
                  JOIN rc_point_lot lot ON lot.id = draw.lot_id
                 WHERE entry.key = %s ORDER BY draw.id
                """,
                self._entry_key(),
            )
        )
        return [
            NewLot(nature, Decimal(amount), expires_on and expires_on + held, root_id=root_id)
            for nature, amount, expires_on, root_id in rows
        ]

    def action_unlock(self):
        """Staff take a member's points out early, without growth."""
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can take locked points out."))
        self.check_access("read")
        for lock in self:
            # locks and entries are written by the system only
            lock.sudo()._unlock(fields.Datetime.now())


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    @api.private
    def _lock(self, amount, years, key, occurred_at=None):
        """Lock whole points for 1, 2 or 3 years; return the lock. What they add is fixed now."""
        self.ensure_one()
        amount = self._whole(amount)
        locks = self.env["rc.point.lock"]
        if done := locks.search([("key", "=", key)]):
            if (done.amount, done.years) != (amount, years):
                raise Refusal(
                    self.env._("This request was sent before with other content. Start it again."),
                    "key_conflict",
                )
            return done
        terms = self.program_id._get_lock_terms()
        if years not in terms:
            raise Refusal(
                self.env._("Points cannot be locked for that long here. Choose another term."),
                "not_available",
            )
        at = occurred_at or fields.Datetime.now()
        self._expire_due_of(at)
        self._check_debt()
        today = local_day(at, self.company_id)
        lock = locks.create(
            {
                "account_id": self.id,
                "amount": float(amount),
                "years": years,
                "percent": float(terms[years]),
                "growth": float(growth(amount, terms[years])),
                "locked_on": today,
                "matures_on": today + relativedelta(years=years),
                "key": key,
            }
        )
        self._post_or_refuse(
            [
                self._prepare_posting(
                    lock._entry_key(),
                    "available",
                    "locked",
                    amount,
                    kind="lock",
                    at=at,
                    reason=self.env._("Locked for %s years", years),
                    origin=lock,
                )
            ]
        )
        return lock
