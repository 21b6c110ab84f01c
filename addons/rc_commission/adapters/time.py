"""The company's calendar: time comes in as an argument or is read once, here."""

from odoo import fields

from odoo.addons.rc_membership.adapters import company_zone, local_day

__all__ = ["company_today", "company_zone", "local_day"]


def company_today(company):
    """Return today's date where the company is: for buttons, crons and screens only."""
    return local_day(fields.Datetime.now(), company)
