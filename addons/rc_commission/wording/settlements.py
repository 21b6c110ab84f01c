"""What a settlement did, in the reader's language."""

from odoo.tools import format_date


def nothing_sentence(env, code, currency, payable, held, next_on, minimum):
    """Return why nothing was settled for a payee."""
    if code == "below_minimum":
        return env._(
            "%(payable)s are payable, less than the minimum of %(minimum)s. They wait for the "
            "next settlement.",
            payable=currency.format(payable),
            minimum=currency.format(minimum),
        )
    if code == "frozen":
        return env._("The payee is frozen until somebody has looked at their referrals.")
    if code == "screening":
        return env._(
            "%(held)s wait until somebody has checked whom they were earned with.",
            held=currency.format(held),
        )
    if code == "nothing_payable" and next_on:
        return env._(
            "Nothing is payable before %(date)s; %(held)s are held.",
            date=format_date(env, next_on),
            held=currency.format(held),
        )
    return env._("Nothing is open.")
