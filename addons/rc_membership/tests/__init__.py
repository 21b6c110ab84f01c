from . import (
    common,
    test_access,
    test_events,
    test_ledger,
    test_loyalty_face,
    test_merge,
    test_migration,
    test_points,
    test_portal,
    test_pricing,
    test_subscription,
    test_uninstall,
)
