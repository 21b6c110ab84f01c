"""Who brought an order or a member, on real records: coupons, deals, leads, claims, corrections."""

from odoo import Command

from .types import Event, NotAvailable, Refused

WORDS = {
    "model": "rc_attribution_model",
    "window": "rc_window_days",
    "lead_window": "rc_lead_window_days",
    "coupon_above_deal": "rc_coupon_above_deal",
    "new_only": "rc_new_customers_only",
}
PARAMETERS = {
    "model": "link_model",
    "window": "window_days",
    "lead_window": "lead_window_days",
    "new_only": "new_customers_only",
    "paid_by": "paid_by",
}


class Attribution:
    """Events of :class:`OdooSide` about who brought whom."""

    def _do_link_rule(self, event: Event, who: str | None = None, **said) -> None:
        values = {k: v == "yes" if v in ("yes", "no") else v for k, v in said.items()}
        if who is None:
            for word, name in PARAMETERS.items():
                text = str(values[word]) if values.get(word) else ""
                self.env["ir.config_parameter"].set_param(f"rc_referral.{name}", text)
            return
        vals = {WORDS[word]: value for word, value in values.items() if word in WORDS}
        campaign = self.env["utm.campaign"].create({"name": f"of {who}", **vals})
        self.people[who]._rc_ensure_code().campaign_id = campaign

    def _do_coupon(self, event: Event, who: str, code: str, percent: int) -> None:
        """A promotion code that takes percents off an order, owned by a participant."""
        self.env["loyalty.program"].create(
            {
                "name": code,
                "program_type": "promo_code",
                "trigger": "with_code",
                "applies_on": "current",
                "company_id": self.env.company.id,
                "currency_id": self._get_pricelist(self.scenario.currency).currency_id.id,
                "rule_ids": [Command.create({"mode": "with_code", "code": code})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": percent,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                        }
                    )
                ],
            }
        )
        self.env["rc.code"].create(
            {"code": code, "kind": "coupon", "partner_id": self.people[who].id}
        )

    def _apply_coupon(self, order, coupon: str) -> None:
        found = order._try_apply_code(coupon)
        if "error" in found:
            raise NotAvailable(f"the coupon {coupon}: {found['error']}; it")
        for card, rewards in found.items():
            order._apply_program_reward(rewards[:1], card)

    def _do_deal(self, event: Event, who: str, customer: str) -> None:
        """Registered by a colleague and approved at once."""
        deal = self.env["rc.deal"].create(
            {
                "name": customer,
                "partner_id": self.people[who].id,
                "customer_id": self.people[customer].id,
                "company_id": self.env.company.id,
            }
        )
        deal._approve(event.at, self.env.user)

    def _do_lead(self, event: Event, who: str, code: str) -> None:
        partner = self.people[who]
        lead = self.env["crm.lead"].create(
            {"name": who, "partner_id": partner.id, "company_id": self.env.company.id}
        )
        lead._rc_set_typed_code(self.people.get_code(code, partner))
        self.leads[who] = lead.id

    def _do_claim(self, event: Event, who: str, order: str) -> None:
        claim = self.env["rc.attribution.claim"].create(
            {
                "order_id": self._get_sale(order).id,
                "claimant_id": self.people[who].id,
                "reason": "scenario",
            }
        )
        claim._accept(event.at, self.env.user)

    def _do_correct_sponsor(self, event: Event, who: str, code: str) -> None:
        changes = self.env["rc.sponsor.change"]
        text = self.people.get_code(code, self.people[who]).code
        changes._correct_by_member(self.people[who], self.env.user, text, event.at)

    def _do_change_sponsor(self, event: Event, who: str, to: str) -> None:
        if self._closes_circle(self.people[who], self.people[to]):
            raise Refused("cycle", f"{to} stands below {who}")
        change = self.env["rc.sponsor.change"].create(
            {
                "member_id": self.people[who].id,
                "sponsor_id": self.people[to].id,
                "reason": "scenario",
                "company_id": self.env.company.id,
            }
        )
        change._do(event.at, self.env.user)

    def _get_sale(self, order: str):
        return self.invoice(order).line_ids.sale_line_ids.order_id
