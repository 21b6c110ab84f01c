from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.ledger import Posting, Slot
from odoo.addons.rc_membership.kernel.money import round_half_up, to_fraction
from odoo.addons.rc_membership.kernel.periods import utc_midnight

from ..adapters import company_zone
from ..adapters.green import read_green_book
from ..kernel.green import GreenError, sold_award
from ..kernel.types import Outcome


class RcGreenAccount(models.Model):
    """Somebody's green points under a plan: a part of the plan's pool, with a price.

    A contribution to the pool gives its buyer points at the price before it; points sold back take
    value out of the pool. The pool always covers all points.
    """

    _name = "rc.green.account"
    _description = "Green Points"
    _inherit = ["rc.ledger.account.mixin"]
    _rec_name = "partner_id"
    _order = "plan_code, id"

    _ledger_buckets = ("points",)

    partner_id = fields.Many2one(
        "res.partner", "Holder", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    plan_code = fields.Char("Plan", required=True, readonly=True)
    points = fields.Float(digits=(16, 0), readonly=True)
    merged_into_id = fields.Many2one("rc.green.account", readonly=True, ondelete="restrict")

    _holder_uniq = models.UniqueIndex(
        "(company_id, plan_code, partner_id) WHERE merged_into_id IS NULL",
        "This holder has green points of the plan already.",
    )
    _not_negative = models.Constraint("CHECK (points >= 0)", "Points cannot go below zero.")

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_or_create_many(self, company, plan_code, partner_ids):
        """Return partner id → account id; missing ones are made."""
        partner_ids = sorted(set(partner_ids))
        if not partner_ids:
            return {}
        self.env.flush_all()
        now = self.env.cr.now()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_green_account (company_id, plan_code, partner_id, active, points,
                       create_uid, create_date)
                VALUES %s
                ON CONFLICT (company_id, plan_code, partner_id) WHERE merged_into_id IS NULL
                DO NOTHING RETURNING id
                """,
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s, TRUE, 0, %s, %s)", company.id, plan_code, p, self.env.uid, now
                    )
                    for p in partner_ids
                ),
            )
        )
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT partner_id, id FROM rc_green_account WHERE company_id = %s"
                    " AND plan_code = %s AND partner_id IN %s AND merged_into_id IS NULL",
                    company.id,
                    plan_code,
                    tuple(partner_ids),
                )
            )
        )

    @api.model
    @api.private
    def _read_book(self, pool, plan, awards):
        """READ the book of a pool's green points, before anything changes.

        :param awards: the contributions that will change
        """
        return read_green_book(self.env, pool, plan, pool._get_total(), awards)

    @api.model
    @api.private
    def _follow_pool(self, book, pool, changes):
        """Give or take points for what went into a pool or left it, then sell for who leaves.

        :param book: as it was before the changes
        :param changes: (award record, number, kernel ``Delta``) in their order
        """
        for award, number, delta in changes:
            line = book.lines[award.move_line_id.id]
            paid = line.paid * to_fraction(delta.amount) / to_fraction(award._get_full_amount())
            source = f"{award.key}|{number}"
            key = f"{source}|green"
            if delta.kind == "accrual":
                book.contribute(award.key, line.buyer, delta.amount, paid, delta.on)
                self._post_change(book, pool, line.buyer, "earn", key, delta.on, award)
                for sold in book.exits(delta.on):
                    self._post_sold(book, pool, sold, f"sell:{source}:{sold.person}")
            else:
                book.take_back(award.key, delta.amount, paid, delta.on)
                self._post_change(book, pool, line.buyer, "take_back", key, delta.on, award)

    def _post_change(self, book, pool, person, kind, key, on, award=None):
        """Post what changed of somebody's points and of what they paid for them."""
        change, paid = book.take_change(person)
        if not change:
            return
        company = pool.company_id
        account = self._get_or_create_many(company, pool.plan_code, [person])[person]
        own, house = Slot("points", account), Slot("pool")
        self.env["rc.green.entry"]._post(
            [
                Posting(
                    key=key if award else f"company:{company.id}|{key}",
                    kind=kind,
                    debit=house if change > 0 else own,
                    credit=own if change > 0 else house,
                    amount=Decimal(abs(change)),
                    occurred_at=utc_midnight(on, company_zone(company)),
                    reason=f"{award._get_origin()}: {pool.plan_code}" if award else pool.plan_code,
                    origin=award._get_ledger_origin() if award else None,
                    extra={
                        "award_id": award.id if award else None,
                        "paid": round_half_up(paid, 30),
                    },
                )
            ]
        )

    def _post_sold(self, book, pool, sold, source):
        """Post points sold back: out of the holder's account and the pool, into a commission."""
        company = pool.company_id
        at = utc_midnight(sold.on, company_zone(company))
        self._post_change(book, pool, sold.person, "sell", source, sold.on)
        if not sold.paid:
            return
        balances = pool._get_balances()[pool.id]
        self.env["rc.commission.pool.entry"]._post(
            pool._split_change(
                balances,
                f"company:{company.id}|{source}|pool",
                "sold",
                -sold.paid,
                at,
                pool.plan_code,
                "people",
                None,
                {},
            )
        )
        award = sold_award(book.plan, sold.person, sold.points, sold.paid, sold.on, source)
        writer = self.env["rc.commission.writer"]
        awards = writer._write_outcomes(company, [(book.plan, Outcome((award,)))])
        writer._post_awards(company, awards, {}, sold.on, frozenset())

    @api.model
    @api.private
    def _sell(self, company, partner, plan_code, points, on, key):
        """Sell points back for their holder; the money is held as the plan says.

        :param points: whole points
        :param key: of the request; the same key again changes nothing
        :raise GreenError: insufficient_points or insufficient_balance
        """
        self.env["rc.commission.state"]._claim(company)
        source = f"sell:{key}"
        entries = self.env[
            "rc.green.entry"
        ].sudo()  # the caller is the holder or may do it for them
        if entries.search_count([("key", "=", f"company:{company.id}|{source}")], limit=1):
            return
        pool, plan = self._get_pool(company, plan_code, on)
        if not pool:
            raise GreenError("insufficient_points")
        book = self._read_book(pool, plan, [])
        self._post_sold(book, pool, book.sell(partner.id, points, on), source)

    @api.model
    @api.private
    def _get_pool(self, company, plan_code, on):
        """Return the pool behind a plan's green points and the kernel version in force."""
        published = self.env["rc.commission.plan"]._get_published(company)
        version = published.filtered(
            lambda v: v.plan_id.code == plan_code and v._is_in_force(on) and v._parse().green
        )[:1]
        if not version:
            return self.env["rc.commission.pool"], None
        plan = version._parse()
        pool = (
            self.env["rc.commission.pool"]
            .sudo()
            .search(
                [  # the pool is the company's; who may see its figures is the caller's to check
                    ("company_id", "=", company.id),
                    ("plan_code", "=", plan_code),
                    ("name", "=", plan.green.pool),
                    ("currency_id", "=", version.currency_id.id),
                ]
            )
        )
        return pool, plan

    @api.private
    def _merge_into(self, target):
        """Move all points to ``target`` by an entry and retire this account (contact merge)."""
        self.ensure_one()
        points = self._get_balances()[self.id]["points"]
        if points:
            paid = self.env["rc.green.entry"]._read_paid(self.ids).get(self.id, Decimal(0))
            self.env["rc.green.entry"]._post(
                [
                    Posting(
                        key=f"rc.green.account:{self.id}|merge|{target.id}",
                        kind="merge",
                        debit=Slot("points", self.id),
                        credit=Slot("points", target.id),
                        amount=points,
                        occurred_at=self.env.cr.now(),
                        reason=self.env._("Contacts merged"),
                        extra={"paid": paid},
                    )
                ]
            )
        self.write({"merged_into_id": target.id, "active": False})
