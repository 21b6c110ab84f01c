"""Install and uninstall hooks."""

from odoo.addons.rc_membership.db import drop_functions


def post_init_hook(env):
    """Put the shipped plans in force from today, unless demo data did so with an earlier date."""
    env["rc.commission.plan"]._load_shipped(env.ref("base.main_company"))


def uninstall_hook(env):
    """Last line of defence: ledgers with entries are never dropped without a confirmed export."""
    env["rc.ledger.export"]._check_uninstall(["rc_commission"])
    drop_functions(env.cr, ["rc_commission_version_frozen"])
