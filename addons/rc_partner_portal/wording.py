"""Words for what the dashboard found: plain dicts for the page's components, in its language."""

from babel.dates import format_skeleton

from odoo.tools.misc import babel_locale_parse, format_date, get_lang

from odoo.addons.rc_commission.kernel.explain import explain_award
from odoo.addons.rc_commission.wording.awards import award_sentence, award_steps, given_amount

_ICONS = {
    "click": ("fa-mouse-pointer", "neutral"),
    "sign_up": ("fa-user-plus", "accent"),
    "sale": ("fa-shopping-bag", "accent"),
    "refund": ("fa-undo", "danger"),
    "accrual": ("fa-plus", "success"),
    "reversal": ("fa-minus", "danger"),
    "bill": ("fa-file-text-o", "info"),
    "payment": ("fa-check", "success"),
    "unpayment": ("fa-undo", "danger"),
}
_STATES = (
    ("held", "warning"),
    ("payable", "info"),
    ("settled", "accent"),
    ("paid", "success"),
    ("reserve", "neutral"),
    ("debt", "danger"),
)
AWARD_TONES = {**dict(_STATES), "reversed": "neutral"}
_ALWAYS_SHOWN = ("held", "payable", "settled", "paid")


def get_day_text(env, day):
    """Return a date as a person writes it: Nov 22, 2026; 2026年11月22日."""
    return format_date(env, day, date_format="medium")


def get_step_label(env, period):
    """Return the short name of a day or a month for a chart's axis."""
    skeleton = "MMMd" if period.days == 1 else "yMMM"
    return format_skeleton(skeleton, period.start, locale=babel_locale_parse(get_lang(env).code))


def get_period_options(env):
    """Return (key, label) of the period switch."""
    return [
        ("today", env._("Today")),
        ("month", env._("This month")),
        ("year", env._("This year")),
    ]


def get_period_text(env, board):
    """Return the heading's second line: the dates the figures cover."""
    if board["choice"] == "today":
        return get_day_text(env, board["today"])
    return env._(
        "%(first)s until today",
        first=get_day_text(env, board["window"].start),
    )


def get_step_labels(env):
    return {
        "click": env._("Click"),
        "sign_up": env._("Sign-up"),
        "sale": env._("Purchase"),
        "accrual": env._("Commission"),
        "bill": env._("Bill"),
        "payment": env._("Paid out"),
    }


def get_stage_badge(env, stage):
    """Return (text, tone) of how far a customer came."""
    return {
        "click": (env._("Clicked"), "neutral"),
        "sign_up": (env._("Signed up"), "neutral"),
        "sale": (env._("Bought"), "accent"),
        "accrual": (env._("Commission accrued"), "warning"),
        "bill": (env._("Billed"), "info"),
        "payment": (env._("Paid out to you"), "success"),
    }[stage]


def present_steps(env, steps):
    """Return the steps of a customer's way for ``rc_partner_portal.rc_journey``."""
    labels = get_step_labels(env)
    last = max((number for number, step in enumerate(steps) if step.is_done), default=-1)
    return [
        {
            "code": step.code,
            "label": labels[step.code],
            "at": get_day_text(env, step.on) if step.on else None,
            "is_passed": number < last,
        }
        for number, step in enumerate(steps)
    ]


def present_customer(env, journey, name):
    """Return a row of the list of customers."""
    text, tone = get_stage_badge(env, journey["stage"])
    return {
        "name": name,
        "stage": text,
        "tone": tone,
        "steps": present_steps(env, journey["steps"]),
        "url": f"/my/network/customers/{journey['edge_id']}",
    }


