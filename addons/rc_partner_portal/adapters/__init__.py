"""READ: what a partner brought and earned, set-based, always by owner and company.

Days are dates in the company's time zone; instants are naive UTC; amounts are exact. Nothing here
checks rights: the callers name the owner.
"""

from .journey import read_member_moves, read_members
from .money import (
    read_bills,
    read_earned_daily,
    read_entries,
    read_payments,
)
from .sales import count_first_payments, read_first_sales, read_revenue_daily, read_sales
from .scope import Fact, Scope, get_scope
from .traffic import (
    read_daily_clicks,
    read_daily_sign_ups,
    read_first_clicks,
    read_sign_ups,
)
