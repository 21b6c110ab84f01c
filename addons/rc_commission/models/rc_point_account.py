from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.ledger import Posting, Slot
from odoo.addons.rc_membership.kernel.lots import LotPosting
from odoo.addons.rc_membership.kernel.periods import utc_midnight
from odoo.addons.rc_membership.kernel.points import split_grant, split_take_back

from ..adapters import company_today, company_zone
from ..kernel.hold import is_payable

RELEASE_BATCH = 500


class RcPointEntry(models.Model):
    """Points that a plan gives name their award and the day from which they can be spent."""

    _inherit = "rc.point.entry"

    award_id = fields.Many2one(
        "rc.commission.award",
        "Commission",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    payable_on = fields.Date("Available From", readonly=True)

    def _after_post(self, postings, account_ids):
        """Drop what was computed of awards before this post."""
        super()._after_post(postings, account_ids)
        if any(posting.extra.get("award_id") for posting in postings):
            self.env["rc.commission.award"].invalidate_model(
                ["state", "accrued", "held", "paid", "payable_on"], flush=False
            )


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    @api.private
    def _rc_prepare_award(self, award, deltas, count, day, balances):
        """Return the postings of what an award of points came to: pending, or at once where
        nothing is held.

        :param deltas: kernel ``Delta`` in whole points; a debt takes back what could be spent
        :param count: entries the award has already
        :param day: where the company is, today
        :param balances: bucket → Decimal of the account, and ``takeable``: its earned and bonus
            points that can be spent; brought up to date for the next award
        """
        self.ensure_one()
        postings = []
        for number, delta in enumerate(deltas, count + 1):
            if delta.kind == "accrual" and not is_payable(delta.payable_on, day):
                parts = [(Slot("issued"), Slot("pending", self.id), delta.amount)]
            elif delta.kind == "accrual":
                parts = self._split_gift(delta.amount, balances)
            elif delta.kind == "reversal":
                parts = [(Slot("pending", self.id), Slot("issued"), delta.amount)]
            else:
                parts = self._split_loss(delta.amount, balances)
            kind = "earn" if delta.kind == "accrual" else "take_back"
            postings += [
                self._prepare_award_posting(award, f"{number}|{place}", kind, part, delta)
                for place, part in enumerate(parts)
            ]
        return postings

    def _split_gift(self, amount, balances):
        """Return (debit, credit, amount) of points that can be spent: they clear the debt first."""
        split = split_grant(amount, balances["debt"])
        balances["debt"] -= split.debt
        balances["takeable"] += split.available
        sides = (
            (Slot("issued"), Slot("available", self.id), split.available),
            (Slot("debt", self.id), Slot("issued"), split.debt),
        )
        return [part for part in sides if part[2]]

    def _split_loss(self, amount, balances):
        split = split_take_back(amount, balances["takeable"])
        balances["takeable"] -= split.available
        balances["debt"] += split.debt
        sides = (
            (Slot("available", self.id), Slot("issued"), split.available),
            (Slot("issued"), Slot("debt", self.id), split.debt),
        )
        return [part for part in sides if part[2]]

    def _prepare_award_posting(self, award, number, kind, part, delta):
        debit, credit, amount = part
        return LotPosting(
            key=f"{award.key}|points|{number}",
            kind=kind,
            debit=debit,
            credit=credit,
            amount=amount,
            occurred_at=utc_midnight(delta.on, company_zone(award.company_id)),
            reason=f"{award._get_origin()}: {award.plan_code}.{award.rule}",
            origin=("rc.commission.award", award.id),
            extra={"award_id": award.id, "payable_on": delta.payable_on},
            spares_bought=True,
        )

    # ------------------------------------------------------------------
    # Release
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _rc_release(self, company, today):
        """Let pending points of plans be spent from their day on; return how many accounts."""
        self.env.flush_all()
        program = self.env["rc.program"].sudo()._get_platform(company)  # by the cron
        due = {}
        # the account is found through the payee: contacts may have been merged since
        for account_id, award_id, payable_on, amount in self.env.execute_query(
            SQL(
                """
                SELECT account.id, award.id, moves.payable_on, SUM(moves.amount) FROM (
                       SELECT award_id, payable_on, amount FROM rc_point_entry
                        WHERE credit_bucket = 'pending' AND award_id IS NOT NULL
                        UNION ALL
                       SELECT award_id, payable_on, -amount FROM rc_point_entry
                        WHERE debit_bucket = 'pending' AND award_id IS NOT NULL
                       ) moves
                  JOIN rc_commission_award award ON award.id = moves.award_id
                  JOIN rc_commission_account payee ON payee.id = award.account_id
                  JOIN rc_point_account account ON account.partner_id = payee.partner_id
                   AND account.active AND account.program_id = %s
                 WHERE award.company_id = %s AND moves.payable_on <= %s AND account.pending > 0
                 GROUP BY account.id, award.id, moves.payable_on HAVING SUM(moves.amount) > 0
                 ORDER BY account.id, award.id, moves.payable_on LIMIT %s
                """,
                program.id or 0,
                company.id,
                today,
                RELEASE_BATCH,
            )
        ):
            due.setdefault(account_id, []).append((award_id, payable_on, int(amount)))
        for account_id, parts in due.items():
            self.browse(account_id)._rc_release_parts(parts, today)
        return len(due)

    def _rc_release_parts(self, parts, today):
        """Move pending points to available; what is owed is cleared first."""
        zone = company_zone(self.company_id)
        balances = self._get_balances()[self.id]
        postings = []
        for award_id, payable_on, whole in parts:
            amount = Decimal(whole)
            split = split_grant(amount, balances["debt"])
            balances["debt"] -= split.debt
            sides = (
                (Slot("pending", self.id), Slot("available", self.id), split.available),
                (Slot("pending", self.id), Slot("cleared"), split.debt),
                (Slot("debt", self.id), Slot("cleared"), split.debt),
            )
            award = self.env["rc.commission.award"].browse(award_id)
            postings += [
                Posting(
                    key=f"{award.key}|points|release|{payable_on}|{place}|{self.id}",
                    kind="release",
                    debit=debit,
                    credit=credit,
                    amount=part,
                    occurred_at=utc_midnight(payable_on, zone),
                    reason=f"{award._get_origin()}: {award.plan_code}.{award.rule}",
                    origin=("rc.commission.award", award.id),
                    extra={"award_id": award.id, "payable_on": payable_on},
                )
                for place, (debit, credit, part) in enumerate(sides)
                if part
            ]
        self.env["rc.point.entry"]._post(postings)

    @api.model
    @api.private
    def _release_due(self, company, today, limit=RELEASE_BATCH):
        """Points of plans are released with all others."""
        return super()._release_due(company, today, limit) or self._rc_release(company, today)

    @api.model
    def _cron_rc_release(self):
        """Release what is due in every company, committing after each batch."""
        cron = self.env["ir.cron"]
        for company in self.env["res.company"].search([]):
            today = company_today(company)
            while self._rc_release(company, today):
                if not cron._commit_progress(1, remaining=1):
                    return
        cron._commit_progress(remaining=0)
