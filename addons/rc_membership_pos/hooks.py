"""What is done once, when the addon is installed."""


def post_init_hook(env):
    """Put what is for members on the counter; whoever does not sell it there unticks it."""
    templates = env["product.template"].search([("sale_ok", "=", True)])
    templates = templates.filtered("rc_needs_customer")
    templates.available_in_pos = True
    for field, category in (
        ("rc_tier_id", "plan"),
        ("rc_package_id", "package"),
        ("rc_entitlement_id", "addon"),
    ):
        found = templates.filtered(lambda t, field=field: t[field] and not t.pos_categ_ids)
        found.pos_categ_ids = env.ref(f"rc_membership_pos.pos_category_{category}")
