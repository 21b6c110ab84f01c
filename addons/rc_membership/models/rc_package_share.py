from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.packages import bought_share


class RcPackageShare(models.Model):
    """Points issued by program and month, and how many of them were bought."""

    _name = "rc.package.share"
    _description = "Share of Bought Points"
    _auto = False
    _order = "month desc, program_id"
    _rec_name = "month"

    program_id = fields.Many2one("rc.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    month = fields.Date(readonly=True)
    bought = fields.Float(digits=(16, 0), readonly=True)
    bonus = fields.Float(digits=(16, 0), readonly=True)
    earned = fields.Float(digits=(16, 0), readonly=True)
    total = fields.Float("Issued", digits=(16, 0), readonly=True)
    share = fields.Float("Bought (%)", digits=(16, 1), readonly=True, aggregator="avg")
    share_max = fields.Float(related="program_id.package_share_max")
    is_high = fields.Boolean(compute="_compute_is_high")

    @property
    def _table_query(self):
        """Lots are what was issued; those that continue another lot were issued before."""
        return SQL(
            """
            SELECT MIN(lot.id) AS id, account.program_id, account.company_id,
                   date_trunc('month', lot.made_on)::date AS month,
                   SUM(CASE WHEN lot.nature = 'bought' THEN lot.amount ELSE 0 END) AS bought,
                   SUM(CASE WHEN lot.nature = 'bonus' THEN lot.amount ELSE 0 END) AS bonus,
                   SUM(CASE WHEN lot.nature = 'earned' THEN lot.amount ELSE 0 END) AS earned,
                   SUM(lot.amount) AS total,
                   ROUND(100 * SUM(CASE WHEN lot.nature = 'bought' THEN lot.amount ELSE 0 END)
                         / SUM(lot.amount), 1) AS share
              FROM rc_point_lot lot
              JOIN rc_point_account account ON account.id = lot.account_id
             WHERE lot.root_id IS NULL
             GROUP BY account.program_id, account.company_id, date_trunc('month', lot.made_on)
            """
        )

    @api.depends("share", "share_max")
    def _compute_is_high(self):
        for row in self:
            row.is_high = row.share > row.share_max

    @api.model
    @api.private
    def _get_shares(self, programs, month):
        """Return program id → Fraction of the points issued in a month that were bought."""
        self.env.flush_all()
        rows = self.search([("program_id", "in", programs.ids), ("month", "=", month)])
        return {
            row.program_id.id: bought_share(int(row.bought), int(row.total - row.bought))
            for row in rows
        }
