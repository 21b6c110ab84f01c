"""Refusals of a code as sentences that say what to do next."""

from odoo.exceptions import UserError

SHOWN_MAX = 40


class CodeError(UserError):
    """A code was refused; ``code`` is one of the words below, the message is for the visitor.

    unknown_code · mistyped_code · expired_code · own_code
    """

    def __init__(self, code, message):
        self.code = code
        super().__init__(message)


def code_error(env, code, text, since=None):
    """Return the refusal ``code`` of what was typed (``text``), in the reader's language."""
    shown = text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
    if code == "mistyped_code":
        message = env._(
            "There is a typing slip in the code “%s”. Compare it letter by letter with the one "
            "you were given and type it again.",
            shown,
        )
    elif code == "expired_code" and since:
        message = env._(
            "The code “%(code)s” expired on %(date)s. Ask for a new one or go on without a code.",
            code=shown,
            date=since,
        )
    elif code == "expired_code":
        message = env._(
            "The code “%s” is not valid today. Ask for another one or go on without a code.", shown
        )
    elif code == "own_code":
        message = env._(
            "“%s” is your own code. Share it with friends; for yourself go on without a code.",
            shown,
        )
    else:
        message = env._(
            "We do not know the code “%s”. Ask the person who gave it to you, or go on without a "
            "code.",
            shown,
        )
    return CodeError(code, message)
