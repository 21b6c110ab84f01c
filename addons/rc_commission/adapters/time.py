"""The company's calendar: time comes in as an argument or is read once, here."""

from zoneinfo import ZoneInfo

from odoo import fields

from odoo.addons.rc_membership.kernel.periods import local_date


def company_zone(company):
    """Return the time zone of a company: its contact's, else UTC."""
    return ZoneInfo(company.sudo().partner_id.tz or "UTC")  # whoever reads amounts by date


def local_day(at, company):
    """Return the date of the naive UTC instant ``at`` where the company is."""
    return local_date(at, company_zone(company))


def company_today(company):
    """Return today's date where the company is: for buttons, crons and screens only."""
    return local_day(fields.Datetime.now(), company)
