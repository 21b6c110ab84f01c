from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..adapters import exact, local_day
from ..db import make_append_only
from ..kernel.money import round_half_up
from ..kernel.quota import content_hash, kept_of_stock
from .rc_tier_entitlement import PERIODS

AMOUNT = (16, 4)


class RcEntitlementGrant(models.Model):
    """A right given to one person: by a package, a product, a gift, or a manager.

    A *stock* is a count with an expiry that is used up; a *quota* comes again each period; without
    an amount the right is there while the grant lasts. One row per key, for good: what is given is
    never changed, it is used, taken back, or it expires.
    """

    _name = "rc.entitlement.grant"
    _description = "Entitlement Given to a Member"
    _order = "expires_on, id"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    content_hash = fields.Char(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict", index=True
    )
    entitlement_id = fields.Many2one(
        "rc.entitlement", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(related="entitlement_id.kind")
    is_benefit = fields.Boolean(related="entitlement_id.is_benefit")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one(
        "rc.program",
        readonly=True,
        ondelete="restrict",
        help="Used in this program only; empty: in all of the company.",
    )
    is_unlimited = fields.Boolean("Unlimited", readonly=True)
    amount = fields.Float("Given", digits=AMOUNT, readonly=True)
    per = fields.Selection(PERIODS, readonly=True, help="Empty: a count that is used up.")
    starts_on = fields.Date("Valid from", required=True, readonly=True)
    expires_on = fields.Date("Expires", readonly=True, help="The first day without it.")
    used = fields.Float(digits=AMOUNT, readonly=True)
    taken_back = fields.Float(digits=AMOUNT, readonly=True)
    used_beyond = fields.Float(
        "Used, not Paid",
        digits=AMOUNT,
        readonly=True,
        help="Used before what paid for it was refunded.",
    )
    left = fields.Float(compute="_compute_left", digits=AMOUNT)
    ended_on = fields.Date("Taken Back on", readonly=True)
    state = fields.Selection(
        [
            ("coming", "Not Yet"),
            ("live", "Available"),
            ("used", "Used Up"),
            ("expired", "Expired"),
            ("ended", "Taken Back"),
        ],
        compute="_compute_left",
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    list_price = fields.Monetary("List Value", readonly=True)
    used_value = fields.Monetary("Value Used", compute="_compute_used_value")
    reason = fields.Char(readonly=True)
    origin_model = fields.Char(readonly=True)
    origin_id = fields.Many2oneReference(model_field="origin_model", readonly=True)
    use_ids = fields.One2many("rc.entitlement.use", "grant_id", "Uses")

    _key_uniq = models.Constraint("UNIQUE (key)", "This was given before.")
    _stock_not_overdrawn = models.Constraint(
        "CHECK (used >= 0 AND taken_back >= 0 AND used_beyond >= 0"
        " AND (per IS NOT NULL OR is_unlimited OR used + taken_back <= amount))",
        "No more can be used than was given.",
    )
    _amount_positive = models.Constraint(
        "CHECK (is_unlimited OR amount > 0)", "Something is given, or it is unlimited."
    )
    _days = models.Constraint("CHECK (expires_on > starts_on)", "It lasts for a day at least.")

    def init(self):
        """What was given is fixed by the database; only its use, and its owner by a merge, move."""
        super().init()
        make_append_only(
            self.env.cr,
            self._table,
            mutable=(
                "partner_id",
                "used",
                "taken_back",
                "used_beyond",
                "ended_on",
                "write_uid",
                "write_date",
            ),
        )

    @api.depends("partner_id.name", "entitlement_id.name")
    def _compute_display_name(self):
        for grant in self:
            grant.display_name = f"{grant.entitlement_id.name} – {grant.partner_id.name}"

    @api.depends("amount", "used", "taken_back", "ended_on", "starts_on", "expires_on")
    def _compute_left(self):
        today = fields.Date.context_today(self)
        for grant in self:
            is_stock = not grant.per and not grant.is_unlimited
            grant.left = grant.amount - grant.used - grant.taken_back if is_stock else 0
            if grant.ended_on and grant.ended_on <= today:
                grant.state = "ended"
            elif grant.expires_on and grant.expires_on <= today:
                grant.state = "expired"
            elif grant.starts_on > today:
                grant.state = "coming"
            else:
                grant.state = "used" if is_stock and grant.left <= 0 else "live"

    @api.depends("used", "list_price")
    def _compute_used_value(self):
        for grant in self:
            grant.used_value = float(self._get_used_value(grant))

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _give(
        self,
        partner,
        entitlement,
        key,
        amount=None,
        per=None,
        starts_on=None,
        expires_on=None,
        origin=None,
        reason="",
        list_price=None,
        currency=None,
        program=None,
    ):
        """Give ``partner`` a right once per key; return the grant.

        :param amount: Decimal, int or text above zero; None: a feature, or unlimited
        :param per: ``day``, ``month``, ``period``, ``lifetime``: a quota; None: a stock
        :param starts_on: date, the first day with it; required
        :param expires_on: date, the first day without it; None: it never expires
        :param origin: the record it comes from
        :param list_price: what one of it is worth (default: the entitlement's list value)
        :param currency: of ``list_price`` (default: the entitlement's)
        :param program: used in this program only (default: in all of the company)
        :raise UserError: the key was used for something else
        """
        partner.ensure_one()
        grants = self.sudo()  # callers decided it; nobody writes grants by rights of their own
        grants.flush_model()
        if amount is not None:
            amount = self.env["rc.usage"]._get_amount(exact(amount))
        price = entitlement.list_price if list_price is None else list_price
        values = {
            "partner_id": partner.id,
            "entitlement_id": entitlement.id,
            "company_id": entitlement.company_id.id,
            "program_id": program.id if program else None,
            "is_unlimited": amount is None,
            "amount": amount or 0,
            "per": per if amount is not None else None,
            "starts_on": starts_on,
            "expires_on": expires_on or None,
            "list_price": exact(price),
            "currency_id": (currency or entitlement.currency_id).id,
            "reason": reason or None,
            "origin_model": origin._name if origin else None,
            "origin_id": origin.id if origin else None,
        }
        values["content_hash"] = content_hash(
            # not of the person: a merge of contacts moves what was given
            {name: values[name] for name in ("entitlement_id", "is_unlimited", "amount", "per")}
        )
        is_new, grant = grants._insert(key, values)
        if not is_new and grant.content_hash != values["content_hash"]:
            raise UserError(self.env._("This was given before, as something else: %s.", key))
        return grant.with_env(self.env)

    def _insert(self, key, values):
        """WRITE: insert a row unless its key is there; return (is new, row)."""
        now = self.env.cr.now()
        values = {
            **values,
            "key": key,
            "used": 0,
            "taken_back": 0,
            "used_beyond": 0,
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        new = self.env.execute_query(
            SQL(
                "INSERT INTO rc_entitlement_grant (%s) VALUES (%s)"
                " ON CONFLICT (key) DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, values)),
                SQL(", ").join(SQL("%s", value) for value in values.values()),
            )
        )
        if new:
            return True, self.browse(new[0][0])
        return False, self.search([("key", "=", key)])

    @api.model
    @api.private
    def _take_back(self, key, kept=0, on=None):
        """Take back what a key gave: the unused first; what was used is reported, not undone.

        :param kept: how much of the given amount stays (a part was refunded); calling again with
            more gives back what a payment that came again pays for
        :param on: date of a feature's or quota's end (default: today where the company is)
        :return: dict of ``grant``, ``taken`` (so far, in all), ``used``, ``beyond`` (used and not
            paid for any more) and ``value`` (of ``beyond``, in the grant's currency); Decimals
        """
        grant = self.sudo().search([("key", "=", key)])  # see _give
        if not grant:
            raise UserError(self.env._("Nothing was given with the key %s.", key))
        return grant._keep(exact(kept), on)

    def _keep(self, kept, on):
        """READ how much was used → DECIDE what can be taken → WRITE it."""
        self.ensure_one()
        self.flush_recordset()
        amount, used = self._read_stock()
        is_stock = not self.per and not self.is_unlimited
        taken, beyond = (
            kept_of_stock(amount, used, min(kept, amount)) if is_stock else (0 * used, 0 * used)
        )
        ended_on = None if kept else on or self._get_today()
        self.env.execute_query(
            SQL(
                """
                UPDATE rc_entitlement_grant
                   SET taken_back = %(taken)s, used_beyond = %(beyond)s, ended_on = %(ended)s,
                       write_uid = %(uid)s, write_date = %(now)s
                 WHERE id = %(id)s RETURNING id
                """,
                taken=taken,
                beyond=beyond,
                ended=ended_on,
                uid=self.env.uid,
                now=self.env.cr.now(),
                id=self.id,
            )
        )
        self.invalidate_recordset()
        return {
            "grant": self,
            "taken": taken,
            "used": used,
            "beyond": beyond,
            "value": beyond * exact(self.list_price),
        }

    # ------------------------------------------------------------------
    # A manager's decisions
    # ------------------------------------------------------------------

    def _check_manager(self):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can decide this."))
        self.check_access("read")

    def action_take_back(self):
        """Take back what is unused of grants given by hand or by a package."""
        self._check_manager()
        for grant in self:
            grant.sudo()._keep(Decimal(0), None)  # the right to decide was checked

    def action_use(self):
        """Open the form that records a use."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a Use"),
            "res_model": "rc.benefit.use.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id[:1].id,
                "default_grant_id": self[:1].id,
            },
        }

    def action_transfer(self):
        """Open the form that gives what is left to somebody else."""
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer"),
            "res_model": "rc.entitlement.transfer.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_grant_id": self[:1].id},
        }

    def _transfer(self, target, amount, reason, key, at):
        """Give what is left to ``target``; return the new grant.

        The count that leaves is a use of its owner, with the reason; a refund of what paid for it
        therefore charges it. A feature or quota ends with its owner and goes on with the other.

        :param amount: of a stock, at most what is left
        :param key: text, unique for this transfer
        """
        self.ensure_one()
        self._check_manager()
        if target == self.partner_id:
            raise UserError(self.env._("Choose somebody else to transfer it to."))
        is_stock = not self.per and not self.is_unlimited
        today = local_day(at, self.company_id)
        grant = self.sudo()  # the right to decide was checked
        if is_stock:
            grant.env["rc.usage"]._consume(
                grant.partner_id,
                grant.entitlement_id.code,
                amount,
                key,
                at,
                program=grant.program_id or grant.env["rc.program"]._get_platform(grant.company_id),
                grant=grant,
                note=self.env._("To %(name)s: %(reason)s", name=target.name, reason=reason),
            )
        elif grant.state != "live":
            raise UserError(self.env._("Only what is available can be transferred."))
        else:
            amount = None if grant.is_unlimited else exact(grant.amount)
            grant._keep(Decimal(0), today)
        return grant._give(
            target,
            grant.entitlement_id,
            key,
            amount,
            per=grant.per or None,
            starts_on=today,
            expires_on=grant.expires_on,
            origin=grant,
            reason=self.env._(
                "From %(name)s: %(reason)s", name=grant.partner_id.name, reason=reason
            ),
            list_price=grant.list_price,
            currency=grant.currency_id,
            program=grant.program_id,
        ).with_env(self.env)

    def _put_back(self, amount):
        """A use given back is there again; of what is not paid for any more it is taken back."""
        self.env.execute_query(
            SQL(
                """
                UPDATE rc_entitlement_grant
                   SET used = used - %(amount)s::numeric,
                       taken_back = taken_back + LEAST(used_beyond, %(amount)s::numeric),
                       used_beyond = used_beyond - LEAST(used_beyond, %(amount)s::numeric)
                 WHERE id = %(id)s RETURNING id
                """,
                amount=amount,
                id=self.id,
            )
        )

    def _read_stock(self):
        """Return (given, used) as exact numbers."""
        [row] = self.env.execute_query(
            SQL("SELECT amount::text, used::text FROM rc_entitlement_grant WHERE id = %s", self.id)
        )
        return Decimal(row[0]), Decimal(row[1])

    def _get_left_text(self):
        """Return what a member reads about what is left."""
        self.ensure_one()
        if self.is_unlimited:
            return self.env._("included")
        if self.per:
            per = dict(self._fields["per"]._description_selection(self.env))[self.per]
            return self.env._("%(amount)g %(per)s", amount=self.amount, per=per)
        return self.env._("%(left)g of %(amount)g left", left=self.left, amount=self.amount)

    def _get_today(self):
        return local_day(fields.Datetime.now(), self.company_id)

    @api.model
    @api.private
    def _get_used_value(self, grant, currency=None, on=None):
        """Return what the used part of a stock is worth at its list value, as a Decimal.

        Uses that were given back do not count. In the grant's currency, or in ``currency`` at the
        rate of ``on``.
        """
        grant.ensure_one()
        grant = grant.sudo()  # a refund is decided by who may refund, not by rights on grants
        grant.flush_recordset()
        _amount, used = grant._read_stock()
        value = used * exact(grant.list_price)
        if currency and currency != grant.currency_id:
            day = on or grant._get_today()
            rate = grant.env["res.currency"]._get_conversion_rate(
                grant.currency_id, currency, grant.company_id, day
            )
            value = round_half_up(value * exact(rate), currency.decimal_places)
        return value

    def _get_live_domain(self, on):
        """Return the domain of what can be used on a day (a stock may be used up)."""
        return (
            Domain("starts_on", "<=", on)
            & (Domain("expires_on", "=", False) | Domain("expires_on", ">", on))
            & (Domain("ended_on", "=", False) | Domain("ended_on", ">", on))
        )
