from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..wording.awards import award_sentence, earning_steps, given_amount
from ..wording.metrics import metric_text
from ..wording.misses import miss_sentence
from ..wording.words import basis_label


class RcCommissionAward(models.Model):
    """The explanation panel: where it comes from, how it was counted, and what became of it."""

    _inherit = "rc.commission.award"

    panel_html = fields.Html(compute="_compute_panel_html", sanitize=False)

    @api.depends_context("lang", "uid")
    def _compute_panel_html(self):
        for award in self:
            # our own template; values are escaped by it
            award.panel_html = self.env["ir.qweb"]._render(
                "rc_commission.award_panel", {"panel": award._get_panel(), "award": award}
            )

    @api.private
    def _get_panel(self, own=None):
        """Return what the panel and the portal page show of an award, names left out that the
        reader may not know.

        :param own: res.partner the reader stands for; default: the own contact
        :return: dict of ``sentence``, ``steps``, ``chain``, ``facts``, ``times``, ``skips``
        """
        self.ensure_one()
        own = own or self.env.user.partner_id
        credit = self._get_credit()
        return {
            "sentence": award_sentence(self),
            "steps": earning_steps(self.env, self.explanation, self.currency_id),
            "chain": self._get_chain(credit, own),
            "facts": self._get_facts(),
            "times": self._get_times(),
            "skips": self._get_skips(credit, own),
        }

    def _get_credit(self):
        # what the engine saw of the line; the panel hides whom the reader may not know
        credits = self.env["rc.commission.credit"].sudo()
        return credits.search([("key", "=", self.source)], limit=1)

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    def _get_chain(self, credit, own):
        """Return the people from the buyer up to the payee, each with what they are to it."""
        snapshot = credit.snapshot or {}
        payee = self.partner_id.id
        buyer = snapshot.get("buyer")
        path = [person for person in self.explanation["payee"].get("path") or [] if person != payee]
        ids = [buyer, *(person for person in path if person != buyer), payee]
        ids = [person for person in ids if isinstance(person, int)]
        names = self.env["rc.commission.estimate"]._get_visible_names(ids, own)
        chain = []
        for place, person in enumerate(ids):
            kind = "payee" if person == payee else "buyer" if person == buyer else "between"
            chain.append(
                {
                    "partner_id": person if person in names else None,
                    "name": names.get(person) or self._get_hidden_name(kind),
                    "kind": kind,
                    "label": self._get_chain_label(kind, place, snapshot, person),
                }
            )
        if self.pool_id:
            name = self.env._("Pool “%s”", self.pool_id.name)
            chain.append({"partner_id": None, "name": name, "kind": "payee", "label": ""})
        return chain

    def _get_hidden_name(self, kind):
        return self.env._("The buyer") if kind == "buyer" else self.env._("Somebody between")

    def _get_chain_label(self, kind, place, snapshot, person):
        if kind == "buyer":
            return self.env._("Buyer")
        if kind == "between":
            return self.env._("Level %s", place)
        if self.distance:
            return self.env._("Payee, level %s", self.distance)
        if person == snapshot.get("seller"):
            return self.env._("Payee, seller")
        if person == snapshot.get("salesperson"):
            return self.env._("Payee, salesperson")
        return self.env._("Payee")

    # ------------------------------------------------------------------
    # How much
    # ------------------------------------------------------------------

    def _get_facts(self):
        """Return (label, value) of the figures the amount was made of."""
        env, explanation, basis = self.env, self.explanation, self.explanation["basis"]
        facts = [(env._("Plan"), self.version_id.display_name), (env._("Rule"), self.rule)]
        if basis["of"] in ("net", "gross", "margin"):
            label = basis_label(env, basis["of"])
            facts.append((label[:1].upper() + label[1:], self._format(basis["amount"])))
        elif basis["of"] == "metric" and basis.get("metric"):
            metric = basis["metric"]
            label = metric_text(env, {**metric, "metric": metric["name"], "rank": None})
            facts.append((label[:1].upper() + label[1:], self._format(basis["amount"])))
        elif basis["of"] == "award":
            facts.append((env._("Matched commission"), self._format(basis["amount"])))
        full = given_amount(env, explanation, self.currency_id, self.amount)
        facts.append((env._("When all is received"), full))
        accrued = given_amount(env, explanation, self.currency_id, self.accrued)
        facts.append((env._("Accrued so far"), accrued))
        return facts

    def _format(self, amount):
        return self.currency_id.format(float(amount))

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    def _get_times(self):
        """Return the steps of its life: dicts of ``label``, ``date`` (text), ``tone``, ``is_done``."""
        env = self.env
        times = [self._get_time(env._("Earned"), self.received_on, "success")]
        if self.review_state == "open":
            return [*times, self._get_time(env._("Waits for a decision"), None, "warning", False)]
        if self.held:
            times.append(self._get_time(env._("Held until"), self.payable_on, "warning", False))
        elif self.payable:
            times.append(self._get_time(env._("Payable"), self.payable_on, "info"))
        # whose settlement it is follows from whose award it is
        items = env["rc.settlement.item"].sudo().search([("entry_id.award_id", "=", self.id)])
        labels = {
            "billed": (env._("Billed"), "info"),
            "paid": (env._("Paid"), "success"),
            "netted": (env._("Taken off a debt"), "success"),
        }
        for settlement in items.settlement_id.sorted("as_of"):
            if settlement.state in labels:
                label, tone = labels[settlement.state]
                times.append(
                    {
                        **self._get_time(label, settlement.as_of, tone),
                        "detail": settlement.name,
                    }
                )
        if self.state == "reversed":
            times.append(self._get_time(env._("Reversed"), None, "danger"))
        return times

    def _get_time(self, label, day, tone, is_done=True):
        text = format_date(self.env, day, date_format="medium") if day else ""
        return {"label": label, "date": text, "tone": tone, "is_done": is_done, "detail": ""}

    # ------------------------------------------------------------------
    # Who not
    # ------------------------------------------------------------------

    def _get_skips(self, credit, own):
        """Return why other rules of the plan paid nothing on the same line, each reason once."""
        estimate = self.env["rc.commission.estimate"]
        see_all = estimate._may_see_all()
        skips = [skip for skip in credit.skips or [] if skip["plan"] == self.plan_code]
        if not see_all:
            skips = [skip for skip in skips if skip["payee"] in (None, *own.ids)]
        names = estimate._get_visible_names({skip["payee"] for skip in skips}, own)
        rows = {}
        for skip in skips:
            text = miss_sentence(
                self.env, skip["code"], skip["values"], self.currency_id, discreet=not see_all
            )
            name = names.get(skip["payee"], "")
            rows.setdefault((skip["rule"], name, text), None)
        return [{"rule": rule, "name": name, "text": text} for rule, name, text in rows]

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_rc_why(self):
        """Open who else earns by the same sale, who does not, and why."""
        self.ensure_one()
        self.check_access("read")
        if not self.move_id:
            raise UserError(self.env._("This commission is not for an invoice."))
        return self.env["rc.commission.estimate"]._open_why(self.move_id)

    def action_view_version(self):
        """Open the plan version it was counted by."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.commission.plan.version",
            "res_id": self.version_id.id,
            "views": [(False, "form")],
        }
