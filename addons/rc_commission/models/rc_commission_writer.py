from collections import defaultdict

from odoo import api, models

from odoo.addons.rc_membership.db import insert_once
from odoo.addons.rc_membership.kernel.ledger import Posting, Slot
from odoo.addons.rc_membership.kernel.money import round_half_up
from odoo.addons.rc_membership.kernel.periods import utc_midnight

from ..adapters import company_zone, read_posted, read_posted_points, read_posted_pools
from .rc_commission_gift import GIFTS

ORDERS = ("sale.order:", "account.move:", "account.move.line:")  # keys that one company has


class RcCommissionWriter(models.AbstractModel):
    """WRITE of the engine: what was decided becomes rows and ledger entries, each once."""

    _name = "rc.commission.writer"
    _description = "Writer of the Commission Engine"

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _write_credits(self, company, credits):
        """Insert what was seen of each line, and why rules paid nothing on it.

        :param credits: (sale, lines, their descriptions, outcomes)
        """
        rows = []
        for sale, lines, descriptions, outcomes in credits:
            skips = defaultdict(list)
            for _plan, outcome in outcomes:
                for skip in outcome.skips:
                    skips[skip.line].append(
                        {
                            "plan": skip.plan,
                            "rule": skip.rule,
                            "payee": skip.payee,
                            "code": skip.code,
                            "values": dict(skip.values),
                        }
                    )
            rows += [
                {
                    "key": line.key,
                    "move_line_id": _line_id(line.key),
                    "company_id": company.id,
                    "received_on": sale.on,
                    "snapshot": description,
                    "skips": skips[line.key],
                }
                for line, description in zip(lines, descriptions, strict=True)
            ]
        return insert_once(self.env, "rc_commission_credit", rows, "key")

    @api.model
    @api.private
    def _write_outcomes(self, company, outcomes, period=None):
        """Insert the awards of an event and the accounts and pools they need; return the records.

        :param outcomes: (kernel plan version, kernel ``Outcome``)
        """
        keys = self._insert_outcomes(company, outcomes, period=period)
        return self._find_awards([("key", "in", keys)])

    @api.model
    @api.private
    def _insert_outcomes(self, company, outcomes, versions=None, period=None):
        """See above; return the keys.

        :param versions: records of the versions that may be among them (None: they are read)
        """
        found = [(plan, award) for plan, outcome in outcomes for award in outcome.awards]
        if not found:
            return []
        versions = self._get_versions(company, versions)
        payees = self._get_payees(company, found, versions)
        rows = []
        for plan, award in found:
            version = versions[plan.code, plan.version]
            is_order = award.key.startswith(ORDERS)
            rows.append(
                {
                    "key": award.key if is_order else f"company:{company.id}|{award.key}",
                    "account_id": None if award.is_pool else payees[award.payee, version],
                    "pool_id": payees[award.payee, version] if award.is_pool else None,
                    "company_id": company.id,
                    "currency_id": version.currency_id.id,
                    "give": award.give,
                    "amount": award.amount,
                    "reserve_share": str(award.reserve),
                    "is_review": award.review,
                    "version_id": version.id,
                    "plan_code": award.plan,
                    "rule": award.rule,
                    "part": award.part,
                    "distance": award.distance,
                    "source": award.line,
                    "period_id": period.id if period else None,
                    "move_line_id": _line_id(award.line),
                    "received_on": award.on,
                    "explanation": dict(award.explanation),
                }
            )
        insert_once(self.env, "rc_commission_award", rows, "key", in_order=True)
        return [row["key"] for row in rows]

    def _get_versions(self, company, published=None):
        """Return (plan code, version number) → version record."""
        if published is None:
            published = self.env["rc.commission.plan"]._get_published(company)
        return {(version.plan_id.code, version.number): version for version in published}

    def _get_payees(self, company, found, versions):
        """Return (payee, version) → id of the account, or of the pool."""
        people, pools = set(), set()
        for plan, award in found:
            currency = versions[plan.code, plan.version].currency_id.id
            if award.is_pool:
                pools.add((company.id, award.payee, currency))
            else:
                people.add((award.payee, company.id, currency))
        accounts = self.env["rc.commission.account"]._get_or_create_many(people)
        pools = self.env["rc.commission.pool"]._get_or_create_many(pools)
        payees = {}
        for plan, award in found:
            version = versions[plan.code, plan.version]
            currency = version.currency_id.id
            payees[award.payee, version] = (
                pools[company.id, award.payee, currency]
                if award.is_pool
                else accounts[award.payee, company.id, currency]
            )
        return payees

    @api.model
    @api.private
    def _write_effects(self, company, caused, reason=None):
        """Insert the facts, ranks, moves and unlocks that events caused, in their order.

        :param caused: (source, kernel ``Effects``); the source is part of the keys of what has
            none of its own
        """
        facts = [fact for _source, effects in caused for fact in effects.facts]
        self.env["rc.commission.fact"]._insert(self._prepare_facts(company, facts))
        if any(effects.ranks for _source, effects in caused):
            versions = {v.plan_id.code: v for v in self._get_versions(company).values()}
            self.env["rc.commission.rank"]._note_changes(
                company, [(source, e.ranks) for source, e in caused], versions, reason
            )
        for source, effects in caused:
            if effects.moves:
                self.env["rc.placement.edge"]._note_moves(company, source, effects.moves)
        self.env["rc.commission.unlock"]._insert(
            [
                {
                    "key": f"{company.id}|{unlock.plan}.{unlock.rule}|{unlock.person}",
                    "company_id": company.id,
                    "partner_id": unlock.person,
                    "plan_code": unlock.plan,
                    "rule": unlock.rule,
                    "date": unlock.on,
                    "values": dict(unlock.values),
                }
                for _source, effects in caused
                for unlock in effects.unlocks
            ]
        )

    def _prepare_facts(self, company, facts):
        if not facts:
            return []
        names = {fact.currency for fact in facts}
        currencies = self.env["res.currency"].with_context(active_test=False)
        ids = {c.name: c.id for c in currencies.search([("name", "in", sorted(names))])}
        return [
            {
                "key": fact.key,
                "company_id": company.id,
                "move_line_id": _line_id(fact.line),
                "order_key": fact.order,
                "date": fact.on,
                "buyer_id": fact.buyer,
                "sponsor_id": fact.sponsor,
                "seller_id": fact.seller,
                "salesperson_id": fact.salesperson,
                "net": _numeric(fact.net),
                "quantity": _numeric(fact.quantity),
                "currency_id": ids[fact.currency],
                "exchange": {name: str(rate) for name, rate in sorted(fact.exchange.items())},
                "tier": fact.tier,
                "product": fact.product,
                "kind": fact.kind,
                "share": str(fact.share),
                "opens": fact.opens,
                "orders": fact.orders,
                "first": fact.first,
                "first_of_tier": fact.first_of_tier,
                "first_of_product": fact.first_of_product,
                "orders_of_tier": fact.orders_of_tier,
                "orders_of_product": fact.orders_of_product,
                "orders_of_kind": fact.orders_of_kind,
                "regions": dict(fact.regions) or None,
            }
            for fact in facts
        ]

    # ------------------------------------------------------------------
    # Entries
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _post_lines(self, company, moves, steps, day, unlocked):
        """Bring the entries of all awards of these invoices to what is due.

        :param steps: invoice id → its received shares
        :param unlocked: {(plan, rule, payee)} that were free before the event
        """
        awards = self._find_awards([("move_line_id.move_id", "in", moves.ids)])
        self._post_awards(company, awards, steps, day, unlocked)

    def _find_awards(self, domain):
        # by the inbox, crons and checked doors: the ledger is the system's
        return self.env["rc.commission.award"].sudo().search(domain, order="id")

    @api.model
    @api.private
    def _post_awards(self, company, awards, steps, day, unlocked):
        """See above; awards that are not for a line are due in full."""
        cash = awards.filtered(lambda a: a.give == "cash" and not a.pool_id)
        points = awards.filtered(lambda a: a.give == "points")
        pools = awards.filtered("pool_id")
        out = awards._get_screened_out()
        self._post_cash(company, cash, steps, day, unlocked, out)
        if points:
            self._post_points(points, steps, day, out)
        if gifts := awards.filtered(lambda a: a.give in GIFTS):
            self.env["rc.commission.gift"]._follow(gifts, steps, day, out)
        if pools:
            self._post_pools(company, pools, steps, day)

    def _post_cash(self, company, awards, steps, day, unlocked, out=frozenset()):
        books = read_posted(self.env, awards.ids)
        decided = (
            dict(
                self.env["rc.commission.review"]
                .sudo()  # see _find_awards
                ._read_group([("award_id", "in", awards.ids)], ["award_id", "decision"], [])
            )
            if any(award.is_review for award in awards)
            else {}
        )
        postings, shares = [], []
        for award in awards:
            key = (award.plan_code, award.rule, award.partner_id.id)
            deltas = award._decide(
                steps.get(award.move_id.id, ()),
                books[award.id],
                day,
                is_free=key in unlocked,
                is_rejected=decided.get(award) == "rejected" or award.id in out,
            )
            rate = award.explanation.get("rate") or {}
            is_share = rate.get("kind") == "pool_share"
            house = "pool" if is_share else "expense"
            postings += award._prepare_postings(deltas, books[award.id], house)
            if is_share:
                shares += [(award, delta) for delta in deltas]
        self.env["rc.commission.entry"]._post(postings)
        if shares:
            self._post_pool_shares(company, shares)

    def _post_points(self, awards, steps, day, out=frozenset()):
        """Points are pending until they are payable; a refund takes them back."""
        books = read_posted_points(self.env, awards.ids)
        decided = {
            award: deltas
            for award in awards
            if (
                deltas := award._decide(
                    steps.get(award.move_id.id, ()),
                    books[award.id],
                    day,
                    is_rejected=award.id in out,
                )
            )
        }
        # a batch is one company's; by the inbox
        program = self.env["rc.program"].sudo()._get_platform(awards.company_id)
        accounts, lots = self.env["rc.point.account"], self.env["rc.point.lot"]
        owned = {}
        for payee in dict.fromkeys(award.partner_id for award in decided):
            owned[payee] = accounts._get_or_create(payee, program)
            accounts |= owned[payee]
        balances = accounts._get_balances()
        for account_id, takeable in lots._read_takeable(accounts.ids).items():
            balances[account_id]["takeable"] = takeable
        postings = []
        for award, deltas in decided.items():
            account = owned[award.partner_id]
            postings += account._rc_prepare_award(
                award, deltas, books[award.id].count, day, balances[account.id]
            )
        self.env["rc.point.entry"]._post(postings)

    def _post_pools(self, company, awards, steps, day):
        books = read_posted_pools(self.env, awards.ids)
        balances = awards.pool_id._get_balances()
        zone = company_zone(company)
        green = self._read_green(awards)
        postings = []
        for award in awards:
            deltas = award._decide(steps.get(award.move_id.id, ()), books[award.id], day)
            for number, delta in enumerate(deltas, books[award.id].count + 1):
                gains = delta.kind == "accrual"
                if award.pool_id in green:
                    green[award.pool_id][1].append((award, number, delta))
                postings += award.pool_id._split_change(
                    balances[award.pool_id.id],
                    f"{award.key}|{number}",
                    "contribution" if gains else "reversal",
                    delta.amount if gains else -delta.amount,
                    utc_midnight(delta.on, zone),
                    f"{award._get_origin()}: {award.plan_code}.{award.rule}",
                    "expense",
                    award._get_ledger_origin(),
                    {"award_id": award.id},
                )
        self.env["rc.commission.pool.entry"]._post(postings)
        for pool, (book, changes) in green.items():
            self.env["rc.green.account"]._follow_pool(book, pool, changes)

    def _read_green(self, awards):
        """READ: return pool → (its book of green points as it stands, changes to come)."""
        found = {}
        for pool, contributions in awards.grouped("pool_id").items():
            plan = contributions[-1:].version_id._parse()
            if plan.green and plan.green.pool == pool.name:
                book = self.env["rc.green.account"]._read_book(pool, plan, contributions)
                found[pool] = (book, [])
        return found

    def _post_pool_shares(self, company, shares):
        """Take what people got out of the pools it came from."""
        names = {
            award: f"{award.plan_code}:{award.explanation['rate']['pool']}" for award, _d in shares
        }
        ids = self.env["rc.commission.pool"]._get_or_create_many(
            (company.id, names[award], award.currency_id.id) for award, _delta in shares
        )
        pools = self.env["rc.commission.pool"].sudo().browse(ids.values())  # see _find_awards
        balances = pools._get_balances()
        zone = company_zone(company)
        postings = []
        for award, delta in shares:
            pool = pools.browse(ids[company.id, names[award], award.currency_id.id])
            postings += pool._split_change(
                balances[pool.id],
                f"{award.key}|share|{delta.bucket}",
                "share",
                -delta.amount,
                utc_midnight(delta.on, zone),
                f"{award._get_origin()}: {award.plan_code}.{award.rule}",
                "people",
                award._get_ledger_origin(),
                {"award_id": award.id, "period_id": award.period_id.id or None},
            )
        self.env["rc.commission.pool.entry"]._post(postings)

    @api.model
    @api.private
    def _post_unlocks(self, company, unlocks):
        """What waited in reserve is payable from the day its task was done."""
        if not unlocks:
            return
        days = {(u.plan, u.rule, u.person): u.on for u in unlocks}
        awards = self._find_awards(
            [
                ("company_id", "=", company.id),
                ("account_id.partner_id", "in", [u.person for u in unlocks]),
                ("plan_code", "in", [u.plan for u in unlocks]),
                ("reserve_share", "!=", "0"),
            ]
        ).filtered(lambda a: (a.plan_code, a.rule, a.partner_id.id) in days)
        books = read_posted(self.env, awards.ids)
        zone = company_zone(company)
        postings = []
        for award in awards:
            amount = books[award.id].posted.reserve
            if not amount:
                continue
            on = days[award.plan_code, award.rule, award.partner_id.id]
            live = award.account_id._get_live().id
            postings.append(
                Posting(
                    key=f"{award.key}|unlock",
                    kind="unlock",
                    debit=Slot("reserve", live),
                    credit=Slot("open", live),
                    amount=amount,
                    occurred_at=utc_midnight(on, zone),
                    reason=f"{award._get_origin()}: {award.plan_code}.{award.rule}",
                    origin=award._get_ledger_origin(),
                    extra={"award_id": award.id, "payable_on": on},
                )
            )
        self.env["rc.commission.entry"]._post(postings)


def _line_id(key):
    """Return the id of the invoice line a source names, None for another source.

    >>> _line_id("account.move.line:7")
    7
    """
    model, _colon, number = key.partition(":")
    return int(number) if model == "account.move.line" else None


def _numeric(value):
    """Return an exact fraction as a decimal for the database, thirty digits behind the point."""
    return round_half_up(value, 30)