def present_fact(env, fact, names, edges, with_money):
    """Return a row of the list of facts for ``rc_membership.rc_item``.

    :param names: member id → short name; a person not in it is "A customer"
    :param edges: member id → edge id, for links to the customer's page
    """
    icon, tone = _ICONS[fact.kind]
    who = names.get(fact.member_id) or env._("A customer")
    currency = env["res.currency"].browse(fact.currency_id) if fact.currency_id else None
    has_amount = fact.amount is not None and with_money
    return {
        "kind": fact.kind,
        "icon": icon,
        "tone": tone,
        "title": _get_title(env, fact, who),
        "detail": get_day_text(env, fact.on),
        "amount": fact.amount if has_amount else None,
        "currency": currency if has_amount else None,
        "badge": None,
        "badge_tone": None,
        "url": _get_url(fact, edges, with_money),
    }


def _get_title(env, fact, who):
    if fact.kind == "click":
        if fact.member_id:
            return env._("First click on your link")
        return env._("1 click") if fact.count == 1 else env._("%s clicks", fact.count)
    if fact.kind == "accrual" and fact.member_id:
        return env._("Commission from %s", who)
    return {
        "sign_up": env._("%s signed up", who),
        "sale": env._("%s paid", who),
        "refund": env._("%s got money back", who),
        "accrual": env._("Commission accrued"),
        "reversal": env._("Commission reversed"),
        "bill": env._("Settlement billed"),
        "payment": env._("Bill paid to you"),
        "unpayment": env._("Payment taken back"),
    }[fact.kind]


def _get_url(fact, edges, with_money):
    if fact.kind in ("accrual", "reversal"):
        return f"/my/network/commissions/{fact.record_id}"
    if fact.kind in ("bill", "payment", "unpayment"):
        return f"/my/commissions/settlements/{fact.record_id}"
    edge_id = edges.get(fact.member_id)
    return f"/my/network/customers/{edge_id}" if edge_id else None


def present_states(env, states):
    """Return the rows of "your commission" by state; reserve and debt only when there is any."""
    labels = {
        "held": (env._("Held"), env._("waits for the refund period to end")),
        "payable": (env._("Payable"), env._("comes with the next settlement")),
        "settled": (env._("Billed"), env._("bill made, payment on its way")),
        "paid": (env._("Paid"), None),
        "reserve": (env._("Reserve"), env._("kept until its task is done")),
        "debt": (env._("Debt"), env._("refunds after a payout; the next settlements are less")),
    }
    return [
        {
            "code": code,
            "label": labels[code][0],
            "hint": labels[code][1],
            "tone": tone,
            "amount": states.get(code, 0),
        }
        for code, tone in _STATES
        if code in _ALWAYS_SHOWN or states.get(code)
    ]


def present_award(env, award):
    """Return one commission with its explanation: sentence, sum to follow, and what became of it."""
    states = dict(award._fields["state"]._description_selection(env))
    is_money = award.give == "cash"
    return {
        "sentence": award_sentence(award),
        "notes": award_steps(award),
        "lines": _get_lines(env, award) if is_money else [],
        "total": award.amount if is_money else None,
        "total_text": None
        if is_money
        else given_amount(env, award.explanation, award.currency_id, award.amount),
        "currency": award.currency_id,
        "state": states[award.state],
        "tone": AWARD_TONES[award.state],
        "on": get_day_text(env, award.received_on),
    }


def _get_lines(env, award):
    """Return the sum to follow, where it is one of few terms; the sentence tells the others."""
    parts = {part.code: part.values for part in explain_award(award.explanation)}
    item = award.move_line_id.product_id.name
    lines = []
    if "percent" in parts:
        rate = parts["percent"]
        labels = {"gross": env._("Price with tax"), "net": env._("Price without tax")}
        label = labels.get(rate["of"], env._("Counted on"))
        lines.append({"label": label, "detail": item, "amount": rate["basis"]})
        lines.append({"label": env._("Your rate"), "value": f"{rate['percent']} %"})
    elif "fixed" in parts:
        amount = parts["fixed"]["each"]
        lines.append({"label": env._("Fixed amount"), "detail": item, "amount": amount})
    if "per_sale" in parts:
        limit = parts["per_sale"]
        lines.append(
            {
                "label": env._("All commissions of one sale together stay under a limit"),
                "amount": limit["after"] - limit["before"],
            }
        )
    return lines
