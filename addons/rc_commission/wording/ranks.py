"""Ranks and ladders by name: shipped ones in the reader's language, others as their code reads."""


def rank_label(env, code):
    """Return a rank's name: "advanced" is "Advanced", "v1" is "V1"."""
    if not code:
        return env._("No rank")
    return _rank_names(env).get(code) or _readable(code)


def ladder_label(env, code):
    """Return a ladder's name."""
    return _ladder_names(env).get(code) or _readable(code)


def _readable(code):
    text = str(code).replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]


def _rank_names(env):
    return {
        "starter": env._("Starter"),
        "advanced": env._("Advanced"),
        "elite": env._("Elite"),
        "mentor": env._("Mentor"),
        "junior": env._("Junior"),
        "senior": env._("Senior"),
        "top": env._("Top"),
        "ambassador": env._("Ambassador"),
        "standard": env._("Standard"),
        "premium": env._("Premium"),
        "enterprise": env._("Enterprise"),
        "global": env._("Global"),
        "agent": env._("Agent"),
        "boss": env._("Boss"),
        "partner": env._("Partner"),
        "cofounder": env._("Co-founder"),
        "director": env._("Director"),
        "apprentice": env._("Apprentice"),
        "explorer": env._("Explorer"),
        "bronze": env._("Bronze"),
        "silver": env._("Silver"),
        "gold": env._("Gold"),
        "promotion_ambassador": env._("Promotion Ambassador"),
        "soul_mentor": env._("Soul Mentor"),
        "rainbow_light": env._("Rainbow Light"),
        "star": env._("Star"),
    }


def _ladder_names(env):
    return {
        "promoter": env._("Promoters"),
        "sales": env._("Sales"),
        "partner": env._("Partners"),
        "patron": env._("Patrons"),
        "chain": env._("Chain"),
        "pool": env._("Pool"),
        "team": env._("Team"),
        "title": env._("Titles"),
        "referral": env._("Referrals"),
        "promotion": env._("Promotion"),
        "soul": env._("Soul"),
        "rainbow": env._("Rainbow"),
        "honour": env._("Honours"),
    }
