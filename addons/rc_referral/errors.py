"""Refusals of a code as sentences that say what to do next."""

from odoo.exceptions import UserError

SHOWN_MAX = 40


class CodeError(UserError):
    """A code was refused; ``code`` is one of the words below, the message is for the visitor.

    unknown_code · mistyped_code · expired_code · own_code · used_code · limit_reached ·
    not_eligible · tier_required
    """

    def __init__(self, code, message):
        self.code = code
        super().__init__(message)


def code_error(env, code, text, since=None):
    """Return the refusal ``code`` of what was typed (``text``), in the reader's language."""
    shown = text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
    if code == "expired_code" and since:
        message = env._(
            "The code “%(code)s” expired on %(date)s. Ask for a new one or go on without a code.",
            code=shown,
            date=since,
        )
    else:
        sentences = _get_sentences(env, shown)
        message = sentences.get(code) or sentences["unknown_code"]
    return CodeError(code, message)


def value_error(env):
    """Return the one refusal of a code of value: unknown, used, expired and foreign are alike."""
    return CodeError(
        "unknown_code",
        env._(
            "This code cannot be used. Compare it with the one you were given; if it is right, ask "
            "whoever gave it to you."
        ),
    )


def _get_sentences(env, shown):
    return {
        "mistyped_code": env._(
            "There is a typing slip in the code “%s”. Compare it letter by letter with the one "
            "you were given and type it again.",
            shown,
        ),
        "expired_code": env._(
            "The code “%s” is not valid today. Ask for another one or go on without a code.", shown
        ),
        "own_code": env._(
            "“%s” is your own code. Share it with friends; for yourself go on without a code.",
            shown,
        ),
        "used_code": env._(
            "The code “%s” was used already. Ask for another one or go on without a code.", shown
        ),
        "limit_reached": env._(
            "The code “%s” cannot be used any more often. Ask for another one or go on without a "
            "code.",
            shown,
        ),
        "not_eligible": env._(
            "The code “%s” is not meant for you. Go on without a code, or ask for one that is.",
            shown,
        ),
        "tier_required": env._(
            "The code “%s” is for members of other tiers. Go on without a code.", shown
        ),
        "unknown_code": env._(
            "We do not know the code “%s”. Ask the person who gave it to you, or go on without a "
            "code.",
            shown,
        ),
    }
