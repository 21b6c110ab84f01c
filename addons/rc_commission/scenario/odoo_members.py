"""Cards that are handed on, polls, birthdays, gifts and payments under way, on real records."""

from datetime import date
from decimal import Decimal

from odoo import Command

from .types import Event, Line, NotAvailable, Refused

PROVIDER = "Scenario"


class Members:
    """Events of :class:`OdooSide` about what members give, vote and pay with points."""

    # ------------------------------------------------------------------
    # Cards
    # ------------------------------------------------------------------

    def _get_card_type(self, code: str):
        kind = self.env["rc.card.type"].search([("code", "=", code)], limit=1)
        if not kind:
            raise NotAvailable(f"the card {code}")
        return kind

    def _do_give_card(self, event: Event, who: str, card: str, key: str) -> None:
        given = self.env["rc.card"]._give(self._get_card_type(card), self.people[who], event.at)
        self.named[key] = given.id

    def _do_take_card(self, event: Event, who: str, card: str) -> None:
        """By its code, which somebody may have taken before."""
        known = self.env["rc.card"].browse(self.named.get(card, ()))
        if not known:
            raise Refused("unknown_code", f"no card {card} was given")
        # sudo: the code is the giver's, who handed it on
        cards = self.env["rc.card"].sudo()
        cards._find(known._get_code(), event.at)._take(self.people[who], event.at)

    # ------------------------------------------------------------------
    # Polls
    # ------------------------------------------------------------------

    def _do_open_poll(self, event: Event, key: str) -> None:
        """A question with the answers yes and no."""
        poll = self.env["rc.poll"].create(
            {
                "name": key,
                "program_id": self._get_program().id,
                "option_ids": [Command.create({"name": answer}) for answer in ("yes", "no")],
            }
        )
        poll.action_open()
        self.named[key] = poll.id

    def _do_vote(self, event: Event, who: str, poll: str, answer: str) -> None:
        asked = self.env["rc.poll"].browse(self.named[poll])
        option = asked.option_ids.filtered(lambda o: o.name == answer)
        asked._vote(option, self.people[who], event.at)

    def _do_close_poll(self, event: Event, poll: str) -> None:
        self.env["rc.poll"].browse(self.named[poll]).action_close()

    # ------------------------------------------------------------------
    # Birthday
    # ------------------------------------------------------------------

    def _do_tell_birthday(self, event: Event, who: str, born: date) -> None:
        self._get_points_account(who)  # of members, that is who has points
        self.people[who]._rc_tell_birthday(born, event.today)

    # ------------------------------------------------------------------
    # Gifts
    # ------------------------------------------------------------------

    def _do_gift(
        self, event: Event, who: str, to: str, item: str, key: str, starts: date | None = None
    ) -> None:
        """A plan for somebody else: ordered, billed and paid now, given now or on its day."""
        order = self._make_cart(event, who, item)
        order.order_line.write(
            {"rc_recipient_email": self.people[to].email, "rc_gift_name": to, "rc_gift_on": starts}
        )
        self._bill(order, event, key)

    def _give_gifts(self, event: Event) -> None:
        """What was bought for this day."""
        self.env["sale.order.line"]._rc_push_gifts(event.at)

    def _make_cart(self, event: Event, who: str, item: str):
        line = self._prepare_line(Line(item), None, event.today)
        return self.env["sale.order"].create(
            {
                "partner_id": self.people[who].id,
                "company_id": self.env.company.id,
                "pricelist_id": self._get_pricelist(self.scenario.currency).id,
                "date_order": event.at,
                "order_line": [Command.create(line)],
            }
        )

    # ------------------------------------------------------------------
    # Payments under way
    # ------------------------------------------------------------------

    def _do_begin_payment(self, event: Event, who: str, item: str, key: str) -> None:
        """A cart that uses the points there are; its online payment begins and holds them."""
        cart = self._make_cart(event, who, item)
        cart._update_programs_and_rewards()
        for card, rewards in cart._get_claimable_rewards().items():
            cart._apply_program_reward(rewards[:1], card)
        cart._update_programs_and_rewards()
        payment = self.env["payment.transaction"].create(
            {
                "provider_id": self._get_provider().id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "operation": "online_redirect",
                "amount": cart.amount_total,
                "currency_id": cart.currency_id.id,
                "partner_id": cart.partner_id.id,
                "reference": f"scenario-{key}",
                "sale_order_ids": [Command.set(cart.ids)],
            }
        )
        self.named[key] = payment.id

    def _get_provider(self):
        providers = self.env["payment.provider"]
        domain = [("company_id", "=", self.env.company.id), ("name", "=", PROVIDER)]
        return providers.search(domain, limit=1) or providers.create(
            {"name": PROVIDER, "code": "none", "company_id": self.env.company.id}
        )

    def _do_end_payment(self, event: Event, order: str, result: str) -> None:
        """The provider answers: done, failed, or promised (a transfer on its way)."""
        payment = self.env["payment.transaction"].browse(self.named[order])
        if result == "failed":
            payment._set_error("refused")
        elif result == "promised":
            payment._set_pending()
        else:
            payment._set_done()
            payment._check_amount_and_confirm_order()


class MemberFigures:
    """Figures of polls."""

    def read_votes(self, today: date, poll: str, answer: str) -> Decimal:
        asked = self.env["rc.poll"].search(
            [("name", "=", poll), ("company_id", "=", self.env.company.id)], limit=1
        )
        counts = {option.name: count for option, count in asked._get_result()}
        return Decimal(counts.get(answer, 0))
