"""A plan's rules as sentences in the reader's language, from what the plan file says.

Everything here reads a definition that ``parse_plan`` has accepted (plain dicts, lists and texts),
not the parsed blocks: the editor words a rule while it is written.
"""

from .conditions import condition_text, conditions_text
from .metrics import amount_text, metric_text, number_text, words_of
from .ranks import rank_label
from .rates import given_text, rate_text, share_text
from .words import basis_label, either, join, kind_labels, tree_label


def rule_sentence(env, definition, rule, currency):
    """Return a rule as a sentence: pay whom how much of what, when, under which conditions.

    :param definition: the plan's definition (settings that hold for all its rules)
    :param rule: one of its rules, as in the file
    """
    clauses = [
        *_limits_of(env, definition, rule),
        conditions_text(env, rule.get("when"), currency, _own_period(rule)),
        *_amount_limits(env, rule, currency),
        _reserve_text(env, definition, rule, currency),
        _hold_text(env, definition, rule),
        env._("counted again after later refunds") if rule.get("reversal") == "recompute" else "",
    ]
    sentence = env._(
        "Pay %(who)s %(rate)s %(when)s",
        who=who_text(env, rule),
        rate=rate_of(env, definition, rule, currency),
        when=when_text(env, rule),
    )
    if (rule.get("pay") or {}).get("to") in ("pool", "guild"):
        sentence = env._(
            "Put %(rate)s into %(who)s %(when)s",
            who=who_text(env, rule),
            rate=rate_of(env, definition, rule, currency),
            when=when_text(env, rule),
        )
    return env._("%(sentence)s.", sentence=join(env, [sentence, *clauses]))


def _own_period(rule):
    return rule.get("period") if rule.get("on") == "close" else None


# ------------------------------------------------------------------
# Who
# ------------------------------------------------------------------


def who_text(env, rule):
    """Return who earns by a rule."""
    pay = rule.get("pay") or {}
    to = pay.get("to")
    if to in ("sponsor", "upline", "differential"):
        text = _tree_text(env, to, pay)
    elif to == "match":
        text = _match_text(env, pay)
    elif to == "team":
        text = (
            env._("the members of the sales team by their share")
            if pay.get("split") == "weighted"
            else env._("the members of the sales team in equal parts")
        )
    else:
        text = {
            "seller": env._("the seller"),
            "salesperson": env._("the salesperson of the order"),
            "region": env._(
                "the owners of the shipping address's region, less what smaller regions get,"
            ),
            "service_point": env._("the service point of the order"),
            "guild": env._("the fund of the buyer's guild"),
            "guild_leader": env._("the leader of the buyer's guild"),
            "channel_manager": env._("the channel manager of the seller"),
            "person": env._("the person %s", pay.get("person", "")),
            "each": _each_text(env, rule),
            "pool": env._("the pool “%s”", pay.get("pool", "")),
            "pool_share": env._("the holders of each rank")
            if isinstance(rule.get("rate"), dict)
            else env._("the participants, in equal parts,"),
        }.get(to, str(to))
    if isinstance(pay.get("split"), dict) and pay["split"].get("parent"):
        share = share_text(env, pay["split"]["parent"])
        text = env._("%(who)s (%(share)s of it to their parent partner)", who=text, share=share)
    return text


def _each_text(env, rule):
    return {
        "signup": env._("whoever signs up"),
        "clicks": env._("whoever's codes were clicked"),
        "mission": env._("whoever did the mission"),
        "close": env._("each participant"),
    }.get(rule.get("on"), env._("the buyer"))


def _tree_text(env, to, pay):
    tree = tree_label(env, pay.get("tree"))
    if to == "sponsor":
        level = pay.get("level", 1)
        text = env._("the sponsor") if level == 1 else env._("the level-%s sponsor", level)
        if pay.get("compress"):
            text = env._("%s (or, if not eligible, the next above)", text)
        return text
    if to == "upline":
        text = env._(
            "the nearest %(rank)s or higher above in the %(tree)s",
            rank=rank_label(env, pay.get("rank")),
            tree=tree,
        )
    else:
        text = env._("everybody above in the %s, less what is paid below them,", tree)
    if pay.get("from") == "seller":
        text = env._("%s, from the seller up", text)
    elif pay.get("from") == "buyer":
        text = env._("%s, from the buyer up", text)
    if pay.get("include_self") is False:
        text = env._("%s, the first person not counted", text)
    return text


