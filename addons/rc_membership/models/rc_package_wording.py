from fractions import Fraction

from odoo import api, models


def percent(rate):
    """Return a rate as people read it.

    >>> percent(Fraction(1, 8))
    '12.5 %'
    """
    return f"{float(Fraction(rate) * 100):g} %"


class RcPackageWording(models.AbstractModel):
    """The sentence that says how points of a purchase came about, in the reader's language."""

    _name = "rc.package.wording"
    _description = "Wording of Package Points"

    @api.model
    @api.private
    def _explain(self, facts, names=None):
        """Return the sentences of a kernel explanation.

        :param facts: ``Points.explanation``
        :param names: promotion code → name; default: those of the records
        """
        if not facts:
            return ""
        names = names or self._get_names([code for code, _rate in facts["promotions"]])
        count = facts["points"] * facts["quantity"]
        parts = [self.env._("%s points", f"{count:,}")]
        if facts["quantity"] > 1:
            parts = [
                self.env._(
                    "%(quantity)s × %(points)s = %(count)s points",
                    quantity=facts["quantity"],
                    points=f"{facts['points']:,}",
                    count=f"{count:,}",
                )
            ]
        if Fraction(facts["bonus_rate"]):
            parts.append(self.env._("%s bonus of the package", percent(facts["bonus_rate"])))
        if Fraction(facts["level_rate"]):
            parts.append(
                self.env._(
                    "%(rate)s for your level %(level)s",
                    rate=percent(facts["level_rate"]),
                    level=(facts["level"] or "").upper(),
                )
            )
        text = " + ".join(parts)
        if len(parts) > 1:
            text = f"{text} = {self._number(facts['base'])}"
        for code, rate in facts["promotions"]:
            text = f"{text} + {percent(rate)} {names.get(code, code)}"
        if Fraction(facts["anniversary"]):
            again = self._number(facts["anniversary"])
            text = f"{text} + " + self.env._("%s anniversary", again)
        return self.env._(
            "%(text)s: %(total)s points in all", text=text, total=f"{facts['total']:,}"
        )

    @api.model
    def _get_names(self, codes):
        promotions = self.env["rc.package.promotion"].sudo()  # buyers read names, not records
        found = promotions.with_context(active_test=False).search([("code", "in", list(codes))])
        return {promotion.code: promotion.name for promotion in found}

    @api.model
    def _number(self, text):
        value = Fraction(text)
        return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.2f}"

    @api.model
    @api.private
    def _describe(self, promotion):
        """Return what a promotion gives, as members read it."""
        steps = promotion.step_ids
        texts = {
            "first_purchase": self.env._(
                "+%(rate)g %% on your first package, within %(days)s days of sign-up",
                rate=promotion.percent,
                days=promotion.first_days,
            ),
            "holiday": self.env._("+%g %% on every package", promotion.percent),
            "anniversary": self.env._("The bonus of every package is doubled"),
            "price_cut": self.env._("−%g %% on the price", promotion.percent),
            "quantity": " · ".join(
                self.env._("%(count)g at once: +%(rate)g %%", count=s.threshold, rate=s.percent)
                for s in steps
            ),
            "group": " · ".join(
                self.env._("%(count)g people: +%(rate)g %%", count=s.threshold, rate=s.percent)
                for s in steps
            ),
            "month_steps": " · ".join(
                self.env._(
                    "%(amount)s in a month: +%(points)s points",
                    amount=promotion.program_id.package_currency_id.format(s.threshold),
                    points=s.points,
                )
                for s in steps
            ),
            "board": self.env._(
                "The %(count)s best buyers of a month win points, the first %(points)s",
                count=len(steps),
                points=f"{max(steps.mapped('points'), default=0):,}",
            ),
        }
        return texts.get(promotion.kind, "")
