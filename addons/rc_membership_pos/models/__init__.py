from . import (
    account_move,
    loyalty_program,
    pos_config,
    pos_order,
    pos_order_points,
    product_product,
    product_template,
    rc_demo,
    rc_point_account,
    res_config_settings,
    res_partner,
)