def _match_text(env, pay):
    rules = either(env, [f"“{rule}”" for rule in words_of(pay.get("rules"))])
    if pay.get("rank") and not pay.get("level"):
        who = env._("the nearest %s or higher above", rank_label(env, pay["rank"]))
    else:
        level = pay.get("level", 1)
        who = env._("the sponsor") if level == 1 else env._("the level-%s sponsor", level)
        if pay.get("rank"):
            who = env._("%(who)s (%(rank)s or higher)", who=who, rank=rank_label(env, pay["rank"]))
    if pay.get("earner_rank"):
        return env._(
            "%(who)s of each %(rank)s or higher who earns by %(rules)s",
            who=who,
            rank=rank_label(env, pay["earner_rank"]),
            rules=rules,
        )
    return env._("%(who)s of whoever earns by %(rules)s", who=who, rules=rules)


# ------------------------------------------------------------------
# How much
# ------------------------------------------------------------------


def rate_of(env, definition, rule, currency):
    pay, on = rule.get("pay") or {}, rule.get("on")
    give, order = rule.get("give", "cash"), ""
    if isinstance(rule.get("of"), dict) and on == "close":
        order = metric_text(env, rule["of"], _own_period(rule))
    per = "unit" if rule.get("per") == "unit" else ("once" if on == "payment" else "")
    if pay.get("to") == "match":
        base = env._("that award")
    elif pay.get("to") == "pool_share":
        base = env._("the pool “%s”", pay.get("pool", ""))
    elif order:
        base = order
    else:
        base = basis_label(env, rule.get("basis") or definition.get("basis", "net"))
    return rate_text(env, rule.get("rate"), currency, base, give, per, order)


def when_text(env, rule):
    """Return what makes a rule pay."""
    on = rule.get("on")
    if on == "close":
        return {
            "week": env._("at the end of each week"),
            "month": env._("at the end of each month"),
            "quarter": env._("at the end of each quarter"),
            "year": env._("at the end of each year"),
        }.get(rule.get("period"), "")
    if on == "reach":
        what = metric_text(env, rule.get("of") or {})
        return env._("when a sale takes their %s to the figure", what)
    if on != "payment":
        return {
            "signup": env._("at the sign-up"),
            "clicks": env._("for each thousand valid clicks"),
            "mission": env._("when a mission is done"),
            "pickup": env._("when the pickup of an order is verified"),
        }.get(on, str(on))
    return _payment_text(env, rule)


def _payment_text(env, rule):
    labels = dict(kind_labels(env))
    kinds = words_of(rule.get("kind"))
    renewal = rule.get("renewal", "any")
    if renewal == "never":
        kinds = [kind for kind in kinds if kind != "renewal"]
    if kinds:
        return env._("on: %s", either(env, [labels.get(kind, kind) for kind in kinds]))
    if renewal == "only":
        return env._("on renewals")
    if renewal == "never":
        return env._("on every payment but renewals")
    return env._("on every payment")


# ------------------------------------------------------------------
# Limits and times
# ------------------------------------------------------------------


def _limits_of(env, definition, rule):
    pay = rule.get("pay") or {}
    if pay.get("to") in ("upline", "differential"):
        levels = (definition.get("limits") or {}).get("levels", 2)
        if levels == "none":
            yield env._("however many levels up")
        else:
            yield env._("up to level %s", levels)
    if rule.get("first") == 1:
        yield env._("only on a buyer's first payment")
    elif rule.get("first"):
        yield env._("only on a buyer's first %s payments", rule["first"])


def _amount_limits(env, rule, currency):
    give = rule.get("give", "cash")
    budget = rule.get("budget")
    if budget is not None:
        values = budget if isinstance(budget, dict) else {"amount": budget}
        amount = given_text(env, values.get("amount"), currency, give)
        yield {
            "day": env._("at most %s a day in all", amount),
            "week": env._("at most %s a week in all", amount),
            "month": env._("at most %s a month in all", amount),
            "quarter": env._("at most %s a quarter in all", amount),
            "year": env._("at most %s a year in all", amount),
        }.get(values.get("period"), env._("at most %s in all", amount))
    if rule.get("cap") is not None:
        yield env._("at most %s for each payee", given_text(env, rule["cap"], currency, give))


