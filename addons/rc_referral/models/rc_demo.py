import hashlib
from datetime import timedelta

from odoo import api, models

# member, xmlid of the code or owner of the personal code, days ago they signed up
_SIGN_UPS = [
    ("mia", "code_lotus", 88),
    ("leo", "code_luna", 83),
    ("ana", "code_lotus", 75),
    ("ben", "mia", 68),
    ("chen", "mia", 62),
    ("dev", "code_luna", 47),
    ("eva", "code_bamboo", 40),
    ("finn", "leo", 35),
    ("gao", "code_sales001", 14),
    ("hana", "mia", 6),
]
# code or owner, clicks in 90 days, source of the visits
_CLICKS = [
    ("code_lotus", 96, "instagram"),
    ("code_luna", 140, "youtube"),
    ("code_bamboo", 52, "wechat"),
    ("code_sales001", 24, None),
    ("mia", 31, "whatsapp"),
    ("leo", 9, None),
]
_DAYS = 90
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile"


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_referral(self):
        """Three months of clicks, who came by them, and who brought the orders there are."""
        if self.env["rc.sponsor.edge"].search_count([], limit=1):
            return
        now = self.env.cr.now().replace(minute=0, second=0, microsecond=0)
        for source, clicks, medium in _CLICKS:
            self._tell_clicks(self._get_demo_code(source), clicks, medium, now)
        for member, source, days_ago in _SIGN_UPS:
            self._tell_sign_up(member, self._get_demo_code(source), now - timedelta(days=days_ago))
        self._tell_attribution()
        self.env["rc.event"]._drain()

    @api.model
    def _get_demo_code(self, source):
        if source.startswith("code_"):
            return self.env.ref(f"rc_referral.{source}")
        partner = self.env.ref(f"rc_membership.partner_{source}")
        partner._rc_ensure_code()
        return partner._rc_get_main_code()

    @api.model
    def _tell_clicks(self, code, clicks, source, now):
        """Spread clicks over the days, more of them lately; the same on every machine."""
        for number in range(clicks):
            digest = hashlib.sha256(f"{code.partner_id.id}:{number}".encode()).digest()
            share = digest[0] / 255
            at = now - timedelta(days=int(_DAYS * share**2), hours=digest[1] % 14)
            self.env["rc.touch"]._record(
                code,
                digest[2:18].hex(),
                at,
                landing_path=code.landing_path or "/",
                utm={"source": source},
                agent="Googlebot/2.1" if digest[18] % 16 == 0 else _PHONE,
            )

    @api.model
    def _tell_sign_up(self, member, code, at):
        """A visitor clicks, looks around, and signs up twenty minutes later."""
        partner = self.env.ref(f"rc_membership.partner_{member}")
        user = self.env.ref(f"rc_membership.user_{member}")
        visitor = hashlib.sha256(f"visitor of {member}".encode()).hexdigest()[:32]
        channels = {self._get_demo_code(source): channel for source, _count, channel in _CLICKS}
        self.env["rc.touch"]._record(
            code,
            visitor,
            at - timedelta(minutes=20),
            landing_path="/",
            agent=_PHONE,
            utm={"source": channels.get(code)},
        )
        self.env["rc.attribution"]._decide_for_sign_up(partner, at, visitor=visitor)
        self.env["rc.event"]._push(
            f"res.users:{user.id}:signed_up", "signed_up", partner, occurred_at=at
        )

    @api.model
    def _tell_attribution(self):
        """Decide for the orders that were there before the sponsors were, and their payments."""
        partners = [self.env.ref(f"rc_membership.partner_{name}").id for name, *_rest in _SIGN_UPS]
        orders = self.env["sale.order"].search(
            [("partner_id", "in", partners), ("state", "=", "sale")], order="date_order"
        )
        for order in orders:
            self.env["rc.attribution"]._decide_for_order(order)
        subscriptions = self.env["rc.subscription"].search([("partner_id", "in", partners)])
        for move in subscriptions._get_invoices().sorted("invoice_date"):
            self.env["rc.event"]._push(f"account.move:{move.id}:demo", "payment_changed", move)
