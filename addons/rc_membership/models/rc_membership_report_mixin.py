from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import local_day


class RcMembershipReportMixin(models.AbstractModel):
    """A report of memberships: rows that the database computes when they are read; nobody writes it.

    Figures of a day (members, MRR) cannot be added over months: their sum over several months is
    divided by the number of months, which is their average.
    """

    _name = "rc.membership.report.mixin"
    _description = "Membership Report"

    # figures of a day: name of the field → field whose values are the days
    _rc_stocks = {}
    # shares: name of the field → (part, whole), in percent
    _rc_rates = {}

    @api.model
    def _get_today(self):
        return local_day(fields.Datetime.now(), self.env.company)

    def _read_group_select(self, aggregate_spec, query):
        name, _separator, func = aggregate_spec.partition(":")
        if name in self._rc_rates:
            part, whole = (self._field_to_sql(self._table, n, query) for n in self._rc_rates[name])
            return SQL("ROUND(SUM(%s) * 100.0 / NULLIF(SUM(%s), 0), 2)", part, whole)
        selected = super()._read_group_select(aggregate_spec, query)
        if name in self._rc_stocks and func in ("sum", "sum_currency"):
            days = self._field_to_sql(self._table, self._rc_stocks[name], query)
            digits = 0 if self._fields[name].type == "integer" else 6
            return SQL(
                "ROUND((%s)::numeric / NULLIF(COUNT(DISTINCT %s), 0), %s)", selected, days, digits
            )
        return selected
