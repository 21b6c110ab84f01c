from dataclasses import replace

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.rc_membership.kernel.ledger import LedgerError

from ..adapters import local_day, read_invoices, read_sales
from ..adapters.world import OdooWorld
from ..kernel.engine import Engine
from ..kernel.errors import PlanError
from ..kernel.explain import describe_credit
from ..kernel.facts import make_facts
from ..kernel.received import first_received_on, received_steps
from ..kernel.types import RankChange

# what a plan, a rate or a bad record can raise: kept with its event, never in the way of others
REFUSALS = (UserError, PlanError, LedgerError, LookupError, ArithmeticError, ValueError, TypeError)


class RcCommissionEngine(models.AbstractModel):
    """The live side of the engine: READ a world, let the kernel DECIDE, WRITE what it decided.

    Everything that changes a company's network goes through here, one transaction at a time per
    company (``rc.commission.state``).
    """

    _name = "rc.commission.engine"
    _description = "Commission Engine"

    # ------------------------------------------------------------------
    # Money received on customer invoices
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _accrue(self, invoices, at):
        """Make the ledgers say what these invoices' received money is worth.

        :param at: naive UTC datetime of what happened; dates what no document dates

        Recomputed from the documents each time, so running it twice, or for two events of one
        payment, adds nothing. Of several invoices one that cannot be evaluated goes to the inbox,
        where it waits with its error; the others are done.
        """
        invoices = invoices.filtered(lambda m: m.move_type == "out_invoice")
        for company, moves in invoices.grouped("company_id").items():
            if len(moves) == 1:
                self._accrue_batch(company, moves, at)
                continue
            try:
                with self.env.cr.savepoint():
                    self._accrue_batch(company, moves, at)
            except REFUSALS:
                self.env.invalidate_all()
                self._accrue_singly(company, moves, at)

    def _accrue_singly(self, company, moves, at):
        for move in moves.sorted("id"):
            try:
                with self.env.cr.savepoint():
                    self._accrue_batch(company, move, at)
            except REFUSALS:
                self.env.invalidate_all()
                stamp = self.env.cr.now().isoformat()
                self.env["rc.event"]._push(
                    f"account.move:{move.id}:accrue:{stamp}", "payment_changed", move, at
                )

    def _accrue_batch(self, company, moves, at):
        self.env["rc.commission.state"]._claim(company)
        # READ
        batch = self._read_batch(company, moves, at)
        if not batch:
            return
        # DECIDE
        for event in batch["events"]:
            self._decide_sale(batch, event)
        # WRITE
        writer = self.env["rc.commission.writer"]
        writer._write_credits(company, batch["credits"])
        records = self.env["rc.commission.plan.version"].concat(
            *(v for v, _p in batch["published"])
        )
        writer._insert_outcomes(company, batch["outcomes"], records)
        writer._write_effects(company, batch["effects"])
        writer._post_lines(company, batch["moves"], batch["steps"], batch["day"], batch["unlocked"])
        writer._post_unlocks(
            company, [u for _s, effects in batch["effects"] for u in effects.unlocks]
        )
        facts = [fact for _s, effects in batch["effects"] for fact in effects.facts]
        self.env["rc.commission.recount"]._follow(company, facts, batch["published"])

    def _read_batch(self, company, moves, at):
        """Return what the batch is decided from, or None if no money ever came.

        ``events``: (invoice id, sale, lines to credit, first day) in the order of their first money.
        """
        steps = {
            move_id: (invoice, received_steps(invoice))
            for move_id, invoice in read_invoices(moves).items()
        }
        credited = self._read_credited(list(steps))
        firsts, fresh = {}, {}
        for move_id, (invoice, line_steps) in steps.items():
            keys = [
                line.key
                for line in invoice.lines
                if line.key not in credited and first_received_on(line_steps, line.key)
            ]
            days = [first_received_on(line_steps, key) for key in keys]
            days += [credited[line.key] for line in invoice.lines if line.key in credited]
            if days:
                fresh[move_id] = (min(days[: len(keys)], default=None), keys)
                firsts[move_id] = min(days)
        if not firsts:
            return None
        moves = moves.browse(sorted(firsts))
        published = self.env["rc.commission.plan"]._get_published(company)
        sales = read_sales(moves, firsts, published.currency_id)
        world = OdooWorld(self.env, company)
        people = {
            p for s in sales.values() for p in (s.buyer, s.seller, *s.get_sellers(), s.salesperson)
        }
        world.prefetch(people - {None}, [sale.buyer for sale in sales.values()])
        day = local_day(at, company)
        order = sorted(sales, key=lambda move_id: (fresh[move_id][0] or day, move_id))
        return {
            "company": company,
            "moves": moves,
            "steps": {move_id: line_steps for move_id, (_i, line_steps) in steps.items()},
            "day": day,
            "published": [(version, version._parse()) for version in published],
            "world": world,
            "engine": Engine(world),
            "unlocked": frozenset(world.unlocked),
            "events": [(move_id, sales[move_id], *fresh[move_id]) for move_id in order],
            "credits": [],
            "outcomes": [],
            "effects": [],
        }

    def _read_credited(self, move_ids):
        """Return line key → day of its first money, of lines that were evaluated before."""
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT credit.key, credit.received_on
                      FROM rc_commission_credit credit
                      JOIN account_move_line line ON line.id = credit.move_line_id
                     WHERE line.move_id IN %s
                    """,
                    tuple(move_ids) or (0,),
                )
            )
        )

    def _decide_sale(self, batch, event):
        """DECIDE one invoice: awards of its first money, its facts, and what follows from them."""
        move_id, sale, first_on, keys = event
        world, engine = batch["world"], batch["engine"]
        versions = self._get_versions(batch["published"], first_on) if keys else []
        if keys:
            sale = replace(
                sale, on=first_on, number=world.paid_orders(sale.buyer, sale.order_key) + 1
            )
            world.set_day(first_on)
            self._check_exchange(versions, sale, move_id)
            outcomes = engine.credit(sale.only(keys), versions)
            batch["outcomes"] += outcomes
            lines = [line for line in sale.lines if line.key in keys]
            batch["credits"].append((sale, lines, self._describe(sale, lines, world), outcomes))
        world.set_day(sale.on)
        facts = make_facts(sale, batch["steps"][move_id], world, batch["day"])
        if not facts and not keys:
            return
        on = facts[-1].on if facts else sale.on
        world.set_day(on)
        advance = engine.advance(facts, self._get_versions(batch["published"], on), on, sale)
        batch["outcomes"] += advance.outcomes
        source = facts[-1].key if facts else f"{sale.key}|{on}"
        batch["effects"].append((source, advance.effects))

    @staticmethod
    def _describe(sale, lines, world):
        return [describe_credit(sale, line, world) for line in lines]

    @staticmethod
    def _get_versions(published, on):
        """Return the kernel's versions in force on a day, in the plans' order."""
        return [plan for version, plan in published if version._is_in_force(on)]

    def _check_exchange(self, versions, sale, move_id):
        for plan in versions:
            if plan.currency not in sale.exchange:
                raise UserError(
                    self.env._(
                        "%(invoice)s is in %(own)s and the plan “%(plan)s” pays in %(currency)s, but "
                        "there is no exchange rate. Enter one under Currencies, then retry.",
                        invoice=self.env["account.move"].browse(move_id).name,
                        own=sale.currency,
                        plan=plan.name,
                        currency=plan.currency,
                    )
                )

    # ------------------------------------------------------------------
    # Other events
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _signup(self, partner, at):
        """Let plans pay for, and place, somebody who has signed up. Running it twice adds nothing."""
        self._happen("signup", partner, local_day(at, self.env.company), f"signup:{partner.id}")

    @api.model
    @api.private
    def _happen(self, kind, partner, on, key, company=None):
        """Let plans pay for an event about a person.

        :param kind: ``signup``, ``clicks`` or ``mission``
        :param key: of the source record; the same key again adds nothing
        """
        company = company or self.env.company
        published = self._get_published(company)
        versions = self._get_versions(published, on)
        if not any(rule.on == kind for plan in versions for rule in plan.rules) and not any(
            plan.moves or plan.ladders for plan in versions
        ):
            return
        self.env["rc.commission.state"]._claim(company)
        world = OdooWorld(self.env, company)
        world.prefetch([partner.id])
        world.set_day(on)
        unlocked = frozenset(world.unlocked)
        advance = Engine(world).happen(kind, partner.id, on, versions, key)
        self._write_advance(company, key, advance, on, unlocked)

    @api.model
    @api.private
    def _pickup(self, order, service_point, at):
        """Let plans pay for an order that was verified at its service point."""
        invoices = order.invoice_ids.filtered(
            lambda m: m.move_type == "out_invoice" and m.state == "posted"
        )
        company = order.company_id
        on = local_day(at, company)
        self.env["rc.commission.state"]._claim(company)
        batch = self._read_batch(company, invoices, at)
        if not batch:
            raise UserError(self.env._("The order is not paid yet. Pick up what is paid only."))
        versions = self._get_versions(batch["published"], on)
        batch["world"].set_day(on)
        writer = self.env["rc.commission.writer"]
        for move_id, sale, _first, _keys in batch["events"]:
            sale = replace(sale, on=on, service_point=service_point.id)
            self._check_exchange(versions, sale, move_id)
            writer._write_outcomes(company, batch["engine"].pickup(sale, versions))
        writer._post_lines(company, batch["moves"], batch["steps"], on, batch["unlocked"])

    @api.model
    @api.private
    def _grant_rank(self, company, partner, ladder, rank, on, cause, reason):
        """Put somebody on a rank by decision, with what others reach by it."""
        self.env["rc.commission.state"]._claim(company)
        published = self._get_published(company)
        world = OdooWorld(self.env, company)
        world.prefetch([partner.id])
        world.set_day(on)
        world._load_ranks(ladder, [partner.id])
        held, held_by = world.ranks.get((ladder, partner.id), (None, ""))
        if (held, held_by) == (rank, cause):
            return
        change = RankChange(partner.id, ladder, rank, held, on, cause)
        effects = Engine(world).grant(change, self._get_versions(published, on))
        newest = self.env["rc.commission.rank"]._get_newest_id(company, partner, ladder)
        source = f"{cause}:{company.id}:{ladder}:{partner.id}:{newest}"
        writer = self.env["rc.commission.writer"]
        writer._write_effects(company, [(source, effects)], reason)
        writer._post_unlocks(company, effects.unlocks)

    @api.model
    @api.private
    def _close_period(self, period):
        """Evaluate an ended period: its awards, ranks for the next one, moves and unlocks."""
        company = period.company_id
        last = period._get_last_day()
        versions = self._get_versions(self._get_published(company), last)
        if not versions:
            return
        world = OdooWorld(self.env, company)
        unlocked = None
        world.set_day(last)
        advance = Engine(world).close(period.kind, period._get_kernel(), versions)
        unlocked = frozenset(world.unlocked) - {
            (u.plan, u.rule, u.person) for u in advance.effects.unlocks
        }
        self._write_advance(
            company, period._get_source(), advance, period.date_to, unlocked, period
        )

    def _get_published(self, company):
        published = self.env["rc.commission.plan"]._get_published(company)
        return [(version, version._parse()) for version in published]

    def _write_advance(self, company, source, advance, on, unlocked, period=None):
        """WRITE what followed an event that has no invoice line."""
        writer = self.env["rc.commission.writer"]
        awards = writer._write_outcomes(company, advance.outcomes, period)
        writer._write_effects(company, [(source, advance.effects)])
        writer._post_awards(company, awards, {}, on, unlocked)
        writer._post_unlocks(company, advance.effects.unlocks)
