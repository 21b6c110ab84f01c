"""Install hooks."""


def post_init_hook(env):
    """Give a code to every participant who was there before the module."""
    users = env["res.users"].search([])
    users._rc_ensure_participant_codes()