def _reserve_text(env, definition, rule, currency):
    """Say what waits; the conditions of a reserve of the whole plan stand with the plan."""
    if rule.get("give", "cash") != "cash" or (rule.get("pay") or {}).get("to") in ("pool", "guild"):
        return ""
    own, reserve = rule.get("reserve"), definition.get("reserve")
    if not own:
        share = reserve and share_text(env, reserve.get("share", ""))
        return env._("%s of it in reserve", share) if reserve else ""
    text = reserve_text(env, own, currency)
    if own.get("when"):
        text = env._(
            "%(text)s (%(when)s)", text=text, when=conditions_text(env, own["when"], currency)
        )
    return text


def reserve_text(env, reserve, currency):
    """Return what waits in reserve and what for."""
    return env._(
        "%(share)s of it waiting until: %(until)s",
        share=share_text(env, reserve.get("share", "")),
        until=conditions_text(env, reserve.get("until"), currency, plain=True),
    )


def _hold_text(env, definition, rule):
    if (rule.get("pay") or {}).get("to") in ("pool", "guild") or rule.get("give", "cash") != "cash":
        return ""
    if definition.get("hold"):
        return held_until_over(env, definition["hold"])
    days = definition.get("hold_days", 30)
    return env._("held %s days", days) if days else env._("payable at once")


def held_until_over(env, period):
    return {
        "week": env._("held until the week is over"),
        "month": env._("held until the month is over"),
        "quarter": env._("held until the quarter is over"),
        "year": env._("held until the year is over"),
    }.get(period, period)


# ------------------------------------------------------------------
# The rest of a plan
# ------------------------------------------------------------------


def limits_sentences(env, definition, currency):
    """Return the limits of a plan as sentences."""
    limits = definition.get("limits") or {}
    if limits.get("per_sale") is not None:
        yield env._(
            "All commissions of one sale together stay within %(share)s of %(basis)s: %(how)s.",
            share=share_text(env, limits["per_sale"]),
            basis=basis_label(env, definition.get("basis", "net")),
            how=limit_action(env, limits.get("on_limit", "scale")),
        )
    if limits.get("per_payee_day") is not None:
        yield env._(
            "Nobody earns more than %s a day.", amount_text(currency, limits["per_payee_day"])
        )
    if limits.get("levels") == "none":
        yield env._("It pays however many levels up.")
    else:
        yield env._("It pays up to level %s above the buyer.", limits.get("levels", 2))


def limit_action(env, on_limit):
    return {
        "scale": env._("beyond that all are scaled down"),
        "cut": env._("beyond that the last ones are cut"),
        "review": env._("beyond that all wait for a decision"),
    }.get(on_limit, on_limit)


def move_sentence(env, move, currency):
    """Return a move in the placement tree as a sentence."""
    do = move.get("do")
    rank = rank_label(env, move.get("rank"))
    if do == "leave_two":
        return env._(
            "Who becomes %s leaves the first two directly sponsored people to the one above and "
            "starts anew.",
            rank,
        )
    if do == "spillover":
        width = [str(number) for number in move.get("width") or ()]
        return env._(
            "Who joins is placed below the first free place, %(width)s places wide by level.",
            width=join(env, width),
        )
    if do == "idle_swap":
        return env._(
            "At the end of each period (%(period)s) the most active of the later direct people, by "
            "%(what)s, takes the place of one left behind, an idle one first.",
            period=move.get("period", ""),
            what=metric_text(env, move.get("by") or {}),
        )
    return str(do)


def green_sentence(env, green):
    """Return what the pool of green points does."""
    text = env._(
        "%(share)s of what goes into the pool “%(pool)s” becomes the buyer's points at the price "
        "before it; sold back they pay %(payout)s of their value",
        share=share_text(env, green.get("share", "")),
        pool=green.get("pool", ""),
        payout=share_text(env, green.get("payout", "")),
    )
    if green.get("exit"):
        text = env._(
            "%(text)s; at %(times)s times the purchases they are sold for the holder",
            text=text,
            times=number_text(green["exit"]),
        )
    return env._("%(sentence)s.", sentence=text)


def rank_text(env, rank, currency):
    """Return what a rank asks for, without its name."""
    from_any = [condition_text(env, item, currency, plain=True) for item in rank.get("any") or ()]
    texts = [either(env, from_any)] if from_any else []
    texts += [condition_text(env, item, currency, plain=True) for item in rank.get("all") or ()]
    if rank.get("after"):
        texts.insert(0, env._("after %s", rank_label(env, rank["after"])))
    if not texts:
        texts.append(env._("no requirements"))
    if rank.get("demote") is False:
        texts.append(env._("kept once reached"))
    if rank.get("grace"):
        texts.append(env._("kept for %s more periods", rank["grace"]))
    return join(env, texts)
