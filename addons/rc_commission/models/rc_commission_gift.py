"""Coupons and membership days that plans give: rewards of rc_referral that follow their award."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.adapters import local_noon

from ..adapters.ledger import Book
from ..kernel.accrue import Posted

GIFTS = ("coupon", "days")


class RcReward(models.Model):
    _inherit = "rc.reward"
    _rc_facts = ("award_id",)

    award_id = fields.Many2one(
        "rc.commission.award",
        "Commission",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The award of a commission plan that this is a part of.",
    )

    def _get_units(self):
        """Return how much of its award a reward is: days, or one coupon."""
        self.ensure_one()
        return Decimal(self.days if self.kind == "days" else 1)

    def _get_ledger_text(self):
        return self.award_id.version_id.plan_id.name or super()._get_ledger_text()


class RcCommissionPlan(models.Model):
    _inherit = "rc.commission.plan"

    days_tier_id = fields.Many2one(
        "rc.tier",
        "Membership Days of",
        ondelete="restrict",
        domain="[('company_id', '=', company_id), ('is_default', '=', False)]",
        help="What rules that give membership days give. Empty: days of the lowest paid tier.",
    )
    coupon_program_id = fields.Many2one(
        "loyalty.program",
        "Coupons of",
        ondelete="restrict",
        domain="[('program_type', '=', 'coupons'), ('company_id', 'in', (False, company_id))]",
        help="What rules that give coupons give: a code that only its owner can use.",
    )

    @api.private
    def _get_gift_values(self, give, count):
        """Return the columns of a reward that gives so many days, or one coupon.

        :raise UserError: the plan does not say which
        """
        self.ensure_one()
        if give == "coupon":
            if not self.coupon_program_id:
                raise UserError(
                    self.env._(
                        "The plan “%s” gives coupons. Choose on the plan which coupons.", self.name
                    )
                )
            return {"kind": "coupon", "coupon_program_id": self.coupon_program_id.id}
        tier = self.days_tier_id or self._get_lowest_tier()
        if not tier:
            raise UserError(
                self.env._(
                    "The plan “%s” gives membership days. Choose on the plan which tier they are of.",
                    self.name,
                )
            )
        return {"kind": "days", "tier_id": tier.id, "days": int(count)}

    def _get_lowest_tier(self):
        # tiers are public; whoever publishes need not see the program
        program = self.env["rc.program"].sudo()._get_platform(self.company_id)
        paid = program.env["rc.tier"].search(
            [("program_id", "=", program.id), ("is_default", "=", False)]
        )
        return paid.sorted(lambda tier: tier._get_rank())[:1]


class RcCommissionGift(models.AbstractModel):
    """Brings the rewards of an award to what is due: given from the day it is payable, taken back
    with the refund."""

    _name = "rc.commission.gift"
    _description = "Gifts of Commission Plans"

    @api.model
    @api.private
    def _follow(self, awards, steps, day, out=frozenset()):
        """WRITE what awards of coupons and days came to.

        :param steps: invoice id → its received shares
        :param day: where the company is, today
        :param out: ids of awards that a confirmed fraud case takes back
        """
        books, rewards = self._read_books(awards)
        for award in awards:
            deltas = award._decide(
                steps.get(award.move_id.id, ()),
                books[award.id],
                day,
                is_rejected=award.id in out,
            )
            for delta in deltas:
                if delta.kind == "accrual":
                    self._open(award, delta.amount, delta.on, delta.payable_on, day)
                else:
                    self._take_back(award, rewards[award.id], delta.amount, day)

    def _read_books(self, awards):
        """READ: return award id → what its rewards come to, and award id → those that stand."""
        # the engine writes rewards; nobody has rights on them
        standing = self.env["rc.reward"].sudo()
        standing = standing.search(
            [("award_id", "in", awards.ids), ("state", "!=", "taken_back")], order="id"
        )
        found = defaultdict(standing.browse, standing.grouped(lambda r: r.award_id.id))
        books = {}
        for award in awards:
            parts = defaultdict(Decimal)
            for reward in found[award.id].filtered(lambda r: r.state == "held" and r.hold_until):
                parts[reward.hold_until] += reward._get_units()
            total = sum((r._get_units() for r in found[award.id]), Decimal(0))
            books[award.id] = Book(Posted(total, dict(parts)))
        return books, found

    def _open(self, award, amount, on, payable_on, day):
        """Make the rewards of so many coupons or days; those that are payable are given."""
        company = award.company_id
        rewards = self.env["rc.reward"].sudo()  # see _read_books
        plan = award.version_id.plan_id
        pieces = [1] * int(amount) if award.give == "coupon" else [amount]
        number = rewards.search_count([("award_id", "=", award.id)])
        for piece in pieces:
            number += 1
            values = plan._get_gift_values(award.give, piece)
            gift = rewards.new({**values, "company_id": company.id})
            row = rewards._prepare_row(
                f"{award.key}|gift|{number}",
                award.account_id._get_live().partner_id,
                gift,
                local_noon(on, company),
                beneficiary="own",
                event="plan",
                title=plan.name,
                origin=award,
            )
            rewards._insert_rows([{**row, "hold_until": payable_on, "award_id": award.id}])
        fresh = rewards.search([("award_id", "=", award.id), ("state", "=", "held")])
        fresh._review(local_noon(day, company))

    def _take_back(self, award, standing, amount, day):
        """Take back the latest ones until so much is gone; of the last one what is too much is
        given again."""
        left = amount
        now = local_noon(day, award.company_id)
        reward = standing.browse()
        for reward in standing.filtered(lambda r: r.state != "taken_back").sorted("id", True):
            if left <= 0:
                break
            reward._undo(now)
            # what could not be had back is gone: nothing is given for it again
            left -= reward._get_units()
        if left < 0 and reward.why != "used":
            self._open(award, -left, reward.occurred_at.date(), reward.hold_until, day)
