"""What is done once, when the addon is installed."""


def post_init_hook(env):
    """Put what is for members on the counter; whoever does not sell it there unticks it."""
    category = env.ref("rc_membership_pos.pos_category_membership")
    templates = env["product.template"].search([("sale_ok", "=", True)])
    templates = templates.filtered("rc_needs_customer")
    templates.available_in_pos = True
    templates.filtered(lambda t: not t.pos_categ_ids).pos_categ_ids = category
