"""READ: Odoo records become frozen data with exact numbers, set-based.

Numbers are read as text, because Odoo's cursor hands out ``numeric`` columns as binary numbers.
"""

from .invoices import line_key, read_bill_payments, read_invoices
from .ledger import (
    read_award_states,
    read_balances,
    read_open_items,
    read_posted,
    read_posted_points,
    read_posted_pools,
)
from .sales import read_sales
from .time import company_today, company_zone, local_day
