from . import (
    common,
    test_access,
    test_badges,
    test_contribution,
    test_founding,
    test_fund,
    test_joining,
    test_merge,
    test_plan_share,
    test_portal,
    test_tour_guild,
    test_privacy,
)
