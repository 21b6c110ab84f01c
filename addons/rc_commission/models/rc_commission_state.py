from odoo import api, fields, models
from odoo.tools import SQL


class RcCommissionState(models.Model):
    """One row per company that every change of its network writes first.

    Ranks, placement, pools and budgets follow from what is bought, and Odoo's transactions do not
    see each other's rows: two payments at once that promote somebody together would both decide
    without the other. Who writes this row second gets a serialization fault, and its caller tries
    again with what is true then.
    """

    _name = "rc.commission.state"
    _description = "State of the Network"
    _rec_name = "company_id"
    _order = "company_id"
    _allow_sudo_commands = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    changes = fields.Integer(
        readonly=True, help="How often something was decided for this company's network."
    )

    _company_uniq = models.UniqueIndex("(company_id)", "A company has one state.")

    @api.model
    @api.private
    def _claim(self, companies):
        """Be the only transaction that decides for these companies; to be called before reading."""
        for company_id in sorted(companies.ids):
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO rc_commission_state (company_id, changes) VALUES (%s, 1)
                    ON CONFLICT (company_id) DO UPDATE
                       SET changes = (rc_commission_state.changes + 1) %% 1000000000
                    RETURNING id
                    """,
                    company_id,
                )
            )
