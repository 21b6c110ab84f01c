from dataclasses import replace
from decimal import Decimal

from odoo import api, models

from ..adapters import read_posted
from ..adapters.world import OdooWorld
from ..kernel.accrue import decide_deltas
from ..kernel.recount import periods_of, recount_close, recounted_rules
from ..kernel.restate import changed_days, is_fall


class RcCommissionRecount(models.AbstractModel):
    """Lets awards of closed periods follow later refunds, where a rule says ``recompute``."""

    _name = "rc.commission.recount"
    _description = "Recount of Closed Periods"

    @api.model
    @api.private
    def _follow(self, company, facts, published):
        """Bring the entries of closed periods' awards to what refunds leave of them.

        :param facts: what changed of purchases (kernel ``Fact``), written already
        :param published: (version, kernel version) of the company
        """
        falls = [fact for fact in facts if is_fall(fact)]
        rules = {version: found for version, plan in published if (found := recounted_rules(plan))}
        if not falls or not rules:
            return
        # READ: whose sales they took back, and what was awarded for those days
        world = OdooWorld(self.env, company)
        orders = {fact.order for fact in falls}
        world.prefetch([], [fact.buyer for fact in falls])
        known = [
            fact
            for buyer in dict.fromkeys(fact.buyer for fact in falls)
            for fact in world.purchases_of(buyer)
            if fact.order in orders
        ]
        kinds = {kind for found in rules.values() for kind in found.values()}
        periods = periods_of(kinds, changed_days(falls, known))
        awards = self._find_awards(company, rules, periods)
        for (period, version), found in awards.grouped(
            lambda award: (award.period_id, award.version_id)
        ).items():
            found = found.filtered(lambda a, own=rules[version]: a.rule in own)
            self._recount(world, period, version, found, falls[-1].on)

    def _find_awards(self, company, rules, periods):
        # by the inbox and checked doors: the ledger is the system's
        awards = self.env["rc.commission.award"].sudo()
        closed = self.env["rc.commission.period"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "closed"),
                ("date_from", "in", [period.start for _kind, period in periods]),
                ("kind", "in", [kind for kind, _period in periods]),
            ]
        )
        wanted = {(kind, period.start) for kind, period in periods}
        closed = closed.filtered(lambda p: (p.kind, p.date_from) in wanted)
        return awards.search(
            [("period_id", "in", closed.ids), ("version_id", "in", [v.id for v in rules])],
            order="period_id, id",
        )

    def _recount(self, world, period, version, awards, on):
        """Count a close of a plan again and post what its awards lost by it."""
        if not awards:
            return
        live = {award: award.account_id._get_live().partner_id.id for award in awards}
        # DECIDE
        world.set_day(period._get_last_day())
        outcome = recount_close(
            version._parse(), world, period.kind, period._get_kernel(), set(live.values())
        )
        amounts = {award.key: award.amount for award in outcome.awards}
        prefix = f"company:{period.company_id.id}|"
        books = read_posted(self.env, awards.ids)
        postings = []
        for award in awards:
            key = award.key.removeprefix(prefix)
            if award.partner_id.id != live[award]:  # a merged contact earns under its new number
                key = key.replace(f"|{award.partner_id.id}|", f"|{live[award]}|")
            postings += self._prepare_postings(
                award, books[award.id], amounts.get(key, Decimal(0)), on, world.unlocked
            )
        # WRITE
        self.env["rc.commission.entry"]._post(postings)

    def _prepare_postings(self, award, book, amount, on, unlocked):
        """Return the entries that lower an award to what its figures are worth now."""
        total = book.posted.total
        if amount >= total:
            return []
        is_free = (award.plan_code, award.rule, award.partner_id.id) in unlocked
        deltas = decide_deltas(
            [(award.received_on, award._get_full_amount()), (on, amount)],
            book.posted,
            award.explanation["hold_days"],
            on,
            award._get_reserve_share(is_free),
            award._get_digits(),
        )
        reason = self.env._(
            "%(origin)s counted again after a refund: %(amount)s of %(full)s stay (%(rule)s)",
            origin=award._get_origin(),
            amount=amount,
            full=award._get_full_amount(),
            rule=f"{award.plan_code}.{award.rule}",
        )
        return [replace(p, reason=reason) for p in award._prepare_postings(deltas, book)]
