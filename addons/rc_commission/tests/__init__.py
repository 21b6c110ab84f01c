from . import (
    test_access,
    test_accrual,
    test_green,
    test_ledger,
    test_money,
    test_plan,
    test_portal,
    test_settlement,
)
