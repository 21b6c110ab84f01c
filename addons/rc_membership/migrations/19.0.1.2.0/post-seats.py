from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The shipped Team plans sell extra seats from now on; whoever chose another product keeps it."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for unit in ("month", "year"):
        plan = env.ref(f"rc_membership.product_team_{unit}", raise_if_not_found=False)
        seat = env.ref(f"rc_membership.product_team_seat_{unit}", raise_if_not_found=False)
        if plan and seat and not plan.rc_seat_product_id:
            plan.rc_seat_product_id = seat.product_variant_id
