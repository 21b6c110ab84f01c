"""Names of the shipped plans, in the reader's language; the English ones are those of the files."""


def shipped_names(env):
    """Return code → name of each shipped plan."""
    return {
        "internal_staff": env._("Internal staff"),
        "partners": env._("Partners"),
        "promoters": env._("Individual promoters"),
        "promoters_by_item": env._("Promoters by item"),
        "referral_paid": env._("Paid referrals"),
        "membership_linked": env._("Rate by own membership"),
        "cashback": env._("Shopping cashback"),
        "community_team": env._("Community team"),
        "package_referral": env._("Package referral"),
        "patron_dividend": env._("Patron dividend"),
        "chain_2_1": env._("Chain 2+1"),
        "chain_direct": env._("Chain, two levels"),
        "layered_1000": env._("Layered package 1000"),
        "green_points": env._("Green points"),
        "binary": env._("Binary"),
    }
