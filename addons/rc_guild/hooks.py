"""Uninstall hook."""


def uninstall_hook(env):
    """Ledgers with entries are never dropped without a confirmed export."""
    env["rc.ledger.export"]._check_uninstall(["rc_guild"])
