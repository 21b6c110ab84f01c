from . import (
    rc_program,
    rc_guild,
    rc_guild_membership,
    rc_guild_account,
    rc_guild_entry,
    rc_guild_fund_close,
    rc_guild_founding,
    rc_code,
    rc_event,
    res_partner,
    sale_order,
    product_product,
)
