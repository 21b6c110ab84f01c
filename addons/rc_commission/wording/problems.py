"""What is wrong with a plan file, where, and what was probably meant."""

from ..kernel.plan_file import find_line


def plan_problem(env, error, text=None):
    """Return a refusal of the kernel as a sentence with line, path and suggestion.

    :param error: ``PlanError``
    :param text: the file, to find the line in
    """
    line = error.values.get("line") or (text and find_line(text, error.path))
    parts = [env._("Line %s:", line)] if line else []
    if error.path:
        parts.append(f"{error.path}:")
    parts.append(problem_sentence(env, error))
    if error.values.get("suggestion"):
        parts.append(env._("Did you mean “%s”?", error.values["suggestion"]))
    elif error.values.get("known") and error.code.startswith("unknown_"):
        parts.append(env._("Possible are: %s.", error.values["known"]))
    return " ".join(str(part) for part in parts)


def problem_sentence(env, error):
    """Return what is wrong, without its place."""
    values = dict.fromkeys(
        ("key", "value", "known", "problem", "least", "most", "first", "second", "module"), ""
    )
    values |= error.values
    found = _file_problems(env, values) | _plan_problems(env, values)
    return found.get(error.code) or _expected(env, values)


def _file_problems(env, values):
    """What can be wrong with a word or a figure, whatever the plan."""
    return {
        "unknown_key": env._("“%(key)s” is not a word of plan files here.", **values),
        "unknown_value": env._("“%(value)s” is not possible here.", **values),
        "missing_key": env._("“%(key)s” is missing.", **values),
        "duplicate_key": env._("“%(key)s” is given twice.", **values),
        "not_here": env._("“%(key)s” means nothing here. Leave it out.", **values),
        "bad_amount": env._("“%(value)s” is not an amount; write it like 5.00.", **values),
        "bad_percent": env._("“%(value)s” is not a percentage; write it like 10%%.", **values),
        "out_of_range": env._("%(value)s is out of range (from %(least)s to %(most)s).", **values),
        "bad_syntax": env._("The file is not valid YAML: %(problem)s.", **values),
    }


def _plan_problems(env, values):
    """What can be wrong between the parts of a plan."""
    return {
        "duplicate_rule": env._("Two rules have the id “%(value)s”. Rename one.", **values),
        "duplicate_rank": env._("The rank “%(value)s” stands twice in its ladder.", **values),
        "contradiction": env._("“%(value)s” leaves nothing to pay on.", **values),
        "never_met": env._(
            "“%(first)s” and “%(second)s” are never true together, so this would never pay. "
            "Change or remove one of them.",
            **values,
        ),
        "brackets_order": env._(
            "Steps go up: each “from” must be more than the one before it. Sort them and leave "
            "none twice.",
            **values,
        ),
        "unknown_ladder": env._("The plan has no ladder “%(value)s”.", **values),
        "unknown_rank": env._("The ladder has no rank “%(value)s”.", **values),
        "unknown_pool": env._("No rule pays into the pool “%(value)s”.", **values),
        "unknown_rule": env._("The plan has no rule “%(value)s”.", **values),
        "match_circle": env._(
            "The rule matches itself, directly or through others: a match may only name rules "
            "that do not depend on it.",
            **values,
        ),
        "not_installed": env._(
            "“%(value)s” needs the app %(module)s, which is not installed. Install it first or "
            "choose somebody else.",
            **values,
        ),
        "unknown_currency": env._("The currency “%(value)s” does not exist.", **values),
    }


def _expected(env, values):
    """What belongs here."""
    return {
        "mapping": env._("Here belong words with their values, and at least one of them."),
        "text": env._("Here belongs a word. Put it in quotes if it looks like a number."),
        "texts": env._("Here belongs a word or a list of words, like [staff, partner]."),
        "integer": env._("Here belongs a whole number."),
        "flag": env._("Here belongs true or false."),
        "date": env._("Here belongs a date like 2026-01-31."),
        "list": env._("Here belongs a list."),
        "levels": env._("Here belongs a number of levels from 1, or “none” for no limit."),
        "rules": env._("Here belongs a list of at least one rule."),
        "rate": env._("Here belongs a rate: 10%, 5.00, a table or brackets."),
        "rank": env._("Here belongs a ladder with its rank, like {promoter: elite}."),
        "conditions": env._("Here belongs a list of conditions, like [{item: {tier: pro}}]."),
        "id": env._("An id is a short word without “.”, “:” and “|”."),
        "ranks": env._("Here belongs a list of ranks from low to high, like [{rank: bronze}]."),
        "width": env._("Here belong two numbers: places directly below, and below each of those."),
        "table_by_rank": env._(
            "Here belongs a table by rank, like {by: rank, ladder: …, table: …}."
        ),
        "table_by_region": env._("Here belongs a table by region, like {by: region, table: …}."),
        "table_by_milestone": env._(
            "A table by milestone belongs to rules on “reach”, and these to such a table."
        ),
    }.get(values.get("expected"), env._("This is not what belongs here."))
