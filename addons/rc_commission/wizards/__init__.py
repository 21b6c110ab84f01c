from . import (
    rc_commission_editor_mixin,
    rc_commission_rule_editor,
    rc_commission_ladder_editor,
    rc_commission_grant,
    rc_commission_plan_import,
    rc_commission_plan_compare,
    rc_commission_why,
    rc_settlement_wizard,
)
