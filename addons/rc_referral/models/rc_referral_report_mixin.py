from odoo import api, models
from odoo.tools import SQL


class RcReferralReportMixin(models.AbstractModel):
    """A report of referrals: rows that the database computes when they are read; nobody writes it."""

    _name = "rc.referral.report.mixin"
    _inherit = ["rc.membership.report.mixin"]
    _description = "Referral Report"

    # name of the field → (part, whole): one divided by the other, over whatever is grouped
    _rc_ratios = {}

    def _read_group_select(self, aggregate_spec, query):
        name = aggregate_spec.partition(":")[0]
        if name in self._rc_ratios:
            part, whole = (self._field_to_sql(self._table, n, query) for n in self._rc_ratios[name])
            return SQL("ROUND(SUM(%s) / NULLIF(SUM(%s), 0)::numeric, 2)", part, whole)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _get_company_currency(self):
        """Return SQL of the currency of a row's company."""
        return SQL("(SELECT currency_id FROM res_company WHERE id = company_id)")
