"""A scenario on real records: contacts, orders, invoices, payments, refunds, settlements."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.kernel.ledger import LedgerError
from odoo.addons.rc_membership.kernel.subscription import RUNNING

from ..kernel.green import GreenError
from ..kernel.plan_file import to_json
from .common import adopt_currency, find_green, price_of
from .figures import Figure
from .odoo_attribution import Attribution
from .odoo_codes import RedeemsCodes
from .odoo_earning import Earning
from .odoo_figures import Figures
from .odoo_life import Life, paid_of
from .odoo_members import Members
from .odoo_packages import BuysPackages
from .odoo_people import People
from .odoo_points import Points
from .odoo_programs import Programs
from .odoo_ranks import close_growth
from .odoo_rewards import Rewards
from .odoo_usage import Usage
from .types import Event, NotAvailable, Refused, Scenario
from .vocabulary import REFUSALS

NAME = "odoo"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"  # who names none counts as a bot


class OdooSide(
    Attribution,
    Earning,
    Life,
    Members,
    Points,
    Programs,
    Rewards,
    Usage,
    BuysPackages,
    RedeemsCodes,
):
    """Plays a scenario in the company of ``env``; the stage takes it all back."""

    name = NAME

    def __init__(self, env, scenario: Scenario, clock):
        self.env, self.scenario, self.clock = env, scenario, clock
        self.begin = scenario.events[0].today
        self._first_event = env["rc.event"].search([], order="id desc", limit=1).id or 0
        self.people = People(env, scenario, clock)
        self.orders: dict[str, int] = {}
        self.charged_back: dict[str, Decimal] = {}
        self.touches: dict[str, str] = {}
        self.leads: dict[str, int] = {}  # person → lead a colleague typed a code on
        self.named: dict[str, int] = {}  # key of an event → the card, poll or payment it made
        self.people.make_all()
        self._publish_plans(self.begin)
        self.people.relate_all()
        self._drain()
        self.figures = Figures(env, scenario, self.people)

    def _publish_plans(self, since: date) -> None:
        """Put the scenario's plans in force, those that need somebody's word too: the override is
        recorded, and gone with everything else."""
        plans = self.env["rc.commission.plan"]
        for sequence, definition in enumerate(adopt_currency(self.scenario), 1):
            text = to_json(self._name_people(definition))
            plan = plans._import_text(text, self.env.company)
            plan.sequence = sequence
            plan.version_ids._publish_with_override(since, f"scenario: {self.scenario.name}")

    def _name_people(self, definition: Mapping) -> dict:
        """A plan names its people by ids of contacts."""
        rules = []
        for rule in definition.get("rules", ()):
            pay = dict(rule["pay"])
            if pay.get("to") == "person" and self.people[pay.get("person")]:
                pay["person"] = self.people[pay["person"]].id
            rules.append({**rule, "pay": pay})
        return {**definition, "rules": rules}

    def invoice(self, key: str):
        return self.env["account.move"].browse(self.orders[key])

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def due(self, event: Event) -> None:
        """Set the clock and let due jobs run: memberships that ran out, events that wait."""
        self.clock.set(event.at)
        subscriptions = self.env["rc.subscription"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "in", RUNNING),
                ("period_end", "<=", event.today),
            ],
            order="period_end, id",
        )
        for subscription in subscriptions:
            subscription._review(event.today)
        while self.env["rc.point.account"]._run_due(self.env.company, event.today):
            pass
        self.env["rc.point.hold"]._free_due(event.at)
        self._earn_due(event.today)
        self._give_gifts(event)
        self._drain()
        self._review_rewards(event.at)
        self._drain()  # clicks that a plan pays

    def play(self, event: Event) -> object:
        """Do an event in a savepoint of its own, with what follows from it.

        :raise Refused: with the code of refusal
        """
        handler: Callable | None = getattr(self, f"_do_{event.do}", None)
        if handler is None:
            raise NotAvailable(f"the event {event.do}")
        try:
            with self.env.cr.savepoint():
                handler(event, **event.args)
                self._drain()
        except (UserError, LedgerError, GreenError) as error:
            self.env.invalidate_all(flush=False)
            code = getattr(error, "code", None)
            raise Refused(code if code in REFUSALS else "refused", str(error)) from error
        return None

    def _drain(self) -> None:
        """Work off the inbox as its cron does."""
        inbox = self.env["rc.event"]
        domain = [("id", ">", self._first_event), ("state", "!=", "done")]
        while events := inbox.search(domain):
            for event in events:
                event._work()
                if event.error:
                    raise Refused("crashed", event.error)

    def _do_advance(self, event: Event) -> None:
        """Only the clock."""

    def _do_touch(self, event: Event, visitor: str, code: str, count: int = 1) -> None:
        """A click; ``count``: of so many people, of whom ``visitor`` is one."""
        touch = self.env["rc.touch"]
        found = self.people.get_code(code)
        if visitor not in self.touches:
            self.touches[visitor] = touch._make_visitor()
        others = (touch._make_visitor() for _number in range(count - 1))
        for person in (self.touches[visitor], *others):
            touch._record(found, person, event.at, "/", agent=BROWSER)

    def _do_signup(self, event: Event, who: str, code=None, touch=None) -> None:
        """A visitor signs up: contact, decision who brought them, sponsor."""
        person = self.scenario.person(who)
        if not self.people[who]:
            self.people.make_one(person)
        partner = self.people[who]
        typed = self.people.get_code(code, partner) if code else self.env["rc.code"]
        if typed and self._closes_circle(partner, typed.partner_id):
            raise Refused("cycle", f"{typed.partner_id.name} stands below {who}")
        if not (code or touch) and person.sponsor:
            self.people.bind(who, person.sponsor, event.at)
        self.env["rc.attribution"]._decide_for_sign_up(
            partner, event.at, typed=typed, visitor=self.touches.get(touch)
        )
        self.env["rc.event"]._push(f"scenario:{partner.id}:signed_up", "signed_up", partner)

    def _closes_circle(self, member, sponsor) -> bool:
        return member.id in self.env["rc.sponsor.edge"]._get_ancestor_ids(sponsor)

    # ------------------------------------------------------------------
    # Orders and money
    # ------------------------------------------------------------------

    def _do_pay(
        self,
        event: Event,
        who: str,
        lines,
        key: str,
        currency=None,
        region=None,
        coupon=None,
        code=None,
        paid=None,
        salesperson=None,
        group=None,
        touch=None,
    ) -> None:
        """Order, confirmation, invoice, payment."""
        partner = self.people[who]
        user = self.people[salesperson].user_ids[:1] if salesperson else self.env["res.users"]
        if salesperson and not user:
            raise Refused("not_eligible", f"{salesperson} is not staff")
        pricelist = self._get_pricelist(currency or self.scenario.currency)
        values = {
            "partner_id": partner.id,
            "company_id": self.env.company.id,
            "pricelist_id": pricelist.id,
            "date_order": event.at,
            "user_id": user.id,
            "order_line": [
                Command.create(self._prepare_line(line, currency, event.today)) for line in lines
            ],
        }
        if region is not None:
            values["partner_shipping_id"] = self._get_address(partner, region).id
        values |= {"opportunity_id": self.leads.get(who), "rc_visitor": self.touches.get(touch)}
        order = self.env["sale.order"].create(values)
        if coupon:
            self._apply_coupon(order, coupon)
        if code:
            order._rc_set_typed_code(self.people.get_code(code, partner))
        if group:
            order._rc_join_group(group)
        self._bill(order, event, key, paid)

    def _bill(self, order, event: Event, key: str, paid: Decimal | None = None) -> None:
        """Confirm and invoice an order; register what is ``paid`` (None: all of it)."""
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = event.today
        invoice.action_post()
        self.orders[key] = invoice.id
        amount = exact(invoice.amount_total) if paid is None else paid
        if amount:
            self._pay(invoice, event.today, amount)

    def _prepare_line(self, line, currency: str | None, on: date) -> dict:
        product = self.env["product.product"].search([("default_code", "=", line.item)], limit=1)
        if not product:
            raise NotAvailable(f"item {line.item}")
        values = {"product_id": product.id, "product_uom_qty": line.quantity}
        if line.amount is not None:
            values["price_unit"] = float(line.amount / line.quantity)
        elif currency and currency != self.scenario.currency:
            values["price_unit"] = float(price_of(self.scenario, line.item, currency, on))
        return values

    def _get_pricelist(self, currency: str):
        pricelists = self.env["product.pricelist"]
        domain = [
            ("company_id", "=", self.env.company.id),
            ("currency_id.name", "=", currency),
        ]
        found = pricelists.search(domain, limit=1)
        if not found:
            record = self.env["res.currency"].search([("name", "=", currency)])
            if not record or currency not in self.scenario.rates:
                raise Refused("not_available", f"the scenario gives no rate for {currency}")
            values = {"name": currency, "currency_id": record.id}
            found = pricelists.create({**values, "company_id": self.env.company.id})
        return found

    def _get_address(self, partner, region: Mapping[str, str]):
        address = self.env["res.partner"].create(
            {"name": partner.name, "type": "delivery", "parent_id": partner.id}
        )
        address.rc_region_ids = self.people.get_regions(region)
        return address

    def _pay(self, move, on: date, amount: Decimal):
        """Register a payment as an accountant does."""
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": on, "amount": float(amount)})
            ._create_payments()
        )

    def _do_pay_more(self, event: Event, order: str, amount: Decimal) -> None:
        self._pay(self.invoice(order), event.today, amount)

    def _get_payments(self, order: str):
        """Return the payments that stand on an order's invoice, oldest first."""
        lines = self.invoice(order).line_ids.matched_credit_ids.credit_move_id
        return lines.payment_id.sorted("id")

    def _take_payments(self, payments) -> None:
        """Take payments back: reset and cancelled."""
        payments.action_draft()
        payments.action_cancel()

    def _do_bounce(self, event: Event, order: str) -> None:
        self._take_payments(self._get_payments(order)[-1:])

    def _do_chargeback(self, event: Event, order: str) -> None:
        payments = self._get_payments(order)
        self.charged_back[order] = sum((exact(p.amount) for p in payments), Decimal(0))
        self._take_payments(payments)

    def _do_chargeback_won(self, event: Event, order: str) -> None:
        self._pay(self.invoice(order), event.today, self.charged_back.pop(order))

    def _do_refund(self, event: Event, order: str, amount: Decimal | None = None) -> None:
        """A credit note; what was received beyond what is still owed then is returned."""
        invoice = self.invoice(order)
        notes = invoice.reversal_move_ids.filtered(lambda m: m.state == "posted")
        credited = sum((exact(note.amount_total) for note in notes), Decimal(0))
        left = exact(invoice.amount_total) - credited
        total = left if amount is None else min(amount, left)
        received = self._get_received(invoice, notes)
        note = self._make_note(invoice, event.today, total)
        returned = received - (left - total)
        if returned > 0:
            self._pay(note, event.today, returned)
        self._match(invoice, note)

    def _get_received(self, invoice, notes) -> Decimal:
        """Return what was paid on an invoice less what was returned on its credit notes."""
        paid = sum(
            (
                exact(part.debit_amount_currency)
                for part in invoice.line_ids.matched_credit_ids
                if part.credit_move_id.move_id.move_type == "entry"
            ),
            Decimal(0),
        )
        returned = sum(
            (
                exact(part.credit_amount_currency)
                for part in notes.line_ids.matched_debit_ids
                if part.debit_move_id.move_id.move_type == "entry"
            ),
            Decimal(0),
        )
        return paid - returned

    def _make_note(self, invoice, on: date, total: Decimal):
        """Post a credit note over the whole invoice, or over an amount of it."""
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": on, "reason": "scenario"})
        )
        note = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        if total != exact(invoice.amount_total):
            first, *others = note.invoice_line_ids.filtered(lambda x: x.display_type == "product")
            values = {"quantity": 1, "discount": 0, "price_unit": float(total)}
            if others:  # an amount off all lines belongs to none of them
                values |= {"product_id": False, "sale_line_ids": [Command.clear()]}
            note.write(
                {
                    "invoice_line_ids": [
                        Command.update(first.id, values),
                        *(Command.delete(line.id) for line in others),
                    ]
                }
            )
        note.action_post()
        return note

    def _match(self, invoice, note) -> None:
        """What a credit note takes off an unpaid invoice is matched with it."""
        lines = (invoice | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
        if len(lines.move_id) == 2:
            lines.reconcile()

    # ------------------------------------------------------------------
    # Memberships
    # ------------------------------------------------------------------

    def _get_subscription(self, who: str):
        program = self.env["rc.program"]._get_platform()
        subscription = self.env["rc.subscription"]._get_running(self.people[who], program)
        if not subscription:
            raise Refused("not_eligible", f"{who} has no running membership")
        return subscription

    def _do_renew(self, event: Event, who: str, key: str) -> None:
        """The next period's invoice is paid; it is made if nothing made it before."""
        subscription = self._get_subscription(who)
        invoices = subscription._get_invoices().filtered(
            lambda m: m.state == "posted" and m.payment_state == "not_paid"
        )
        invoice = invoices[:1] or subscription._bill_next_period(event.today)
        self.orders[key] = invoice.id
        self._pay(invoice, event.today, exact(invoice.amount_total))

    def _do_cancel(self, event: Event, who: str, when: str) -> None:
        subscription = self._get_subscription(who)
        if when == "now":
            subscription._end("cancelled", event.today)
        else:
            subscription._set_ending(True)

    # ------------------------------------------------------------------
    # Network
    # ------------------------------------------------------------------

    def _do_grant_rank(self, event: Event, who: str, ranks: Mapping[str, str]) -> None:
        for ladder, rank in ranks.items():
            self.people.grant_rank(who, ladder, rank, event.today)

    def _do_set_region(self, event: Event, who: str, region: Mapping[str, str]) -> None:
        self.people.set_region(who, region)

    def _do_close(self, event: Event, period: str) -> None:
        self.env["rc.commission.period"]._close(self.env.company, period, event.today)
        if period == "month":  # the purchase board, where the file's rules name it
            self.env["rc.package.board"]._close_due(self.env.company, event.today)
        close_growth(self.env, period, event.today)

    def _do_mission(self, event: Event, who: str, mission: str) -> None:
        if self._claim_mission(event, who, mission):
            return
        key = f"mission:{mission}:{who}:{event.index}"
        engine = self.env["rc.commission.engine"]
        engine._happen("mission", self.people[who], event.today, key)

    def _do_pickup(self, event: Event, order: str, point: str) -> None:
        sale = self.invoice(order).line_ids.sale_line_ids.order_id
        self.env["rc.commission.engine"]._pickup(sale, self.people[point], event.at)

    def _do_sell_points(self, event: Event, who: str, amount: int) -> None:
        plan = find_green(self.figures.plans(event.today))
        self.env["rc.green.account"]._sell(
            self.env.company,
            self.people[who],
            plan.code,
            amount,
            event.today,
            f"scenario:{event.index}",
        )

    def _do_settle(self, event: Event) -> None:
        run = self.env["rc.settlement.run"]._start(self.env.company, event.today)
        run._settle_all()

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def read_figure(self, figure: Figure, today: date) -> object:
        if figure.subject == "paid":
            return paid_of(self.invoice(*figure.path))
        if figure.subject in ("winner", "evidence"):
            return self.figures.read_attribution(self._get_sale(*figure.path), figure.subject)
        reader: Callable | None = getattr(self.figures, f"read_{figure.subject}", None)
        if reader is None:
            raise NotAvailable(f"the figure {figure.subject}")
        return reader(today, *figure.path)

    def cash(self, who: str, today: date) -> dict[str, dict[str, Decimal]]:
        return self.figures.cash(who, today)

    def explain(self, figure: Figure, today: date) -> list[str]:
        return self.figures.explain(figure, today)
