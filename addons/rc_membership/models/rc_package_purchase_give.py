from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..adapters import exact, local_day, local_noon
from ..kernel.money import round_half_up
from ..kernel.packages import Offer, kept_points
from .rc_package_level import LADDER


class RcPackagePurchase(models.Model):
    """What a purchase gives, and how that follows its money."""

    _inherit = "rc.package.purchase"

    # ------------------------------------------------------------------
    # Giving
    # ------------------------------------------------------------------

    def _release(self):
        """Give points, benefits and rank of purchases that nothing holds any more."""
        for purchase in self:
            purchase._set_state(("review",), "granted")
            kept = purchase._get_kept_share()
            purchase._post_points(
                kept_points(purchase.points_bought, kept),
                kept_points(purchase.points_bonus, kept),
            )
            purchase._sync_month_steps()
            if kept:  # what went back meanwhile brings nothing until it comes again
                purchase._give_benefits()
                purchase._give_rank()

    def _set_state(self, allowed, target):
        self.ensure_one()
        if self.state not in allowed:
            raise UserError(
                self.env._(
                    "The purchase %(name)s is %(state)s already.",
                    name=self.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )
        self.state = target

    def _get_account(self):
        self.ensure_one()
        return self.env["rc.point.account"]._get_or_create(self.partner_id, self.program_id)

    def _post_points(self, bought, bonus, occurred_at=None):
        """WRITE the difference between what the purchase shall give and what it gives."""
        self.ensure_one()
        at = occurred_at or local_noon(self.paid_on, self.company_id)
        number = self.rounds + 1
        parts = (("bonus", bonus - self.granted_bonus), ("bought", bought - self.granted_bought))
        for nature, change in parts:
            if change > 0:
                self._grant_points(nature, change, number, at)
            elif change < 0:
                self._take_points(nature, -change, number, at)
        self.write({"granted_bought": bought, "granted_bonus": bonus, "rounds": number})

    def _get_key(self, nature, number=""):
        return f"package:{self.invoice_line_id.id}|{nature}|{number}"

    def _grant_points(self, nature, amount, number, at):
        name = self.package_id.name
        company = self.company_id
        paid = None
        if nature == "bought":
            price = self.currency_id._convert(
                self.amount, company.currency_id, company, self.paid_on
            )
            paid = Decimal(amount) * exact(price) / self.points_bought
            paid = round_half_up(paid, company.currency_id.decimal_places)
        self._get_account()._grant(
            amount,
            self._get_key(nature, number),
            name if nature == "bought" else self.env._("Bonus of %s", name),
            origin=self,
            occurred_at=at,
            kind="buy" if nature == "bought" else "bonus",
            nature=nature,
            paid=paid,
        )

    def _take_points(self, nature, amount, number, at):
        """Take points of the purchase back, its own lots first; what was spent becomes debt."""
        account = self._get_account()
        reason = self.env._("%s was refunded", self.package_id.name)
        lots = self._read_left(nature)
        parts = []
        for grant_key, left in lots:
            part = min(left, amount)
            if part:
                parts.append((part, grant_key))
                amount -= part
        if amount:
            parts.append((amount, lots[0][0] if lots else None))
        for place, (part, grant_key) in enumerate(parts):
            account._take_back(
                part,
                f"{self._get_key('back', number)}|{nature}|{place}",
                reason,
                origin=self,
                occurred_at=at,
                grant_key=grant_key,
            )

    def _read_left(self, nature):
        """Return [(key of a grant, points of it that are left)] of the purchase, in one query."""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.key, SUM(lot.remaining)::text
                  FROM rc_point_lot lot JOIN rc_point_entry entry ON entry.id = lot.entry_id
                 WHERE entry.origin_model = %s AND entry.origin_id = %s
                   AND starts_with(entry.key, %s) AND lot.account_id = %s
                 GROUP BY entry.key ORDER BY MIN(lot.id)
                """,
                self._name,
                self.id,
                self._get_key(nature),
                self._get_account().id,
            )
        )
        return [(key.rpartition("|")[0], int(Decimal(left))) for key, left in rows]

    def _get_left(self):
        """Return bought, bonus → points of this purchase that are neither spent nor expired."""
        return {
            nature: sum(left for _key, left in self._read_left(nature))
            for nature in ("bought", "bonus")
        }

    def _give_benefits(self):
        grants = self.env["rc.entitlement.grant"]
        for benefit in self.package_id.benefit_ids:
            days = benefit.valid_days
            grants._give(
                self.partner_id,
                benefit.entitlement_id,
                self._get_benefit_key(benefit),
                amount=benefit.amount * self.quantity if benefit.amount else None,
                starts_on=self.paid_on,
                expires_on=self.paid_on + timedelta(days=days) if days else None,
                origin=self,
                reason=self.package_id.name,
                program=self.program_id,
            )

    def _get_benefit_key(self, benefit):
        return f"package:{self.invoice_line_id.id}|benefit:{benefit.entitlement_id.code}"

    def _get_benefit_grants(self):
        """Return the entitlement grants of these purchases."""
        return (
            self.env["rc.entitlement.grant"]
            .sudo()  # whoever decides a refund needs no rights on grants
            .search([("origin_model", "=", self._name), ("origin_id", "in", self.ids)])
        )

    def _give_rank(self):
        """The rank of a package is bought for life; it never lowers one that is held."""
        self.ensure_one()
        if self.package_id.rank_code:
            self.rank_key = self._get_key("rank", self.rounds)
            self.env["rc.ladder"]._find(LADDER, self.program_id)._grant(
                self.partner_id,
                self.package_id.rank_code,
                "purchase",
                self.rank_key,
                self.paid_on,
                reason=self.package_id.name,
                origin=self,
            )

    def _sync_month_steps(self):
        """Bring the step of the purchase's month to what the month's purchases reach."""
        self.ensure_one()
        month = self.paid_on.replace(day=1)
        others = self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("program_id", "=", self.program_id.id),
                ("paid_on", ">=", month),
                ("paid_on", "<", (month + timedelta(days=32)).replace(day=1)),
            ]
        )
        promotions = self.env["rc.package.promotion"]
        due = promotions._get_month_points(
            self.program_id, self.paid_on, others._get_net_amount(), self.partner_id
        )
        change = due - sum(others.mapped("step_points"))
        if not change:
            return
        account, at = self._get_account(), local_noon(self.paid_on, self.company_id)
        key = f"package:{self.invoice_line_id.id}|steps|{self.rounds + 1}"
        reason = self.env._("Monthly step of package purchases")
        if change > 0:
            account._grant(
                change, key, reason, origin=self, occurred_at=at, kind="bonus", nature="bonus"
            )
        else:
            account._take_back(-change, key, reason, origin=self, occurred_at=at)
        self.write({"step_points": self.step_points + change, "rounds": self.rounds + 1})

    def _get_net_amount(self):
        """Return what granted purchases come to in the currency of the limits, refunds off."""
        return sum(
            (
                Fraction(exact(p.limit_amount)) * Fraction(p.granted_bought, p.points_bought)
                for p in self
                if p.state in ("granted", "refunded")
            ),
            Fraction(0),
        )

    # ------------------------------------------------------------------
    # Money moved again
    # ------------------------------------------------------------------

    def _follow_money(self, at):
        """Let points follow a credit note, a bounced payment, or money that came again.

        A refund by our own wizard took its points itself; its credit note does not count here.
        """
        for purchase in self.filtered(lambda p: p.state == "granted"):
            kept = purchase._get_kept_share()
            bought = kept_points(purchase.points_bought, kept)
            bonus = kept_points(purchase.points_bonus, kept)
            had_any = bool(purchase.granted_bought)
            if (bought, bonus) == (purchase.granted_bought, purchase.granted_bonus):
                continue
            purchase._post_points(bought, bonus, at)
            purchase._sync_month_steps()
            if had_any and not bought:
                purchase._undo_extras(local_day(at, purchase.company_id))
            elif not had_any:
                purchase._redo_extras()

    def _get_kept_share(self):
        """Return which part of the price is paid and not credited, 0 … 1."""
        self.ensure_one()
        move = self.invoice_id
        is_paid = move.payment_state in ("paid", "in_payment", "reversed")
        if move.state != "posted" or not is_paid or not self.amount:
            return Fraction(0)
        return 1 - self._get_credited_amount() / Fraction(exact(self.amount))

    def _get_credited_amount(self):
        """Return what plain credit notes take off the line, in the invoice's currency."""
        self.ensure_one()
        own = self.refund_ids.credit_note_id
        notes = self.invoice_id.reversal_move_ids.filtered(
            lambda m: m.state == "posted" and m not in own
        )
        lines = self.invoice_id.invoice_line_ids.filtered(lambda x: x.display_type == "product")
        product = self.invoice_line_id.product_id
        same = lines.filtered(lambda x: x.product_id == product)
        credited = Fraction(0)
        for line in notes.invoice_line_ids.filtered(lambda x: x.display_type == "product"):
            # a line of no product of the invoice is an amount off all of it
            base = same if line.product_id == product else lines
            if line.product_id != product and line.product_id in lines.product_id:
                continue
            total = sum((Fraction(exact(x.price_total)) for x in base), Fraction(0))
            share = Fraction(exact(self.amount)) / total if total else Fraction(0)
            credited += Fraction(exact(line.price_total)) * share
        return min(credited, Fraction(exact(self.amount)))

    def _undo_extras(self, on):
        """Take benefits and the bought rank back; what was used is reported, not undone."""
        self.ensure_one()
        grants = self._get_benefit_grants()
        for grant in grants.filtered(lambda g: not g.ended_on):
            grants._take_back(grant.key, on=on)
        if self.rank_key:
            ladder = self.env["rc.ladder"]._find(LADDER, self.program_id)
            ladder._take_back(
                self.rank_key, on, self.env._("%s was refunded", self.package_id.name)
            )

    def _redo_extras(self):
        """Money that came again brings benefits and rank again."""
        self.ensure_one()
        self._give_benefits()  # of a purchase released while its money was away
        grants = self._get_benefit_grants()
        for grant in grants.filtered("ended_on"):
            grants._take_back(grant.key, kept=grant.amount or 1)
        self._give_rank()

    # ------------------------------------------------------------------
    # The same purchase with one more promotion
    # ------------------------------------------------------------------

    def _get_offer(self, more=None):
        """Return the ``Offer`` as it was decided, with more promotions (code → Fraction)."""
        self.ensure_one()
        facts = self.explanation
        promotions = {code: Fraction(rate) for code, rate in facts["promotions"]}
        return Offer(
            points=facts["points"],
            bonus_rate=Fraction(facts["bonus_rate"]),
            quantity=facts["quantity"],
            level=facts["level"],
            level_rate=Fraction(facts["level_rate"]),
            promotions={**promotions, **(more or {})},
            is_anniversary=Fraction(facts["anniversary"]) > 0,
        )
