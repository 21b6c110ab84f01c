from . import rc_package_decision
from . import (
    rc_benefit_use_wizard,
    rc_entitlement_give_wizard,
    rc_entitlement_transfer_wizard,
)
from . import rc_ladder_threshold
from . import rc_member_rank_grant
from . import rc_subscription_change, rc_subscription_days, rc_subscription_transfer
