"""Refusals a program can tell apart by their code; people read the sentence."""

from odoo.exceptions import UserError


class Refusal(UserError):
    """A ``UserError`` with one of the codes of refusal (``insufficient_points``, ``limit_reached`` …).

    The message says what to do next, in the reader's language; ``code`` is for the API, the
    scenario runner and tests; ``values`` are the figures behind it.
    """

    def __init__(self, message: str, code: str, **values):
        super().__init__(message)
        self.code = code
        self.values = values
