"""Where scenarios play on real records: one transaction that is never committed.

A company per currency is made once; each file plays in a savepoint of its own, so nothing of it is
left for the next.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from odoo import SUPERUSER_ID, Command, api
from odoo.tools import SQL

from .catalogue import load_items
from .clock import Clock
from .odoo_ranks import forget_growth
from .odoo_rewards import get_names
from .odoo_side import OdooSide
from .packages import NAMED_ONLY
from .types import NotAvailable, Scenario

CHART = "generic_coa"
RENEWAL_MAIL = "email_template_edi_invoice"
# contacts and orders of a world nobody looks at need no mails and no followers
CONTEXT = {
    "tz": "UTC",
    "lang": "en_US",
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "no_reset_password": True,
}

# where points and revenue are booked is the books of the company the program comes from
BOOKS = (
    "point_liability_account_id",
    "point_expense_account_id",
    "point_journal_id",
    "deferral_account_id",
    "deferral_journal_id",
    "deferral_from",
    "point_liability_from",
)


class Stage:
    """``with Stage(cr) as stage: with stage.play(scenario) as side: …``"""

    def __init__(self, cr):
        self.cr = cr
        self.env = api.Environment(cr, SUPERUSER_ID, CONTEXT)
        self.clock = Clock(cr)
        self.companies = {}
        self._home = None  # where the program is: the company's environment and a savepoint

    def __enter__(self) -> "Stage":
        self.clock.__enter__()
        self.env.execute_query(SQL("SELECT set_config('jit', 'off', TRUE)"))  # many small queries
        self._clear()
        return self

    def __exit__(self, *error) -> None:
        self.clock.__exit__(*error)

    @contextmanager
    def play(self, scenario: Scenario) -> Iterator[OdooSide]:
        """Set the world of a scenario up, and take it away again."""
        begin = scenario.events[0].at
        self.clock.set(begin)
        env = self._enter(scenario.currency)
        savepoint = self.cr.savepoint(flush=True)
        try:
            self._set_rates(env, scenario)
            self._switch_rules(env, scenario)
            yield OdooSide(env, scenario, self.clock)
        finally:
            self._take_back(savepoint)

    def _take_back(self, savepoint) -> None:
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        self.env.registry.reset_changes()

    # ------------------------------------------------------------------
    # Once
    # ------------------------------------------------------------------

    def _clear(self) -> None:
        """In a database with people, none of them takes part; nobody reads renewal mails."""
        names = self.env["ir.model.data"]
        names.search([("module", "=", "account"), ("name", "=", RENEWAL_MAIL)]).unlink()
        partners = self.env["res.partner"].search([("rc_participant_role", "!=", False)])
        partners.rc_participant_role = False

    def _enter(self, currency: str):
        """Return the environment of the currency's company, with the program in it.

        The program stays there for the scenarios that follow, until one has another currency.
        """
        company = self._get_company(currency)
        if self._home and self._home[0].company == company:
            return self._home[0]
        self._leave()
        env = self.env(context={**CONTEXT, "allowed_company_ids": company.ids})
        self._home = env, self.cr.savepoint(flush=True)
        try:
            self._move_program(env)
        except BaseException:
            self._leave()
            raise
        return env

    def _leave(self) -> None:
        if self._home:
            _env, savepoint = self._home
            self._home = None
            self._take_back(savepoint)

    def _get_company(self, currency: str):
        if currency not in self.companies:
            self._leave()  # a company outlives the savepoint
            self.companies[currency] = self._make_company(currency)
        return self.companies[currency]

    def _make_company(self, name: str):
        """Make a company with books in the currency, no taxes, time zone UTC."""
        currency = self._get_currency(name)
        # a country would make Odoo install its localisation, and commit
        env = self.env(context={**CONTEXT, "chart_template_load": True})
        company = env["res.company"].create(
            {"name": f"Scenario {name}", "currency_id": currency.id}
        )
        env["account.chart.template"].try_loading(CHART, company, install_demo=False)
        company = self.env["res.company"].browse(company.id)
        company.write(
            {
                "currency_id": currency.id,
                "account_sale_tax_id": False,
                "account_purchase_tax_id": False,
            }
        )
        company.partner_id.tz = "UTC"
        self._get_products().with_company(company).taxes_id = False
        return company

    def _get_products(self):
        return self.env["product.product"].search([("default_code", "in", list(load_items()))])

    def _get_currency(self, name: str):
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", name)])
        if not currency:
            raise NotAvailable(f"the currency {name}")
        currency.active = True
        return currency

    # ------------------------------------------------------------------
    # For each company
    # ------------------------------------------------------------------

    def _move_program(self, env) -> None:
        """The platform's program is the company's, with its packages and a list of prices;
        all its rules are off until a scenario names them."""
        # sudo: the program is another company's until it is moved; all of it is rolled back
        program = env.ref("rc_membership.program_platform").sudo()
        program.loyalty_program_id.company_id = env.company
        program.write({"company_id": env.company.id, **dict.fromkeys(BOOKS, False)})
        forget_growth(env, program)
        rights = env["rc.entitlement"].sudo()  # as the program
        rights.search([("company_id", "!=", env.company.id)]).company_id = env.company
        # sudo: another company's until they are moved, as the program
        env["rc.reward.budget"].sudo().search([]).company_id = env.company
        program.package_currency_id = env.company.currency_id
        packages = env["rc.package"].with_context(active_test=False)
        packages = packages.search([("program_id", "=", program.id)])
        packages.currency_id = env.company.currency_id
        for rules in self._get_rules(env, program):
            rules.active = False
        self._make_pricelist(env)

    def _get_rules(self, env, program):
        """Return the program's rules of points, growth and rewards, those that are off too."""
        for name in ("rc.point.rule", "rc.growth.rule", "rc.reward.rule"):
            model = env[name].with_context(active_test=False)
            yield model.search([("program_id", "=", program.id)])

    def _make_pricelist(self, env) -> None:
        env["product.pricelist"].search([]).active = False
        env["product.pricelist"].create(
            {
                "name": "Scenario",
                "company_id": env.company.id,
                "currency_id": env.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": product.id,
                            "compute_price": "fixed",
                            "fixed_price": product.lst_price,
                        }
                    )
                    for product in self._get_products()
                ],
            }
        )

    # ------------------------------------------------------------------
    # For each file
    # ------------------------------------------------------------------

    def _set_rates(self, env, scenario: Scenario) -> None:
        for name, dated in scenario.rates.items():
            env["res.currency.rate"].create(
                [
                    {
                        "currency_id": self._get_currency(name).id,
                        "company_id": env.company.id,
                        "name": max(day, scenario.events[0].today.replace(month=1, day=1)),
                        "company_rate": float(rate),
                    }
                    for day, rate in dated.items()
                ]
            )

    def _switch_rules(self, env, scenario: Scenario) -> None:
        """Of the program's shipped rules those the scenario names are on, and no others; of the
        promotions that give points of their own the same, from the first event on."""
        program = env.ref("rc_membership.program_platform")
        for rules in self._get_rules(env, program):
            rules.filtered(lambda r: get_names(r) & set(scenario.rules)).active = True
        promotions = env["rc.package.promotion"].search([("program_id", "=", program.id)])
        for promotion in promotions.filtered(lambda p: p.kind in NAMED_ONLY):
            if promotion.code in scenario.rules:
                promotion.date_from = scenario.events[0].today
            else:
                promotion.active = False
