"""A whole plan in words: what the editor lists and what an import shows before it is done."""

from markupsafe import Markup

from odoo.tools import format_date

from ..kernel.plan_form import ranks_of
from ..kernel.plan_review import dead_rules, override_reasons
from .conditions import conditions_text
from .metrics import words_of
from .plans import (
    green_sentence,
    limits_sentences,
    move_sentence,
    rank_text,
    rule_sentence,
)
from .rates import share_text
from .words import join, role_labels


def plan_overview(env, definition, currency):
    """Return a plan in words, as JSON values.

    ``rules``: id, text, remark; ``ladders``: code, roles, ranks (code, text); ``notes``: sentences
    about limits, moves, pools; ``reasons``: why publishing it needs an override.
    """
    remarks = {
        remark.values["rule"]: remark_sentence(env, remark) for remark in dead_rules(definition)
    }
    return {
        "rules": [
            {
                "id": rule["id"],
                "text": rule_sentence(env, definition, rule, currency),
                "remark": remarks.get(rule["id"], ""),
            }
            for rule in definition.get("rules") or ()
        ],
        "ladders": [
            _ladder(env, code, ladder, currency)
            for code, ladder in (definition.get("ladders") or {}).items()
        ],
        "notes": list(_notes(env, definition, currency)),
        "reasons": reason_sentences(env, definition),
    }


def _ladder(env, code, ladder, currency):
    labels = dict(role_labels(env))
    roles = words_of(ladder.get("roles")) if isinstance(ladder, dict) else []
    return {
        "code": code,
        "roles": join(env, [labels.get(role, role) for role in roles]),
        "ranks": [
            {"code": rank["rank"], "text": rank_text(env, rank, currency)}
            for rank in ranks_of(ladder)
        ],
    }


def _notes(env, definition, currency):
    labels = dict(role_labels(env))
    roles = [labels.get(role, role) for role in words_of(definition.get("roles"))]
    if roles:
        yield env._("Who can earn by it: %s.", join(env, roles))
    else:
        yield env._("Everybody can earn by it.")
    yield from limits_sentences(env, definition, currency)
    if definition.get("reserve"):
        yield _reserve_note(env, definition["reserve"], currency)
    for move in definition.get("moves") or ():
        yield move_sentence(env, move, currency)
    if definition.get("green"):
        yield green_sentence(env, definition["green"])
    if definition.get("clawback") == "full":
        yield env._("After any refund the whole award is taken back.")
    elif definition.get("clawback") == "none":
        yield env._("Nothing is taken back after a refund.")
    settlement = definition.get("settlement") or {}
    yield env._("Settled on day %s of each month.", settlement.get("day", 15))


def _reserve_note(env, reserve, currency):
    values = {
        "share": share_text(env, reserve.get("share", "")),
        "until": conditions_text(env, reserve.get("until"), currency, plain=True),
        "when": conditions_text(env, reserve.get("when"), currency),
    }
    if not values["when"]:
        return env._("%(share)s of each award waits in reserve until: %(until)s.", **values)
    return env._("%(share)s of each award waits in reserve %(when)s, until: %(until)s.", **values)


# ------------------------------------------------------------------
# Remarks
# ------------------------------------------------------------------


def remark_sentence(env, remark):
    """Return a remark of the review as a sentence."""
    values = {"rule": "", "value": "", "level": "", "limit": ""} | dict(remark.values)
    return {
        "levels": env._("It pays over more than two levels (limits.levels: %(value)s).", **values),
        "green": env._("Its green points are like an investment."),
        "pool_share": env._("The rule “%(rule)s” shares out a pool.", **values),
        "match": env._("The rule “%(rule)s” pays on what others earn.", **values),
        "carry": env._("The rule “%(rule)s” matches two legs and carries volume on.", **values),
        "moves": env._("It moves people in the placement tree."),
        "level_above_limit": env._(
            "This rule never pays: level %(level)s is above the plan's limit of %(limit)s levels. "
            "Raise the limit or remove the rule.",
            **values,
        ),
    }[remark.code]


def reason_sentences(env, definition):
    """Return why publishing the plan needs an override, each reason once."""
    return list(dict.fromkeys(str(remark_sentence(env, r)) for r in override_reasons(definition)))


# ------------------------------------------------------------------
# As HTML
# ------------------------------------------------------------------


def rules_html(overview):
    """Return the rules as a numbered list."""
    items = Markup().join(
        Markup("<li><strong>%s</strong> — %s%s</li>")
        % (
            rule["id"],
            rule["text"],
            Markup('<div class="text-warning small">%s</div>') % rule["remark"]
            if rule["remark"]
            else "",
        )
        for rule in overview["rules"]
    )
    return Markup('<ol class="mb-0">%s</ol>') % items


def overview_html(env, overview):
    """Return a whole plan as HTML: rules, ranks, notes, reasons for an override."""
    parts = [_section(env._("Rules"), rules_html(overview))]
    for ladder in overview["ladders"]:
        title = env._("Ladder “%s”", ladder["code"])
        if ladder["roles"]:
            title = env._("%(ladder)s for: %(roles)s", ladder=title, roles=ladder["roles"])
        ranks = Markup().join(
            Markup("<li><strong>%s</strong> — %s</li>") % (rank["code"], rank["text"])
            for rank in ladder["ranks"]
        )
        parts.append(_section(title, Markup('<ol class="mb-0">%s</ol>') % ranks))
    parts.append(_section(env._("Limits and settings"), _list(overview["notes"])))
    if overview["reasons"]:
        parts.append(
            _section(env._("Needs an override to be published"), _list(overview["reasons"]))
        )
    return Markup().join(parts)


def timeline_html(env, spans):
    """Return when which version is in force: (number, from, until or None, is it now)."""
    items = Markup().join(
        Markup(
            '<li class="o_rc_span %s"><span class="fw-bold">%s</span>'
            '<span class="text-muted small">%s</span></li>'
        )
        % ("o_rc_span_now" if is_now else "", env._("Version %s", number), _span(env, start, end))
        for number, start, end, is_now in spans
    )
    return Markup('<ol class="o_rc_timeline list-unstyled d-flex flex-wrap mb-0">%s</ol>') % items


def _span(env, start, end):
    first = format_date(env, start, date_format="medium")
    if not end:
        return env._("from %s", first)
    last = format_date(env, end, date_format="medium")
    return env._("%(start)s until before %(end)s", start=first, end=last)


def _section(title, content):
    return Markup('<div class="mb-3"><h5 class="mb-1">%s</h5>%s</div>') % (title, content)


def _list(texts):
    return Markup('<ul class="mb-0">%s</ul>') % Markup().join(
        Markup("<li>%s</li>") % text for text in texts
    )
