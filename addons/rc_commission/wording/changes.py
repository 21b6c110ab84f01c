"""What a new version changes, in the reader's language."""

from markupsafe import Markup

from ..kernel.plan_diff import diff_plans, normal_plan
from ..kernel.plan_file import to_flow
from .conditions import conditions_text
from .metrics import amount_text, metric_text, number_text, words_of
from .plans import (
    green_sentence,
    held_until_over,
    move_sentence,
    rank_text,
    rate_of,
    reserve_text,
    rule_sentence,
    when_text,
    who_text,
)
from .rates import given_text, share_text
from .words import (
    basis_label,
    clawback_labels,
    give_labels,
    join,
    kind_labels,
    on_limit_labels,
    role_labels,
)


def change_rows(env, old, new, old_currency, new_currency):
    """Return the differences of two definitions as rows: what, old, new (texts), kind."""
    sides = ((normal_plan(old), old_currency), (normal_plan(new), new_currency))
    rows = [_row(env, change, sides) for change in diff_plans(old, new)]
    # words that read the same together (renewal and kind) are one row
    return list({(row["what"], row["old"], row["new"]): row for row in rows}.values())


def changes_html(env, rows):
    """Return the rows as a table."""
    if not rows:
        return Markup("<p>%s</p>") % env._("The two versions say the same.")
    head = Markup("<tr><th>%s</th><th>%s</th><th>%s</th></tr>") % (
        env._("What changes"),
        env._("Before"),
        env._("After"),
    )
    body = Markup().join(
        Markup('<tr><td class="fw-bold">%s</td><td class="%s">%s</td><td class="%s">%s</td></tr>')
        % (
            row["what"],
            "text-danger" if row["kind"] != "moved" else "",
            row["old"] or "—",
            "text-success" if row["kind"] != "moved" else "",
            row["new"] or "—",
        )
        for row in rows
    )
    return Markup(
        '<table class="table table-sm o_rc_changes"><thead>%s</thead><tbody>%s</tbody></table>'
    ) % (head, body)


def _row(env, change, sides):
    texts = [
        _value_text(env, change, side, value) if value is not None else ""
        for side, value in zip(sides, (change.old, change.new), strict=True)
    ]
    return {
        "what": str(_what(env, change)),
        "kind": change.kind,
        "old": str(texts[0]),
        "new": str(texts[1]),
    }


# ------------------------------------------------------------------
# What
# ------------------------------------------------------------------


def _what(env, change):
    if change.part == "setting":
        return setting_label(env, change.key)
    if change.part == "green":
        return env._("Green points")
    if change.part == "move":
        return env._("Move in the placement tree")
    if change.part == "rank":
        ladder, rank = change.name.split(".", 1)
        return env._("Rank %(rank)s of ladder %(ladder)s", rank=rank, ladder=ladder)
    if change.part == "ladder":
        if change.key == "ranks":
            return env._("Order of the ranks of ladder %s", change.name)
        if change.key == "roles":
            return env._("Roles of ladder %s", change.name)
        return env._("Ladder %s", change.name)
    if change.kind == "moved":
        return env._("Order of the rules")
    if not change.key:
        return env._("Rule %s", change.name)
    return env._("Rule %(rule)s: %(word)s", rule=change.name, word=_rule_word(env, change.key))


def setting_label(env, key):
    return {
        "name": env._("Name"),
        "currency": env._("Currency"),
        "roles": env._("Who can earn"),
        "basis": env._("Percentages are of"),
        "hold": env._("Held until over"),
        "hold_days": env._("Days held"),
        "clawback": env._("Taken back after refunds"),
        "settlement.day": env._("Day of settlement"),
        "settlement.minimum": env._("Smallest bill"),
        "limits.levels": env._("Levels"),
        "limits.per_sale": env._("Limit of a sale"),
        "limits.per_payee_day": env._("Limit of a payee and day"),
        "limits.on_limit": env._("At the limit of a sale"),
        "reserve": env._("Reserve"),
        "point_price": env._("Value of a point"),
    }.get(key, key)


def _rule_word(env, key):
    return {
        "on": env._("when"),
        "period": env._("when"),
        "renewal": env._("when"),
        "kind": env._("when"),
        "first": env._("only the first payments"),
        "pay": env._("who"),
        "rate": env._("how much"),
        "of": env._("share of"),
        "basis": env._("share of"),
        "per": env._("for each"),
        "give": env._("given as"),
        "when": env._("conditions"),
        "reserve": env._("reserve"),
        "budget": env._("budget"),
        "cap": env._("limit of a payee"),
        "reversal": env._("after refunds"),
    }.get(key, key)


# ------------------------------------------------------------------
# Values
# ------------------------------------------------------------------


def _value_text(env, change, side, value):
    plan, currency = side
    if change.part == "setting":
        return _setting_text(env, change.key, value, currency)
    if change.part == "green":
        return green_sentence(env, value)
    if change.part == "move":
        return move_sentence(env, value, currency)
    if change.part == "rank":
        return rank_text(env, value, currency)
    if change.kind == "moved" or change.part == "ladder":
        if isinstance(value, dict):
            value = [rank["rank"] for rank in value["ranks"]]
        return join(env, value)
    if not change.key:
        return rule_sentence(env, plan, value, currency)
    rule = next(rule for rule in plan["rules"] if rule["id"] == change.name)
    return _rule_text(env, change.key, value, plan, rule, currency)


def _setting_text(env, key, value, currency):
    if key == "roles":
        labels = dict(role_labels(env))
        return join(env, [labels.get(r, r) for r in words_of(value)]) or env._("Everybody")
    if key in ("settlement.minimum", "limits.per_payee_day", "point_price"):
        return amount_text(currency, value)
    if key == "limits.levels" and value == "none":
        return env._("without limit")
    if key == "limits.per_sale":
        return share_text(env, value)
    if key == "reserve":
        return reserve_text(env, value, currency)
    if key == "hold":
        return held_until_over(env, value)
    labels = {
        "basis": {value: basis_label(env, value)},
        "clawback": dict(clawback_labels(env)),
        "limits.on_limit": dict(on_limit_labels(env)),
    }.get(key, {})
    return labels.get(value, str(value))


def _rule_text(env, key, value, plan, rule, currency):
    give = rule.get("give", "cash")
    if key in ("on", "period", "renewal", "kind"):
        kinds = dict(kind_labels(env))
        return when_text(env, rule) or join(env, [kinds.get(k, k) for k in words_of(value)])
    if key == "pay":
        return who_text(env, rule)
    if key == "rate":
        return rate_of(env, plan, rule, currency)
    if key == "when":
        return conditions_text(env, value, currency, rule.get("period")) or env._("none")
    if key == "of":
        return metric_text(env, value, rule.get("period"))
    if key == "basis":
        return basis_label(env, value)
    if key == "reserve":
        return reserve_text(env, value, currency)
    if key == "give":
        return dict(give_labels(env)).get(value, value)
    if key == "cap":
        return given_text(env, value, currency, give)
    if key == "budget":
        return given_text(env, value["amount"], currency, give) + (
            f" / {value['period']}" if value.get("period") else ""
        )
    if key == "per":
        return env._("unit") if value == "unit" else env._("order")
    if key == "reversal":
        return env._("computed again") if value == "recompute" else env._("kept")
    return number_text(value) if isinstance(value, int | str) else to_flow(value)
