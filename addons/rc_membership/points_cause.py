"""Why Odoo's own loyalty code is writing a card just now.

Odoo's writes of ``loyalty.card.points`` do not say what they are for. Whoever calls them does, for
the time of the call, in the cursor's own cache: a place that no RPC caller can set (a context key is
not, so nothing hangs on one).
"""

import contextlib
from dataclasses import dataclass

KEY = "rc_membership.points_cause"


@dataclass(frozen=True, slots=True)
class Cause:
    """``kind``: order (spend or return by a document), cancel (the document takes all back),
    adjust (staff correct a balance); ``record``: (model, id); ``reason``: words for the entry;
    ``confirmed``: points the buyer said yes to a second time."""

    kind: str
    record: tuple[str, int] | None = None
    reason: str = ""
    confirmed: int = 0


@contextlib.contextmanager
def points_cause(env, cause):
    """Name the cause of every change of a card inside the block; the innermost counts."""
    before = env.cr.cache.get(KEY)
    env.cr.cache[KEY] = cause
    try:
        yield
    finally:
        env.cr.cache[KEY] = before


def current_cause(env):
    return env.cr.cache.get(KEY)
