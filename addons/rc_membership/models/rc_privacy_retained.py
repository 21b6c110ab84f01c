from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

YEARS_DEFAULT = 10


class RcPrivacyRetained(models.Model):
    """Name and address of an erased person, as posted invoices must say them: for the years of the law.

    One row a person and company, read by accountants only and deleted when the years are over.
    """

    _name = "rc.privacy.retained"
    _description = "Name Kept for Invoices"
    _order = "until, id"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    legal_name = fields.Char(required=True, readonly=True)
    address = fields.Text(readonly=True)
    vat = fields.Char("Tax ID", readonly=True)
    move_count = fields.Integer("Invoices", readonly=True)
    until = fields.Date(
        "Kept until", required=True, readonly=True, help="The first day without it."
    )

    _person_uniq = models.UniqueIndex(
        "(partner_id, company_id)", "What invoices say of this person is kept already."
    )

    def write(self, vals):
        """What is kept is kept as it was; a merge of contacts moves whose it is."""
        if set(vals) - {"partner_id"}:
            raise UserError(self.env._("What invoices say is kept as it was."))
        return super().write(vals)

    @api.model
    @api.private
    def _retain(self, partner):
        """Keep name and address of a person with posted invoices, apart from the contact."""
        people = partner | partner._rc_get_addresses()
        groups = self.env["account.move"]._read_group(
            [
                ("partner_id", "in", people.ids),
                ("state", "=", "posted"),
                ("move_type", "!=", "entry"),
            ],
            ["company_id"],
            ["__count", "date:max"],
        )
        for company, count, last in groups:
            years = relativedelta(years=company.rc_retention_years + 1)
            self.create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "legal_name": partner.name,
                    "address": partner._display_address(without_company=True).strip(),
                    "vat": partner.vat,
                    "move_count": count,
                    # the years are counted from the end of the year of the last invoice
                    "until": last.replace(month=1, day=1) + years,
                }
            )

    @api.model
    @api.private
    def _forget(self, company, today):
        """Delete what was kept long enough."""
        self.search([("company_id", "=", company.id), ("until", "<=", today)]).unlink()


class ResCompany(models.Model):
    _inherit = "res.company"

    rc_retention_years = fields.Integer(
        "Years Invoices Are Kept",
        default=YEARS_DEFAULT,
        required=True,
        help="So long name and address of an erased person are kept for their posted invoices.",
    )

    _rc_retention_positive = models.Constraint(
        "CHECK (rc_retention_years BETWEEN 1 AND 50)", "Invoices are kept for 1 to 50 years."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rc_retention_years = fields.Integer(
        related="company_id.rc_retention_years", readonly=False, required=True
    )
