"""Why somebody earns what they earn, in the reader's language."""

from fractions import Fraction

from odoo.tools import format_date

from ..kernel.explain import explain_award, percent_text
from .words import kind_labels


def award_sentence(award):
    """Return why a payee gets what they get, as one sentence."""
    env = award.env
    parts = {part.code: part.values for part in explain_award(award.explanation)}
    kind = dict(kind_labels(env))[parts["kind"]["kind"]]
    tier = _tier_name(award, parts["kind"]["tier"])
    is_own = award.partner_id == env.user.partner_id
    values = {
        "amount": award.currency_id.format(float(award.explanation["amount"])),
        "payee": award.partner_id.name,
        "because": _because(env, parts, is_own),
        "what": f"{kind} ({tier})" if tier else kind,
        "rate": _award_rate(award, parts),
    }
    if is_own:
        return env._("You earn %(rate)s, because %(because)s — %(what)s: %(amount)s.", **values)
    return env._("%(payee)s earns %(rate)s, because %(because)s — %(what)s: %(amount)s.", **values)


def _award_rate(award, parts):
    """Return the rate of an award in words: a share of what, or an amount for what."""
    env, money = award.env, award.currency_id
    if "fixed" in parts:
        return env._(
            "a fixed %(each)s %(per)s",
            each=money.format(float(parts["fixed"]["each"])),
            per=_per(env, parts["fixed"]),
        )
    rate = parts["percent"]
    values = {"percent": rate["percent"], "basis": money.format(float(rate["basis"]))}
    if rate["of"] == "gross":
        return env._("%(percent)s %% of %(basis)s gross", **values)
    return env._("%(percent)s %% of %(basis)s net", **values)


def award_steps(award):
    """Return the sentences behind the first: exchange, limits, what was received, and when."""
    env = award.env
    sentences = []
    for part in explain_award(award.explanation):
        if part.code == "exchange":
            sentences.append(
                env._(
                    "Converted at the rate of the invoice's date: %(original)s %(currency)s "
                    "are %(basis)s.",
                    original=f"{float(part.values['amount']):.2f}",
                    currency=part.values["source_currency"],
                    basis=award.currency_id.format(float(part.values["basis"])),
                )
            )
        elif part.code == "per_sale":
            sentences.append(
                env._(
                    "Shortened from %(before)s, because all commissions of one sale together stay "
                    "under %(ceiling)s.",
                    before=award.currency_id.format(float(part.values["before"])),
                    ceiling=award.currency_id.format(float(part.values["ceiling"])),
                )
            )
    return [*sentences, *_state_sentences(award)]


def _state_sentences(award):
    """What of the award has accrued, and when it is or was payable."""
    env, money = award.env, award.currency_id
    sentences = []
    if not money.is_zero(award.accrued - award.amount):
        share = Fraction(str(award.accrued)) / Fraction(str(award.amount))
        sentences.append(
            env._(
                "%(accrued)s of it have accrued, because %(percent)s %% of the sale is received and not refunded.",
                accrued=money.format(award.accrued),
                percent=percent_text(share).split(".")[0],
            )
        )
    if award.held:
        sentences.append(
            env._(
                "%(held)s are held until %(date)s: %(days)s days, in which the buyer may be refunded.",
                held=money.format(award.held),
                date=format_date(env, award.payable_on),
                days=award.explanation["hold_days"],
            )
        )
    if award.payable:
        sentences.append(
            env._("%s are payable with the next settlement.", money.format(award.payable))
        )
    if award.settled:
        sentences.append(env._("%s are billed and wait for payment.", money.format(award.settled)))
    if award.paid:
        sentences.append(env._("%s are paid.", money.format(award.paid)))
    return sentences


def _because(env, parts, is_own):
    """Return the reason somebody is paid, said to themselves or to others."""
    if "seller" in parts:
        return env._("you sold it") if is_own else env._("they sold it")
    if "salesperson" in parts:
        if is_own:
            return env._("you are the salesperson of the sale")
        return env._("they are the salesperson of the sale")
    level = parts["sponsor"]["level"]
    if level == 1:
        return env._("you brought the buyer") if is_own else env._("they brought the buyer")
    if is_own:
        return env._("the buyer is %s levels below you", level)
    return env._("the buyer is %s levels below them", level)


def _per(env, fixed):
    if fixed["per"] == "unit":
        return env._("for each of %s units", int(fixed["quantity"]))
    return env._("once per order")


def _tier_name(award, code):
    """Return the name of the tier that was bought; tiers are renamed, codes stay."""
    if not code:
        return ""
    tier = award.move_line_id.sudo().product_id.rc_tier_id  # a payee may not read products
    return tier.name if tier.code == code else code.capitalize()
