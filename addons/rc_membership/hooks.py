"""Install and uninstall hooks."""

from .db import drop_functions


def uninstall_hook(env):
    """Last line of defence: ledgers with entries are never dropped without a confirmed export."""
    env["rc.ledger.export"]._check_uninstall(["rc_membership"])
    drop_functions(env.cr, ["rc_append_only", "rc_point_face", "rc_point_lots"])
