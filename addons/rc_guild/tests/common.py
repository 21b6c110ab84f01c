"""Builders: leaders who found guilds, members who join and pay."""

from datetime import date, datetime
from html import escape

from odoo.addons.rc_guild.kernel.rules import GuildError
from odoo.addons.rc_membership.kernel.periods import calendar_period
from odoo.addons.rc_referral.tests.common import ReferralCase, ReferralHttpCase

JAN = datetime(2040, 1, 1, 12)
FEB = datetime(2040, 2, 1, 12)
MAR = datetime(2040, 3, 1, 12)
WISH = {
    "name": "Lanterns 灯火",
    "guild_type": "community",
    "purpose": "Light for one another",
    "description": "Evenings together.",
    "join_rule": "code",
}


class GuildMixin:
    """What the tests with and without a browser share.

    The stories play in 2040, so that months which demo data has closed are not in their way.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.closes = cls.env["rc.guild.fund.close"]
        cls.closes._claim(cls.program, calendar_period(date(2039, 12, 1), "month"), JAN)

    @classmethod
    def a_founder(cls, name="Lea", points=1000, item="premium-month"):
        """Return a member with a plan and points."""
        partner = cls.a_member(name)
        if item:
            cls.buy(partner, item, on=date(2025, 12, 15))
        account = cls.an_account(partner)
        missing = points - int(account._get_balances()[account.id]["available"])
        if missing > 0:
            account._grant(missing, f"test-start:{partner.id}", "test")
        return partner

    @classmethod
    def found(cls, partner, at=JAN, paid_with="points", **wish):
        founding = cls.env["rc.guild.founding"]
        return founding._start(partner, cls.program, {**WISH, **wish}, paid_with, at)

    @classmethod
    def a_guild(cls, name="Lanterns 灯火", at=JAN, **wish):
        return cls.found(cls.a_founder(f"Leader of {name}"), at=at, name=name, **wish).guild_id

    @classmethod
    def join(cls, partner, guild, at=JAN):
        return guild._join(partner, at, code=guild._get_code())

    @classmethod
    def stay_of(cls, partner):
        return cls.env["rc.guild.membership"]._get_live(partner, cls.program)

    @classmethod
    def sell(cls, partner, amount, on):
        """Sell a plan for ``amount`` without tax and return the open invoice."""
        order = cls.an_order(partner)
        order.order_line.price_unit = amount
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = on
        invoice.action_post()
        return invoice

    @classmethod
    def spend(cls, partner, amount, on=date(2040, 1, 10)):
        """Let a member pay ``amount``, worked off by the inbox."""
        invoice = cls.sell(partner, amount, on)
        cls.pay(invoice, on)
        cls.drain()
        return invoice

    @classmethod
    def closes_made(cls):
        return cls.closes.search([("month", ">=", date(2040, 1, 1))], order="month")

    @classmethod
    def points_of(cls, partner):
        account = cls.an_account(partner)
        balances = account._get_balances()[account.id]
        return int(balances["available"] - balances["debt"])

    @classmethod
    def balance(cls, guild):
        balances = guild.account_ids._get_balances()[guild.account_ids.id]
        return int(balances["points"]), f"{balances['fund']:.2f}"

    def assertGuildRefuses(self, code, call, *args, **kwargs):
        with self.assertRaises(GuildError) as refusal:
            call(*args, **kwargs)
        self.assertEqual(refusal.exception.code, code)
        return self.env["rc.guild"]._get_refusal(refusal.exception)


class GuildCase(GuildMixin, ReferralCase):
    pass


class GuildHttpCase(GuildMixin, ReferralHttpCase):
    def assertShows(self, page, words):
        self.assertTrue(words in page or escape(words) in page, f"the page does not say “{words}”")

    def assertHides(self, page, words):
        self.assertFalse(words in page, f"the page says “{words}”")

    def form(self, url, page="/my/guild", **values):
        """Post a form of a portal page as its browser does."""
        text = self.url_open(page).text
        token = text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(url, data={"csrf_token": token, **values})
